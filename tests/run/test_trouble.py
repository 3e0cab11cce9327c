"""When the journal cannot be written, and when a turn brings the process down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.run.little import Shop, make_desk

from segue import Caller, Desk
from segue.errors import JournalUnavailable
from segue.observe.transcript import transcript
from segue.run import events as ev
from segue.run import reception
from segue.run.journal import Append, Parcel, Receipt
from segue.run.memory import MemoryJournal
from segue.run.office import Office
from segue.testing import Customer, check_outcomes, crash_everywhere, talk

ADA = Caller("ada", "verified")


class FullDisk(MemoryJournal):
    """A journal whose disk is full while `full` is set."""

    full = False
    delivering = True

    def __init__(self) -> None:
        super().__init__()
        self.refused = asyncio.Event()

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        if self.full and not self.delivering:
            raise JournalUnavailable("no space left on the disk")
        return await super().deliver(conversation, parcel)

    def append(self, append: Append) -> "asyncio.Future[None]":
        if self.full:
            self.refused.set()
            failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            failed.set_exception(JournalUnavailable("no space left on the disk"))
            return failed
        return super().append(append)


@asynccontextmanager
async def opened(desk: Desk, journal: FullDisk) -> AsyncIterator[tuple[Office, str]]:
    async with desk.open(journal) as office:
        yield office, await office.begin(caller=ADA)


async def test_on_a_full_disk_nothing_accepted_is_lost_and_the_customer_is_told() -> None:
    journal = FullDisk()
    async with opened(make_desk(), journal) as (office, id):
        told: list[Exception] = []
        heard = asyncio.Event()

        async def watch() -> None:
            async for happened in office.follow(id):
                if isinstance(happened, Exception):
                    told.append(happened)
                    heard.set()

        watching = asyncio.create_task(watch())
        await asyncio.sleep(0)
        journal.full = True
        await reception.customer_says(office, id, "m", "a")  # accepted: it is in the inbox
        await asyncio.wait_for(heard.wait(), 5)
        assert "no space left" in str(told[0])
        assert len(await office.events(id)) == 1
        journal.full = False
        happened = await reception.outcome_of(office, id, "m", 10)
        assert isinstance(happened[-1].event, ev.ReplySent)
        check_outcomes(await office.events(id))
        watching.cancel()


async def test_what_cannot_be_accepted_is_refused_at_the_door() -> None:
    journal = FullDisk()
    async with opened(make_desk(), journal) as (office, id):
        journal.full, journal.delivering = True, False
        with pytest.raises(JournalUnavailable):
            await reception.customer_says(office, id, "m", "a")
        journal.full = False
        await reception.customer_says(office, id, "m", "a")
        assert await reception.outcome_of(office, id, "m", 5)


async def test_a_disk_that_fills_up_in_the_middle_of_a_turn_only_delays_it() -> None:
    journal = FullDisk()

    filled = asyncio.Event()

    async def fills_the_disk(n: int) -> None:
        if n == 1:
            journal.full = True
            filled.set()

    shop = Shop(trouble=fills_the_disk)
    async with opened(make_desk(shop), journal) as (office, id):
        await reception.customer_says(office, id, "m", "a")
        await asyncio.wait_for(filled.wait(), 5)
        await asyncio.wait_for(journal.refused.wait(), 5)
        journal.full = False
        assert await reception.outcome_of(office, id, "m", 10)
        check_outcomes(await office.events(id))


async def test_a_turn_that_keeps_crashing_goes_to_a_person() -> None:
    stuck = asyncio.Event()

    async def hangs(n: int) -> None:
        stuck.set()
        await asyncio.Event().wait()

    desk, journal = make_desk(Shop(trouble=hangs)), MemoryJournal()
    async with desk.open(journal) as office:
        id = await office.begin(caller=ADA)
        await reception.customer_says(office, id, "m", "a")
        await asyncio.wait_for(stuck.wait(), 5)
    for _ in range(3):  # each time the process ends in the middle of the step
        stuck.clear()
        async with desk.open(journal):
            await asyncio.wait_for(stuck.wait(), 5)
    stuck.clear()
    async with desk.open(journal) as office:
        happened = await reception.outcome_of(office, id, "m", 5)
        handover = happened[-1].event
        assert isinstance(handover, ev.HandedOver)
        assert handover.reason == "keeps_crashing"
        assert not stuck.is_set()  # the step was not tried a fifth time
        assert [wait.conversation for wait in await reception.waiting(office)] == [id]


async def test_a_sleeping_turn_is_not_disturbed_by_restarts() -> None:
    desk, journal = make_desk(), MemoryJournal()
    async with desk.open(journal) as office:
        id = await office.begin(caller=ADA)
        await reception.customer_says(office, id, "m1", "refund it")
        await reception.outcome_of(office, id, "m1", 5)
    for _ in range(5):
        async with desk.open(journal):
            await asyncio.sleep(0)
    async with desk.open(journal) as office:
        await reception.customer_says(office, id, "m2", "the blue one")
        happened = await reception.outcome_of(office, id, "m2", 5)
        assert isinstance(happened[-1].event, ev.ReplySent)
        assert not [h for h in await office.events(id) if isinstance(h.event, ev.TurnResumed)]


async def test_a_story_is_the_same_with_a_crash_after_everything_written_down() -> None:
    @asynccontextmanager
    async def setting() -> AsyncIterator[Desk]:
        yield make_desk()

    async def story(customer: Customer) -> None:
        assert await customer.says("a and b") == "a is one of 3; b is one of 3"
        assert await customer.says("refund x and refund y") == "Which one?"
        assert await customer.says("first") == "Which one?"
        assert await customer.says("second") == "refunded first; refunded second"
        assert "colleague" in await customer.says("damn")
        await customer.person("Please be polite.", then="return")
        assert await customer.says("c") == "c is one of 3"

    report = await crash_everywhere(setting, story, caller=ADA)
    assert report.points > 30
    assert report.resumes > 10


async def test_the_transcript_reads_like_the_conversation() -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        await customer.says("refund it")
        await customer.says("the red one")
        spoken = [(one.kind, one.text) for one in transcript(await customer.events())]
        assert spoken == [
            ("message", "refund it"),
            ("progress", "Looking …"),
            ("question", "Which one?"),
            ("message", "the red one"),
            ("reply", "refunded the red one"),
        ]
