"""A small desk with every kind of outcome, for the tests of the web. `python -m` serves it from a process.

What a message starts with decides: `ask` asks the customer, `lead` asks the lead, `person` hands over, `bug`
breaks, `slow` works for a while and says so, anything else is answered.
"""

import asyncio
import logging
import sys
from collections.abc import Sequence as Listed
from dataclasses import dataclass

from segue import (
    Caller,
    Conversation,
    Desk,
    Draft,
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
from segue.errors import NotFound
from segue.web import Choice, serve

lead = Person("support lead")


@dataclass(frozen=True)
class Plain:
    text: str


@dataclass(frozen=True)
class Slow:
    text: str


@dataclass(frozen=True)
class Unsure:
    text: str


@dataclass(frozen=True)
class Delicate:
    text: str


@dataclass(frozen=True)
class Wants:
    text: str


@dataclass(frozen=True)
class Broken:
    text: str


@dataclass(frozen=True)
class OrderNumber:
    number: str


@dataclass(frozen=True)
class ParcelLost:
    number: int


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    note: str = ""


@dataclass(frozen=True)
class Found:
    text: str


@dataclass(frozen=True)
class Who:
    id: str
    level: str


Kinds = type[Plain] | type[Slow] | type[Unsure] | type[Delicate] | type[Wants] | type[Broken]


@step
async def know(who: Caller) -> Who:
    return Who(who.id, who.level)


@step
async def understand(message: Message) -> Plain | Slow | Unsure | Delicate | Wants | Broken:
    kinds: dict[str, Kinds] = {"slow": Slow, "ask": Unsure, "lead": Delicate, "person": Wants, "bug": Broken}
    return kinds.get(message.text.split()[0].casefold(), Plain)(message.text)


@step
async def answer(plain: Plain, who: Who, conversation: Conversation) -> Found:
    return Found(f"You said: {plain.text}" if who.level == "anonymous" else f"{who.id} said: {plain.text}")


@step(says="looking")
async def look_up(slow: Slow) -> Found:
    seconds = slow.text.split()[1:2]
    await asyncio.sleep(float(seconds[0]) if seconds and seconds[0].replace(".", "").isdigit() else 0.5)
    return Found("Your parcel is with the carrier and arrives on Thursday, between 10 and 12.")


@step
async def use_number(unsure: Unsure, number: OrderNumber) -> Found:
    return Found(f"Order {number.number} left our warehouse this morning.")


@step
async def use_verdict(delicate: Delicate, verdict: Verdict) -> Found:
    return Found(f"{'It is allowed' if verdict.allowed else 'It is not allowed'}. {verdict.note}".strip())


@step
async def break_down(broken: Broken) -> Found:
    raise AttributeError("a bug of the desk")


@step
async def write(found: Found) -> Draft:
    return Draft(found.text)


@step
async def regret(lost: ParcelLost) -> Draft:
    return Draft(f"Parcel {lost.number} is lost.")


@step
async def mind(draft: Draft) -> list[Objection]:
    return []


def make_desk(**kwargs: object) -> Desk:
    """A new one; its flow can be shared."""
    return Desk(
        Flow(
            Sequence(
                know,
                understand,
                Route(
                    {
                        Plain: answer,
                        Slow: look_up,
                        Unsure: Sequence(caller.gives(OrderNumber, asking="which_order"), use_number),
                        Delicate: Sequence(lead.gives(Verdict), use_verdict),
                        Wants: lead.takes_over(),
                        Broken: break_down,
                    }
                ),
                Refine(write, against=[mind]),
            ).escalate(to=lead),
            takes=Message,
            gives=Reply,
            name="support",
        ),
        Flow(Refine(regret, against=[mind]), takes=ParcelLost, gives=Reply, name="losing"),
        people={lead: "leads"},
        texts={
            "which_order": {"en": "Which order is it about?", "de": "Um welche Bestellung geht es?"},
            "looking": {"en": "Looking at your order", "de": "Ich sehe mir Ihre Bestellung an"},
        },
        languages=("en", "de"),
        name="Kite & Co.",
        **kwargs,  # type: ignore[arg-type]
    )


class Demo:
    """Two customers to choose from."""

    async def customers(self) -> Listed[Choice]:
        return (
            Choice("c1", "Ada Marsh", "Two parcels on their way, one of them late"),
            Choice("c2", "Jonas Weiß", "Sent something back and waits for the refund"),
        )

    async def caller(self, id: str) -> Caller:
        for choice in await self.customers():
            if choice.id == id:
                return Caller(id, "verified", {"name": choice.name})
        raise NotFound(f"there is no customer {id!r}")


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    serve(make_desk(), sys.argv[1], port=int(sys.argv[2]), operator_token="operators", sign_in=Demo())
