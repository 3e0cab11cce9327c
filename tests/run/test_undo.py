"""Taking back what was done: the latest first, in time, each thing once, and through crashes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.run.waking import SetClock

from segue import (
    ActionKey,
    AlreadyDone,
    Claim,
    Desk,
    Draft,
    Flow,
    Message,
    NotDone,
    Person,
    Receipt,
    Receipts,
    Refine,
    Reply,
    Route,
    Sequence,
    action,
    go_on,
    step,
)
from segue.errors import Conflict, DefinitionError, NotFound
from segue.flow.saying import say
from segue.guard import check_draft, receipts
from segue.run import events as ev
from segue.run.receipting import receipt_of, receipts_of
from segue.run.undoing import undo, undo_plan
from segue.testing import Customer, crash_everywhere, talk

HOUR = 3600.0

lead = Person("lead")


@dataclass(frozen=True)
class Refund:
    order: int
    amount: Decimal


@dataclass(frozen=True)
class Paid:
    id: str
    order: int


@dataclass(frozen=True)
class PaidBack:
    id: str


@dataclass(frozen=True)
class Noted:
    order: int


@dataclass(frozen=True)
class Unnoted:
    order: int


class Bank:
    """Honours keys, as long as it lives; it outlives every desk."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.refuses = ""
        self._by_key: dict[str, str] = {}

    def do(self, key: ActionKey, what: str) -> str:
        if self.refuses and what.startswith(self.refuses):
            raise NotDone(f"the bank does not {what}")
        if key.text not in self._by_key:
            self.done.append(what)
            self._by_key[key.text] = f"B{len(self.done)}"
        return self._by_key[key.text]


@action(identity=lambda paid: paid.id, on=lambda paid: paid.order, repeats_safely=True)
async def pay_back(paid: Paid, refund: Refund, *, bank: Bank, key: ActionKey) -> PaidBack:
    return PaidBack(bank.do(key, f"take {refund.amount} back for {paid.order}"))


@action(
    identity=lambda refund: refund.order,
    on=lambda refund: refund.order,
    amount=lambda refund: (refund.amount, "EUR"),
    repeats_safely=True,
    kinds=["refund"],
    undo=pay_back,
    undo_within=HOUR,
    receipt=lambda refund, paid: Receipt("", reference=paid.id),
)
async def pay(refund: Refund, *, bank: Bank, key: ActionKey) -> Paid:
    return Paid(bank.do(key, f"pay {refund.amount} for {refund.order}"), refund.order)


@action(identity=lambda noted: noted.order, repeats_safely=True)
async def remove_note(noted: Noted, *, bank: Bank, key: ActionKey) -> Unnoted:
    bank.do(key, f"remove the note on {noted.order}")
    return Unnoted(noted.order)


@action(identity=lambda paid: paid.id, repeats_safely=True, undo=remove_note)
async def note(paid: Paid, *, bank: Bank, key: ActionKey) -> Noted:
    bank.do(key, f"note {paid.order}")
    return Noted(paid.order)


@step
async def read(message: Message) -> Refund:
    order, amount = message.text.split()
    return Refund(int(order), Decimal(amount))


@step
async def tell(noted: Noted, refund: Refund, known: Receipts) -> Draft:
    if refund.amount == 13:
        raise ValueError("thirteen")
    (mine,) = (one for one in known.items if one.action == "pay" and one.object == str(noted.order))
    return Draft.of(Claim(mine), language="en")


@step
async def remind(already: AlreadyDone) -> Draft:
    return Draft.of(Claim(already.receipt), language="en")


def make(*tools: Any, all_or_nothing: bool = False) -> tuple[Desk, Bank]:
    bank = Bank()
    handling = Sequence(
        read,
        pay,
        Route({Paid: Sequence(note, Route({Noted: tell, AlreadyDone: remind})), AlreadyDone: remind}),
    )
    body = Refine(handling, against=[receipts]).escalate(to=lead)
    flow = Flow(body, takes=Message, gives=Reply, all_or_nothing=all_or_nothing)
    return Desk(flow, tools=[bank, *tools], people={lead: "leads"}), bank


async def take_back(customer: Customer, id: str = "u1") -> None:
    await undo(await customer.office(), customer.id, by="kim", id=id)


async def finished(customer: Customer, flow: str) -> None:
    """Wait until the first turn of this flow is over."""
    async with asyncio.timeout(10):
        turn = 0
        async for happened in (await customer.office()).follow(customer.id):
            event = getattr(happened, "event", None)
            if isinstance(event, ev.TurnStarted) and event.flow == flow:
                turn = event.turn
            if isinstance(event, ev.TurnFinished) and event.turn == turn:
                return


async def test_everything_is_taken_back_the_latest_first_and_the_customer_hears_of_it() -> None:
    desk, bank = make()
    async with talk(desk) as customer:
        assert "refunded €30.00" in await customer.says("1 30")
        plan = await undo_plan(await customer.office(), customer.id)
        assert [one.receipt.action for one in plan] == ["note", "pay"]
        await take_back(customer)
        assert "undone" in await customer.hears()
    assert bank.done == ["pay 30 for 1", "note 1", "remove the note on 1", "take 30 back for 1"]


async def test_taking_a_refund_back_bears_no_claim_of_a_refund() -> None:
    desk, _ = make()
    async with talk(desk) as customer:
        await customer.says("1 30")
        await take_back(customer)
        await customer.hears()
        (engine,) = (await customer.office()).awake.engines
        known = receipts_of(engine.state).items
        assert [(one.action, one.status) for one in known] == [("pay", "undone"), ("note", "undone")]
        took_back = [entry for entry in engine.state.ledger.values() if entry.undoes]
        assert {say(receipt_of(entry), "en") for entry in took_back} == {
            "pay back (1): done.",
            "remove note: done.",
        }
        draft = Draft("We have refunded €30.00 to you.")
        assert check_draft(draft, [receipt_of(entry) for entry in took_back], "en")


async def test_what_was_taken_back_may_be_done_again_and_taken_back_again() -> None:
    desk, bank = make()
    async with talk(desk) as customer:
        await customer.says("1 30")
        for n in range(2):
            await take_back(customer, f"u{n}")
            await customer.hears()
            assert "refunded" in await customer.says("1 30")
    assert Counter(bank.done)["pay 30 for 1"] == 3
    assert Counter(bank.done)["take 30 back for 1"] == 2


async def test_nothing_is_taken_back_twice() -> None:
    desk, bank = make()
    async with talk(desk) as customer:
        await customer.says("1 30")
        await take_back(customer)
        await take_back(customer)  # the same order once more
        await customer.hears()
        with pytest.raises(Conflict, match="nothing was done"):
            await take_back(customer, "another")
    assert Counter(bank.done)["take 30 back for 1"] == 1


async def test_after_its_time_it_is_not_taken_back_and_the_plan_says_so() -> None:
    clock = SetClock()
    desk, bank = make(clock)
    async with talk(desk) as customer:
        await customer.says("1 30")
        clock.time += timedelta(seconds=HOUR + 1)
        plan = await undo_plan(await customer.office(), customer.id)
        assert [one.why_not[:18] for one in plan] == ["", "its time was over "]
        await take_back(customer)
        await customer.hears()
        with pytest.raises(Conflict, match="its time was over"):
            await take_back(customer, "another")
    assert bank.done[-1] == "remove the note on 1"


async def test_a_person_who_owns_the_conversation_may_still_take_back_what_was_done() -> None:
    desk, bank = make()
    async with talk(desk) as customer:
        await customer.says("1 30")
        await customer.says("2 13")
        assert (await customer.waiting())[0].kind == "handover"
        await take_back(customer)
        await finished(customer, "undo")
    back = ["remove the note on 2", "take 13 back for 2", "remove the note on 1", "take 30 back for 1"]
    assert bank.done[-4:] == back


async def test_an_undo_that_is_refused_goes_to_a_person() -> None:
    desk, bank = make()
    async with talk(desk) as customer:
        await customer.says("1 30")
        bank.refuses = "take"
        await take_back(customer)
        await customer.event(ev.HandedOver)
        assert [one.receipt.action for one in await undo_plan(await customer.office(), customer.id)] == [
            "pay"
        ]


async def test_a_flow_that_is_all_or_nothing_takes_back_what_it_did_when_it_fails() -> None:
    desk, bank = make(all_or_nothing=True)
    async with talk(desk) as customer:
        assert "colleague" in await customer.says("1 13")
    assert bank.done == ["pay 13 for 1", "note 1", "remove the note on 1", "take 13 back for 1"]


def test_a_flow_with_an_action_that_cannot_be_undone_is_not_all_or_nothing() -> None:
    @step
    async def was_back(already: AlreadyDone) -> PaidBack:
        return PaidBack(already.receipt.reference)

    body = Sequence(pay_back, Route({PaidBack: go_on, AlreadyDone: was_back}))
    with pytest.raises(DefinitionError, match=r"all_or_nothing, but pay_back .* cannot be undone"):
        Flow(body, takes=(Paid, Refund), gives=PaidBack, all_or_nothing=True)


async def test_a_conversation_that_is_not_there_has_nothing_to_be_taken_back() -> None:
    desk, _ = make()
    async with talk(desk) as customer:
        with pytest.raises(NotFound):
            await undo_plan(await customer.office(), "nobody")


@pytest.mark.parametrize("all_or_nothing", [False, True])
async def test_a_crash_anywhere_takes_nothing_back_twice_and_leaves_nothing(all_or_nothing: bool) -> None:
    banks: list[Bank] = []

    @asynccontextmanager
    async def setting() -> AsyncIterator[Desk]:
        desk, bank = make(all_or_nothing=all_or_nothing)
        banks.append(bank)
        yield desk

    async def story(customer: Customer) -> None:
        if all_or_nothing:
            await customer.says("1 13")
        else:
            await customer.says("1 13.5")
            plan = [one.identity for one in await undo_plan(await customer.office(), customer.id)]
            assert len(plan) == 2
            await customer._persist(lambda office: undo(office, customer.id, by="kim", id="u1"))
            assert "undone" in await customer.hears()

    report = await crash_everywhere(setting, story)
    assert report.points > 8
    for bank in banks:
        assert len(bank.done) == len(set(bank.done)) == 4, bank.done
