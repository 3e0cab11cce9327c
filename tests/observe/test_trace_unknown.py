"""How a trace shows turns of which not everything is known any more."""

from tests.observe.small_desk import (
    Luck,
    cached_orders,
    desk_of,
    find_orders,
    flow_of,
    kinds,
    named,
    outline,
    rich_desk,
    tell,
    traced,
)

from segue.observe.trace import trace
from segue.run.codec import Record, unseal
from segue.run.memory import MemoryJournal
from segue.testing import talk


async def test_every_step_that_was_recorded_stands_in_the_tree_once() -> None:
    async with talk(rich_desk()) as customer:
        await customer.says("t1 r2")
        await customer.says("20 euros")
        events = await customer.events()
    recorded = [
        (h.event.path, h.event.attempt)  # type: ignore[attr-defined]
        for h in events
        if type(h.event).__name__ in ("StepFinished", "StepFailed")
    ]
    for flows in (customer.desk.flows, {}):
        (turn,) = trace(events, flows).turns
        steps = [s for s in kinds(turn, "step") if s.state in ("done", "failed", "objected")]
        assert sorted((s.path, s.attempt) for s in steps) == sorted(recorded)


async def test_an_erased_turn_keeps_its_shape() -> None:
    journal = MemoryJournal()
    async with talk(rich_desk(), journal=journal) as customer:
        await customer.says("t1 r2")
        await customer.says("20 euros")
        before = await traced(customer)
        records = [Record(r.seq, r.envelope, None) for r in await journal.read(customer.id)]
        gone = [unseal(record, customer.desk.book) for record in records]
        after = trace(gone, customer.desk.flows)

    (was,), (turn,) = before.turns, after.turns
    assert turn.shape == "flow"
    told = "\n".join(outline(was.stages))
    for known, erased in [
        ("1: Tracking", "1"),  # what an item was is gone with it, and so is what a guard said
        ("2: Refund", "2"),
        ("politeness objected", "politeness done"),
    ]:
        told = told.replace(known, erased)
    assert "\n".join(outline(turn.stages)) == told
    assert {stage.says for stage in named(turn, "understand")} == {"something that was erased"}
    assert [words.length for words in turn.messages] == [None, None]
    assert named(turn, "shipping")[0].says == "OSError"


async def test_without_its_flow_a_turn_is_shown_by_path() -> None:
    async with talk(rich_desk()) as customer:
        await customer.says("t1 r2")
        await customer.says("20 euros")
        (turn,) = trace(await customer.events(), {}).turns
    assert (turn.shape, turn.why_paths) == ("paths", "the flow is not known here")
    assert "path each.0 done" in outline(turn.stages)
    assert named(turn, "shipping")[0].says == "OSError: the parcel service is down"
    (question,) = kinds(turn, "question")
    assert (question.state, question.person) == ("answered", "caller")


async def test_a_turn_of_a_flow_that_has_changed_is_shown_by_path_when_it_does_not_fit() -> None:
    async with talk(desk_of(find_orders, tell, tools=[Luck()])) as customer:
        await customer.says("hello")
        events = await customer.events()

    changed = flow_of(cached_orders, tell)
    (turn,) = trace(events, {"support": changed}).turns
    assert (turn.shape, turn.why_paths) == ("paths", "the flow has changed since")
    assert outline(turn.stages)[0] == "step find_orders done"

    harmless = flow_of(find_orders.retry(7), tell)
    (turn,) = trace(events, {"support": harmless}).turns
    assert (turn.shape, turn.why_paths) == ("flow", "")
