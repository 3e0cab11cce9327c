"""A little desk that asks the customer and a colleague at the same time, for tests."""

import asyncio
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from typing import Any

from tests.run.little import Which

from segue import (
    Caller,
    Desk,
    Draft,
    Each,
    Facts,
    Flow,
    Message,
    Objection,
    Person,
    Refine,
    Reply,
    Route,
    Sequence,
    caller,
    step,
)
from segue.errors import JournalUnavailable
from segue.run import events as ev
from segue.run import reception
from segue.run.memory import MemoryJournal

ADA = Caller("ada", "verified")


lead = Person("lead")


@step
async def polite(draft: Draft, facts: Facts) -> list[Objection]:
    return []


def desk_of(*nodes: Any, texts: Any = None, **options: Any) -> Desk:
    keeps = options.pop("keeps", {})
    flow = Flow(Sequence(*nodes).escalate(to=lead), takes=Message, gives=Reply, keeps=keeps, name="support")
    return Desk(
        flow, people={lead: "leads"}, texts={"which": {"en": "Which one?"}, **(texts or {})}, **options
    )


@dataclass(frozen=True)
class Approved:
    text: str


@dataclass(frozen=True)
class Ask:
    what: str


@dataclass(frozen=True)
class Boss:
    what: str


@dataclass(frozen=True)
class Told:
    text: str


@step
async def split(message: Message) -> list[Ask | Boss]:
    parts = [part.strip() for part in message.text.split(" and ")]
    return [Boss(part) if part.startswith("boss") else Ask(part) for part in parts]


@step
async def do_ask(request: Ask, which: Which) -> Told:
    return Told(f"did {which.text}")


@step
async def do_boss(request: Boss, approved: Approved) -> Told:
    return Told(f"boss {approved.text}")


@step
async def write(told: list[Told]) -> Draft:
    return Draft("; ".join(one.text for one in told))


def both(reader: Any = None) -> Desk:
    return desk_of(
        split,
        Each(
            Route(
                {
                    Ask: Sequence(caller.gives(Which, asking="which", reader=reader), do_ask),
                    Boss: Sequence(lead.gives(Approved), do_boss),
                }
            )
        ),
        Refine(write, against=[polite]),
    )


async def say(office: Any, id: str, m: str, text: str, seconds: float = 20.0) -> list[Any]:
    await reception.customer_says(office, id, m, text)
    return list(await reception.outcome_of(office, id, m, seconds))


async def happens(office: Any, id: str, kind: type[ev.Event], nth: int = 1) -> ev.Event:
    """The first (or nth) event of a kind, awaited if need be."""
    async with asyncio.timeout(20):
        async for happened in office.follow(id):
            if not isinstance(happened, Exception) and isinstance(happened.event, kind):
                event: ev.Event = happened.event
                nth -= 1
                if nth == 0:
                    return event
    raise AssertionError(f"no {kind.__name__} before the desk closed")


@step
async def do_nothing(request: Ask) -> Told:
    return Told("")


class DueFailsOnce(MemoryJournal):
    fails = False

    async def due(self, now: int, owner: str, limit: int = 1000) -> Seq[str]:
        if self.fails:
            self.fails = False
            raise JournalUnavailable("the disk is busy")
        return await super().due(now, owner, limit)
