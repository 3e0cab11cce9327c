"""What operators read of conversations that really took place."""

import asyncio
import dataclasses
from collections.abc import Callable, Sequence as Listed
from dataclasses import dataclass

import orjson
import pytest

from segue import (
    Delegate,
    Desk,
    Draft,
    Each,
    Else,
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
    Withdrawn,
    caller,
    step,
)
from segue.flow.node import Node
from segue.observe.shape import KINDS
from segue.observe.stage import Stage
from segue.observe.trace import Trace, trace
from segue.observe.turns import TurnTrace
from segue.run import nodes
from segue.run.codec import Happened, unseal
from segue.run.facts import FactBook
from segue.run.memory import MemoryJournal
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
    try:
        await gate.passes()
    except asyncio.CancelledError:
        await asyncio.sleep(0)  # it takes its time to go
    return Orders(2)


@step(says={"en": "looking at your order"})
async def tell(orders: Orders) -> Answer:
    return Answer(f"you have {orders.count} orders")


@step
async def write(message: Message, answer: Answer | None, answers: list[Answer] | None) -> Draft:
    said = [answer] if answer else answers or []
    return Draft("; ".join(one.text for one in said))


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


def test_every_kind_of_node_can_be_read() -> None:
    assert set(KINDS) == set(nodes._KINDS)


async def test_a_turn_that_goes_well_has_the_shape_of_its_flow() -> None:
    turn = await one_turn(desk_of(find_orders, tell, tools=[Luck()]))

    assert outline(turn.stages) == [
        "step find_orders done",
        "step tell done",
        "refine Refine done",
        "  draft draft 1 done",
        "    step write done",
        "    step accept done",
    ]
    assert (turn.state, turn.shape, turn.flow) == ("replied", "flow", "support")
    assert [stage.says for stage in kinds(turn, "step")] == ["Orders", "Answer", "Draft", "no objection"]
    assert turn.reply is not None
    assert turn.reply.length == len("you have 3 orders")


async def test_a_step_began_when_it_ended_less_what_it_took() -> None:
    gate = Gate()
    async with talk(desk_of(slow_orders, tell, tools=[gate])) as customer:
        waiting = asyncio.create_task(customer.says("hello"))
        await gate.reached.wait()
        await asyncio.sleep(0.03)
        gate.opened.set()
        await waiting
        events = await customer.events()
        (turn,) = trace(events, customer.desk.flows).turns
    (stage,) = named(turn, "slow_orders")
    (end,) = (h for h in events if getattr(h.event, "path", "") == "slow_orders")
    assert stage.took is not None
    assert stage.took >= 30
    assert stage.started == round(end.at - stage.took)


async def test_what_is_shown_while_a_step_works_stands_with_the_step() -> None:
    turn = await one_turn(desk_of(find_orders, tell, tools=[Luck()]))
    (stage,) = named(turn, "tell")
    assert stage.progress == ("looking at your order",)


async def test_each_attempt_of_a_step_stands_with_its_failure() -> None:
    luck = Luck(OSError("line is busy"), ValueError("no sense"))
    turn = await one_turn(desk_of(find_orders.retry(3, pause=0.001), tell, tools=[luck]))

    (retry,) = kinds(turn, "retry")
    told = [(stage.attempt, stage.state, stage.says, stage.reason) for stage in retry.children]
    assert told == [
        (1, "failed", "OSError: line is busy", "failed"),
        (2, "failed", "ValueError: no sense", "failed"),
        (3, "done", "Orders", ""),
    ]
    assert (turn.totals.failures, turn.totals.retries) == (2, 2)


async def test_a_group_that_is_tried_again_shows_each_attempt_as_a_whole() -> None:
    luck = Luck(OSError("once"))
    group = Sequence(cached_orders, find_orders.named("checked")).retry(2, pause=0)
    turn = await one_turn(desk_of(group, tell, tools=[luck]))

    assert outline(kinds(turn, "retry")) == [
        "retry retry 2 done",
        "  attempt attempt 1 failed",
        "    step cached_orders done",
        "    named checked failed",
        "      step find_orders failed",
        "  attempt attempt 2 done",
        "    step cached_orders done",
        "    named checked done",
        "      step find_orders done",
    ]
    assert turn.totals.retries == 1


async def test_a_step_that_takes_too_long_is_timed_out_and_its_substitute_is_marked() -> None:
    turn = await one_turn(desk_of(slow_orders.within(0.02).or_else(cached_orders), tell, tools=[Gate()]))

    assert outline(turn.stages)[:2] == ["step slow_orders timed out", "instead: step cached_orders done"]
    (stage,) = named(turn, "slow_orders")
    assert (stage.says, stage.reason, stage.took) == ("not done within 0.02 s", "timeout", 20.0)
    assert (turn.totals.substitutes, turn.totals.failures) == (1, 1)


async def test_what_comes_too_late_is_shown_as_late() -> None:
    @step
    def stubborn(message: Message) -> Orders:
        released.wait(5)
        return Orders(2)

    import threading

    released = threading.Event()
    async with talk(desk_of(stubborn.within(0.02).or_else(cached_orders), tell)) as customer:
        await customer.says("hello")
        released.set()
        await customer.says("again")
        turn = (await traced(customer)).turns[0]
    assert named(turn, "stubborn")[0].state in ("late", "timed out")
