"""Questions, answers and what runs beside them: every message has its outcome, whatever comes in between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.run.asking import (
    ADA,
    Approved,
    Ask,
    Boss,
    Told,
    both,
    desk_of,
    do_boss,
    do_nothing,
    happens,
    lead,
    polite,
    say,
    split,
    write,
)
from tests.run.little import Shop, Which, make_desk, make_flow

from segue import (
    Desk,
    Each,
    Else,
    Message,
    Refine,
    Route,
    Sequence,
    step,
)
from segue.run import events as ev
from segue.run import reception
from segue.run.memory import MemoryJournal
from segue.testing import Customer, crash_everywhere, talk


async def test_a_displaced_question_is_put_again_after_a_crash_between_the_appends() -> None:
    @step
    async def read_which(message: Message) -> Which | Else:
        return Which(message.text) if message.text.startswith("number") else Else()

    @asynccontextmanager
    async def setting() -> AsyncIterator[Desk]:
        yield make_desk(flow=make_flow(reader=read_which))

    async def story(customer: Customer) -> None:
        assert await customer.says("refund it") == "Which one?"
        assert await customer.says("refund that") == "Which one?"
        assert await customer.says("number 2") == "refunded number 2"
        assert await customer.hears() == "Which one?"

    await crash_everywhere(setting, story, caller=ADA)


async def test_wake_at_is_set_while_a_question_is_still_to_be_put() -> None:
    """The same without the eager office: what a kill -9 after the reply's append would leave behind."""

    @step
    async def read_which(message: Message) -> Which | Else:
        return Which(message.text) if message.text.startswith("number") else Else()

    class Watch(MemoryJournal):
        def __init__(self) -> None:
            super().__init__()
            self.heads_after: list[tuple[str, Any]] = []

        def append(self, append: Any) -> Any:
            done = super().append(append)
            kinds = append.records[-1].envelope.decode().split('"')[3]
            self.heads_after.append((kinds, append.wake_at))
            return done

    journal = Watch()
    async with make_desk(flow=make_flow(reader=read_which)).open(journal) as office:
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "refund it")
        await say(office, id, "2", "refund that")
        await say(office, id, "3", "number 2")
        last_finished = [w for k, w in journal.heads_after if k == "TurnFinished"][-1]
        assert last_finished == 0, journal.heads_after[-3:]


async def test_an_answer_that_is_being_read_does_not_expire() -> None:
    @step
    async def read_which(message: Message) -> Which | Else:
        await asyncio.sleep(2.0)  # longer than the question stands
        return Which(message.text)

    async with talk(make_desk(flow=make_flow(reader=read_which, within=1.5)), caller=ADA) as customer:
        assert await customer.says("refund it") == "Which one?"
        assert await customer.says("the red one") == "refunded the red one"


async def test_an_answer_gets_an_outcome_while_a_colleague_thinks() -> None:
    async with both().open() as office:
        id = await office.begin(caller=ADA)
        assert await say(office, id, "1", "refund and boss")
        assert await say(office, id, "2", "the red one")


async def test_withdrawn_ends_the_turn_and_what_it_asked_of_people() -> None:
    async with both().open() as office:
        id = await office.begin(caller=ADA)
        assert await say(office, id, "1", "refund and boss")
        assert await say(office, id, "2", "Never mind.", 3)


async def test_a_bug_in_a_reader_goes_to_a_person() -> None:
    @step
    async def read_which(message: Message) -> Which | Else:
        raise TypeError("a bug")

    async with talk(make_desk(flow=make_flow(reader=read_which)), caller=ADA) as customer:
        assert await customer.says("refund it") == "Which one?"
        assert "colleague" in await customer.says("the red one")


async def test_a_quick_answer_is_not_held_back_by_another_turns_slow_step() -> None:
    released = asyncio.Event()

    @step
    async def slow_split(message: Message) -> list[Ask | Boss]:
        if message.text == "boss slow":
            await released.wait()
        parts = [part.strip() for part in message.text.split(" and ")]
        return [Boss(part) for part in parts]

    desk = desk_of(
        slow_split,
        Each(Route({Boss: Sequence(lead.gives(Approved), do_boss), Ask: do_nothing})),
        Refine(write, against=[polite]),
    )
    async with desk.open() as office:
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "boss")
        (wait,) = await reception.waiting(office)
        await reception.customer_says(office, id, "2", "boss slow")
        await reception.person_answers(office, wait, by="kim", id="x", fields={"text": "ok"}, kind="Approved")
        await happens(office, id, ev.ReplySent)
        released.set()


async def test_what_was_done_is_told_though_another_question_expired() -> None:
    shop = Shop()
    async with talk(make_desk(shop, flow=make_flow(within=1.5)), caller=ADA) as customer:
        assert await customer.says("refund a and refund b") == "Which one?"
        assert await customer.hears() == "Which one?"  # the first one expired, the second one is put
        reply = await customer.says("second")
        assert "pay second" in shop.calls  # it was paid
        assert "refunded second" in reply


async def test_never_mind_ends_the_turn_with_two_questions() -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        assert await customer.says("refund a and refund b") == "Which one?"
        assert "left it at that" in await customer.says("Never mind.")


async def test_an_answer_recorded_under_a_bad_flow_stops_the_other_branches() -> None:
    """PersonAnswered of a class that is not the one asked for breaks the turn; its other steps go on running."""
    done: list[str] = []
    released = asyncio.Event()

    @step
    async def slow_ask(request: Ask) -> Told:
        await released.wait()
        done.append("side effect")
        return Told("x")

    desk = desk_of(
        split,
        Each(Route({Ask: slow_ask, Boss: Sequence(lead.gives(Approved), do_boss)})),
        Refine(write, against=[polite]),
    )
    async with desk.open() as office:
        id = await office.begin(caller=ADA)
        await reception.customer_says(office, id, "1", "x and boss")
        await happens(office, id, ev.PersonAsked)
        (wait,) = await reception.waiting(office)
        await reception.person_answers(office, wait, by="kim", id="x", fields={"text": "ok"}, kind="Told")
        await happens(office, id, ev.TurnFinished)
        released.set()
        await asyncio.sleep(0.05)
        assert done == []


async def test_a_message_written_before_the_question_is_not_its_answer() -> None:
    shop = Shop()
    async with make_desk(shop).open() as office:
        id = await office.begin(caller=ADA)
        for m, text in (("1", "refund it"), ("2", "where is order 7")):
            await reception.customer_says(office, id, m, text)
        await reception.outcome_of(office, id, "2", 20)
        assert "pay where is order 7" not in shop.calls
