"""A SQLite journal's file: to open it, and to do to it what a journal must bear."""

import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from segue.journals.sqlite import SqliteJournal


@asynccontextmanager
async def opened(path: Path, patience: float = 5.0) -> AsyncIterator[SqliteJournal]:
    journal = SqliteJournal(path, patience=patience)
    await journal.open()
    try:
        yield journal
    finally:
        await journal.close()


def lanes() -> list[str]:
    """The threads that journals have left."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("segue-journal")]


def change(path: Path, *statements: str) -> None:
    """What somebody does to the file behind the journal's back."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, f"{statement} changed nothing"
    connection.close()


def files(path: Path) -> list[Path]:
    """The journal and what stands beside it."""
    return sorted(path.parent.iterdir())


def content(*paths: Path) -> bytes:
    return b"".join(path.read_bytes() for path in paths)


def overwrite(path: Path, content: bytes, start: int | None = None) -> None:
    """The whole file, or from `start` on."""
    if start is None:
        path.write_bytes(content)
        return
    with path.open("r+b") as file:
        file.seek(start)
        file.write(content)
