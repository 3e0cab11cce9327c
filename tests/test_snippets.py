"""What README.md and docs/ show is run, page by page, each in a process and an empty folder of its own.

The blocks of a page are run in their order and share their names, as if typed one after the other; `await`
may stand outside a function. A comment right before a block says what is special about it:

    <!-- not run: needs a key -->      a ```python block that cannot run here, with the reason
    <!-- raises: needs orders -->      this ```python block is refused, with these words in `Type: message`
    <!-- file: shop.py -->             this ```python block is run and also saved under that name
    <!-- run -->                       the lines `$ segue …` of a ```console block are run; the text below a
                                       line is compared with what it prints (`...` stands for anything)
"""

import ast
import asyncio
import doctest
import importlib
import inspect
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [page for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if page.exists()]
BLOCK = re.compile(
    r"^(?P<indent>[ ]*)```(?P<language>python|console)\b[^\n]*\n(?P<text>.*?)^(?P=indent)```[ ]*$",
    flags=re.M | re.S,
)
MARK = re.compile(r"<!--\s*(not run|raises|file|run)\s*(?::\s*((?:(?!-->).)*?))?\s*-->\s*\Z", flags=re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the line the text begins at, and the mark before it."""

    language: str
    text: str
    line: int
    mark: str = ""
    says: str = ""


def blocks(page: str) -> list[Block]:
    found = []
    for match in BLOCK.finditer(page):
        mark = MARK.search(page[: match.start()])
        indent = len(match["indent"])
        text = "".join(
            line[indent:] if line.strip() else "\n" for line in match["text"].splitlines(keepends=True)
        )
        line = page.count("\n", 0, match.start("text")) + 1
        found.append(
            Block(match["language"], text, line, mark[1] if mark else "", (mark[2] or "") if mark else "")
        )
    return found


def run_page(page: Path) -> None:
    """Run all blocks of a page in the current folder, with names in `__main__` as in a file of one's own."""
    sys.path[0] = ""
    main = sys.modules["__main__"] = ModuleType("__main__")
    with asyncio.Runner() as runner:
        for block in blocks(page.read_text("utf-8")):
            if block.language == "console":
                if block.mark == "run":
                    run_console(block, page)
            elif block.mark == "not run":
                if not block.says:
                    raise AssertionError(f"{page.name}:{block.line}: not run, and no reason is given")
            else:
                run_python(block, page, main, runner)


def run_python(block: Block, page: Path, main: ModuleType, runner: asyncio.Runner) -> None:
    if block.mark == "file":
        Path(block.says).write_text(block.text, "utf-8")
        importlib.invalidate_caches()
    # The lines before the block are left empty, so a traceback points into the page.
    code: CodeType = compile(
        "\n" * (block.line - 1) + block.text, str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    )
    try:
        if code.co_flags & inspect.CO_COROUTINE:
            runner.run(eval(code, main.__dict__))
        else:
            exec(code, main.__dict__)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        if block.mark != "raises":
            raise
        if block.says not in said:
            raise AssertionError(
                f"{page.name}:{block.line}: expected {block.says!r}, but it says {said!r}"
            ) from error
    else:
        if block.mark == "raises":
            raise AssertionError(f"{page.name}:{block.line}: expected {block.says!r}, but nothing was raised")


def run_console(block: Block, page: Path) -> None:
    for command, wanted in commands(block.text):
        _, *arguments = shlex.split(command, comments=True)
        program = "import sys; sys.path.insert(0, ''); from segue.cli import main; main()"
        run = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if run.returncode:
            raise AssertionError(
                f"{page.name}:{block.line}: {command!r} ends with {run.returncode}:\n{run.stderr}"
            )
        same = doctest.OutputChecker().check_output(
            wanted, run.stdout, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        )
        if wanted.strip() and not same:
            raise AssertionError(
                f"{page.name}:{block.line}: {command!r} prints\n{run.stdout}\nand not\n{wanted}"
            )


def commands(text: str) -> list[tuple[str, str]]:
    """The lines `$ segue …`, each with what is printed below it."""
    parts = re.split(r"^\$ (.*)\n?", text, flags=re.M)
    return [
        (command, printed)
        for command, printed in zip(parts[1::2], parts[2::2], strict=True)
        if command.startswith("segue ")
    ]


def outcome(page: Path, folder: Path) -> str:
    """What went wrong on a page, or nothing. It has a process of its own: pages register types and loops."""
    run = subprocess.run(
        [sys.executable, str(Path(__file__).resolve()), str(page)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return run.stderr or f"ended with {run.returncode}" if run.returncode else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_snippet_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    failure = outcome(page, tmp_path)
    assert not failure, failure


RIGHT = """\
# A page
```python
import asyncio
answer = 42
async def later() -> int:
    return answer
```
- in a list:

  ```python
  assert answer == 42

  assert await later() == 42
  ```

<!-- not run: needs the network -->
```python
nowhere.at_all()
```
<!-- raises: ValueError: invalid literal -->
```python
int("forty-two")
```
<!-- file: numbers_of_ours.py -->
```python
ten = 10
```
```python
import numbers_of_ours
assert numbers_of_ours.ten == 10
assert __name__ == "__main__"
```
```console
$ segue frobnicate, which no mark says to run
```
"""


def test_a_right_page_passes(tmp_path: Path) -> None:
    assert told(tmp_path, RIGHT) == ""


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ("```python\nassert answer == 43\n```\n", "AssertionError"),
        ("```python\nassert await later() == 43\n```\n", "AssertionError"),
        ("```python\nno python here\n```\n", "SyntaxError"),
        ("<!-- not run: -->\n```python\nanswer\n```\n", "no reason is given"),
        ("<!-- raises: ValueError -->\n```python\nanswer\n```\n", "nothing was raised"),
        ("<!-- raises: ValueError -->\n```python\n1 / 0\n```\n", "it says 'ZeroDivisionError"),
        ("<!-- run -->\n```console\n$ segue frobnicate\n```\n", "'segue frobnicate' ends with"),
    ],
)
def test_a_wrong_snippet_is_caught(tmp_path: Path, wrong: str, complaint: str) -> None:
    assert complaint in told(tmp_path, RIGHT + wrong)


def test_a_failure_points_into_the_page(tmp_path: Path) -> None:
    assert 'page.md", line 4, in <module>' in told(tmp_path, "# A page\n\n```python\n1 / 0\n```\n")


def test_commands_are_told_from_what_they_print() -> None:
    text = "$ segue check shop:desk\nno problem\n\n$ ls\nshop.py\n$ segue draw\n"
    assert commands(text) == [("segue check shop:desk", "no problem\n\n"), ("segue draw", "")]


def told(folder: Path, page: str) -> str:
    (folder / "page.md").write_text(page, "utf-8")
    return outcome(folder / "page.md", folder)


if __name__ == "__main__":
    run_page(Path(sys.argv[1]))
