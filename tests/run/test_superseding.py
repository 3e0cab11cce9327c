"""A customer who writes in fragments: one turn about all of them, and nothing looked up twice."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from tests.run.asking import ADA, Told, desk_of, happens, lead, polite, say
from tests.run.little import Customer, find_customer, make_desk

from segue import (
    Caller,
    Desk,
    Draft,
    Flow,
    Message,
    Parallel,
    Refine,
    Reply,
    Route,
    Sequence,
    caller,
    step,
)
from segue.errors import DefinitionError
from segue.run import events as ev
from segue.run import reception
from segue.run.mailbox import FRAGMENTS
from segue.run.memory import MemoryJournal
from segue.testing import check_outcomes


@dataclass(frozen=True)
class Parts:
    count: int


@dataclass(frozen=True)
class Profile:
    name: str


class Desks:
    """A lookup that needs the caller, a reading of the message that waits at a gate, and a reply."""

    def __init__(self, **options: Any) -> None:
        self.looked: list[str] = []
        self.read: list[tuple[str, ...]] = []
        self.gate = asyncio.Event()
        self.reading = asyncio.Semaphore(0)

        @step
        async def look(caller: Caller) -> Profile:
            self.looked.append(caller.id)
            return Profile(caller.id)

        @step
        async def read(message: Message) -> Parts:
            self.read.append(message.parts)
            self.reading.release()
            await self.gate.wait()
            return Parts(len(message.parts))

        @step
        async def write(message: Message, parts: Parts, profile: Profile) -> Draft:
            return Draft(f"{profile.name}: {message.text} ({parts.count})")

        self.desk = desk_of(Parallel(look, read), Refine(write, against=[polite]), **options)


def kinds(events: list[Any]) -> list[str]:
    return [one.event.kind for one in events]


async def test_a_second_fragment_supersedes_the_turn_and_equal_inputs_are_not_looked_up_again() -> None:
    it = Desks()
    async with it.desk.open() as office:
        id = await office.begin(caller=ADA)
        await reception.customer_says(office, id, "1", "my order")
        await it.reading.acquire()
        await happens(office, id, ev.StepFinished)  # the lookup
        await reception.customer_says(office, id, "2", "1001 please")
        await it.reading.acquire()
        it.gate.set()
        (reply,) = [
            h.event for h in await reception.outcome_of(office, id, "2", 20) if h.event.kind == "ReplySent"
        ]
        assert isinstance(reply, ev.ReplySent)
        assert reply.text == "ada: my order\n1001 please (2)"
        assert len(reply.covers) == 2
        assert it.looked == ["ada"]
        assert it.read == [("my order",), ("my order", "1001 please")]
        events = await office.events(id)
        check_outcomes(events)
        assert kinds(events).count("TurnSuperseded") == 1
        assert kinds(events).count("FactReused") == 1


async def test_what_was_superseded_is_the_same_after_a_restart() -> None:
    it, journal = Desks(), MemoryJournal()
    async with it.desk.open(journal) as office:
        id = await office.begin(caller=ADA)
        await reception.customer_says(office, id, "1", "my order")
        await it.reading.acquire()
        await happens(office, id, ev.StepFinished)
        await reception.customer_says(office, id, "2", "1001 please")
        await it.reading.acquire()
        await happens(office, id, ev.FactReused)
    it.gate.set()
    async with it.desk.open(journal) as office:
        outcome = await reception.outcome_of(office, id, "2", 20)
        reply: Any = outcome[-1].event if outcome else None
        assert reply.text == "ada: my order\n1001 please (2)"
        assert it.looked == ["ada"]
        check_outcomes(await office.events(id))


async def test_a_turn_that_asked_somebody_is_not_superseded() -> None:
    @dataclass(frozen=True)
    class Number:
        text: str

    gate, at_work = asyncio.Event(), asyncio.Event()

    @step
    async def act(number: Number) -> Told:
        at_work.set()
        await gate.wait()
        return Told(f"did {number.text}")

    @step
    async def write(told: Told) -> Draft:
        return Draft(told.text)

    desk = desk_of(caller.gives(Number, asking="which"), act, Refine(write, against=[polite]))
    async with desk.open() as office:
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "do it")
        await reception.customer_says(office, id, "2", "this one")
        await at_work.wait()
        await reception.customer_says(office, id, "3", "and that")
        gate.set()
        outcome = await reception.outcome_of(office, id, "2", 20)
        reply: Any = outcome[-1].event
        assert reply.text == "did this one"
        assert (await reception.outcome_of(office, id, "3", 20))[-1].event.kind == "CustomerAsked"
        assert "TurnSuperseded" not in kinds(await office.events(id))


async def test_somebody_who_never_stops_typing_is_answered_all_the_same() -> None:
    it = Desks()
    async with it.desk.open() as office:
        id = await office.begin(caller=ADA)
        for n in range(FRAGMENTS + 3):
            await reception.customer_says(office, id, str(n), f"part {n}")
            if n <= FRAGMENTS:
                await it.reading.acquire()
        it.gate.set()
        for n in range(FRAGMENTS + 3):
            assert await reception.outcome_of(office, id, str(n), 20)
        events = await office.events(id)
        check_outcomes(events)
        assert kinds(events).count("TurnSuperseded") == FRAGMENTS


async def test_in_a_chat_a_message_waits_for_what_is_written_directly_after_it() -> None:
    it = Desks(settle={"chat": 0.2})
    it.gate.set()
    async with it.desk.open() as office:
        id = await office.begin(caller=ADA, channel="chat")
        await reception.customer_says(office, id, "1", "my order")
        await reception.customer_says(office, id, "2", "1001 please")
        await reception.outcome_of(office, id, "2", 20)
        assert it.read == [("my order", "1001 please")]
        assert "TurnSuperseded" not in kinds(await office.events(id))


async def test_a_message_that_settles_when_the_process_ends_is_answered_by_the_next() -> None:
    it, journal = Desks(settle={"chat": 0.2}), MemoryJournal()
    it.gate.set()
    async with it.desk.open(journal) as office:
        id = await office.begin(caller=ADA, channel="chat")
        await reception.customer_says(office, id, "1", "my order")
        assert it.read == []
    async with it.desk.open(journal) as office:
        assert await reception.outcome_of(office, id, "1", 20)


async def test_draining_lets_a_message_that_settles_be_answered() -> None:
    it = Desks(settle={"chat": 0.1})
    it.gate.set()
    async with it.desk.open() as office:
        id = await office.begin(caller=ADA, channel="chat")
        await reception.customer_says(office, id, "1", "my order")
        assert await office.drain(20)
        assert kinds(await office.events(id))[-1] == "TurnFinished"


async def test_a_superseded_turn_leaves_no_step_running() -> None:
    stopped: list[tuple[str, ...]] = []
    started, go = asyncio.Semaphore(0), asyncio.Event()

    @step
    async def write(message: Message) -> Draft:
        started.release()
        try:
            await go.wait()
        except asyncio.CancelledError:
            stopped.append(message.parts)
            raise
        return Draft(message.text)

    async with desk_of(Refine(write, against=[polite])).open() as office:
        id = await office.begin(caller=ADA)
        await reception.customer_says(office, id, "1", "a")
        await started.acquire()
        await reception.customer_says(office, id, "2", "b")
        await started.acquire()
        go.set()
        await reception.outcome_of(office, id, "2", 20)
        assert stopped == [("a",)]


def test_a_settle_time_must_be_bearable() -> None:
    with pytest.raises(DefinitionError, match="settle"):
        make_desk(settle={"chat": 3600})
    with pytest.raises(DefinitionError, match="settle"):
        make_desk(settle={"chat": -1})


async def test_a_decision_is_made_anew_from_all_fragments() -> None:
    @dataclass(frozen=True)
    class Wants:
        what: str

    @dataclass(frozen=True)
    class Chats:
        what: str

    gate, begun = asyncio.Event(), asyncio.Semaphore(0)

    @step
    async def decide(message: Message) -> Wants | Chats:
        return Wants(message.text) if "refund" in message.text else Chats(message.text)

    @step
    async def wait_a_little(chats: Chats) -> Told:
        begun.release()
        await gate.wait()
        return Told("chatted")

    @step
    async def pay(wants: Wants, customer: Customer) -> Told:
        return Told(f"refunded {customer.id}")

    @step
    async def write(told: Told) -> Draft:
        return Draft(told.text)

    desk = Desk(
        Flow(
            Sequence(
                Parallel(decide, find_customer),
                Route({Wants: pay, Chats: wait_a_little}),
                Refine(write, against=[polite]),
            ).escalate(to=lead),
            takes=Message,
            gives=Reply,
            name="support",
        ),
        people={lead: "leads"},
    )
    async with desk.open() as office:
        id = await office.begin(caller=ADA)
        await reception.customer_says(office, id, "1", "hello")
        await begun.acquire()
        outcome = await say(office, id, "2", "I want a refund")
        assert outcome[-1].event.text == "refunded ada"
        check_outcomes(await office.events(id))
