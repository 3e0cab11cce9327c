"""After a crash there is a backlog. It is worked off, the most urgent first, and new customers are served meanwhile."""

import asyncio
from collections.abc import Sequence

import pytest
from tests.run.asking import ADA, say
from tests.run.little import Shop, make_desk

from segue import Desk
from segue.run import backlog, reception
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.journal import Append
from segue.run.memory import MemoryJournal
from segue.testing import check_outcomes
from segue.testing.virtual_time import VirtualLoop, clock_here, run

UNFINISHED = 300


class Noting(MemoryJournal):
    """Notes in which order conversations are resumed and answered."""

    def __init__(self) -> None:
        super().__init__()
        self.resumed: list[str] = []
        self.answered: list[str] = []

    def append(self, append: Append) -> "asyncio.Future[None]":
        for record in append.records:
            if b'"TurnResumed"' in record.envelope:
                self.resumed.append(append.conversation)
            if b'"ReplySent"' in record.envelope:
                self.answered.append(append.conversation)
        return super().append(append)


async def crash_amid(count: int) -> Noting:
    """A journal that a desk leaves behind which dies in the middle of so many turns."""
    journal = Noting()
    begun = asyncio.Queue[int]()

    async def hang(n: int) -> None:
        begun.put_nowait(n)
        await asyncio.Event().wait()

    async with make_desk(Shop(trouble=hang)).open(journal, clock=clock_here()) as office:
        for n in range(count):
            await reception.customer_says(office, await office.begin(caller=ADA), "m", f"item {n}")
        for _ in range(count):
            await begun.get()
        office.stop()
    return journal


class Watched:
    """A desk whose lookups take a second; how many of them there are at once, and when each reply was sent."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.desk: Desk = make_desk(Shop(trouble=self._look))

    async def _look(self, n: int) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(1)
        self.now -= 1


async def history(journal: MemoryJournal, desk: Desk) -> dict[str, list[Happened]]:
    async with desk.open(journal, clock=clock_here()) as office:
        return {h.conversation: await office.events(h.conversation) for h in await journal.heads(10_000)}


def first(happened: Sequence[Happened], kind: type[ev.Event]) -> Happened:
    return next(one for one in happened if isinstance(one.event, kind))


def test_hundreds_of_unfinished_turns_are_finished_a_hundred_at_a_time() -> None:
    async def story() -> None:
        journal, watched = await crash_amid(UNFINISHED), Watched()
        async with watched.desk.open(journal, clock=clock_here()):
            await asyncio.sleep(60)
        told = await history(journal, watched.desk)
        assert len(told) == UNFINISHED
        for happened in told.values():
            check_outcomes(happened)
            assert [type(one.event) for one in happened].count(ev.TurnResumed) == 1
            assert first(happened, ev.ReplySent)
        assert watched.most == backlog.AT_ONCE

    run(VirtualLoop(), story())


def test_a_new_customer_is_served_before_the_backlog_is_done() -> None:
    async def story() -> None:
        journal, watched = await crash_amid(UNFINISHED), Watched()
        async with watched.desk.open(journal, clock=clock_here()) as office:
            new = await office.begin(caller=ADA)
            assert await say(office, new, "m", "hello")
            await asyncio.sleep(60)
        assert journal.answered.index(new) <= backlog.AT_ONCE
        assert len(journal.answered) == UNFINISHED + 1

    run(VirtualLoop(), story())


def test_the_customer_of_an_unfinished_turn_who_writes_again_does_not_stand_in_line() -> None:
    async def story() -> None:
        journal, watched = await crash_amid(UNFINISHED), Watched()
        due = await journal.due(2**60, "anybody", 10_000)
        async with watched.desk.open(journal, clock=clock_here()) as office:
            assert await say(office, due[-1], "m2", "are you still there?")
            await asyncio.sleep(60)
            check_outcomes(await office.events(due[-1]))
        assert journal.answered.index(due[-1]) <= backlog.AT_ONCE
        assert len(journal.answered) == UNFINISHED + 1

    run(VirtualLoop(), story())


def test_the_most_urgent_go_on_first() -> None:
    async def story() -> None:
        journal, watched = await crash_amid(UNFINISHED), Watched()
        due = list(await journal.due(2**60, "anybody", 10_000))
        async with watched.desk.open(journal, clock=clock_here()):
            await asyncio.sleep(60)
        assert journal.resumed == due

    run(VirtualLoop(), story())


def test_without_a_bound_all_would_be_at_work_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the tests above count is counted."""
    monkeypatch.setattr(backlog, "AT_ONCE", 10_000)

    async def story() -> None:
        journal, watched = await crash_amid(UNFINISHED), Watched()
        async with watched.desk.open(journal, clock=clock_here()) as office:
            new = await office.begin(caller=ADA)
            assert await say(office, new, "m", "hello")
            await asyncio.sleep(60)
        assert watched.most == UNFINISHED + 1
        assert journal.answered.index(new) > UNFINISHED / 2

    run(VirtualLoop(), story())


def test_more_at_work_than_are_read_at_one_time_do_not_hide_what_else_is_due() -> None:
    """A wait expires while thousands are at work, all of which are due themselves."""

    async def story() -> None:
        journal = MemoryJournal()
        shop = Shop()
        async with make_desk(shop).open(journal, clock=clock_here()) as office:
            asked = await office.begin(caller=ADA)
            await say(office, asked, "m", "refund it")
            (wait,) = await journal.waits(("question",))
            assert wait.expires is not None
            await asyncio.sleep(wait.expires / 1000 - clock_now() - 60)

            async def hang(n: int) -> None:
                await asyncio.Event().wait()

            shop.trouble = hang
            office.awake.forget(asked)  # as when it was not needed for long
            for _ in range(1500):
                await reception.customer_says(office, await office.begin(caller=ADA), "m", "item")
            await asyncio.sleep(62)
            expired = first(await office.events(asked), ev.WaitExpired)
            assert expired.at - wait.expires <= 1000

    def clock_now() -> float:
        return clock_here().now().timestamp()

    run(VirtualLoop(), story())


def test_each_that_rests_makes_room_for_the_next_and_nobody_else_does() -> None:
    at_work: set[str] = set()
    line = backlog.Backlog(at_work.add, at_work.__contains__)
    line.put(f"{n:03d}" for n in range(backlog.AT_ONCE + 5))
    assert len(at_work) == backlog.AT_ONCE
    for id in ("000", "somebody else", "000"):
        at_work.discard(id)
        line.rests(id)
    assert len(at_work) == backlog.AT_ONCE
    assert f"{backlog.AT_ONCE:03d}" in at_work
