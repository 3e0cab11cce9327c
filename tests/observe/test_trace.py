"""What operators read of conversations that really took place."""

import asyncio
import contextlib
from collections.abc import Sequence as Listed
from dataclasses import dataclass

import orjson

from segue import (
    Delegate,
    Desk,
    Draft,
    Each,
    Else,
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
from segue.run.codec import Record, unseal
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


async def test_a_lead_shows_its_rounds_and_who_failed_in_them() -> None:
    desk = desk_of(Delegate(supervise, to={AskBilling: billing, AskShipping: shipping}))
    turn = await one_turn(desk)

    assert outline(kinds(turn, "delegate")) == [
        "delegate supervise delegates done",
        "  step supervise done",
        "  round round 1 done",
        "    task AskBilling done",
        "      step billing done",
        "    task AskShipping failed",
        "      step shipping failed",
        "  step supervise done",
        "  round round 2 done",
        "    task AskBilling done",
        "      step billing done",
        "  step supervise done",
    ]
    assert turn.state == "replied"
    assert [stage.attempt for stage in named(turn, "supervise")] == [1, 2, 3]
    assert turn.totals.retries == 0


async def test_a_lead_that_never_decides_is_said_to() -> None:
    desk = desk_of(Delegate(supervise, to={AskBilling: billing, AskShipping: shipping}, at_most=2))
    turn = await one_turn(desk)

    (delegate,) = kinds(turn, "delegate")
    assert (delegate.state, delegate.reason, delegate.says) == ("failed", "hops", "no verdict in 2 rounds")
    assert turn.handover is not None
    assert turn.handover.reason == "hops"


@step
async def rewrite(message: Message, objections: list[Objection]) -> Draft:
    return Draft("better" if objections else "rude")


@step
async def politeness(draft: Draft) -> list[Objection]:
    return [Objection("politeness", "it is rude")] if "rude" in draft.text else []


@step
async def stubborn_writer(message: Message) -> Draft:
    return Draft("rude")


@step
async def plain(message: Message) -> Draft:
    return Draft("we will come back to you")


async def test_each_draft_stands_with_the_objections_to_it() -> None:
    flow = Flow(Refine(rewrite, against=[accept, politeness]), takes=Message, gives=Reply)
    turn = await one_turn(Desk(flow))

    assert outline(turn.stages) == [
        "refine Refine done",
        "  draft draft 1 objected",
        "    step rewrite done",
        "    step accept done",
        "    step politeness objected",
        "  draft draft 2 done",
        "    step rewrite done",
        "    step accept done",
        "    step politeness done",
    ]
    assert named(turn, "politeness")[0].says == "it is rude"
    assert turn.totals.retries == 0


async def test_the_last_resort_is_told_from_the_drafts_before_it() -> None:
    flow = Flow(Refine(stubborn_writer, against=[politeness], last=plain), takes=Message, gives=Reply)
    turn = await one_turn(Desk(flow))
    assert [(s.name, s.state) for s in kinds(turn, "draft")] == [
        ("draft 1", "objected"),
        ("last resort", "done"),
    ]


async def test_a_reply_that_nobody_lets_pass_is_a_failure_in_its_place() -> None:
    flow = Flow(Refine(stubborn_writer, against=[politeness]).escalate(to=lead), takes=Message, gives=Reply)
    turn = await one_turn(Desk(flow, people={lead: "leads"}))

    (refine,) = kinds(turn, "refine")
    assert (refine.state, refine.reason, refine.says) == (
        "failed",
        "objections",
        "no draft passed every guard",
    )
    assert turn.stages[-1].state == "handed over"
    assert turn.handover is not None
    assert (turn.handover.to, turn.handover.reason) == ("support lead", "objections")
    assert "it is rude" in turn.handover.why


async def test_a_question_shows_how_long_it_was_open() -> None:
    async with talk(desk_of(understand, each_request)) as customer:
        assert await customer.says("r1") == "how much?"
        (turn,) = (await traced(customer)).turns
        (stage,) = kinds(turn, "question")
        assert (turn.state, stage.state, stage.person, stage.took) == ("waiting", "waiting", "caller", None)

        await asyncio.sleep(0.02)
        await customer.says("5 euros")
        (turn,) = (await traced(customer)).turns
    (stage,) = kinds(turn, "question")
    assert (turn.state, stage.state) == ("replied", "answered")
    assert stage.took is not None
    assert stage.took >= 20
    assert [child.name for child in stage.children] == ["read_answer"]
    assert [words.length for words in turn.messages] == [2, 7]


async def test_of_two_questions_the_second_waits_for_its_turn() -> None:
    async with talk(desk_of(understand, each_request)) as customer:
        await customer.says("r1 r2")
        (turn,) = (await traced(customer)).turns
    assert [(s.state, s.says) for s in kinds(turn, "question")] == [
        ("waiting", ""),
        ("waiting", "not asked yet: another question is open"),
    ]


async def test_a_request_that_is_taken_back_ends_at_the_question() -> None:
    async with talk(desk_of(understand, each_request)) as customer:
        await customer.says("r1")
        await customer.says("never mind")
        (turn,) = (await traced(customer)).turns
    assert (turn.state, kinds(turn, "question")[0].state) == ("withdrawn", "withdrawn")


@step
async def read_amount(message: Message) -> Amount | Withdrawn | Else:
    return Amount(message.text) if message.text.isdecimal() else Else()


async def test_a_message_that_is_no_answer_leaves_the_question_open() -> None:
    ask = caller.gives(Amount, asking={"en": "how much?"}, reader=read_amount)
    desk = desk_of(understand, Each(Route({Tracking: track, Refund: Sequence(ask, pay)})))
    async with talk(desk) as customer:
        await customer.says("r1")
        await customer.says("t7")
        first, second = (await traced(customer)).turns
        (stage,) = kinds(first, "question")
        assert (first.state, stage.state, len(stage.children)) == ("waiting", "waiting", 1)
        assert second.state == "replied"

        await customer.says("12")
        first, second = (await traced(customer)).turns
    (stage,) = kinds(first, "question")
    assert (first.state, stage.state, len(stage.children)) == ("replied", "answered", 2)


async def test_a_question_nobody_answers_has_expired() -> None:
    ask = caller.gives(Amount, asking={"en": "how much?"}, within=0.02)
    desk = desk_of(understand, Each(Route({Tracking: track, Refund: Sequence(ask, pay)})))
    async with talk(desk) as customer:
        await customer.says("r1")
        await ended(customer)
        (turn,) = (await traced(customer)).turns
    assert (turn.state, kinds(turn, "question")[0].state) == ("expired", "expired")


@step
async def decide(verdict: Verdict) -> Answer:
    return Answer("yes" if verdict.allowed else "no")


async def test_a_person_who_was_asked_is_shown_with_who_answered() -> None:
    async with talk(desk_of(lead.gives(Verdict), decide)) as customer:
        await customer.says("may I?")
        (stage,) = kinds((await traced(customer)).turns[0], "ask")
        assert (stage.state, stage.person, stage.by) == ("waiting", "support lead", "")

        await customer.person_gives(Verdict, by="kim", allowed=True)
        await ended(customer)
        (turn,) = (await traced(customer)).turns
    (stage,) = kinds(turn, "ask")
    assert (stage.state, stage.person, stage.by, stage.says) == ("answered", "support lead", "kim", "Verdict")
    assert stage.took is not None
    assert turn.state == "replied"


async def test_a_bug_is_handed_over_with_its_place_and_reason() -> None:
    luck = Luck(TypeError("cannot add"))
    turn = await one_turn(
        desk_of(Parallel(find_orders.retry(3).named("shop"), understand), tell, tools=[luck])
    )

    (stage,) = named(turn, "find_orders")
    assert (stage.state, stage.reason, stage.path) == ("failed", "bug", "shop/find_orders")
    assert stage.says.startswith("TypeError: cannot add [test_trace.py:")
    assert turn.handover is not None
    assert (turn.handover.reason, turn.handover.path) == ("bug", "shop/find_orders")
    assert turn.state == "handed_over"
    assert named(turn, "understand")[0].state == "done"
    assert named(turn, "tell") == []


async def test_a_person_who_takes_over_ends_the_tree() -> None:
    desk = desk_of(understand, Each(Route({Tracking: track, Refund: lead.takes_over()})))
    async with talk(desk) as customer:
        await customer.says("t1 r2")
        (turn,) = (await traced(customer)).turns
    assert outline(kinds(turn, "each")) == [
        "each each of list[Refund | Tracking] handed over",
        "  item 1: Tracking done",
        "    route Tracking done",
        "      step track done",
        "  item 2: Refund handed over",
        "    route Refund handed over",
        "      take over support lead takes over handed over",
    ]


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


async def test_times_count_from_the_message() -> None:
    async with talk(desk_of(find_orders, tell, tools=[Luck()])) as customer:
        await customer.says("hello")
        events = await customer.events()
    at = {type(h.event).__name__: h.at for h in events}
    (turn,) = trace(events, customer.desk.flows).turns
    assert turn.totals.first_sign == at["ProgressShown"] - at["MessageReceived"]
    assert turn.totals.outcome == at["ReplySent"] - at["MessageReceived"]
    assert turn.totals.steps == 4


# What is not known any more


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


@step
async def lead_asked(orders: Orders) -> Verdict:
    return Verdict(True)


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


async def ended(customer: Customer) -> None:
    """Wait until the last turn is over."""
    await happens(customer, "TurnFinished")


async def happens(customer: Customer, kind: str) -> None:
    """Wait until something of this kind has happened."""
    async with asyncio.timeout(5):
        async for happened in (await customer.office()).follow(customer.id):
            if type(getattr(happened, "event", None)).__name__ == kind:
                return
