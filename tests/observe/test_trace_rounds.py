"""How a trace shows what goes round: a lead with specialists, a writer with guards."""

from tests.observe.small_desk import (
    AskBilling,
    AskShipping,
    accept,
    billing,
    desk_of,
    kinds,
    lead,
    named,
    one_turn,
    outline,
    politeness,
    rewrite,
    shipping,
    supervise,
)

from segue import (
    Delegate,
    Desk,
    Draft,
    Flow,
    Message,
    Refine,
    Reply,
    step,
)


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
