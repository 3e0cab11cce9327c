"""What is erased from a SQLite journal is gone; everything else that changes it is found."""

import asyncio
import random
import sqlite3
from pathlib import Path

import pytest
from tests.journals.files import change, content, files, opened
from tests.journals.writing import parcel, pen

from segue.errors import JournalDamaged, JournalUnavailable
from segue.run.journal import Receipt


def secret(conversation: str, n: int) -> bytes:
    return b"<%s %04d>" % (conversation.encode(), n)


async def test_an_erased_payload_is_nowhere_in_the_files_and_the_chain_holds(path: Path) -> None:
    """Written from many conversations in turn, so that SQLite has reason to move what is beside it."""
    chance = random.Random(1)
    erased: dict[str, set[int]] = {f"c{n}": set() for n in range(20)}
    async with opened(path) as journal:
        pens = [await pen(journal, conversation) for conversation in erased]
        for step in range(1500):
            writer = chance.choice(pens)
            text = secret(writer.conversation, writer.seq + 1) * chance.choice([2, 20, 40, 60, 500])
            await journal.deliver(writer.conversation, parcel(str(writer.seq + 1), text))
            journal.append(writer.append(text.decode(), taken=[str(writer.seq + 1)]))
            if step % 75 == 74:
                seqs = chance.sample(range(1, writer.seq + 1), writer.seq // 2)
                await journal.erase(writer.conversation, seqs)
                erased[writer.conversation].update(seqs)
        await journal.verify()

        data = content(*files(path))
        for writer in pens:
            conversation, gone = writer.conversation, erased[writer.conversation]
            assert {n for n in range(1, writer.seq + 1) if secret(conversation, n) not in data} == gone
            records = await journal.read(conversation)
            assert {record.seq for record in records if record.payload is None} == gone


async def test_nobody_can_tell_any_more_whether_an_erased_message_was_the_same(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        for id in ("1", "2"):
            await journal.deliver("c", parcel(id, b"hello"))
            await journal.append(writer.append("hello", taken=[id]))
        await journal.erase("c", [1])
        assert await journal.deliver("c", parcel("1", b"other")) == Receipt(False, True, 1, 5)
        assert await journal.deliver("c", parcel("2", b"other")) == Receipt(False, False, 2, 5)


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
