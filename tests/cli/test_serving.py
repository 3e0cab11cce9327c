"""serve, and the commands that talk to the server which owns the journal."""

import io
import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.cli.small_shop import SHOP, environment, segue

from segue.cli import main

TOKEN = "operators-token"


@dataclass(frozen=True)
class Served:
    folder: Path
    url: str

    def segue(self, *arguments: str, token: str = TOKEN) -> subprocess.CompletedProcess[str]:
        """Ask it with the program, called in this process."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            patch.setenv("SEGUE_URL", self.url)
            patch.setenv("SEGUE_TOKEN", token)
            with pytest.raises(SystemExit) as ended:
                main(arguments)
        code = int(ended.value.code or 0)
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())

    def talk(self, *texts: str) -> tuple[str, str]:
        """A new conversation with these messages; its id, and its outcome."""
        opened = self.post("", {})
        told: Any = {}
        for number, text in enumerate(texts):
            message = {"message_id": f"m{number}", "text": text}
            told = self.post(f"/{opened['id']}/messages?wait=10", message, opened["token"])
        return opened["id"], told["outcome"]

    def post(self, path: str, body: object, token: str = "") -> Any:
        request = urllib.request.Request(
            f"{self.url}/api/conversations{path}",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json", "authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop.py").write_text(SHOP, "utf-8")
    server = subprocess.Popen(
        [sys.executable, "-m", "segue.cli", "serve", "shop", "--port", "0"],
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
        assert server.stdout.read() == ""  # the token that was set is not printed


def test_a_journal_in_use_is_said_to_be_and_what_to_do(served: Served) -> None:
    ran = segue(served.folder, "conversations", "--db", "segue.db")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "segue.db belongs to a running server; ask that with --url" in ran.stderr


def test_a_journal_in_use_is_read_through_its_server_when_that_is_named(served: Served) -> None:
    conversation, _ = served.talk("parcel")
    ran = served.segue("conversations", "--db", "segue.db")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert conversation in ran.stdout


def test_a_trace_comes_over_http_in_the_shape_of_the_flow(served: Served) -> None:
    conversation, outcome = served.talk("parcel", "1001")
    assert outcome == "reply"
    ran = served.segue("trace", conversation)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "→ Tracking" in ran.stdout
    assert "caller gives Number · answered" in ran.stdout
    told = json.loads(served.segue("trace", conversation, "--json").stdout)
    assert told["turns"][0]["shape"] == "flow"


def test_a_person_answers_a_handover_from_the_terminal(served: Served) -> None:
    conversation, outcome = served.talk("fail")
    assert outcome == "handover"
    (wait,) = waits_of(served, conversation)
    assert wait["id"] in served.segue("waiting").stdout

    ran = served.segue("answer", wait["id"], "--by", "Kim", "--text", "here I am", "--return")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "answered\n", "")

    assert waits_of(served, conversation) == []
    shown = served.segue("trace", conversation, "--contents").stdout
    assert "a person replied · Kim" in shown


def test_a_person_gives_what_a_flow_asks_for_from_the_terminal(served: Served) -> None:
    conversation, outcome = served.talk("it is broken")
    assert outcome == "notice"
    (wait,) = waits_of(served, conversation)
    assert "support lead gives Verdict · WAITING" in served.segue("trace", conversation).stdout
    ran = served.segue(
        "answer", wait["id"], "--by", "Kim", "--field", "allowed=true", "--field", "why=it was new"
    )
    assert (ran.returncode, ran.stdout) == (0, "answered\n")
    deadline = time.monotonic() + 10
    while "· replied" not in served.segue("trace", conversation).stdout:
        assert time.monotonic() < deadline
    assert "answered by Kim: gave Verdict" in served.segue("trace", conversation).stdout


def test_an_answer_with_a_wrong_field_is_refused(served: Served) -> None:
    conversation, _ = served.talk("it is broken")
    (wait,) = waits_of(served, conversation)
    ran = served.segue("answer", wait["id"], "--by", "Kim", "--field", "allowed=perhaps")
    assert ran.returncode == 1
    assert "the fields must be those of a Verdict: allowed:" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_an_answer_to_nobody_is_refused(served: Served) -> None:
    ran = served.segue("answer", "nobody.7", "--by", "Kim", "--text", "hello")
    assert ran.returncode == 1
    assert "nobody" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_wrong_token_is_refused(served: Served) -> None:
    ran = served.segue("waiting", token="wrong")
    assert ran.returncode == 1
    assert "is SEGUE_TOKEN the operators' token?" in ran.stderr


def test_a_port_that_is_taken_is_said_to_be(served: Served, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(SHOP, "utf-8")
    ran = segue(tmp_path, "serve", "shop", "--port", served.url.rpartition(":")[2])
    assert ran.returncode == 1
    assert "cannot listen on 127.0.0.1:" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_second_server_on_the_same_journal_is_refused(served: Served) -> None:
    ran = segue(served.folder, "serve", "shop", "--port", "0")
    assert ran.returncode == 1
    assert "is in use by process" in ran.stderr


def test_without_the_extra_serving_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(SHOP, "utf-8")
    (tmp_path / "uvicorn.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'uvicorn'\", name='uvicorn')\n"
    )
    ran = segue(tmp_path, "serve", "shop", "--port", "0")
    assert ran.returncode == 1
    assert ran.stderr == "segue: serving needs uvicorn; install it with: pip install 'segue[web]'\n"


def waits_of(served: Served, conversation: str) -> list[Any]:
    waits = json.loads(served.segue("waiting", "--json", "--limit", "200").stdout)
    return [wait for wait in waits if wait["conversation"] == conversation]
