"""A desk with a step that means harm, for one customer only: everybody else is answered as if nothing was."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from segue import Caller, Desk, Draft, Flow, Message, Objection, Person, Refine, Reply, Sequence, step
from segue.run import events as ev
from segue.run import reception
from segue.run.codec import Happened
from segue.run.office import Office

MALLORY = Caller("mallory", "verified")
ADA = Caller("ada", "verified")
SECONDS = 20.0

lead = Person("lead")


@dataclass(frozen=True)
class Found:
    what: Any


@step
async def write(found: Found) -> Draft:
    return Draft(f"found {found.what}")


@step
async def fine(draft: Draft) -> list[Objection]:
    return []


@step
async def instead(message: Message) -> Found:
    return Found("something else")


def desk_of(first: Any) -> Desk:
    body = Sequence(first, Refine(write, against=[fine])).escalate(to=lead)
    return Desk(Flow(body, takes=Message, gives=Reply, name="f"), people={lead: "leads"})


def asynchronous(harm: Callable[[], Awaitable[Found]]) -> Any:
    """An `async def` step that does this to Mallory's conversations."""

    @step(name="bad")
    async def bad(message: Message, caller: Caller) -> Found:
        return await harm() if caller == MALLORY else Found("it")

    return bad


def plain(harm: Callable[[], Found]) -> Any:
    """The same as a `def` step, which runs in a thread."""

    @step(name="bad")
    def bad(message: Message, caller: Caller) -> Found:
        return harm() if caller == MALLORY else Found("it")

    return bad


async def ask(office: Office, who: Caller, seconds: float = SECONDS) -> tuple[str, list[Happened]]:
    """A conversation of one message: its id, and everything up to the outcome."""
    id = await office.begin(caller=who)
    await reception.customer_says(office, id, "m", "hello")
    return id, list(await reception.outcome_of(office, id, "m", seconds))


async def is_answered(office: Office, who: Caller = ADA, text: str = "found it") -> None:
    """Somebody else writes, and is answered."""
    _, happened = await ask(office, who)
    assert happened, "nobody answered"
    event = happened[-1].event
    assert isinstance(event, ev.ReplySent), event
    assert event.text == text


async def is_with_a_person(office: Office, happened: list[Happened], reason: str) -> ev.HandedOver:
    """The customer was told that a person goes on, and one does."""
    assert happened, "nobody answered"
    event = next((h.event for h in happened if isinstance(h.event, ev.HandedOver)), None)
    assert event is not None, happened[-1].event
    assert "colleague" in event.text
    assert (event.to, event.reason) == ("lead", reason)
    assert [wait.kind for wait in await reception.waiting(office)] == ["handover"]
    return event


async def first(office: Office, id: str, kind: type[ev.Event]) -> Any:
    """The first event of a kind, awaited if need be."""
    async with asyncio.timeout(SECONDS):
        async for happened in office.follow(id):
            if isinstance(happened, Happened) and isinstance(happened.event, kind):
                return happened.event
    raise AssertionError(f"no {kind.__name__} before the desk closed")
