"""actions, settle, waiting, packet and chat where something is done in a back end."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.cli.small_shop import ROOT, environment, segue
from tests.cli.test_serving import TOKEN, Served

DESK = """\
import sys

sys.path.insert(0, {root!r})
from tests.web.paying_desk import Bank, make_desk

bank = Bank()
desk = make_desk(bank)
blind = make_desk(Bank(lost=99))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paying")
    (folder / "paying.py").write_text(DESK.format(root=str(ROOT)), "utf-8")
    return folder


@pytest.fixture(scope="module")
def kept(folder: Path) -> tuple[Path, str]:
    """A journal with a refund, an unknown shipment, and the id of the conversation."""
    ran = segue(folder, "chat", "paying", "--db", "segue.db", stdin="1001 30\n1002 300\n")
    assert ran.returncode == 0, ran.stderr
    return folder / "segue.db", ran.stderr.split()[1]


@pytest.fixture
def conversation(here: Path, kept: tuple[Path, str]) -> str:
    journal, id = kept
    shutil.copy(journal, here)
    return id


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Served]:
    server = subprocess.Popen(
        [sys.executable, "-m", "segue.cli", "serve", "paying:blind", "--port", "0", "--db", "blind.db"],
        cwd=folder,
        env=environment(SEGUE_TOKEN=TOKEN),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        assert "http://127.0.0.1:" in line, line
        yield Served(folder, line.split()[-1])
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0


def test_the_chat_shows_what_was_done(folder: Path) -> None:
    ran = segue(folder, "chat", "paying", "--language", "de", stdin="1001 30\n")
    done, until, reply = ran.stdout.splitlines()
    assert done == "  ✓ Wir haben 30,00\u00a0€ erstattet (1001). Referenz: R-1."
    assert until.startswith("    (can be undone until 20")
    assert reply == "desk: Thank you: order 1001 is refunded."


def test_actions_are_listed_from_the_journal(command: Command, conversation: str) -> None:
    code, out, _ = command("actions", conversation)
    assert code == 0
    told = " ".join(out.split())
    assert "pay done We have refunded €30.00" in told
    (line,) = json.loads(command("actions", conversation, "--json")[1])
    assert (line["standing"], line["reference"], line["amount"]) == ("done", "R-1", "30")
    assert line["identity"][:12] in out


def test_a_conversation_that_did_nothing_says_so(folder: Path, command: Command, here: Path) -> None:
    ran = segue(here, "chat", "shop", "--db", "segue.db", stdin="parcel\n")
    assert command("actions", ran.stderr.split()[1]) == (0, "nothing was done in this conversation\n", "")
    assert command("actions", "nobody")[2] == "segue: there is no conversation 'nobody'\n"


def test_a_packet_is_read_from_the_journal(command: Command, conversation: str) -> None:
    code, out, _ = command("packet", conversation)
    assert code == 0
    told = " ".join(out.split())
    assert told.startswith("Approval: pay for 1002 (300.00 EUR) high · support lead")
    assert "Rules applied approval needed: pay above 100" in told
    packet = json.loads(command("packet", conversation, "--json")[1])
    assert packet["header"]["queue"] == ""  # which the desk would say
    assert command("packet")[2] == "segue: name the conversation; `segue conversations` lists them\n"
    assert command("packet", "nobody")[2] == "segue: there is no conversation 'nobody'\n"


def test_who_waits_for_an_approval_is_listed_with_the_call(command: Command, conversation: str) -> None:
    (wait,) = json.loads(command("waiting", "--json")[1])
    assert (wait["reason"], wait["about"]["because"]) == ("segue.Approval", "above 100")
    *table, answer = command("waiting")[1].splitlines()
    assert "approval of pay" in "\n".join(table)
    assert answer == (
        f"segue answer {wait['id']} --by NAME --field granted=true --field call={wait['about']['call']}"
    )


def test_a_person_settles_from_the_terminal(served: Served) -> None:
    conversation, outcome = served.talk("blind 1001")
    assert outcome == "handover"
    listed = served.segue("actions", conversation).stdout
    assert "WITH A PERSON" in listed
    assert "Parcel {'order': 1001}" in listed
    assert "call: TimeoutError: the line is dead" in listed
    (line,) = json.loads(served.segue("actions", conversation, "--json").stdout)

    ran = served.segue(
        *("settle", conversation, line["identity"][:8], "done", "--by", "Kim", "--reference", "DHL 7")
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "settled\n", "")
    (line,) = json.loads(served.segue("actions", conversation, "--json").stdout)
    assert (line["standing"], line["settled_by"], line["reference"]) == ("done", "Kim", "DHL 7")
    assert "done, says Kim" in " ".join(served.segue("trace", conversation).stdout.split())

    again = served.segue("settle", conversation, line["identity"], "not_done", "--by", "Kim")
    assert again.returncode == 1
    assert "there is nothing to be settled" in again.stderr


def test_what_cannot_be_settled_is_said_in_one_line(served: Served) -> None:
    conversation, _ = served.talk("blind 1002")
    ran = served.segue("settle", conversation, "nothing", "done", "--by", "Kim")
    assert (ran.returncode, "no action 'nothing' was begun" in ran.stderr) == (1, True)
    assert served.segue("settle", conversation, "nothing", "perhaps", "--by", "Kim").returncode == 2
    assert served.segue("settle", conversation, "nothing", "done").returncode == 2


def test_settling_needs_a_server(command: Command) -> None:
    code, _, err = command("settle", "x", "y", "done", "--by", "Kim")
    assert (code, "goes through the running server" in err) == (1, True)
