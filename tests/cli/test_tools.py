"""tools: what a server offers is written down, and held against what was reviewed."""

import json
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.tools.serving import PROGRAM

HOW = ("--", sys.executable, str(PROGRAM))


def test_what_a_server_offers_is_written_down(command: Command, tmp_path: Path) -> None:
    code, out, err = command("tools", "--only", "get_order", *HOW, str(tmp_path))
    assert (code, err) == (0, "")
    (tool,) = json.loads(out)["tools"].values()
    assert tool["annotations"] == {"readOnlyHint": True}
    assert tool["inputSchema"]["required"] == ["order_id"]


def test_a_server_is_held_against_what_was_reviewed(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "reviewed.json"
    file.write_text(command("tools", "--only", "get_order", *HOW, str(tmp_path))[1])
    against = ("tools", "--against", str(file))
    assert command(*against, *HOW, str(tmp_path)) == (0, "nothing has changed: 1 tools\n", "")
    (tmp_path / "changed").write_text("schema")
    code, _, err = command(*against, *HOW, str(tmp_path))
    assert code == 1
    assert "not as it was reviewed: get_order has changed: another inputSchema (new diary)" in err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["no-such-program"], "no-such-program cannot be reached: FileNotFoundError"),
        (["http://127.0.0.1:9/mcp"], "http://127.0.0.1:9/mcp cannot be reached"),
        (["http://127.0.0.1:9/mcp", "more"], "after an address nothing more is expected"),
        (["--header", "secret", "http://127.0.0.1:9/mcp"], "'secret' has no ':'"),
        (["--within", "0.2", sys.executable, "-c", "while True: input()"], "gave no answer within 0.2 s"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(
    command: Command, arguments: list[str], complaint: str
) -> None:
    code, out, err = command("tools", *arguments)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert complaint in err
