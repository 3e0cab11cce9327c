"""A small desk to be traced: its facts, its steps, and how its trees are read."""

import asyncio
from collections.abc import Sequence as Listed
from dataclasses import dataclass

from segue import (
    Delegate,
    Desk,
    Draft,
    Each,
    Facts,
    Failed,
    Flow,
    Message,
    Objection,
    Parallel,
    Person,
    Refine,
    Reply,
    Route,
    Sequence,
    caller,
    step,
)
from segue.flow.node import Node
from segue.observe.stage import Stage
from segue.observe.trace import Trace, trace
from segue.observe.turns import TurnTrace
from segue.testing import Customer, talk


@dataclass(frozen=True)
class Orders:
    count: int


@dataclass(frozen=True)
class Tracking:
    order: str


@dataclass(frozen=True)
class Refund:
    order: str


@dataclass(frozen=True)
class Amount:
    text: str


@dataclass(frozen=True)
class Verdict:
    allowed: bool


@dataclass(frozen=True)
class Answer:
    text: str


@dataclass(frozen=True)
class AskBilling:
    about: str


@dataclass(frozen=True)
class AskShipping:
    about: str


@dataclass(frozen=True)
class Finding:
    text: str


lead = Person("support lead")


class Luck:
    """Lets a step fail as often as it is told to, then go well."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)

    def hope(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


class Gate:
    """Lets a step wait until it is opened."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def passes(self) -> None:
        self.reached.set()
        await self.opened.wait()


@step
async def find_orders(message: Message, *, luck: Luck) -> Orders:
    luck.hope()
    return Orders(3)


@step
async def cached_orders(message: Message) -> Orders:
    return Orders(1)


@step
async def slow_orders(message: Message, *, gate: Gate) -> Orders:
    await gate.passes()
    return Orders(2)


@step(says={"en": "looking at your order"})
async def tell(orders: Orders) -> Answer:
    return Answer(f"you have {orders.count} orders")


@step
async def write(facts: Facts) -> Draft:
    said = [one for fact in facts for one in (fact if isinstance(fact, list) else [fact])]
    return Draft("; ".join(one.text for one in said if isinstance(one, Answer)) or "nothing to say")


@step
async def accept(draft: Draft) -> list[Objection]:
    return []


writing = Refine(write, against=[accept])


def flow_of(*before: Node[object], name: str = "support") -> Flow[Reply]:
    return Flow(Sequence(*before, writing).escalate(to=lead), takes=Message, gives=Reply, name=name)


def desk_of(*before: Node[object], tools: Listed[object] = ()) -> Desk:
    return Desk(flow_of(*before), tools=tools, people={lead: "leads"})


async def traced(customer: Customer, **how: bool) -> Trace:
    return trace(await customer.events(), customer.desk.flows, conversation=customer.id, **how)


async def one_turn(desk: Desk, text: str = "hello", **how: bool) -> TurnTrace:
    async with talk(desk) as customer:
        await customer.says(text)
        (turn,) = (await traced(customer, **how)).turns
        return turn


def named(turn: TurnTrace, name: str) -> list[Stage]:
    """Every stage of that name, in order."""
    return [stage for top in turn.stages for stage in top.walk() if stage.name == name]


def kinds(turn: TurnTrace, kind: str) -> list[Stage]:
    return [stage for top in turn.stages for stage in top.walk() if stage.kind == kind]


def outline(stages: Listed[Stage], depth: int = 0) -> list[str]:
    """The tree in a few words a line: kind, name and state."""
    lines = []
    for stage in stages:
        instead = "instead: " if stage.substitute else ""
        lines.append(f"{'  ' * depth}{instead}{stage.kind} {stage.name} {stage.state}")
        lines += outline(stage.children, depth + 1)
    return lines


@step
async def understand(message: Message) -> list[Tracking | Refund]:
    return [Refund(word) if word.startswith("r") else Tracking(word) for word in message.text.split()]


@step
async def track(tracking: Tracking) -> Answer:
    return Answer(f"{tracking.order} is on its way")


@step
async def pay(refund: Refund, amount: Amount) -> Answer:
    return Answer(f"{amount.text} for {refund.order}")


asking = caller.gives(Amount, asking={"en": "how much?"})
each_request = Each(Route({Tracking: track, Refund: Sequence(asking, pay)}))


@step
async def supervise(
    message: Message, found: list[Finding | Failed]
) -> list[AskBilling | AskShipping] | Answer:
    if not found:
        return [AskBilling("invoice"), AskShipping("parcel")]
    if len(found) == 2:
        return [AskBilling("refund")]
    return Answer(f"{len(found)} findings")


@step
async def billing(ask: AskBilling) -> Finding:
    return Finding(ask.about)


@step
async def shipping(ask: AskShipping) -> Finding:
    raise OSError("the parcel service is down")


@step
async def rewrite(message: Message, objections: list[Objection]) -> Draft:
    return Draft("better" if objections else "rude")


@step
async def politeness(draft: Draft) -> list[Objection]:
    return [Objection("politeness", "it is rude")] if "rude" in draft.text else []


@step
async def lead_asked(orders: Orders) -> Verdict:
    return Verdict(True)


def rich_desk() -> Desk:
    orders = slow_orders.within(0.01).or_else(find_orders.retry(3, pause=0.001))
    body = Sequence(
        Parallel(understand, Sequence(orders, lead_asked).named("orders")),
        Each(Route({Tracking: track, Refund: Sequence(asking, pay)})),
        Delegate(supervise, to={AskBilling: billing, AskShipping: shipping}),
        Refine(rewrite, against=[accept, politeness]),
    )
    flow = Flow(body.escalate(to=lead), takes=Message, gives=Reply, name="support")
    return Desk(flow, tools=[Gate(), Luck(OSError("x"))], people={lead: "leads"})


async def ended(customer: Customer) -> None:
    """Wait until the last turn is over."""
    await happens(customer, "TurnFinished")


async def happens(customer: Customer, kind: str) -> None:
    """Wait until something of this kind has happened."""
    async with asyncio.timeout(5):
        async for happened in (await customer.office()).follow(customer.id):
            if type(getattr(happened, "event", None)).__name__ == kind:
                return
