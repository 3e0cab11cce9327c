"""Actions that a person has to approve: one exact call, for a while, and limits that hold for all together."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from tests.run.asking import lead
from tests.run.bank import (
    Bank,
    Paid,
    Refund,
    Told,
    another,
    banking,
    paying,
    tell_already,
    tell_paid,
    virtually,
)

from segue import (
    ActionKey,
    AlreadyDone,
    Caller,
    Limits,
    Receipts,
    Refused,
    Route,
    Sequence,
    action,
    minutes,
    step,
)
from segue.errors import Conflict, NotAllowed, NotFound
from segue.run import events as ev
from segue.run import reception
from segue.run.journal import Wait
from segue.run.office import Office
from segue.testing import Customer


def approved(**about: Any) -> Any:
    return paying().approve(by=lead, **about)


async def answers(customer: Customer, granted: bool = True, call: str = "", by: str = "kim") -> None:
    """A person answers the oldest request for approval, about the call that was shown.

    About another `call`, it gets past the reception, which would refuse it.
    """
    (wait, *_) = [wait for wait in await reception.waiting(await customer.office()) if wait.kind == "ask"]
    office = await customer.office()
    shown = next(
        h.event for h in await office.events(wait.conversation)
        if isinstance(h.event, ev.PersonAsked) and wait.id.endswith(f".{h.seq}")
    )  # fmt: skip
    if call:
        await delivered(office, wait, granted, call, by)
        return
    fields = {"granted": granted, "call": shown.about["call"]}
    await reception.person_answers(office, wait, by=by, id=wait.id, fields=fields, kind="segue.Approval")


async def delivered(office: Office, wait: Wait, granted: bool, call: str, by: str) -> None:
    """An approval straight in the inbox, as from a desk that checked less."""
    approval = {"t": "segue.Approval", "v": 1, "d": {"granted": granted, "call": call, "note": ""}}
    await office.deliver(wait.conversation, by, wait.id, "answer", {"wait": wait.id, "fact": approval})


@virtually
async def test_what_was_approved_is_done_and_the_receipt_says_by_whom() -> None:
    bank = Bank()
    async with banking(bank, pay=approved()) as ada:
        assert "colleague" in await ada.says("refund 1 30")
        asked = await ada.event(ev.PersonAsked)
        assert asked.about["amount"] == "30"
        assert asked.about["because"] == "always"
        assert not bank.calls
        await answers(ada)
        assert await ada.hears() == "paid R0"
        receipt: Any = (await ada.event(ev.ActionDone)).receipt
        assert receipt.value.approved_by == "kim"


@virtually
async def test_what_was_not_approved_is_not_done() -> None:
    bank = Bank()
    async with banking(bank, pay=approved()) as ada:
        await ada.says("refund 1 30")
        await answers(ada, granted=False)
        assert await ada.hears() == "kim says no"
    assert not bank.calls


@virtually
async def test_what_was_not_approved_is_among_the_receipts_as_not_done() -> None:
    @step
    async def tell(refused: Refused, receipts: Receipts) -> Told:
        return Told(" ".join(f"{one.amount} {one.status}" for one in receipts.items))

    refunding = Sequence(approved(), Route({Paid: tell_paid, AlreadyDone: tell_already, Refused: tell}))
    async with banking(Bank(), refunding=refunding) as ada:
        await ada.says("refund 1 30")
        await answers(ada, granted=False)
        assert await ada.hears() == "30 not_done"


@virtually
async def test_nobody_answers_in_time_and_nothing_is_done() -> None:
    bank = Bank()
    async with banking(bank, pay=approved(within=60.0), patience=200.0) as ada:
        await ada.says("refund 1 30")
        assert "colleague" in await ada.hears()
        assert (await ada.event(ev.HandedOver)).reason == "expired"
    assert not bank.calls


@virtually
async def test_an_answer_after_that_time_or_a_second_one_does_nothing() -> None:
    bank = Bank()
    async with banking(bank, pay=approved(within=60.0), patience=200.0) as ada:
        await ada.says("refund 1 30")
        (wait,) = await ada.waiting()
        fields = {"granted": True, "call": (await ada.event(ev.PersonAsked)).about["call"]}
        await ada.hears()
        office = await ada.office()
        with pytest.raises(NotFound, match="the time to answer is over"):
            await reception.person_answers(
                *(office, wait), by="kim", id="a", fields=fields, kind="segue.Approval"
            )
        await delivered(office, wait, True, fields["call"], "kim")
        assert "waits for this" in (await ada.event(ev.DeliveryDropped)).why
    assert not bank.calls
    bank = Bank()
    async with banking(bank, pay=approved()) as ada:
        await ada.says("refund 1 30")
        (wait,) = await ada.waiting()
        fields = {"granted": True, "call": (await ada.event(ev.PersonAsked)).about["call"]}
        await answers(ada)
        await ada.hears()
        office = await ada.office()
        await reception.person_answers(office, wait, by="lee", id="b", fields=fields, kind="segue.Approval")
        assert (await ada.event(ev.DeliveryDropped)).source == "lee"
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_an_approval_of_another_call_is_none() -> None:
    bank = Bank()
    async with banking(bank, pay=approved()) as ada:
        await ada.says("refund 1 30")
        await answers(ada, call="0" * 32)
        await asyncio.sleep(1.0)
        assert not bank.calls
        assert "has to approve" in await ada.hears()
        await answers(ada)
        assert await ada.hears() == "paid R0"


@virtually
async def test_what_is_approved_again_and_again_for_another_call_goes_to_a_person() -> None:
    bank = Bank()
    async with banking(bank, pay=approved()) as ada:
        await ada.says("refund 1 30")
        for _ in range(3):
            await answers(ada, call="0" * 32)
            await asyncio.sleep(1.0)
        assert (await ada.event(ev.HandedOver)).reason == "changed"
    assert not bank.calls


@virtually
async def test_an_approval_does_not_hold_for_ever() -> None:
    bank = Bank(faults=["refused"])
    pay = paying().retry(2, pause=120.0).approve(by=lead, holds=60.0)
    async with banking(bank, pay=pay, patience=300.0, allowance=1000.0) as ada:
        await ada.says("refund 1 30")
        await answers(ada)
        await ada.event(ev.ActionNotDone)
        await _asked(ada, 2)
        assert len(bank.calls) == 1
        await answers(ada)
        await ada.event(ev.ActionDone)
    assert bank.effects == {"pay 1 30": 1}


@dataclass(frozen=True)
class Price:
    amount: Decimal


@virtually
async def test_what_changed_while_a_person_thought_is_shown_once_more() -> None:
    prices = [Decimal(30), Decimal(45)]

    @step
    async def look_up(caller: Caller) -> Price:
        return Price(prices.pop(0))

    @action(identity=lambda r, p: r.order, amount=lambda r, p: (p.amount, "EUR"), repeats_safely=True)
    async def pay_price(refund: Refund, price: Price, *, bank: Bank, key: ActionKey) -> Paid:
        return Paid(await bank.do(key.text, f"pay {refund.order} {price.amount}"))

    bank = Bank()
    pay = pay_price.approve(by=lead)
    async with banking(bank, pay=pay, before=[look_up], keeps={Price: minutes(1)}) as ada:
        await ada.says("refund 1 30")
        await asyncio.sleep(120.0)
        await answers(ada)
        second = await _asked(ada, 2)
        assert second.about["amount"] == "45"
        assert not bank.calls
        await answers(ada)
        await ada.event(ev.ActionDone)
    assert bank.effects == {"pay 1 45": 1}


async def _asked(customer: Customer, nth: int) -> ev.PersonAsked:
    while True:
        found = [h.event for h in await customer.events() if isinstance(h.event, ev.PersonAsked)]
        if len(found) >= nth:
            return found[nth - 1]
        await asyncio.sleep(0.1)


@virtually
async def test_limits_ask_for_what_is_above_each_of_them() -> None:
    bank = Bank()
    limits = Limits(each=50, count=3, sum=100)
    async with banking(bank, pay=approved(when=limits)) as ada:
        assert await ada.says("refund 1 50") == "paid R0"
        assert "colleague" in await ada.says("refund 2 51")
        assert (await ada.event(ev.PersonAsked)).about["because"] == "above 50"
        await answers(ada, granted=False)
        await ada.hears()
        assert await ada.says("refund 3 25") == "paid R1"
        assert "colleague" in await ada.says("refund 4 26")
        assert (await _asked(ada, 2)).about["because"] == "above 100 a day"
        await answers(ada, granted=False)
        await ada.hears()
        assert await ada.says("refund 5 25") == "paid R2"
        assert "colleague" in await ada.says("refund 6 0")
        assert (await _asked(ada, 3)).about["because"] == "more than 3 a day"


@virtually
async def test_two_at_once_do_not_both_slip_under_a_limit() -> None:
    bank = Bank(faults=["late"])
    async with banking(bank, pay=approved(when=Limits(sum=50))) as ada:
        bob = await another(ada)
        one = asyncio.ensure_future(ada.says("refund 1 30"))
        await bank.at_work.acquire()
        two = asyncio.ensure_future(bob("refund 2 30"))
        await asyncio.sleep(1.03)
        bank.gate.set()
        said = [await one, await two]
        assert "paid R0" in said
        assert any("colleague" in text for text in said)
    assert len(bank.done) == 1


@virtually
async def test_two_in_one_message_do_not_both_slip_under_a_limit() -> None:
    bank = Bank()
    async with banking(bank, pay=approved(when=Limits(count=1))) as ada:
        assert "colleague" in await ada.says("refund 1 30 and refund 2 30")
        assert len(bank.done) == 1
        await answers(ada)
        assert "paid" in await ada.hears()
    assert len(bank.done) == 2


@virtually
async def test_the_same_is_approved_in_two_turns_and_done_in_one() -> None:
    bank = Bank()
    async with banking(bank, pay=approved()) as ada:
        await ada.says("refund 1 30")
        await ada.says("refund 1 30")
        await answers(ada)
        assert await ada.hears() == "paid R0"
        await answers(ada)
        assert await ada.hears() == "already done: R0 30 done"
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_a_rule_that_raises_is_a_bug_and_nothing_is_done() -> None:
    def raises(refund: Refund) -> bool:
        raise KeyError("limits")

    bank = Bank()
    async with banking(bank, pay=approved(when=raises)) as ada:
        assert "colleague" in await ada.says("refund 1 30")
        assert (await ada.event(ev.HandedOver)).reason == "bug"
    assert not bank.calls


@virtually
async def test_an_approval_of_another_call_than_was_shown_is_refused_and_nothing_is_recorded() -> None:
    async with banking(Bank(), pay=approved()) as ada:
        await ada.says("refund 1 30")
        (wait,) = await ada.waiting()
        office, before = await ada.office(), await ada.events()
        fields = {"granted": True, "call": "0" * 32}
        with pytest.raises(Conflict, match="another call than was shown"):
            await reception.person_answers(
                *(office, wait), by="kim", id="a", fields=fields, kind="segue.Approval"
            )
        assert await ada.events() == before


@virtually
async def test_who_may_not_speak_for_whoever_is_asked_is_not_heard() -> None:
    async with banking(Bank(), pay=approved()) as ada:
        await ada.says("refund 1 30")
        (wait,) = await ada.waiting()
        office, before = await ada.office(), await ada.events()
        fields = {"granted": True, "call": (await ada.event(ev.PersonAsked)).about["call"]}
        said: Any = {"by": "kim", "id": "a", "fields": fields, "kind": "segue.Approval"}
        with pytest.raises(NotAllowed, match="lead is asked, and kim may not answer for them"):
            await reception.person_answers(office, wait, **said, roles={"agent"})
        assert await ada.events() == before
        await reception.person_answers(office, wait, **said, roles={"agent", "lead"})
        assert await ada.hears() == "paid R0"


@virtually
async def test_an_answer_that_was_on_its_way_when_the_time_was_over_is_dropped() -> None:
    bank = Bank()
    async with banking(bank, pay=approved(within=60.0), patience=200.0) as ada:
        await ada.says("refund 1 30")
        (wait,) = await ada.waiting()
        assert wait.expires is not None
        await asyncio.sleep(60.005)  # over, and nothing has come to say so
        assert await ada.waiting() == [wait]
        await delivered(
            *(await ada.office(), wait, True, (await ada.event(ev.PersonAsked)).about["call"], "kim")
        )
        assert "waits for this" in (await ada.event(ev.DeliveryDropped)).why
        assert (await ada.event(ev.HandedOver)).reason == "expired"
    assert not bank.calls
