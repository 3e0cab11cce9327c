"""What the random drives found, each as small as it gets; one that is mended loses its mark and stays."""

import asyncio
from typing import Any

from tests.run.asking import Ask, Boss, Told, both, desk_of, do_nothing, polite, split, write
from tests.run.driving import ADA
from tests.run.little import make_desk

from segue import Each, Refine, Route, step
from segue.errors import JournalUnavailable
from segue.run import events as ev
from segue.run import reception
from segue.run.journal import Append, Parcel, Receipt
from segue.run.memory import MemoryJournal
from segue.testing.virtual_time import VirtualClock, VirtualLoop, run


class Shared(MemoryJournal):
    """A journal of several processes: opening it frees nobody's lease."""

    shared = True

    async def open(self) -> None:
        pass


async def replies(office: Any, id: str) -> int:
    return sum(isinstance(h.event, ev.ReplySent) for h in await office.events(id))


def test_a_message_is_seen_to_though_whoever_brought_it_hung_up() -> None:
    """It is durable in the inbox, and the conversation's engine, which is warm, is never told."""
    loop = VirtualLoop()

    class Slow(MemoryJournal):
        async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
            receipt = await super().deliver(conversation, parcel)
            await asyncio.sleep(0)
            return receipt

    async def story() -> None:
        async with make_desk().open(Slow(), clock=VirtualClock(loop)) as office:
            id = await office.begin(caller=ADA)
            bringing = loop.create_task(reception.customer_says(office, id, "1", "where is it"))
            await loop.rounds(1)
            bringing.cancel()
            await loop.let_pass(600)
            assert await replies(office, id) == 1

    run(loop, story())


def test_an_office_that_was_refused_a_conversation_comes_back_for_it() -> None:
    loop = VirtualLoop()
    journal = Shared()

    async def story() -> None:
        one = make_desk().open(journal, clock=VirtualClock(loop))
        await one.__aenter__()
        id = await one.begin(caller=ADA)
        async with make_desk().open(journal, clock=VirtualClock(loop)) as other:
            one.stop()  # its process is gone, its lease still holds
            await reception.customer_says(other, id, "1", "where is it")
            await loop.let_pass(600)
            assert await replies(other, id) == 1

    run(loop, story())


def test_an_office_sees_to_what_another_one_delivered() -> None:
    """The conversation is its own, and due; but its engine is warm and does not look into the inbox."""
    loop = VirtualLoop()
    journal = Shared()

    async def story() -> None:
        async with make_desk().open(journal, clock=VirtualClock(loop)) as one:
            id = await one.begin(caller=ADA)
            async with make_desk().open(journal, clock=VirtualClock(loop)) as other:
                await reception.customer_says(other, id, "1", "where is it")
            await one.sweeper.sweep()
            await loop.let_pass(600)
            assert await replies(one, id) == 1

    run(loop, story())


def test_an_office_goes_on_with_a_conversation_that_another_one_wrote_last() -> None:
    """The other one died in the middle of a turn; here there is a warm engine with a token of long ago."""
    loop = VirtualLoop()
    journal = Shared()

    async def story() -> None:
        async with make_desk().open(journal, clock=VirtualClock(loop)) as one:
            id = await one.begin(caller=ADA)
            await loop.let_pass(60)  # its lease is over
            other = make_desk().open(journal, clock=VirtualClock(loop))
            await other.__aenter__()
            await reception.customer_says(other, id, "1", "where is it")
            while not any(isinstance(h.event, ev.TurnStarted) for h in await other.events(id)):
                await loop.rounds(1)
            other.stop()
            await loop.let_pass(60)
            await one.sweeper.sweep()
            await loop.let_pass(600)
            assert await replies(one, id) == 1

    run(loop, story())


def test_waits_expire_though_a_timer_fires_a_little_early() -> None:
    """asyncio fires what is due within the clock's resolution; on Windows that is 15.6 ms."""

    class Coarse(VirtualLoop):
        def jump(self, seconds: float) -> None:
            super().jump(max(seconds - 0.01, 0))

    loop = Coarse()
    loop._clock_resolution = 0.0156  # type: ignore[attr-defined]

    async def story() -> None:
        async with both().open(clock=VirtualClock(loop)) as office:
            id = await office.begin(caller=ADA)
            await reception.customer_says(office, id, "1", "boss")
            await loop.let_pass(100_000)  # a colleague had a day
            assert any(isinstance(h.event, ev.WaitExpired) for h in await office.events(id))

    run(loop, story())


def test_an_office_is_not_troubled_for_ever_by_a_conversation_that_another_one_took() -> None:
    loop = VirtualLoop()

    class FullOnce(Shared):
        full = False

        def append(self, append: Append) -> asyncio.Future[None]:
            if not self.full:
                return super().append(append)
            self.full = False
            failed: asyncio.Future[None] = loop.create_future()
            failed.set_exception(JournalUnavailable("the disk is full"))
            return failed

    journal = FullOnce()

    async def story() -> None:
        async with make_desk().open(journal, clock=VirtualClock(loop)) as one:
            id = await one.begin(caller=ADA)
            await loop.let_pass(60)  # its lease is over
            journal.full = True
            await reception.customer_says(one, id, "1", "where is it")
            async with make_desk().open(journal, clock=VirtualClock(loop)) as other:
                await loop.let_pass(600)
                assert await replies(other, id) == 1
                assert not one.troubled

    run(loop, story())


def test_a_colleague_is_not_asked_for_ever_what_a_changed_flow_does_not_ask() -> None:
    loop = VirtualLoop()
    journal = MemoryJournal()

    async def story() -> None:
        async with both().open(journal, clock=VirtualClock(loop)) as office:
            id = await office.begin(caller=ADA)
            await reception.customer_says(office, id, "1", "boss")
            await loop.idle()
        changed = desk_of(
            split, Each(Route({Ask: do_nothing, Boss: do_at_once})), Refine(write, against=[polite])
        )
        async with changed.open(journal, clock=VirtualClock(loop)) as office:
            await loop.let_pass(100_000)
            (wait,) = await reception.waiting(office)  # a person has it, and is asked nothing any more
            assert wait.kind == "handover"

    run(loop, story())


@step
async def do_at_once(request: Boss) -> Told:
    return Told("done")
