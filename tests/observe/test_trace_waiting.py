"""How a trace shows who was asked, who answered, and who took over."""

import asyncio

from tests.observe.small_desk import (
    Amount,
    Answer,
    Luck,
    Refund,
    Tracking,
    Verdict,
    desk_of,
    each_request,
    ended,
    find_orders,
    kinds,
    lead,
    named,
    one_turn,
    outline,
    pay,
    tell,
    traced,
    track,
    understand,
)

from segue import (
    Each,
    Else,
    Message,
    Parallel,
    Route,
    Sequence,
    Withdrawn,
    caller,
    step,
)
from segue.testing import talk


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
    assert stage.says.startswith("TypeError: cannot add [small_desk.py:")
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
