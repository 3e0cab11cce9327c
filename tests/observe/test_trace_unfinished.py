"""How a trace shows turns that run, were resumed, or were given up."""

import asyncio

from tests.observe.small_desk import (
    Answer,
    Gate,
    Refund,
    Tracking,
    desk_of,
    each_request,
    flow_of,
    happens,
    kinds,
    lead,
    named,
    one_turn,
    outline,
    rich_desk,
    slow_orders,
    tell,
    traced,
    track,
    understand,
)

from segue import (
    Desk,
    Each,
    Parallel,
    Route,
    step,
)
from segue.observe.trace import trace
from segue.testing import talk


async def test_a_turn_that_runs_shows_what_runs() -> None:
    gate = Gate()
    async with talk(desk_of(Parallel(slow_orders, understand), tell, tools=[gate])) as customer:
        talking = asyncio.create_task(customer.says("t1"))
        await happens(customer, "StepFinished")
        (turn,) = (await traced(customer)).turns
        gate.opened.set()
        await talking
    assert outline(turn.stages) == [
        "parallel at the same time running",
        "  step slow_orders running",
        "  step understand done",
    ]
    assert (turn.state, turn.ended, turn.totals.outcome) == ("running", None, None)


async def test_a_decision_that_nothing_was_done_about_yet_shows_its_branch() -> None:
    @step
    async def hesitate(refund: Refund, *, gate: Gate) -> Answer:
        await gate.passes()
        return Answer(refund.order)

    gate = Gate()
    desk = desk_of(understand, Each(Route({Tracking: track, Refund: hesitate})), tools=[gate])
    async with talk(desk) as customer:
        talking = asyncio.create_task(customer.says("r1"))
        await happens(customer, "StepFinished")
        (turn,) = (await traced(customer)).turns
        gate.opened.set()
        await talking
    assert outline(kinds(turn, "item")) == [
        "item 1: Refund running",
        "  route Refund running",
        "    step hesitate running",
    ]


async def test_a_turn_that_was_resumed_says_when() -> None:
    async with talk(desk_of(understand, each_request), crash_after=2) as customer:
        await customer.says("t1")
        (turn,) = (await traced(customer)).turns
    assert [resumed.n for resumed in turn.resumed] == [1]
    assert turn.totals.resumes == 1
    assert turn.state == "replied"


async def test_a_deadline_that_passed_leaves_what_ran_given_up() -> None:
    desk = Desk(flow_of(slow_orders, tell), tools=[Gate()], people={lead: "leads"}, allowance=0.05)
    turn = await one_turn(desk)
    assert turn.deadline_passed is not None
    assert named(turn, "slow_orders")[0].state == "abandoned"
    assert turn.handover is not None
    assert turn.handover.reason == "deadline"


async def test_every_beginning_of_a_conversation_has_the_shape_of_its_flow() -> None:
    async with talk(rich_desk()) as customer:
        await customer.says("t1 r2")
        await customer.says("20 euros")
        await customer.says("t3")
        events = await customer.events()
    for end in range(1, len(events) + 1):
        for turn in trace(events[:end], customer.desk.flows).turns:
            where = f"after {end} events: {outline(turn.stages)}"
            assert turn.shape == "flow", where
            open_ = {stage.state for top in turn.stages for stage in top.walk()} & {"running", "waiting"}
            finished = any(
                type(h.event).__name__ == "TurnFinished" and h.event.turn == turn.number  # type: ignore[attr-defined]
                for h in events[:end]
            )
            if finished:
                assert not open_, where
    assert [turn.state for turn in trace(events, customer.desk.flows).turns] == ["replied", "replied"]
