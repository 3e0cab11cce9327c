"""One process owns a SQLite journal, and may be killed at any moment."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.journals import victim
from tests.journals.files import lanes, opened
from tests.journals.writing import parcel, pen

from segue.errors import JournalInUse, JournalUnavailable
from segue.journals.sqlite import SqliteJournal

ROOT = Path(__file__).parents[2]


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
            done = ["done"] * (head.seq // 3) + ["open"] * (head.seq % 3 == 2)
            rows = await journal.actions_on(f"c{n}")
            assert sorted(row.status for row in rows) == done
            assert {row.identity for row in rows} == {f"c{n} {3 * m}" for m in range(len(done))}


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


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
async def test_a_process_that_a_step_forked_does_not_keep_the_journal_locked(path: Path) -> None:
    end, begin = os.pipe()
    async with opened(path):
        child = os.fork()
        if child == 0:
            os.close(begin)
            os.read(end, 1)  # until the parent says so, or is gone
            os._exit(0)
        with pytest.raises(JournalInUse):  # the parent holds it still
            await SqliteJournal(path).open()
    try:
        async with opened(path):
            pass
    finally:
        os.close(begin)
        os.close(end)
        await asyncio.to_thread(os.waitpid, child, 0)
