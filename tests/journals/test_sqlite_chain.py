"""What is erased from a SQLite journal is gone; everything else that changes it is found."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from tests.journals.files import change, content, files, opened
from tests.journals.writing import parcel, pen

from segue.errors import JournalDamaged, JournalUnavailable
from segue.run.journal import Receipt


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
        bytes_now = content(*files(path))
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
        assert b"<secret>" not in content(*files(path))


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
