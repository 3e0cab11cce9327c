"""Starts without a message: something happened outside, and a flow is there for it."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from tests.run.asking import ADA, happens, lead, polite, say
from tests.run.little import Shop, make_desk, make_flow

from segue import Caller, Desk, Draft, Flow, Message, Person, Refine, Reply, Sequence, step
from segue.errors import BadInput, NotFound
from segue.run import events as ev
from segue.run import reception
from segue.run.memory import MemoryJournal
from segue.testing import check_outcomes


@dataclass(frozen=True)
class ParcelLost:
    number: int


@dataclass(frozen=True)
class Noted:
    number: int


@step
async def regret(lost: ParcelLost, caller: Caller) -> Draft:
    return Draft(f"{caller.id}, parcel {lost.number} is lost; a new one is sent.")


@step
async def note(noted: Noted) -> Draft:
    return Draft(f"noted {noted.number}")


@step
async def echo(message: Message) -> Draft:
    return Draft(f"re {message.text}")


losing = Flow(
    Sequence(Refine(regret, against=[polite])).escalate(to=lead), takes=ParcelLost, gives=Reply, name="losing"
)
answering = Flow(Refine(echo, against=[polite]), takes=Message, gives=Reply, name="answering")
handing_over = Flow(lead.takes_over(), takes=Message, gives=Reply, name="handing_over")


def desk_with(*flows: Any) -> Desk:
    return Desk(*flows, people={lead: "leads", Person("other"): "others"})


def replies(events: list[Any]) -> list[str]:
    return [h.event.text for h in events if isinstance(h.event, ev.ReplySent)]


async def test_a_fact_that_is_told_starts_the_flow_that_takes_it_and_the_customer_reads_its_reply() -> None:
    async with desk_with(answering, losing).open() as office:
        id = await office.begin(caller=ADA)
        receipt = await office.tell(id, ParcelLost(7))
        assert receipt.new
        await happens(office, id, ev.TurnFinished)
        assert replies(await office.events(id)) == ["ada, parcel 7 is lost; a new one is sent."]
        await say(office, id, "1", "oh")
        assert replies(await office.events(id))[-1] == "re oh"


async def test_what_is_told_twice_under_one_id_happens_once() -> None:
    async with desk_with(answering, losing).open() as office:
        id = await office.begin(caller=ADA)
        first = await office.tell(id, ParcelLost(7), id="scan-1", by="carrier")
        again = await office.tell(id, ParcelLost(7), id="scan-1", by="carrier")
        assert (first.new, again.new) == (True, False)
        await say(office, id, "1", "hello")
        assert replies(await office.events(id)) == ["ada, parcel 7 is lost; a new one is sent.", "re hello"]


async def test_a_fact_that_no_flow_takes_is_refused_with_what_there_is() -> None:
    async with desk_with(answering, losing).open() as office:
        id = await office.begin(caller=ADA)
        with pytest.raises(BadInput, match=r"Noted \(there is: ParcelLost\)"):
            await office.tell(id, Noted(1))
        with pytest.raises(BadInput, match="Message"):
            await office.tell(id, Message(("hello",)))
        with pytest.raises(NotFound):
            await office.tell("nowhere", ParcelLost(1))


async def test_what_is_told_while_a_person_owns_the_conversation_waits_for_its_return() -> None:
    async with desk_with(handing_over, losing).open() as office:
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "a person please")
        await office.tell(id, ParcelLost(7))
        await happens(office, id, ev.FactTold)
        assert replies(await office.events(id)) == []
        (wait,) = await reception.waiting(office)
        await reception.person_replies(office, wait, by="kim", id="k", text="Hello", then="return")
        await happens(office, id, ev.ReplySent)
        check_outcomes(await office.events(id))


async def test_what_is_told_of_a_closed_conversation_opens_it_again() -> None:
    async with desk_with(handing_over, losing).open() as office:
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "a person please")
        (wait,) = await reception.waiting(office)
        await reception.person_replies(office, wait, by="kim", id="k", text="Bye", then="close")
        await happens(office, id, ev.ConversationClosed)
        await office.tell(id, ParcelLost(7))
        await happens(office, id, ev.ReplySent)
        assert (await office.journal.head(id)).owner == "ai"


async def test_what_is_told_is_not_lost_when_the_process_ends_in_between() -> None:
    journal, gate, begun = MemoryJournal(), asyncio.Event(), asyncio.Event()

    @step
    async def slow(lost: ParcelLost) -> Draft:
        begun.set()
        await gate.wait()
        return Draft(f"lost {lost.number}")

    flow = Flow(Refine(slow, against=[polite]), takes=ParcelLost, gives=Reply, name="losing")
    async with desk_with(answering, flow).open(journal) as office:
        id = await office.begin(caller=ADA)
        await office.tell(id, ParcelLost(7))
        await begun.wait()
        await happens(office, id, ev.TurnStarted)
        await office.tell(id, ParcelLost(8))
        await happens(office, id, ev.FactTold)
    gate.set()
    async with desk_with(answering, flow).open(journal) as office:
        await say(office, id, "1", "hello")
        await happens(office, id, ev.TurnFinished, 3)
        assert sorted(replies(await office.events(id))) == ["lost 7", "lost 8", "re hello"]


async def test_a_fact_whose_flow_is_gone_after_a_restart_goes_to_a_person() -> None:
    journal = MemoryJournal()
    async with desk_with(handing_over, losing).open(journal) as office:
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "a person please")
        await office.tell(id, ParcelLost(7))
        await happens(office, id, ev.FactTold)
        (wait,) = await reception.waiting(office)
    async with desk_with(handing_over).open(journal) as office:
        await reception.person_replies(office, wait, by="kim", id="k", text="Hello", then="return")
        await happens(office, id, ev.HandedOver, 2)
        found = [h.event for h in await office.events(id) if isinstance(h.event, ev.HandedOver)]
        assert found[-1].reason == "flow_changed"
        (again,) = await reception.waiting(office)
        assert again.id != wait.id


async def test_a_message_does_not_supersede_a_turn_about_something_told() -> None:
    gate, begun = asyncio.Event(), asyncio.Event()

    @step
    async def slow(lost: ParcelLost) -> Draft:
        begun.set()
        await gate.wait()
        return Draft(f"lost {lost.number}")

    flow = Flow(Refine(slow, against=[polite]), takes=ParcelLost, gives=Reply, name="losing")
    async with desk_with(answering, flow).open() as office:
        id = await office.begin(caller=ADA)
        await office.tell(id, ParcelLost(7))
        await begun.wait()
        await reception.customer_says(office, id, "1", "hello")
        gate.set()
        assert await reception.outcome_of(office, id, "1", 20)
        assert replies(await office.events(id)) == ["lost 7", "re hello"]


def test_the_little_desk_takes_messages_only() -> None:
    desk = make_desk(Shop(), make_flow())
    assert desk.flow_for_messages is not None
