"""A little desk for tests: two kinds of request, one question, one lookup that can be disturbed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from segue import (
    Caller,
    Desk,
    Draft,
    Each,
    Facts,
    Flow,
    Message,
    Objection,
    Parallel,
    Person,
    Refine,
    Reply,
    Route,
    Sequence,
    always,
    caller,
    minutes,
    step,
)


@dataclass(frozen=True)
class Customer:
    id: str


@dataclass(frozen=True)
class Orders:
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Track:
    what: str


@dataclass(frozen=True)
class Refund:
    what: str


@dataclass(frozen=True)
class Which:
    text: str


@dataclass(frozen=True)
class Told:
    text: str


@dataclass
class Shop:
    """Counts what it is asked, and does whatever `trouble` does first."""

    calls: list[str] = field(default_factory=list)
    trouble: Callable[[int], Any] | None = None

    async def look(self, customer: str) -> tuple[int, ...]:
        self.calls.append(f"look {customer}")
        if self.trouble is not None:
            await self.trouble(len(self.calls))
        return (1, 2, 3)

    async def pay(self, what: str) -> str:
        self.calls.append(f"pay {what}")
        return f"refunded {what}"


lead = Person("lead")


@step
async def understand(message: Message) -> list[Track | Refund]:
    parts = [part.strip() for part in message.text.split(" and ")]
    return [Refund(part) if part.startswith("refund") else Track(part) for part in parts]


@step
async def find_customer(caller: Caller) -> Customer:
    return Customer(caller.id)


@step(says="looking")
async def find_orders(customer: Customer, *, shop: Shop) -> Orders:
    return Orders(await shop.look(customer.id))


@step
async def track(request: Track, orders: Orders) -> Told:
    return Told(f"{request.what} is one of {len(orders.numbers)}")


@step
async def pay(request: Refund, which: Which, *, shop: Shop) -> Told:
    return Told(await shop.pay(which.text))


@step
async def write(told: list[Told]) -> Draft:
    return Draft("; ".join(one.text for one in told))


@step
async def polite(draft: Draft, facts: Facts) -> list[Objection]:
    return [Objection("polite", "it swears")] if "damn" in draft.text else []


def make_flow(**verbs: Any) -> Flow[Reply]:
    return Flow(
        Sequence(
            Parallel(understand, Sequence(find_customer, find_orders.retry(3, pause=0.001))),
            Each(Route({Track: track, Refund: Sequence(caller.gives(Which, asking="which", **verbs), pay)})),
            Refine(write, against=[polite]),
        ).escalate(to=lead),
        takes=Message,
        gives=Reply,
        keeps={Customer: always, Orders: minutes(10)},
        name="support",
    )


TEXTS = {
    "which": {"en": "Which one?", "de": "Welche?"},
    "looking": {"en": "Looking …", "de": "Ich sehe nach …"},
}


def make_desk(shop: Shop | None = None, flow: Flow[Any] | None = None, **options: Any) -> Desk:
    return Desk(
        flow or make_flow(),
        tools=[shop or Shop()],
        people={lead: "leads"},
        texts=TEXTS,
        languages=("en", "de"),
        **options,
    )
