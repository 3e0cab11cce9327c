"""What people, customers and the desk may expect of one another in less common moments."""

import asyncio

import pytest
from tests.run.asking import (
    ADA,
    DueFailsOnce,
    Told,
    desk_of,
    lead,
    polite,
    say,
)
from tests.run.little import Shop, Which, make_desk

from segue import (
    Desk,
    Draft,
    Flow,
    History,
    Message,
    Objection,
    Progress,
    Refine,
    Sequence,
    step,
)
from segue.errors import BadInput, JournalUnavailable
from segue.run import events as ev
from segue.run import reception
from segue.testing import Customer, talk


async def test_a_second_colleagues_words_after_closing_leave_no_conversation_without_owner() -> None:
    async def fails(n: int) -> None:
        if n <= 3:
            raise ConnectionError

    async with make_desk(Shop(trouble=fails)).open() as office:
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "a")
        (wait,) = await reception.waiting(office)
        await reception.person_replies(office, wait, by="kim", id="k", text="Done.", then="return")
        await reception.person_replies(office, wait, by="lee", id="l", text="I had a look too.")
        outcome = await say(office, id, "2", "b")
        await asyncio.sleep(0.05)
        head = await office.journal.head(id)
        # Owned by a person, and in nobody's list: nobody can ever give it back or close it.
        assert head.owner != "human" or await reception.waiting(office), outcome[-1].event


async def test_history_is_what_was_said_before_the_message() -> None:
    seen: list[list[str]] = []
    gate, started = asyncio.Event(), asyncio.Event()

    @step
    async def reply(message: Message, history: History) -> Draft:
        seen.append([line.text for line in history.lines])
        started.set()
        await gate.wait()
        return Draft(f"re {message.text}")

    async with desk_of(Refine(reply, against=[polite])).open() as office:
        id = await office.begin(caller=ADA)
        await reception.customer_says(office, id, "1", "one")
        await started.wait()
        await reception.customer_says(office, id, "2", "two")
        gate.set()
        await reception.outcome_of(office, id, "2", 20)
        await say(office, id, "3", "three")
        assert seen == [[], [], ["one", "two", "re one\ntwo"]]


async def test_progress_is_not_shown_after_the_reply() -> None:
    @step
    async def reply(message: Message, *, progress: Progress) -> Draft:
        progress.say("writing")
        return Draft("hello")

    @step
    async def quick(draft: Draft) -> list[Objection]:
        return []

    async with desk_of(Refine(reply, against=[quick])).open() as office:
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "a")
        kinds = [h.event.kind for h in await office.events(id)]
        assert kinds.index("ProgressShown") < kinds.index("ReplySent"), kinds


async def test_attachments_are_checked_before_they_are_accepted() -> None:
    async with make_desk().open() as office:
        id = await office.begin(caller=ADA)
        try:
            await reception.customer_says(office, id, "1", "a", attachments=[{"name": "x.png"}])
        except Exception:  # refused, so it must not have been accepted
            assert await office.journal.receipt(id, "customer", "1") is None


async def test_the_journal_is_let_go_when_opening_fails() -> None:
    class Closing(DueFailsOnce):
        closed = False

        async def close(self) -> None:
            self.closed = True

    journal = Closing()
    journal.fails = True
    with pytest.raises(JournalUnavailable):
        async with make_desk().open(journal):
            pass
    assert journal.closed


async def handed_over(customer: Customer) -> None:
    assert "colleague" in await customer.says("damn")


async def test_a_person_may_write_a_long_text() -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        await handed_over(customer)
        await customer.person("A long answer. " * 20)


async def test_a_person_may_write_the_same_twice() -> None:
    async with talk(make_desk(), caller=ADA) as customer:
        await handed_over(customer)
        await customer.person("One moment.")
        await customer.person("One moment.")
        said = [h for h in await customer.events() if isinstance(h.event, ev.PersonReplied)]
        assert len(said) == 2


async def test_a_message_to_a_desk_without_a_flow_for_messages_is_refused_or_answered() -> None:
    @step
    async def tell(told: Told) -> Which:
        return Which(told.text)

    desk = Desk(
        Flow(Sequence(tell).escalate(to=lead), takes=Told, gives=Which, name="parcels"), people={lead: "l"}
    )
    async with desk.open() as office:
        id = await office.begin(caller=ADA)
        with pytest.raises(BadInput, match="takes no messages"):
            await say(office, id, "1", "a")
