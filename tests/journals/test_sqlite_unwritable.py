"""A SQLite journal where nothing can be written: it says so, writes nothing by halves, and goes on afterwards."""

import asyncio
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from tests.journals.files import lanes, opened
from tests.journals.writing import LEASE, parcel, pen, token, written

from segue.errors import JournalUnavailable
from segue.journals.sqlite import SqliteJournal

NOBODY = 65534


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may write everywhere, so it must not be root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def visible() -> Iterator[Path]:
    """A folder that others may look into."""
    with tempfile.TemporaryDirectory() as folder:
        allow(Path(folder), 0o755)
        yield Path(folder)
        allow(Path(folder), 0o755)


def allow(path: Path, mode: int) -> None:
    path.chmod(mode)


async def test_a_folder_that_is_missing_is_named(path: Path) -> None:
    with pytest.raises(JournalUnavailable, match="elsewhere"):
        await SqliteJournal(path.parent / "elsewhere" / "journal.db").open()
    with pytest.raises(JournalUnavailable, match="is a folder"):
        await SqliteJournal(path.parent).open()


async def test_a_folder_that_is_read_only_is_named(visible: Path) -> None:
    allow(visible, 0o555)
    with unprivileged(), pytest.raises(JournalUnavailable, match=r"journal\.db"):
        await SqliteJournal(visible / "journal.db").open()


async def test_a_file_that_is_read_only_is_named(visible: Path) -> None:
    path = visible / "journal.db"
    async with opened(path):
        pass
    allow(path, 0o444)
    allow(path.with_name("journal.db.lock"), 0o666)
    allow(visible, 0o777)
    with unprivileged(), pytest.raises(JournalUnavailable, match="read-only"):
        await SqliteJournal(path).open()
    assert lanes() == []


@contextmanager
def small_files(folder: Path) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """No file may grow."""

    @contextmanager
    def full() -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        largest = max(file.stat().st_size for file in folder.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    yield full


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """A disk that somebody fills."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "segue", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root, outside of a container, can mount a small disk")

    @contextmanager
    def full() -> Iterator[None]:
        ballast = folder / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        yield
        ballast.unlink()

    try:
        yield full
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("small", [small_files, small_disk])
async def test_on_a_full_disk_nothing_is_half_written_and_with_space_it_goes_on(
    tmp_path: Path, small: Any
) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    with small(folder) as full:
        async with opened(folder / "journal.db") as journal:
            pens = {name: await pen(journal, name) for name in ("a", "b", "c")}
            for writer in pens.values():
                await journal.append(writer.append("before"))
            big = "x" * 600_000
            appends = [writer.append(big, big, big) for writer in pens.values()]
            with full():
                told = await asyncio.gather(
                    *(written(journal, append) for append in appends),
                    journal.deliver("a", parcel(body=big.encode() * 3)),
                    journal.claim("new", "me", 0, LEASE, create=True),
                    return_exceptions=True,
                )
                assert [type(outcome) for outcome in told] == [JournalUnavailable] * 5
                assert [(await journal.head(name)).seq for name in pens] == [1, 1, 1]
                assert len(await journal.read("a")) == 1
            assert await token(journal.claim("new", "you", 0, LEASE, create=True)) == 1
            again = {name: await pen(journal, name) for name in pens}
            await asyncio.gather(*(journal.append(writer.append("after")) for writer in again.values()))
            assert (await journal.deliver("a", parcel())).new
            await journal.verify()
