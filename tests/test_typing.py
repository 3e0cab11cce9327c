"""What users see in their editor: mypy (strict) and pyright over `tests/typing/*.py`.

A line that must be refused says so, and every other line must pass both checkers:

    find.retry("three")  # error: "str"
    Sequence(find, pay)  # error[mypy]: incompatible type  # error[pyright]: not assignable

`# error: words` wants an error with these words (of any case) from each checker; `# error[mypy]: words` and
`# error[pyright]: words` where the two put it differently. A bare `# error:` wants any error. In a statement
of several lines the comment stands on the line the checkers name.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import playwright
import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "tests" / "typing").glob("*.py"))
COMMENT = re.compile(r"#\s*error(?:\[(mypy|pyright)\])?:([^#]*)")

Errors = dict[int, list[str]]
"""The messages of a file by line."""


def wanted(source: str, checker: str) -> Errors:
    """The words that this checker must say, by line."""
    found: Errors = defaultdict(list)
    for number, line in enumerate(source.splitlines(), start=1):
        for only, words in COMMENT.findall(line):
            if only in ("", checker):
                found[number].append(words.strip())
    return found


def differences(source: str, said: Errors, checker: str) -> list[str]:
    """Where what a checker said is not what the comments want."""
    lines, want = source.splitlines(), wanted(source, checker)
    found = []
    for number in sorted(want.keys() | said.keys()):
        where = f"line {number} `{lines[number - 1].strip()}`"
        messages = said.get(number, [])
        if number not in want:
            found.append(f"{checker}, {where}: {'; '.join(messages)}")
        found += [
            f"{checker}, {where}: wanted an error with {words!r}, got {messages or 'none'}"
            for words in want.get(number, [])
            if not any(words.lower() in message.lower() for message in messages)
        ]
    return found


def mypy(path: Path) -> Errors:
    # Mypy's cache knows a module by its name, and a file elsewhere may have that of another.
    cache = ROOT / ".mypy_cache" if path.is_relative_to(ROOT) else os.devnull
    command = [sys.executable, "-m", "mypy", "--strict", "--output=json", f"--cache-dir={cache}", str(path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    found: Errors = defaultdict(list)
    for told in map(json.loads, filter(None, run.stdout.splitlines())):
        if told["severity"] == "error":
            assert (ROOT / told["file"]).resolve() == path.resolve(), f"an error outside the file: {told}"
            found[told["line"]].append(told["message"])
    return found


def pyright(path: Path) -> Errors:
    environment = {**os.environ, "PATH": path_with_node()}
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, str(path)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    found: Errors = defaultdict(list)
    for told in json.loads(run.stdout)["generalDiagnostics"]:
        if told["severity"] == "error":
            found[told["range"]["start"]["line"] + 1].append(told["message"])
    return found


def path_with_node() -> str:
    """PATH with a Node.js on it, which pyright needs: the machine's, or that of playwright's package."""
    path = os.environ.get("PATH", os.defpath)
    if shutil.which("node"):
        return path
    brought = Path(playwright.__file__).parent / "driver"
    if shutil.which("node", path=str(brought)) is None:
        pytest.skip("pyright needs Node.js, and neither the machine nor playwright's package has one")
    return os.pathsep.join([path, str(brought)])


CHECKERS = {"mypy": mypy, "pyright": pyright}


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_users_see_the_errors_they_should_and_no_others(path: Path, checker: str) -> None:
    assert differences(path.read_text("utf-8"), CHECKERS[checker](path), checker) == []


@pytest.mark.parametrize("checker", CHECKERS)
def test_wanted_errors_are_found_and_unwanted_ones_reported(tmp_path: Path, checker: str) -> None:
    source = """\
number: int = 1
word: str = 2  # error: "str"
shout: str = 3  # error[mypy]: Incompatible types  # error[pyright]: not assignable
fine: int = 4  # error: "int"
other: str = 5  # error: "bytes"
silent: str = 6
"""
    path = tmp_path / "sample.py"
    path.write_text(source, "utf-8")

    found = differences(source, CHECKERS[checker](path), checker)

    assert [re.findall(r"line (\d)", text)[0] for text in found] == ["4", "5", "6"]
