"""What operators read of actions: how each came out, how often it was sent, who looked it up, who approved."""

import asyncio
from typing import Any

import orjson
from tests.observe.small_desk import kinds, outline, traced
from tests.run.asking import lead
from tests.run.bank import Bank, Paid, Told, banking, paying, settles, tell_already, tell_paid, virtually
from tests.run.test_undo import finished, make, take_back

from segue import (
    AlreadyDone,
    Approval,
    Limits,
    Message,
    Receipt,
    Route,
    Sequence,
    step,
)
from segue.observe.stage import Stage
from segue.observe.trace import Trace, trace
from segue.observe.turns import TurnTrace
from segue.run import events as ev
from segue.run.codec import Record, unseal
from segue.testing import Customer, talk


async def last_turn(customer: Customer, **how: Any) -> TurnTrace:
    """The last turn, which must have the shape of its flow; by path alone, its actions are told the same."""
    found = await traced(customer, **how)
    turn = found.turns[-1]
    assert (turn.shape, turn.why_paths) == ("flow", "")
    by_path: Trace = trace(await customer.events(), {})
    of_its_own = [one.state for one in acts(turn) if one.state != "reused"]  # that looks like any step's
    assert [one.state for one in acts(by_path.turns[-1])] == of_its_own
    return turn


def acts(turn: TurnTrace) -> list[Stage]:
    return kinds(turn, "action")


def told(stage: Stage) -> list[tuple[str, str]]:
    """What was asked of the back end, and what came of each."""
    return [(child.name, child.state) for child in stage.children]


@virtually
async def test_an_action_that_goes_well_is_one_line() -> None:
    async with banking(Bank()) as ada:
        await ada.says("refund 1 30")
        turn = await last_turn(ada)
    (pay,) = acts(turn)
    assert (pay.name, pay.state, pay.says, pay.sent, pay.children) == ("pay", "done", "Paid", 1, ())
    assert (turn.totals.actions, turn.totals.unknown, turn.totals.failures) == (1, 0, 0)
    assert outline(kinds(turn, "item")) == [
        "item 1: Refund done",
        "  route Refund done",
        "    action pay done",
        "    route Paid done",
        "      step tell_paid done",
    ]


@virtually
async def test_a_lost_answer_shows_the_call_and_the_lookup_that_found_it() -> None:
    async with banking(Bank(faults=["after"])) as ada:
        await ada.says("refund 1 30")
        (pay,) = acts(await last_turn(ada))
    assert (pay.state, pay.says, pay.sent) == ("found", "Paid", 1)
    assert told(pay) == [("call 1", "unknown"), ("lookup", "found")]
    assert pay.children[0].says == "TimeoutError: lost on the way back"
    assert pay.took == 500.0


@virtually
async def test_what_was_sent_again_says_how_often_and_why() -> None:
    bank = Bank(faults=["before"], lookup_faults=["before"])
    async with banking(bank) as ada:
        await ada.says("refund 1 30")
        (pay,) = acts(await last_turn(ada))
    assert (pay.state, pay.sent) == ("done", 2)
    assert told(pay) == [
        ("call 1", "unknown"),
        ("lookup", "unknown"),
        ("lookup", "absent"),
        ("call 2", "done"),
    ]


@virtually
async def test_what_was_refused_is_not_done_and_each_attempt_stands_with_its_reason() -> None:
    async with banking(Bank(faults=["refused"]), pay=paying().retry(2)) as ada:
        await ada.says("refund 1 30")
        turn = await last_turn(ada)
    first, second = acts(turn)
    assert (first.state, first.reason, first.says) == ("not done", "refused", "NotDone: the bank says no")
    assert (second.state, second.attempt) == ("done", 2)
    assert (turn.totals.actions, turn.totals.failures, turn.totals.retries) == (2, 1, 1)


@virtually
async def test_what_was_done_already_is_declined() -> None:
    async with banking(Bank()) as ada:
        await ada.says("refund 1 30")
        await ada.says("refund 1 30")
        turn = await last_turn(ada)
    (pay,) = acts(turn)
    assert (pay.state, pay.says, pay.sent) == ("declined", "done already", 0)
    assert turn.totals.actions == 0


@virtually
async def test_a_contradiction_is_declined_and_fails_at_the_route_that_does_not_name_it() -> None:
    async with banking(Bank()) as ada:
        await ada.says("refund 1 30")
        await ada.says("refund 1 50")
        turn = await last_turn(ada)
    (pay,) = acts(turn)
    assert (pay.state, pay.reason, pay.says) == ("declined", "conflict", "done before, with other arguments")
    (route,) = [one for one in kinds(turn, "route") if one.name == "ActionConflict"]
    assert (route.state, route.reason) == ("failed", "conflict")


@virtually
async def test_the_same_twice_in_one_turn_is_done_once_and_joined() -> None:
    bank = Bank(faults=["after"])
    async with banking(bank) as ada:
        await ada.says("refund 1 30 and refund 1 30")
        turn = await last_turn(ada)
    first, second = acts(turn)
    assert (first.state, second.state, second.says) == ("found", "reused", "Paid")
    assert second.remarks == ("the same as before in this turn",)
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_a_group_that_is_tried_again_shows_that_its_action_was_not_done_again() -> None:
    luck = [OSError("line is busy")]

    @step
    async def confirm(paid: Paid) -> Receipt:
        if luck:
            raise luck.pop()
        return Receipt("pay", reference=paid.id)

    group = Sequence(paying(), Route({Paid: Sequence(confirm, tell_paid), AlreadyDone: tell_already}))
    async with banking(Bank(), refunding=group.retry(2, pause=0)) as ada:
        await ada.says("refund 1 30")
        turn = await last_turn(ada)
    assert [(one.attempt, one.state) for one in acts(turn)] == [(1, "done"), (2, "reused")]
    assert [one.state for one in kinds(turn, "attempt")] == ["failed", "done"]


@virtually
async def test_an_unknown_outcome_is_with_a_person_and_settled_by_name_after_the_turn() -> None:
    bank = Bank(faults=["after"])
    async with banking(bank, pay=paying(lookup=None, settles_within=None)) as ada:
        await ada.says("refund 1 30")
        turn = await last_turn(ada)
        (pay,) = acts(turn)
        assert (pay.state, pay.says, turn.state) == (
            *("with a person", "TimeoutError: lost on the way back", "handed_over"),
        )
        assert turn.totals.unknown == 1

        await settles(ada, "done", "by hand", by="kim")
        await ada.event(ev.ActionDone)
        turn = await last_turn(ada)
    (pay,) = acts(turn)
    assert (pay.state, pay.reason, pay.by) == ("done", "told", "kim")
    assert pay.remarks == ("it came out after the turn was over",)
    assert kinds(turn, "each")[0].state == "failed"  # as the turn was told
    assert turn.totals.unknown == 0


@virtually
async def test_while_it_is_looked_into_the_turn_runs_and_says_that_nobody_knows() -> None:
    bank = Bank(faults=["after"], lookup_faults=["hangs"])
    async with banking(bank, patience=100.0) as ada:
        talking = asyncio.create_task(ada.says("refund 1 30"))
        await ada.event(ev.ActionUnknown)
        turn = await last_turn(ada)
        (pay,) = acts(turn)
        assert (pay.state, pay.took, turn.state) == ("unknown", None, "running")
        assert kinds(turn, "item")[0].state == "unknown"
        await talking


@virtually
async def test_an_action_whose_time_was_over_is_waited_for_and_its_stage_says_so() -> None:
    async with banking(Bank(faults=["hangs"]), pay=paying().within(3)) as ada:
        await ada.says("refund 1 30")
        turn = await last_turn(ada)
    (pay,) = acts(turn)
    assert (pay.state, turn.state) == ("found", "replied")
    assert pay.remarks == ("not done within 3 s, but waited for, as it had begun",)


@virtually
async def test_a_group_whose_time_was_over_ends_once_its_action_is_known() -> None:
    @step
    async def apologise(message: Message) -> Told:
        return Told("later")

    group = Sequence(paying(), Route({Paid: tell_paid, AlreadyDone: tell_already})).within(3)
    refunding = group.or_else(apologise)
    async with banking(Bank(faults=["hangs"]), refunding=refunding) as ada:
        await ada.says("refund 1 30")
        turn = await last_turn(ada)
    assert outline(kinds(turn, "item"))[:4] == [
        "item 1: Refund done",
        "  route Refund done",
        "    within within 3 s timed out",
        "      action pay found",
    ]


@virtually
async def test_who_approved_stands_with_why_they_were_asked() -> None:
    async with banking(Bank(), pay=paying().approve(by=lead, when=Limits(each=100))) as ada:
        await ada.says("refund 1 300")
        turn = await last_turn(ada)
        (approval,) = kinds(turn, "approval")
        assert (approval.state, approval.person, approval.says, approval.by) == (
            *("waiting", "lead", "above 100", ""),
        )
        assert turn.state == "waiting"

        about = (await ada.event(ev.PersonAsked)).about
        await ada.person_gives(Approval, granted=True, call=about["call"])
        await ada.hears()
        turn = await last_turn(ada)
    (approval,), (pay,) = kinds(turn, "approval"), acts(turn)
    assert (approval.state, approval.by, approval.says) == ("granted", "kim", "above 100")
    assert (pay.state, pay.remarks) == ("done", ("approved by kim",))


@virtually
async def test_below_the_limit_nothing_is_said_of_an_approval() -> None:
    async with banking(Bank(), pay=paying().approve(by=lead, when=Limits(each=100))) as ada:
        await ada.says("refund 1 30")
        turn = await last_turn(ada)
    assert kinds(turn, "approval") == []
    assert acts(turn)[0].state == "done"


@virtually
async def test_a_refusal_shows_who_refused_and_that_nothing_was_begun() -> None:
    async with banking(Bank(), pay=paying().approve(by=lead)) as ada:
        await ada.says("refund 1 30")
        about = (await ada.event(ev.PersonAsked)).about
        await ada.person_gives(Approval, granted=False, call=about["call"], note="not this one")
        assert await ada.hears() == "kim says no"
        turn = await last_turn(ada)
        with_contents = await last_turn(ada, contents=True)
    (approval,) = kinds(turn, "approval")
    assert (approval.state, approval.by, approval.says, approval.fact) == ("refused", "kim", "always", None)
    assert acts(turn) == []
    assert kinds(with_contents, "approval")[0].fact["note"] == "not this one"


@virtually
async def test_an_approval_nobody_gave_has_expired() -> None:
    async with banking(Bank(), patience=100.0, pay=paying().approve(by=lead, within=60)) as ada:
        await ada.says("refund 1 30")
        assert "colleague" in await ada.hears()
        turn = await last_turn(ada)
    (approval,) = kinds(turn, "approval")
    assert approval.state == "expired"
    assert approval.took is not None
    assert 60_000 <= approval.took < 61_000  # and not when something else came due


@virtually
async def test_an_erased_turn_keeps_its_actions_and_approvals() -> None:
    bank = Bank(faults=["before", "refused"])
    async with banking(bank, pay=paying().retry(2, pause=0).approve(by=lead, when=Limits(each=100))) as ada:
        await ada.says("refund 1 300 and move 2 Harbour")
        about = (await ada.event(ev.PersonAsked)).about
        await ada.person_gives(Approval, granted=True, call=about["call"])
        await ada.hears()
        was = await last_turn(ada)
        journal = (await ada.office()).journal
        gone = [unseal(Record(r.seq, r.envelope, None), ada.desk.book) for r in await journal.read(ada.id)]
        (turn,) = trace(gone, ada.desk.flows).turns
    assert turn.shape == "flow"
    known = "\n".join(outline(was.stages)).replace("1: Refund", "1").replace("2: Move", "2")
    assert "\n".join(outline(turn.stages)) == known.replace("lead granted", "lead answered")
    assert orjson.dumps(turn.totals.actions) == orjson.dumps(was.totals.actions)


@virtually
async def test_what_was_done_stays_out_of_the_trace_unless_contents_are_asked_for() -> None:
    async with banking(Bank(), pay=paying().approve(by=lead)) as ada:
        await ada.says("refund 4711 30")
        closed, with_contents = await traced(ada), await traced(ada, contents=True)
    assert "4711" not in orjson.dumps(closed.as_json()).decode()
    (approval,) = kinds(with_contents.turns[0], "approval")
    assert approval.fact["object"] == "4711"


async def test_what_an_operator_took_back_is_a_turn_of_its_own() -> None:
    desk, _ = make()
    async with talk(desk) as customer:
        await customer.says("1 30")
        await take_back(customer)
        await finished(customer, "undo")
        turn = await last_turn(customer)
    assert (turn.flow, turn.state) == ("undo", "replied")
    assert outline(turn.stages) == [
        "undo taken back done",
        "  action remove_note done",
        "  action pay_back done",
    ]


async def test_what_a_flow_took_back_when_it_failed_stands_where_it_failed() -> None:
    desk, _ = make(all_or_nothing=True)
    async with talk(desk) as customer:
        await customer.says("1 13")
        turn = await last_turn(customer)
    assert turn.state == "handed_over"
    assert outline(kinds(turn, "undo")) == [
        "undo taken back done",
        "  action remove_note done",
        "  action pay_back done",
    ]


async def test_an_undo_that_was_refused_shows_what_was_not_taken_back() -> None:
    desk, bank = make()
    async with talk(desk) as customer:
        await customer.says("1 30")
        bank.refuses = "take"
        await take_back(customer)
        await finished(customer, "undo")
        turn = await last_turn(customer)
    assert outline(turn.stages) == [
        "undo taken back failed",
        "  action remove_note done",
        "  action pay_back not done",
    ]
