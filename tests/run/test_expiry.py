"""Nobody answers: customers are reminded, questions end as they say, and what was handed over comes up again."""

from typing import Any

import pytest
from tests.run.asking import ADA, Told, desk_of, happens, lead, polite, say
from tests.run.little import Which
from tests.run.waking import SetClock, moved

from segue import Draft, Person, Refine, caller, step
from segue.errors import DefinitionError
from segue.flow.node import DAY
from segue.observe.trace import trace
from segue.run import events as ev
from segue.run import reception
from segue.run.memory import MemoryJournal
from segue.testing import check_outcomes


@step
async def act(which: Which) -> Told:
    return Told(f"did {which.text}")


@step
async def write(told: Told) -> Draft:
    return Draft(told.text)


def asking(**how: Any) -> Any:
    return desk_of(caller.gives(Which, asking="which", **how), act, Refine(write, against=[polite]))


def said(events: list[Any]) -> list[str]:
    return [
        h.event.text for h in events if getattr(h.event, "text", "") and h.event.kind != "MessageReceived"
    ]


async def test_a_customer_is_reminded_once_and_may_still_answer() -> None:
    async with moved(asking(remind=3600, within=DAY)) as world:
        office = world.office
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "do it")
        await world.later(minutes=59)
        await world.later(minutes=2)
        reminder = await happens(office, id, ev.CustomerReminded)
        assert getattr(reminder, "text", "").endswith("Which one?")
        await world.later(hours=2)
        outcome = await say(office, id, "2", "this one")
        assert outcome[-1].event.text == "did this one"
        events = await office.events(id)
        assert sum(isinstance(h.event, ev.CustomerReminded) for h in events) == 1
        check_outcomes(events)
        (turn,) = trace(events, office.desk.flows).turns
        assert turn.shape == "flow"


async def test_a_question_that_nobody_answers_closes_the_conversation_and_says_so() -> None:
    async with moved(asking(within=DAY)) as world:
        office = world.office
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "do it")
        await world.later(days=1, seconds=1)
        await happens(office, id, ev.ConversationClosed)
        assert "have not heard from you" in said(await office.events(id))[-1]
        assert (await office.journal.head(id)).owner == "closed"
        assert (await say(office, id, "2", "this one"))[-1].event.text == "Which one?"
        check_outcomes(await office.events(id))


async def test_a_question_that_nobody_answers_goes_to_whom_it_names() -> None:
    async with moved(asking(within=DAY, unanswered=lead)) as world:
        office = world.office
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "do it")
        await world.later(days=1, seconds=1)
        handover: Any = await happens(office, id, ev.HandedOver)
        assert (handover.to, handover.reason) == ("lead", "unanswered")
        (wait,) = await reception.waiting(office)
        assert wait.conversation == id


async def test_who_is_named_for_the_unanswered_must_be_a_person_of_the_desk() -> None:
    with pytest.raises(DefinitionError, match="stranger"):
        asking(unanswered=Person("stranger"))


def test_a_reminder_comes_before_the_end() -> None:
    with pytest.raises(DefinitionError, match="remind before it expires"):
        caller.gives(Which, asking="which", remind=DAY, within=DAY)
    with pytest.raises(DefinitionError, match="remind"):
        caller.gives(Which, asking="which", remind=0)


async def test_a_handover_that_nobody_takes_care_of_comes_up_again_and_the_customer_hears_of_it() -> None:
    journal, clock = MemoryJournal(), SetClock()
    desk = desk_of(Person("lead").takes_over())
    async with moved(desk, journal, clock) as world:
        id = await world.office.begin(caller=ADA)
        await say(world.office, id, "1", "a person please")
        (wait,) = await reception.waiting(world.office)
        assert wait.expires is not None
        await world.later(days=1, seconds=1)
        overdue: Any = await happens(world.office, id, ev.HandoverOverdue)
        assert "not been forgotten" in overdue.text
        (again,) = await reception.waiting(world.office)
        assert again.id == wait.id
        assert again.expires is not None
        assert again.expires > wait.expires
    async with moved(desk, journal, clock) as world:  # and so it does after a restart
        await world.later(days=3)
        await happens(world.office, id, ev.HandoverOverdue, 2)
        (later,) = await reception.waiting(world.office)
        assert later.expires is not None
        assert later.expires > again.expires
        await reception.person_replies(world.office, wait, by="kim", id="k", text="Here I am", then="return")
        await happens(world.office, id, ev.ConversationReturned)
        assert await reception.waiting(world.office) == []
        check_outcomes(await world.office.events(id))
