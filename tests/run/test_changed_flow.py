"""The desk was changed between two starts: a sleeping turn goes on where its recorded walk still fits.

Else it goes to a person, as soon as its conversation is looked at again.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from tests.run.asking import ADA, lead, polite, say
from tests.run.little import Which

from segue import (
    Caller,
    Desk,
    Draft,
    Flow,
    Message,
    Refine,
    Reply,
    Sequence,
    always,
    caller,
    fact,
    step,
)
from segue.run import events as ev
from segue.run import reception
from segue.run.memory import MemoryJournal
from segue.testing import check_outcomes


@dataclass(frozen=True)
class Noted:
    text: str


@dataclass(frozen=True)
class Checked:
    text: str


@dataclass(frozen=True)
class Done:
    text: str


@step
async def note(message: Message) -> Noted:
    return Noted(message.text)


@step
async def check(noted: Noted) -> Checked:
    return Checked(noted.text)


@step
async def act(which: Which, noted: Noted) -> Done:
    return Done(f"{noted.text}: {which.text}")


@step
async def write(done: Done) -> Draft:
    return Draft(done.text)


asked = caller.gives(Which, asking="which")
written = Refine(write, against=[polite])


def desk_of(*nodes: Any, name: str = "support", keeps: Any = None) -> Desk:
    flow = Flow(Sequence(*nodes).escalate(to=lead), takes=Message, gives=Reply, keeps=keeps or {}, name=name)
    return Desk(flow, people={lead: "leads"}, texts={"which": {"en": "Which one?"}})


async def asleep(desk: Desk) -> tuple[MemoryJournal, str]:
    """A conversation whose turn sleeps over a question; the desk has closed."""
    journal = MemoryJournal()
    async with desk.open(journal) as office:
        id = await office.begin(caller=ADA)
        assert (await say(office, id, "1", "do it"))[-1].event.kind == "CustomerAsked"
    return journal, id


async def answered(desk: Desk, journal: MemoryJournal, id: str) -> Any:
    """What the customer gets for an answer after the new start."""
    async with desk.open(journal) as office:
        outcome = await say(office, id, "2", "this one")
        check_outcomes(await office.events(id))
        return outcome[-1].event


async def test_a_step_inserted_after_the_question_does_not_disturb_a_turn_that_sleeps() -> None:
    journal, id = await asleep(desk_of(note, asked, act, written))
    reply = await answered(desk_of(note, asked, check, act, written), journal, id)
    assert reply.text == "do it: this one"


async def handed_over(desk: Desk, journal: MemoryJournal, id: str) -> Any:
    """How the conversation went to a person after the new start, when the customer answered."""
    async with desk.open(journal) as office:
        outcome = await say(office, id, "2", "this one")
        assert outcome
        (wait,) = await reception.waiting(office)
        assert wait.conversation == id
        events = await office.events(id)
        check_outcomes(events)
        (event,) = [h.event for h in events if isinstance(h.event, ev.HandedOver)]
        assert event.reason == "flow_changed"
        return event


async def test_a_step_inserted_before_the_question_hands_the_turn_to_a_person() -> None:
    journal, id = await asleep(desk_of(note, asked, act, written))
    await handed_over(desk_of(note, check, asked, act, written), journal, id)


async def test_a_question_that_is_gone_hands_the_turn_to_a_person() -> None:
    @step
    async def act_at_once(noted: Noted) -> Done:
        return Done(noted.text)

    journal, id = await asleep(desk_of(note, asked, act, written))
    await handed_over(desk_of(note, act_at_once, written), journal, id)


async def test_a_flow_that_is_gone_hands_its_turns_to_a_person() -> None:
    journal, id = await asleep(desk_of(note, asked, act, written))
    event = await handed_over(desk_of(note, asked, act, written, name="another"), journal, id)
    assert "support" in event.why


async def test_a_fact_whose_class_changed_and_that_a_sleeping_turn_needs_goes_to_a_person() -> None:
    def desk(amount: Any) -> Desk:
        @fact(name="Amount")
        @dataclass(frozen=True)
        class Amount:
            value: amount

        @step(name="find_amount")
        async def find_amount(message: Message) -> Amount:
            return Amount("twelve")

        @step(name="use_amount")
        async def use_amount(which: Which, found: Amount) -> Done:
            return Done(f"{which.text}: {found.value}")

        return desk_of(find_amount, asked, use_amount, written)

    journal, id = await asleep(desk(str))
    event = await handed_over(desk(int), journal, id)
    assert "does not fit today's class" in event.why


async def test_a_fact_of_a_newer_version_is_upgraded() -> None:
    def old() -> Desk:
        @fact(name="Money")
        @dataclass(frozen=True)
        class Money:
            cents: int

        @step(name="find_money")
        async def find_money(message: Message) -> Money:
            return Money(1250)

        @step(name="use_money")
        async def use_money(which: Which, money: Money) -> Done:
            return Done(str(money.cents))

        return desk_of(find_money, asked, use_money, written)

    def new() -> Desk:
        @fact(name="Cash", version=2, was=("Money",))
        @dataclass(frozen=True)
        class Cash:
            amount: str

            @classmethod
            def upgrade(cls, data: Any, version: int) -> Any:
                return {"amount": f"{data['cents'] / 100:.2f}"}

        @step(name="find_money")
        async def find_money(message: Message) -> Cash:
            return Cash("0")

        @step(name="use_money")
        async def use_money(which: Which, money: Cash) -> Done:
            return Done(money.amount)

        return desk_of(find_money, asked, use_money, written)

    journal, id = await asleep(old())
    assert (await answered(new(), journal, id)).text == "12.50"


@pytest.mark.parametrize("gone", [True, False], ids=["the class is gone", "the class changed"])
async def test_a_kept_fact_that_can_no_longer_be_read_is_absent_and_made_anew(gone: bool) -> None:
    made: list[str] = []

    def desk(name: str, kind: Any, value: Any) -> Desk:
        @fact(name=name)
        @dataclass(frozen=True)
        class Account:
            value: kind

        @step(name="find_account")
        async def find_account(caller: Caller) -> Account:
            made.append(name)
            return Account(value)

        @step(name="tell")
        async def tell(account: Account) -> Draft:
            return Draft(repr(account.value))

        return desk_of(find_account, Refine(tell, against=[polite]), keeps={Account: always})

    journal = MemoryJournal()
    async with desk("Account", str, "seven").open(journal) as office:
        id = await office.begin(caller=ADA)
        assert (await say(office, id, "1", "a"))[-1].event.text == "'seven'"
        assert (await say(office, id, "2", "b"))[-1].event.text == "'seven'"
        assert made == ["Account"]
    other = desk("Other", int, 7) if gone else desk("Account", int, 7)
    async with other.open(journal) as office:
        outcome = await say(office, id, "3", "c")
        assert outcome[-1].event.text == "7"
        assert len(made) == 2
