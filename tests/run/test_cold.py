"""A conversation that is not in memory: what was just delivered is begun at once, what may have killed us is not."""

import asyncio
from pathlib import Path

import pytest
from tests.run.asking import desk_of, polite, say

from segue import Desk, Draft, Message, Refine, step
from segue.errors import NotFound
from segue.journals.sqlite import SqliteJournal
from segue.run import reception
from segue.run.inbox import CUSTOMER
from segue.run.journal import Append, Journal, Parcel
from segue.run.memory import MemoryJournal


class Reluctant(MemoryJournal):
    """While `holding`, what is appended does not become durable."""

    def __init__(self) -> None:
        super().__init__()
        self.holding = False
        self.held: list[asyncio.Future[None]] = []
        self.appended = asyncio.Event()

    def append(self, append: Append) -> asyncio.Future[None]:
        done = super().append(append)
        if self.holding:
            done = asyncio.get_running_loop().create_future()
            self.held.append(done)
            self.appended.set()
        return done

    def release(self) -> None:
        self.holding = False
        for future in self.held:
            future.set_result(None)


class Runs:
    """A desk with one step, which says that it runs, and may wait."""

    def __init__(self) -> None:
        self.ran = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()

    def desk(self) -> Desk:
        @step
        async def write(message: Message) -> Draft:
            self.ran.set()
            await self.may_end.wait()
            return Draft("done")

        return desk_of(Refine(write, against=[polite]))


async def a_conversation(journal: Journal, desk: Desk) -> str:
    """With a turn behind it."""
    async with desk.open(journal) as office:
        id = await office.begin()
        assert await say(office, id, "m1", "hello")
        return id


async def test_what_is_delivered_to_a_cold_conversation_is_begun_before_that_is_durable() -> None:
    journal, runs = Reluctant(), Runs()
    id = await a_conversation(journal, runs.desk())
    runs.ran.clear()
    journal.holding = True
    async with runs.desk().open(journal) as office:
        await reception.customer_says(office, id, "m2", "again")
        async with asyncio.timeout(20):
            await runs.ran.wait()
        journal.release()


@pytest.mark.parametrize("another_comes", [False, True])
async def test_what_was_there_before_runs_only_once_it_is_durable_that_it_was_begun(
    another_comes: bool,
) -> None:
    journal, runs = Reluctant(), Runs()
    id = await a_conversation(journal, runs.desk())
    runs.ran.clear()
    old = Parcel(CUSTOMER, "m2", "message", b'{"text": "this may have killed the process"}', 0)
    if not another_comes:
        await journal.deliver(id, old)
    journal.holding = True
    async with runs.desk().open(journal) as office:
        if another_comes:
            await journal.deliver(id, old)
            await reception.customer_says(office, id, "m3", "again")
        async with asyncio.timeout(20):
            await journal.appended.wait()
            assert not runs.ran.is_set()
            journal.release()
            await runs.ran.wait()


async def test_a_cold_conversation_is_claimed_in_the_commit_of_its_delivery(tmp_path: Path) -> None:
    runs = Runs()
    id = await a_conversation(SqliteJournal(tmp_path / "journal.db"), runs.desk())
    runs.may_end.clear()
    journal = SqliteJournal(tmp_path / "journal.db")
    async with runs.desk().open(journal) as office:
        await reception.customer_says(office, id, "m2", "again")
        assert journal.stats.largest == 2
        runs.may_end.set()
        assert await reception.outcome_of(office, id, "m2", 20)


async def test_what_is_delivered_to_no_conversation_is_refused_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Runs().desk().open() as office:
        with pytest.raises(NotFound):
            await reception.customer_says(office, "nobody", "m", "hello")
        await asyncio.sleep(0)
        assert not caplog.records
