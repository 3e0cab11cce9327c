"""What is asked of a SQLite journal at one time is done in one commit."""

import asyncio
from pathlib import Path

import pytest
from tests.journals.files import opened
from tests.journals.writing import LEASE, action, outcomes, parcel, pen, token, written

from segue.run.journal import Receipt


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
            token(journal.claim("\ud800", "me", 0, LEASE, create=True)),
            journal.append(other.append("a", at=2**70)),
            journal.deliver("c", parcel("1")),
            token(journal.claim("e", "me", 0, LEASE, create=True)),
            return_exceptions=True,
        )
        assert isinstance(told[1], UnicodeEncodeError)
        assert isinstance(told[2], UnicodeEncodeError)
        assert isinstance(told[3], OverflowError)
        assert [told[0], told[4], told[5]] == [None, Receipt(True, at=5), 1]
        assert (await journal.head("d")).seq == 0
        await journal.verify()


async def test_a_conversation_is_opened_though_the_first_attempt_was_rolled_back(path: Path) -> None:
    async with opened(path) as journal:
        other = await pen(journal, "d")
        told = await asyncio.gather(
            token(journal.claim("new", "me", 0, LEASE, create=True)),
            token(journal.claim("new", "you", 0, LEASE, create=True)),
            written(journal, other.append("a", at=2**70)),
            return_exceptions=True,
        )
        assert (told[0], told[1]) == (1, None)
        assert isinstance(told[2], OverflowError)
        writer = await pen(journal, "new")
        await journal.append(writer.append("a"))
        await journal.verify()


async def test_records_that_do_not_follow_are_refused_at_once(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        writer.append("lost")
        append = writer.append("a", "b")._replace(expect=0)
        with pytest.raises(ValueError, match="2 to 3 do not follow 0"):
            journal.append(append)


async def test_actions_of_the_same_moment_share_a_commit(path: Path) -> None:
    async with opened(path) as journal:
        pens = await asyncio.gather(*(pen(journal, f"c{n}") for n in range(64)))
        before = journal.stats.commits
        for status in ("open", "done"):
            rows = [action(pen.conversation, status, conversation=pen.conversation) for pen in pens]
            pairs = zip(pens, rows, strict=True)
            assert (
                await outcomes(journal, *(pen.append("a", actions=[row]) for pen, row in pairs))
                == [None] * 64
            )
        assert journal.stats.commits - before <= 4


async def test_an_action_that_was_rolled_back_was_not_begun(path: Path) -> None:
    async with opened(path) as journal:
        writer, other = await pen(journal, "c"), await pen(journal, "d")
        told = await outcomes(
            journal,
            writer.append("a", actions=[action("refund 1", object="order 1", amount=2**70)]),
            other.append("x", actions=[action("refund 1", conversation="d", object="order 1")]),
        )
        assert isinstance(told[0], OverflowError)
        assert told[1] is None
        assert (await journal.actions_on("order 1"))[0].conversation == "d"
