"""A desk with nothing to do does nothing: no conversation is looked after one by one, none has a task."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.run.asking import ADA, desk_of, lead, polite, say
from tests.run.little import Shop, Which, make_desk

from segue import Desk, Draft, Refine, caller, step
from segue.errors import JournalDamaged
from segue.run import events as ev
from segue.run.journal import Loaded
from segue.run.memory import MemoryJournal
from segue.testing.virtual_time import VirtualLoop, clock_here, run, turns

DAY = 24 * 3600.0


class Counting(MemoryJournal):
    """Counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()

    async def due(self, now: int, owner: str, limit: int = 1000) -> Sequence[str]:
        self.asked["due"] += 1
        return await super().due(now, owner, limit)

    async def next_due(self) -> int | None:
        self.asked["next_due"] += 1
        return await super().next_due()

    async def claim(self, conversation: str, *args: Any, **kwargs: Any) -> Loaded | None:
        self.asked["claim"] += 1
        return await super().claim(conversation, *args, **kwargs)

    async def renew(self, tokens: Any, until: int) -> None:
        self.asked["renew"] += 1
        await super().renew(tokens, until)


def patient() -> Desk:
    """Asks the customer, and waits three days for the answer."""

    @step
    async def write(which: Which) -> Draft:
        return Draft(which.text)

    return desk_of(caller.gives(Which, asking="which", within=3 * DAY), Refine(write, against=[polite]))


async def idle(
    desk: Desk, journal: Counting, conversations: int, seconds: float = DAY
) -> tuple[Counter[str], int, int]:
    """What a day (or less) of nothing costs: questions to the journal, wake-ups of the loop, tasks."""
    async with desk.open(journal, clock=clock_here()) as office:
        for _ in range(conversations):
            await say(office, await office.begin(caller=ADA), "m", "hello")
        await asyncio.sleep(60)
        before, journal.asked = turns(), Counter()
        tasks = len(asyncio.all_tasks())
        await asyncio.sleep(seconds)
        return journal.asked, turns() - before, tasks


def test_a_desk_whose_conversations_wait_for_a_person_is_idle() -> None:
    asked, woken, tasks = run(VirtualLoop(), idle(desk_of(lead.takes_over()), Counting(), 100, DAY / 2))
    assert set(asked) <= {"due", "next_due"}  # a handover comes up again after a day
    assert asked["due"] <= 12
    assert woken < 100
    assert tasks == 1


def test_a_desk_that_waits_for_expiries_looks_at_the_time_once_an_hour_and_not_per_conversation() -> None:
    asked, woken, tasks = run(VirtualLoop(), idle(patient(), Counting(), 100))
    assert asked == Counter(due=24, next_due=24)
    assert woken < 24 * 10
    assert tasks == 1


def test_after_a_restart_nothing_is_read_before_it_is_needed() -> None:
    async def story() -> None:
        journal = Counting()
        await idle(patient(), journal, 100)
        journal.asked.clear()
        async with patient().open(journal, clock=clock_here()):
            await asyncio.sleep(DAY)
        assert journal.asked["claim"] == 0
        assert journal.asked["due"] <= 25

    run(VirtualLoop(), story())


def test_after_a_restart_waits_still_expire_when_their_time_comes() -> None:
    async def story() -> None:
        journal = Counting()
        await idle(patient(), journal, 250)
        async with patient().open(journal, clock=clock_here()) as office:
            await asyncio.sleep(3 * DAY)
            for head in await journal.heads(1000):
                happened = await office.events(head.conversation)
                expired = [one for one in happened if isinstance(one.event, ev.WaitExpired)]
                asked = next(one.event for one in happened if isinstance(one.event, ev.CustomerAsked))
                assert len(expired) == 1
                assert 0 <= expired[0].at - asked.expires <= 1000

    run(VirtualLoop(), story())


def test_a_conversation_that_cannot_be_read_is_not_tried_all_the_time() -> None:
    class Damaged(Counting):
        damaged = ""

        async def claim(self, conversation: str, *args: Any, **kwargs: Any) -> Loaded | None:
            loaded = await super().claim(conversation, *args, **kwargs)
            if conversation == self.damaged:
                raise JournalDamaged("event 2 cannot be read")
            return loaded

    async def story() -> None:
        journal = Damaged()
        hangs = Shop(trouble=lambda n: asyncio.Event().wait())
        async with make_desk(hangs).open(journal, clock=clock_here()) as office:
            id = await office.begin(caller=ADA)
            asking = asyncio.create_task(say(office, id, "m", "a"))
            await asyncio.sleep(1)
            asking.cancel()
        journal.damaged = id
        async with make_desk().open(journal, clock=clock_here()) as office:
            await asyncio.sleep(10)
            journal.asked.clear()
            await asyncio.sleep(3600)
            assert journal.asked["claim"] == 0
            journal.damaged = ""  # somebody put the file right
            assert isinstance((await say(office, id, "m2", "b"))[-1].event, ev.ReplySent)

    run(VirtualLoop(), story())
