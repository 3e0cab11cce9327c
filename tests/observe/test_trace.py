"""What operators read of conversations that really took place."""

import asyncio
import contextlib

import orjson
from tests.observe.small_desk import (
    Gate,
    Luck,
    Orders,
    Tracking,
    cached_orders,
    desk_of,
    each_request,
    find_orders,
    happens,
    kinds,
    named,
    one_turn,
    outline,
    slow_orders,
    tell,
    traced,
    track,
    understand,
)

from segue import (
    Each,
    Message,
    Sequence,
    step,
)
from segue.observe.shape import KINDS
from segue.observe.trace import trace
from segue.run import nodes
from segue.testing import talk


def test_every_kind_of_node_can_be_read() -> None:
    assert set(KINDS) <= set(nodes._KINDS)
    assert [kind for kind in nodes._KINDS if not set(kind.__mro__) & set(KINDS)] == []


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
    async def stubborn(message: Message) -> Orders:
        with contextlib.suppress(asyncio.CancelledError):  # and it gives something all the same
            await asyncio.sleep(30)
        return Orders(2)

    turn = await one_turn(desk_of(stubborn.within(0.02).or_else(cached_orders), tell))

    (stage,) = named(turn, "stubborn")
    assert (stage.state, stage.says) == ("late", "not done within 0.02 s; StepFinished came too late")


async def test_a_group_that_takes_too_long_shows_how_far_it_came() -> None:
    group = Sequence(find_orders, slow_orders).within(0.02).or_else(cached_orders)
    turn = await one_turn(desk_of(group, tell, tools=[Luck(), Gate()]))

    assert outline(turn.stages)[:4] == [
        "within within 0.02 s timed out",
        "  step find_orders done",
        "  step slow_orders timed out",
        "instead: step cached_orders done",
    ]


async def test_each_item_shows_the_way_it_took() -> None:
    turn = await one_turn(desk_of(understand, each_request), "t1 t2")

    (each,) = kinds(turn, "each")
    assert outline([each]) == [
        "each each of list[Refund | Tracking] done",
        "  item 1: Tracking done",
        "    route Tracking done",
        "      step track done",
        "  item 2: Tracking done",
        "    route Tracking done",
        "      step track done",
    ]
    assert [stage.path for stage in named(turn, "track")] == [
        "each.0/Tracking/track",
        "each.1/Tracking/track",
    ]


async def test_an_empty_list_is_said_to_be_empty() -> None:
    @step
    async def nothing(message: Message) -> list[Tracking]:
        return []

    turn = await one_turn(desk_of(nothing, Each(track)))
    (each,) = kinds(turn, "each")
    assert (turn.shape, each.state, each.children, each.says) == ("flow", "done", (), "the list is empty")


async def test_what_happens_between_turns_is_told_too() -> None:
    async with talk(desk_of(find_orders, tell, tools=[Luck(OSError("down"))])) as customer:
        await customer.says("hello")
        await customer.outcome("are you there?")
        await customer.person("here I am", by="kim", then="return")
        await happens(customer, "ConversationReturned")
        await customer.says("thanks")
        found = await traced(customer)
    told = [(aside.what, aside.by, aside.words.length if aside.words else 0) for aside in found.asides]
    assert told == [
        ("a message went to a person", "", len("are you there?")),
        ("a person replied", "kim", len("here I am")),
        ("a person returned the conversation", "kim", 0),
    ]
    assert [turn.state for turn in found.turns] == ["handed_over", "replied"]
    assert found.owner == "ai"


async def test_times_count_from_the_message() -> None:
    async with talk(desk_of(find_orders, tell, tools=[Luck()])) as customer:
        await customer.says("hello")
        events = await customer.events()
    at = {type(h.event).__name__: h.at for h in events}
    (turn,) = trace(events, customer.desk.flows).turns
    assert turn.totals.first_sign == at["ProgressShown"] - at["MessageReceived"]
    assert turn.totals.outcome == at["ReplySent"] - at["MessageReceived"]
    assert turn.totals.steps == 4


SECRET = "t-secret"


async def test_contents_are_left_out_unless_they_are_asked_for() -> None:
    async with talk(desk_of(understand, each_request)) as customer:
        await customer.says(SECRET)
        closed, open_ = await traced(customer), await traced(customer, contents=True)
    assert SECRET not in orjson.dumps(closed.as_json()).decode()
    told = orjson.dumps(open_.as_json()).decode()
    assert told.count(SECRET) >= 4  # the message, what was understood, the answer, the reply
    assert named(open_.turns[0], "track")[0].fact == {"text": f"{SECRET} is on its way"}


async def test_why_a_step_failed_is_told_without_contents() -> None:
    turn = await one_turn(desk_of(find_orders, tell, tools=[Luck(OSError("no route to host"))]))
    assert named(turn, "find_orders")[0].says == "OSError: no route to host"


def test_nothing_recorded_is_a_trace_without_turns() -> None:
    found = trace([], {})
    assert (found.turns, found.asides, found.opened, found.owner) == ((), (), None, "ai")
