"""Conversations with the little desk: what a customer meets, turn after turn."""

import asyncio
from typing import Any

import pytest
from tests.run.little import Orders, Shop, Which, make_desk, make_flow

from segue import Caller, Else, Message, step
from segue.errors import BadInput, Conflict, NotFound
from segue.run import events as ev
from segue.run import reception
from segue.testing import check_outcomes, talk

ADA = Caller("ada", "verified")


async def test_a_message_gets_a_reply_and_everything_is_in_the_journal() -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        assert await customer.says("order 1") == "order 1 is one of 3"
        events = await customer.events()
        kinds = [happened.event.kind for happened in events]
        assert kinds[:3] == ["ConversationOpened", "MessageReceived", "TurnStarted"]
        assert kinds[-2:] == ["ReplySent", "TurnFinished"]
        assert [happened.seq for happened in events] == list(range(1, len(events) + 1))
        check_outcomes(events)


async def test_two_requests_in_one_message_get_one_reply() -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        assert await customer.says("a and b") == "a is one of 3; b is one of 3"


async def test_a_question_to_the_customer_sleeps_until_the_answer() -> None:
    shop = Shop()
    async with talk(make_desk(shop), caller=ADA) as customer:
        assert await customer.says("refund it") == "Which one?"
        assert await customer.says("the red one") == "refunded the red one"
        assert shop.calls == ["look ada", "pay the red one"]


async def test_a_request_taken_back_ends_politely_and_does_nothing() -> None:
    shop = Shop()
    async with talk(make_desk(shop), caller=ADA) as customer:
        await customer.says("refund it")
        assert "left it at that" in await customer.says("Never mind.")
        assert "pay" not in " ".join(shop.calls)
        assert await customer.says("b") == "b is one of 3"


async def test_of_two_questions_only_one_is_open_at_a_time() -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        assert await customer.says("refund a and refund b") == "Which one?"
        assert await customer.says("first") == "Which one?"
        assert await customer.says("second") == "refunded first; refunded second"


async def test_a_kept_fact_is_not_looked_up_again() -> None:
    shop = Shop()
    async with talk(make_desk(shop), caller=ADA) as customer:
        await customer.says("a")
        await customer.says("b")
        assert shop.calls == ["look ada"]
        reused = [h.event for h in await customer.events() if isinstance(h.event, ev.FactReused)]
        assert {event.path for event in reused} == {"find_customer", "find_orders"}


async def test_a_kept_fact_is_kept_across_a_restart() -> None:
    shop = Shop()
    desk = make_desk(shop)
    async with talk(desk, caller=ADA) as customer:
        await customer.says("a")
        async with desk.open(customer.journal) as office:
            await reception.customer_says(office, customer.id, "later", "b")
            happened = await reception.outcome_of(office, customer.id, "later", 5)
        assert isinstance(happened[-1].event, ev.ReplySent)
        assert shop.calls == ["look ada"]


async def test_a_failure_is_retried_and_the_customer_never_knows() -> None:
    async def fails_twice(n: int) -> None:
        if n < 3:
            raise ConnectionError("no route")

    shop = Shop(trouble=fails_twice)
    async with talk(make_desk(shop), caller=ADA) as customer:
        assert await customer.says("a") == "a is one of 3"
        assert len(shop.calls) == 3


async def test_what_fails_for_good_goes_to_a_person_with_the_facts_found_so_far() -> None:
    async def always_fails(n: int) -> None:
        raise ConnectionError("no route")

    async with talk(make_desk(Shop(trouble=always_fails)), caller=ADA) as customer:
        assert "colleague" in await customer.says("a")
        (wait,) = await customer.waiting()
        assert (wait.kind, wait.queue) == ("handover", "lead")
        events = [happened.event for happened in await customer.events()]
        handover = next(event for event in events if isinstance(event, ev.HandedOver))
        assert handover.reason == "failed"
        assert "no route" in handover.why
        given = [event.path for event in events if isinstance(event, ev.StepFinished)]
        assert set(given) == {"understand", "find_customer"}  # the other branch's results are not lost


async def test_a_person_answers_and_gives_the_conversation_back() -> None:
    async def fails_at_first(n: int) -> None:
        if n <= 3:
            raise ConnectionError("no route")

    async with talk(make_desk(Shop(trouble=fails_at_first)), caller=ADA) as customer:
        await customer.says("a")
        assert "Passed on" in await customer.says("hello? anybody?")
        await customer.person("I have found it: it is fine.")
        assert await customer.hears() == "I have found it: it is fine."
        await customer.person(then="return")
        assert await customer.says("b") == "b is one of 3"
        assert await customer.waiting() == []
        check_outcomes(await customer.events())


async def test_a_closed_conversation_opens_again_with_the_next_message() -> None:
    async def fails_at_first(n: int) -> None:
        if n <= 3:
            raise ConnectionError("no route")

    async with talk(make_desk(Shop(trouble=fails_at_first)), caller=ADA) as customer:
        await customer.says("a")
        await customer.person("Done.", then="close")
        await customer.event(ev.ConversationClosed)
        assert await customer.says("b") == "b is one of 3"


async def test_a_repeated_id_gets_what_happened_the_first_time() -> None:
    shop = Shop()
    async with talk(make_desk(shop), caller=ADA) as customer:
        office = await customer.office()
        first = await reception.customer_says(office, customer.id, "x", "a")
        outcome = await reception.outcome_of(office, customer.id, "x", 5)
        again = await reception.customer_says(office, customer.id, "x", "a")
        assert (first.new, again.new) == (True, False)
        assert await reception.outcome_of(office, customer.id, "x", 5) == outcome
        with pytest.raises(Conflict, match="used before"):
            await reception.customer_says(office, customer.id, "x", "something else")
        messages = [h for h in await customer.events() if isinstance(h.event, ev.MessageReceived)]
        assert len(messages) == 1


async def test_messages_sent_at_once_are_all_answered_in_order() -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        office = await customer.office()
        ids = [f"m{n}" for n in range(20)]
        await asyncio.gather(*(reception.customer_says(office, customer.id, i, f"thing {i}") for i in ids))
        for id in ids:
            happened = await reception.outcome_of(office, customer.id, id, 5)
            reply: Any = happened[-1].event
            assert f"thing {id}" in reply.text
        events = await customer.events()
        check_outcomes(events)
        covered = [seq for h in events if isinstance(h.event, ev.ReplySent) for seq in h.event.covers]
        assert covered == sorted(covered)


async def test_a_turn_that_takes_too_long_ends_honestly_and_has_an_owner() -> None:
    async def hangs(n: int) -> None:
        await asyncio.Event().wait()

    async with talk(make_desk(Shop(trouble=hangs), allowance=0.05), caller=ADA) as customer:
        assert "colleague" in await customer.says("a")
        handover = next(h.event for h in await customer.events() if isinstance(h.event, ev.HandedOver))
        assert handover.reason == "deadline"
        assert "find_orders" in handover.why
        assert len(await customer.waiting()) == 1


async def test_a_draft_that_no_guard_lets_through_goes_to_a_person() -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        assert "colleague" in await customer.says("damn")
        handover = next(h.event for h in await customer.events() if isinstance(h.event, ev.HandedOver))
        assert handover.reason == "objections"
        assert "it swears" in handover.why


async def test_the_desk_may_tell_the_language_from_the_text() -> None:
    def language_of(text: str) -> str:
        if text == "crash":
            raise ValueError("no idea")
        return "de" if "ich" in text else ""

    async with talk(make_desk(language_of=language_of), caller=ADA) as customer:
        for text in ("a", "ich", "b", "crash"):
            await customer.says(text, language="en")
        # The page's language, the text's, that of the text before; a failure changes nothing.
        messages = [h.event for h in await customer.events() if isinstance(h.event, ev.MessageReceived)]
        assert [message.language for message in messages] == ["en", "de", "de", "de"]


async def test_progress_is_shown_in_the_language_of_the_message() -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        shown = await customer.outcome("a", language="de")
        assert [one.text for one in shown if one.kind == "progress"] == ["Ich sehe nach …"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("\x00\x01", "empty"),
        ("\u200b\u2060", "empty"),
        ("x" * 100_000, "100,000 characters"),
        ("\ud800", "surrogate"),
        (None, "must be a string"),
        (17, "must be a string"),
    ],
)
async def test_a_message_that_is_none_is_refused_with_the_reason(text: Any, why: str) -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        with pytest.raises(BadInput, match=why):
            await reception.customer_says(await customer.office(), customer.id, "x", text)
        assert len(await customer.events()) == 1  # nothing was accepted


@pytest.mark.parametrize(
    "text",
    ["日本語のメッセージ", "مرحبا بالعالم", "שלום", "नमस्ते", "e\u0301a\u0300", "👩‍👩‍👧 💶", "𝒳", "a\x07b"],
)
async def test_every_script_gets_through(text: str) -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        cleaned = text.replace("\x07", "")
        assert await customer.says(text) == f"{cleaned} is one of 3"


async def test_an_unknown_conversation_is_named() -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        with pytest.raises(NotFound, match="no conversation 'nowhere'"):
            await reception.customer_says(await customer.office(), "nowhere", "x", "a")


@pytest.mark.parametrize("id", ["", "  ", "x" * 201, "a\nb", 5, None])
async def test_an_unusable_message_id_is_refused(id: Any) -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        with pytest.raises(BadInput, match="id must be"):
            await reception.customer_says(await customer.office(), customer.id, id, "a")


async def test_one_conversation_does_not_see_the_facts_of_another() -> None:
    shop = Shop()
    desk = make_desk(shop)
    async with desk.open() as office:
        ada = await office.begin(caller=ADA)
        bob = await office.begin(caller=Caller("bob", "verified"))
        for id in (ada, bob):
            await reception.customer_says(office, id, "m", "a")
            await reception.outcome_of(office, id, "m", 5)
        assert shop.calls == ["look ada", "look bob"]
        orders = [h.event for h in await office.events(bob) if isinstance(h.event, ev.StepFinished)]
        assert (
            sum(event.fact.among({Orders}) is Orders for event in orders if event.path == "find_orders") == 1
        )


async def test_a_new_question_comes_first_and_the_one_before_is_put_again() -> None:
    @step
    async def read_which(message: Message) -> Which | Else:
        return Which(message.text) if message.text.startswith("number") else Else()

    async with talk(make_desk(flow=make_flow(reader=read_which)), caller=ADA) as customer:
        assert await customer.says("refund it") == "Which one?"
        assert await customer.says("order 7") == "order 7 is one of 3"  # no answer, so a turn of its own
        assert await customer.says("refund that") == "Which one?"
        assert await customer.says("number 2") == "refunded number 2"
        assert await customer.hears() == "Which one?"  # back to the first request
        assert await customer.says("number 1") == "refunded number 1"
        check_outcomes(await customer.events())
