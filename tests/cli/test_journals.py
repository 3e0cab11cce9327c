"""trace, conversations and waiting, from a journal that nobody owns."""

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.cli.small_shop import SHOP, segue


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A journal, and the conversation in it: a question answered, a lead asked, and a handover."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "shop.py").write_text(SHOP, "utf-8")
    ran = segue(folder, "chat", "shop", "--db", "segue.db", stdin="parcel\n1001\nit is broken\nfail\n")
    assert ran.returncode == 0, ran.stderr
    return folder / "segue.db", ran.stderr.split()[1]


@pytest.fixture
def conversation(here: Path, kept: tuple[Path, str]) -> str:
    """The id of the one in `segue.db`."""
    journal, id = kept
    shutil.copy(journal, here)
    return id


def test_a_trace_is_a_tree_in_80_columns(command: Command, conversation: str) -> None:
    code, out, _ = command("trace", conversation, "shop")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "├── understand · gave Tracking" in out
    assert "→ Tracking" in out
    assert "support lead gives Verdict · given up" in out
    assert "understand · FAILED: OSError: the shop is down" in out
    assert "HANDED OVER to support lead · failed at understand" in out
    assert "\x1b" not in out


def test_a_trace_says_nothing_that_was_written_unless_it_is_asked(
    command: Command, conversation: str
) -> None:
    assert "broken" not in command("trace", conversation, "shop")[1]
    assert "it is broken" in command("trace", conversation, "shop", "--contents")[1]
    assert "it is broken" not in command("trace", conversation, "--json")[1]
    assert "it is broken" in command("trace", conversation, "--json", "--contents")[1]


def test_without_its_desk_a_trace_goes_by_path_and_says_so(command: Command, conversation: str) -> None:
    code, out, _ = command("trace", conversation)
    assert code == 0
    assert "shown by path only: the flow is not known here" in out
    assert "name the desk" in out
    assert "understand · FAILED: OSError: the shop is down" in out


def test_a_trace_for_programs_is_json(command: Command, conversation: str) -> None:
    told = json.loads(command("trace", conversation, "shop", "--json")[1])
    assert [turn["state"] for turn in told["turns"]] == ["replied", "handed_over", "handed_over"]
    assert told["conversation"] == conversation


def test_conversations_are_listed(command: Command, conversation: str) -> None:
    code, out, _ = command("conversations")
    assert code == 0
    assert conversation in out
    assert "human" in out
    assert json.loads(command("conversations", "--json")[1])[0]["id"] == conversation


def test_who_waits_is_listed_with_what_for(command: Command, conversation: str) -> None:
    waits = json.loads(command("waiting", "--json")[1])
    assert [(wait["kind"], wait["person"], wait["reason"]) for wait in waits][-1] == (
        *("handover", "support lead", "failed"),
    )
    assert waits[-1]["id"] in command("waiting")[1]


def test_what_is_not_there_is_said_in_one_line(here: Path, command: Command, conversation: str) -> None:
    assert command("trace", "nobody") == (1, "", "segue: there is no conversation 'nobody'\n")
    code, _, err = command("conversations", "--db", "other.db")
    assert (code, err) == (1, "segue: there is no journal other.db\n")
    assert not (here / "other.db").exists()


def test_without_a_journal_here_it_says_how_to_name_one(command: Command) -> None:
    code, _, err = command("waiting")
    assert (code, err) == (
        *(1, "segue: there is no journal segue.db; name one with --db, or a running server with --url\n"),
    )


def test_an_answer_needs_a_server(command: Command) -> None:
    code, _, err = command("answer", "x.1", "--by", "Kim", "--text", "hello")
    assert (code, err) == (
        1,
        "segue: answers go through the running server: name it with --url or SEGUE_URL\n",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--by", "Kim"],
        ["--by", "Kim", "--text", "x", "--field", "a=b"],
        ["--by", "Kim", "--return", "--close"],
        ["--by", "Kim", "--field", "nothing"],
        ["--by", "Kim", "--field", "a=[1,"],
    ],
)
def test_an_answer_that_makes_no_sense_is_wrong_usage(command: Command, arguments: list[str]) -> None:
    assert command("answer", "x.1", *arguments)[0] == 2


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://localhost", "http://"])
def test_an_address_that_is_none_is_refused(command: Command, url: str) -> None:
    code, _, err = command("waiting", "--url", url)
    assert code == 1
    assert "is no address of a server" in err


def test_a_server_that_is_not_there_is_said_to_be(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = command("waiting", "--url", "http://127.0.0.1:9")
    assert (code, "put it into SEGUE_TOKEN" in err) == (1, True)
    monkeypatch.setenv("SEGUE_TOKEN", "x")
    code, _, err = command("waiting", "--url", "http://127.0.0.1:9")
    assert (code, "http://127.0.0.1:9 cannot be reached" in err) == (1, True)


def test_costs_of_a_desk_without_models_are_none(command: Command, conversation: str) -> None:
    code, out, _ = command("costs")
    assert (code, out.splitlines()[:2]) == (0, ["1 conversation, 0 resolved", "$0.00 and 0 tokens in all"])
    told = json.loads(command("costs", "--json", "--since", "2100-01-01")[1])
    assert (told["conversations"], told["per_conversation"], told["by_model"]) == (0, None, [])
