"""Two desks on one journal: one of them writes a conversation, and when it no longer can, the other one does."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from tests.run.asking import ADA, say
from tests.run.little import Shop, make_desk

from segue.run import events as ev
from segue.run import reception
from segue.run.codec import GENESIS, Happened, hash_of
from segue.run.memory import MemoryJournal
from segue.run.office import Office
from segue.run.renewals import EVERY, LEASE
from segue.testing import check_outcomes
from segue.testing.virtual_time import VirtualLoop, clock_here, run


class Shared(MemoryJournal):
    """A journal that several desks may open, as they may a PostgreSQL one."""

    shared = True
    renewing = True

    async def open(self) -> None:
        """Whoever holds a lease may be alive."""

    async def renew(self, tokens: Sequence[tuple[str, int]], until: int) -> None:
        if self.renewing:
            await super().renew(tokens, until)


class Two:
    """Two desks; the lookups of the first take `slow` seconds, those of the second one second."""

    def __init__(self, slow: float, ahead: float = 0.0) -> None:
        self.journal = Shared()
        self.shops = [Shop(trouble=lambda n: asyncio.sleep(slow)), Shop(trouble=lambda n: asyncio.sleep(1))]
        self.clocks = [clock_here(), clock_here()]
        self.clocks[1].off = ahead
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Two":
        self.first, self.second = [
            await self._stack.enter_async_context(make_desk(shop).open(self.journal, clock=clock))
            for shop, clock in zip(self.shops, self.clocks, strict=True)
        ]
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def events(self, id: str) -> list[Happened]:
        """What happened; every message has one outcome, and every event follows from the one before."""
        happened = await self.first.events(id)
        check_outcomes(happened)
        before = GENESIS
        for record in await self.journal.read(id, 0, 10_000):
            assert before.hex().encode() in record.envelope
            before = hash_of(record)
        return happened


def count(happened: Sequence[Happened], kind: type[ev.Event]) -> int:
    return sum(isinstance(one.event, kind) for one in happened)


async def write(office: Office, id: str, m: str = "m") -> Any:
    return await reception.customer_says(office, id, m, "item")


def test_a_turn_that_is_longer_than_its_lease_stays_with_its_desk() -> None:
    async def story() -> None:
        async with Two(slow=3 * LEASE / 1000) as two:
            id = await two.first.begin(caller=ADA)
            said = asyncio.create_task(say(two.first, id, "m", "item", 200))
            await asyncio.sleep(1)
            await two.second.sweeper.sweep()
            assert isinstance((await said)[-1].event, ev.ReplySent)
            assert count(await two.events(id), ev.TurnResumed) == 0
            assert two.shops[1].calls == []

    run(VirtualLoop(), story())


def test_a_desk_that_loses_its_lease_in_the_middle_of_a_turn_writes_nothing_more() -> None:
    """The first desk lives on and is slow; the second one answers, and what the first one says is dropped."""

    async def story() -> None:
        async with Two(slow=60) as two:
            two.journal.renewing = False
            id = await two.first.begin(caller=ADA)
            await write(two.first, id)
            await asyncio.sleep(1)
            await two.second.sweeper.sweep()
            await asyncio.sleep(LEASE / 1000 + 2 * EVERY)
            happened = await two.events(id)
            assert count(happened, ev.ReplySent) == 1
            assert count(happened, ev.TurnResumed) == 1
            await asyncio.sleep(60)  # the first desk's lookup comes back
            assert two.shops[0].calls == two.shops[1].calls == ["look ada"]
            assert await two.events(id) == happened

    run(VirtualLoop(), story())


def test_many_conversations_lost_at_once_are_all_answered_once_by_the_other_desk() -> None:
    async def story() -> None:
        async with Two(slow=60) as two:
            two.journal.renewing = False
            ids = [await two.first.begin(caller=ADA) for _ in range(150)]
            await asyncio.gather(*(write(two.first, id) for id in ids))
            await two.second.sweeper.sweep()
            await asyncio.sleep(200)
            for id in ids:
                assert count(await two.events(id), ev.ReplySent) == 1

    run(VirtualLoop(), story())


def test_a_desk_whose_clock_is_wrong_takes_what_is_not_free_and_harms_nobody() -> None:
    async def story() -> None:
        async with Two(slow=20, ahead=3600) as two:
            id = await two.first.begin(caller=ADA)
            await write(two.first, id)
            await asyncio.sleep(1)
            await two.second.sweeper.sweep()
            await asyncio.sleep(30)
            assert count(await two.events(id), ev.ReplySent) == 1

    run(VirtualLoop(), story())


def test_a_message_that_comes_to_the_other_desk_is_answered() -> None:
    """While the first desk still holds the conversation, and after its turn is over."""

    async def story() -> None:
        async with Two(slow=5) as two:
            id = await two.first.begin(caller=ADA)
            await write(two.first, id, "m1")
            await asyncio.sleep(1)
            await write(two.second, id, "m2")
            await asyncio.sleep(6)
            await write(two.second, id, "m3")
            await asyncio.sleep(2 * LEASE / 1000 + 2 * EVERY)
            await write(two.first, id, "m4")  # whose memory of the conversation is out of date
            await asyncio.sleep(2 * LEASE / 1000 + 2 * EVERY)
            happened = await two.events(id)
            assert count(happened, ev.MessageReceived) == 4
            assert count(happened, ev.ReplySent) == 3  # the second message came before the first was answered
            check_outcomes(happened)

    run(VirtualLoop(), story())


def test_a_desk_that_rests_renews_nothing() -> None:
    async def story() -> None:
        async with Two(slow=1) as two:
            id = await two.first.begin(caller=ADA)
            await say(two.first, id, "m", "item")
            await asyncio.sleep(LEASE / 1000 + EVERY)
            now = two.first.now()
            assert await two.journal.claim(id, "somebody else", now, LEASE) is not None

    run(VirtualLoop(), story())
