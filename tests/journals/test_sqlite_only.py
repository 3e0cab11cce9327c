"""What only a file can suffer: damage, other processes, full disks, kill -9; and what it must forget."""

import asyncio
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.journals import victim
from tests.journals.writing import LEASE, parcel, pen

from segue.errors import (
    JournalDamaged,
    JournalInUse,
    JournalNewer,
    JournalUnavailable,
    StaleWriter,
)
from segue.journals import sqlite_read
from segue.journals.sqlite import SqliteJournal
from segue.run.journal import Receipt

ROOT = Path(__file__).parents[2]
NOBODY = 65534


@asynccontextmanager
async def opened(path: Path, patience: float = 5.0) -> AsyncIterator[SqliteJournal]:
    journal = SqliteJournal(path, patience=patience)
    await journal.open()
    try:
        yield journal
    finally:
        await journal.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def lanes() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("segue-journal")]


def change(path: Path, *statements: str) -> None:
    """What somebody does to the file behind the journal's back."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, f"{statement} changed nothing"
    connection.close()


# Opening and closing


async def test_what_was_not_waited_for_is_written_before_the_journal_closes(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        futures = [journal.append(writer.append(str(n))) for n in range(100)]
    assert all(future.done() and future.exception() is None for future in futures)
    async with opened(path) as journal:
        assert (await journal.head("c")).hash == writer.hash
        await journal.verify()


async def test_a_closed_journal_is_one_file_without_threads_or_a_log(path: Path) -> None:
    async with opened(path) as journal:
        await journal.append((await pen(journal, "c")).append("a"))
        assert len(lanes()) == 2
    assert lanes() == []
    assert sorted(file.name for file in path.parent.iterdir()) == ["journal.db", "journal.db.lock"]


async def test_a_journal_that_is_not_open_says_so(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
    for closed in (journal, SqliteJournal(path)):
        for call in (closed.append(writer.append("a")), closed.deliver("c", parcel()), closed.load("c")):
            with pytest.raises(JournalUnavailable, match="not open"):
                await call


async def test_a_journal_may_be_closed_twice_and_opened_again_but_not_opened_twice(path: Path) -> None:
    journal = SqliteJournal(path)
    await journal.close()
    await journal.open()
    with pytest.raises(JournalInUse, match="already"):
        await journal.open()
    await pen(journal, "c")
    await journal.close()
    await journal.close()
    await journal.open()
    assert (await journal.head("c")).token == 1
    await journal.close()


async def test_who_is_cancelled_while_waiting_harms_nobody(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        tasks = [asyncio.ensure_future(journal.deliver("c", parcel(str(n)))) for n in range(4)]
        future = journal.append(writer.append("a"))
        await asyncio.sleep(0)
        tasks[1].cancel()
        future.cancel()
        receipts = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(receipt) for receipt in receipts] == [Receipt, asyncio.CancelledError, Receipt, Receipt]
        await journal.append(writer.append("b"))
        assert len((await journal.load("c")).inbox) == 4


def test_a_journal_that_nobody_closed_lets_go_when_its_loop_is_closed(path: Path) -> None:
    journal = SqliteJournal(path)

    async def leave() -> None:
        await journal.open()
        writer = await pen(journal, "c")
        journal.append(writer.append("a"))

    asyncio.run(leave())

    async def again() -> None:
        await journal.close()
        async with opened(path) as other:
            await other.verify()
            assert (await other.head("c")).token == 1

    asyncio.run(again())
    assert lanes() == []


# What is not a journal


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"# Shopping list\n- milk\n", "not a journal"),
        (b"SQLite format 3\0" + b"\xff" * 5000, "damaged"),
        (b"SQLite format 3\0", "damaged"),
    ],
)
async def test_a_file_of_something_else_is_refused_and_left_alone(
    path: Path, content: bytes, complaint: str
) -> None:
    path.write_bytes(content)
    with pytest.raises(JournalDamaged, match=complaint):
        await SqliteJournal(path).open()
    assert path.read_bytes() == content
    assert lanes() == []


async def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    change(path, "CREATE TABLE milk (litres)")
    before = path.read_bytes()
    with pytest.raises(JournalDamaged, match="not a journal of Segue"):
        await SqliteJournal(path).open()
    assert path.read_bytes() == before


async def test_an_empty_file_becomes_a_journal(path: Path) -> None:
    path.touch()
    async with opened(path) as journal:
        await pen(journal, "c")


async def test_a_journal_of_a_later_version_is_refused_and_left_alone(path: Path) -> None:
    async with opened(path):
        pass
    change(path, "UPDATE meta SET value = 2 WHERE name = 'format'")
    before = path.read_bytes()
    with pytest.raises(JournalNewer, match="format 2"):
        await SqliteJournal(path).open()
    assert path.read_bytes() == before


async def test_damaged_pages_are_told_when_they_are_met_and_harm_nothing_else(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        await journal.append(writer.append(*map(str, range(500))))
    connection = sqlite3.connect(path)
    ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'events'").fetchall()
    connection.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xa5" * 4096)

    async with opened(path) as journal:
        for call in (journal.load("c"), journal.verify(), journal.append(writer.append("a"))):
            with pytest.raises(JournalDamaged, match=r"journal\.db is damaged"):
                await call
        append = writer.append("b")
        told = await asyncio.gather(
            journal.deliver("c", parcel()), journal.append(append), return_exceptions=True
        )
        assert told[0] == Receipt(True, at=5)
        assert isinstance(told[1], StaleWriter)  # it builds on the one that was refused


async def test_events_that_are_missing_are_told(path: Path) -> None:
    async with opened(path) as journal:
        await journal.append((await pen(journal, "c")).append("a", "b", "c"))
    change(path, "DELETE FROM events WHERE seq = 2")
    async with opened(path) as journal:
        with pytest.raises(JournalDamaged, match="'c' should have events 1 to 3"):
            await journal.load("c")


# Other processes


@contextmanager
def another_process(path: Path, what: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, victim.__file__, str(path), what],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
    finally:
        process.kill()
        process.communicate()


async def test_a_second_process_is_told_who_owns_the_journal_until_that_is_killed(path: Path) -> None:
    with another_process(path, "hold") as owner:
        link = path.with_name("another name")
        link.symlink_to(path)
        for name in (path, link):
            with pytest.raises(JournalInUse, match=rf"process {owner.pid};.*HTTP"):
                await SqliteJournal(name).open()
        assert lanes() == []
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        async with opened(path):
            pass


async def test_after_kill_9_everything_is_there_that_was_said_to_be_durable(path: Path) -> None:
    with another_process(path, "write") as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(500)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()
    whole = [line.split() for line in told if line.endswith("\n")]

    async with opened(path) as journal:
        await journal.verify()
        for what, conversation, number in whole:
            if what == "appended":
                assert (await journal.head(conversation)).seq >= int(number)
            else:
                assert await journal.receipt(conversation, "web", number) is not None
        for n in range(victim.WRITERS):
            head = await journal.head(f"c{n}")
            seqs = [record.seq for record in await journal.read(f"c{n}", limit=100_000)]
            assert seqs == list(range(1, head.seq + 1))
            assert head.seq % 3 in (0, 2)  # each append is there as a whole or not at all


async def test_while_another_program_holds_the_file_nothing_is_accepted(path: Path) -> None:
    async with opened(path, patience=0.01) as journal:
        writer = await pen(journal, "c")
        append = writer.append("a")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for call in (journal.append(append), journal.deliver("c", parcel())):
            with pytest.raises(JournalUnavailable, match="another program holds it"):
                await call
        assert (await journal.head("c")).seq == 0
        other.close()
        await journal.append(append)
        assert (await journal.deliver("c", parcel())).new


# Where nothing can be written


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
        Path(folder).chmod(0o755)
        yield Path(folder)


async def test_a_folder_that_is_missing_is_named(path: Path) -> None:
    with pytest.raises(JournalUnavailable, match="elsewhere"):
        await SqliteJournal(path.parent / "elsewhere" / "journal.db").open()
    with pytest.raises(JournalUnavailable, match="is a folder"):
        await SqliteJournal(path.parent).open()


async def test_a_folder_that_is_read_only_is_named(visible: Path) -> None:
    visible.chmod(0o555)
    with unprivileged(), pytest.raises(JournalUnavailable, match=r"journal\.db"):
        await SqliteJournal(visible / "journal.db").open()
    visible.chmod(0o755)


async def test_a_file_that_is_read_only_is_named(visible: Path) -> None:
    path = visible / "journal.db"
    async with opened(path):
        pass
    path.chmod(0o444)
    path.with_name("journal.db.lock").chmod(0o666)
    visible.chmod(0o777)
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
        with pytest.raises(OSError, match="No space left"), ballast.open("wb", buffering=0) as file:
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
            big = "x" * 300_000
            appends = [writer.append(big, big, big) for writer in pens.values()]
            with full():
                told = await asyncio.gather(
                    *(journal.append(append) for append in appends),
                    journal.deliver("a", parcel(body=big.encode() * 3)),
                    return_exceptions=True,
                )
                assert [type(outcome) for outcome in told] == [JournalUnavailable] * 4
                assert [(await journal.head(name)).seq for name in pens] == [1, 1, 1]
                assert len(await journal.read("a")) == 1
            for append in appends:
                small_one = append.records[:1]
                assert (await journal.load(append.conversation)).head.seq == append.expect
                assert small_one
            again = {name: await pen(journal, name) for name in pens}
            await asyncio.gather(*(journal.append(writer.append("after")) for writer in again.values()))
            assert (await journal.deliver("a", parcel())).new
            await journal.verify()


# Groups


async def test_appends_of_the_same_moment_share_a_commit(path: Path) -> None:
    async with opened(path) as journal:
        pens = await asyncio.gather(*(pen(journal, f"c{n}") for n in range(64)))
        before = journal.stats.commits
        for _ in range(10):
            await asyncio.gather(*(journal.append(writer.append("a", "b", "c")) for writer in pens))
        assert journal.stats.commits - before <= 20
        assert journal.stats.operations == 64 * 11
        assert journal.stats.largest == 64


async def test_what_cannot_be_written_at_all_does_not_poison_its_neighbours(path: Path) -> None:
    async with opened(path) as journal:
        writer, other = await pen(journal, "c"), await pen(journal, "d")
        told = await asyncio.gather(
            journal.append(writer.append("a")),
            journal.deliver("c", parcel("\ud800")),  # half a character cannot be stored
            journal.claim("\ud800", "me", 0, LEASE, create=True),
            journal.append(other.append("a", at=2**70)),
            journal.deliver("c", parcel("1")),
            journal.claim("e", "me", 0, LEASE, create=True),
            return_exceptions=True,
        )
        assert isinstance(told[1], UnicodeEncodeError)
        assert isinstance(told[2], UnicodeEncodeError)
        assert isinstance(told[3], OverflowError)
        assert [told[0], told[4], told[5]] == [None, Receipt(True, at=5), 1]
        assert (await journal.head("d")).seq == 0
        await journal.verify()


async def test_records_that_do_not_follow_are_refused_at_once(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        writer.append("lost")
        append = writer.append("a", "b")
        object.__setattr__(append, "expect", 0)
        with pytest.raises(ValueError, match="2 to 3 do not follow 0"):
            journal.append(append)


# What was erased, and what was changed


async def test_an_erased_payload_is_nowhere_in_the_files_and_the_chain_holds(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        for n in range(300):
            text = f"<secret {n:03}>" * (1 + n % 7 * 50)
            await journal.deliver("c", parcel(str(n), text.encode()))
            await journal.append(writer.append(text, taken=[str(n)]))
        erased = [n for n in range(300) if n % 3]
        await journal.erase("c", [n + 1 for n in erased])
        await journal.verify()
        bytes_now = b"".join(file.read_bytes() for file in path.parent.iterdir())
        assert [n for n in erased if b"<secret %03d>" % n in bytes_now] == []
        assert all(b"<secret %03d>" % n in bytes_now for n in range(0, 300, 3))
        records = await journal.read("c")
        assert [record.seq - 1 for record in records if record.payload is None] == erased
        # Whether an erased message was the same, nobody can tell any more.
        assert await journal.deliver("c", parcel("1", b"guess")) == Receipt(False, True, 2, 5)
        assert await journal.deliver("c", parcel("0", b"guess")) == Receipt(False, False, 1, 5)


async def test_copies_in_a_log_that_another_program_reads_are_told(path: Path) -> None:
    async with opened(path, patience=0.01) as journal:
        writer = await pen(journal, "c")
        await journal.append(writer.append("<secret>"))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM events").fetchall()
        with pytest.raises(JournalUnavailable, match="erase again"):
            await journal.erase("c", [1])
        other.close()
        await journal.erase("c", [1])
        assert all(b"<secret>" not in file.read_bytes() for file in path.parent.iterdir())


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (
            "UPDATE events SET envelope = replace(envelope, 'web', 'wet') WHERE number = 2 AND seq = 2",
            "'d': event 2 was changed",
        ),
        (
            "UPDATE events SET envelope = CAST(replace(envelope, 'web', 'wet') AS BLOB) "
            "WHERE number = 2 AND seq = 3",
            "'d': event 3 was changed",
        ),
        ("UPDATE events SET envelope = x'00' WHERE number = 2 AND seq = 1", "'d': event 1 cannot be read"),
        (
            "UPDATE events SET payload = x'0011' WHERE number = 2 AND seq = 3",
            "'d': event 3 has another payload",
        ),
        ("DELETE FROM events WHERE number = 2 AND seq = 1", "'d': event 1 is missing"),
        ("DELETE FROM events WHERE number = 2 AND seq = 2", "'d': event 2 is missing"),
        ("DELETE FROM events WHERE number = 2 AND seq = 3", "'d': event 3 is not where the head says"),
        ("DELETE FROM events WHERE number = 2", "'d': event 1 is not where the head says"),
        ("UPDATE heads SET hash = zeroblob(16) WHERE number = 2", "'d': event 3 was changed, or the head"),
        ("UPDATE heads SET seq = 2 WHERE number = 2", "'d': event 3 is not where the head says"),
        ("DELETE FROM heads WHERE number = 2", "without a head"),
        ("DELETE FROM heads WHERE number = 3", "without a head"),
    ],
)
async def test_an_edit_behind_the_journals_back_is_found(path: Path, edit: str, complaint: str) -> None:
    async with opened(path) as journal:
        for name in ("c", "d", "e"):
            await journal.append((await pen(journal, name)).append("a", "b", "c"))
        await journal.verify()
    change(path, edit)
    async with opened(path) as journal:
        with pytest.raises(JournalDamaged, match=complaint):
            await journal.verify()


async def test_many_conversations_are_verified_and_the_last_one_too(path: Path) -> None:
    async with opened(path) as journal:
        pens = await asyncio.gather(*(pen(journal, f"c{n}") for n in range(200)))
        await asyncio.gather(*(journal.append(writer.append("a", "b")) for writer in pens))
        await journal.verify()
    change(path, "DELETE FROM events WHERE number = 200 AND seq = 2")
    async with opened(path) as journal:
        with pytest.raises(JournalDamaged, match="'c199': event 2"):
            await journal.verify()


# Looking up


@pytest.mark.parametrize(
    "query",
    ["DUE", "NEXT_DUE", "HEAD", "HEADS", "HEADS_BEFORE", "RECORDS", "INBOX", "RECEIPT", "WAIT", "WAITS"],
)
async def test_nothing_is_looked_for_from_end_to_end(path: Path, query: str) -> None:
    async with opened(path):
        pass
    text = getattr(sqlite_read, query)
    connection = sqlite3.connect(path)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", [0] * text.count("?"))]
    connection.close()
    assert plan
    assert all("INDEX" in line or "PRIMARY KEY" in line or "LAST TERM" in line for line in plan), plan
