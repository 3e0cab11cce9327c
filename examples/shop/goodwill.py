"""Goodwill: a voucher for a parcel that is late, once for each order; a lead agrees to what is more than usual."""

from dataclasses import dataclass

from examples.shop.clients import Payments, TurnedAway
from examples.shop.facts import CENT, Money, Order, VoucherIssued
from examples.shop.outcomes import Done, Excuse
from examples.shop.people import lead
from examples.shop.receipts import of_reference
from examples.shop.telling import tell_earlier, tell_refusal
from segue import (
    Absent,
    ActionKey,
    AlreadyDone,
    Limits,
    Receipt,
    Receipts,
    Refused,
    Route,
    Sequence,
    action,
    step,
)

LIMITS = Limits(each=15, sum=200)
"""What is given without asking anybody: each, and all of a day."""


@dataclass(frozen=True, slots=True)
class Goodwill:
    order: int
    customer: str
    amount: Money


@dataclass(frozen=True, slots=True)
class VoucherCancelled:
    code: str


@action(identity=lambda voucher: voucher.code, kinds=["credit"], repeats_safely=True)
async def cancel_voucher(voucher: VoucherIssued, *, payments: Payments) -> VoucherCancelled:
    return VoucherCancelled((await payments.cancel_voucher(voucher.code)).code)


async def voucher_by_key(goodwill: Goodwill, *, payments: Payments, key: ActionKey) -> VoucherIssued | Absent:
    return await payments.voucher_by_key(key.text) or Absent()


@action(
    identity=lambda goodwill: goodwill.order,
    on=lambda goodwill: goodwill.order,
    amount=lambda goodwill: (goodwill.amount.amount, goodwill.amount.currency),
    repeats_safely=True,
    lookup=voucher_by_key,
    undo=cancel_voucher,
    receipt=lambda goodwill, voucher: Receipt(
        "voucher", reference=voucher.code, values={"valid_until": voucher.valid_until.isoformat()}
    ),
    kinds=["credit"],
    says="making_a_voucher",
)
async def give_voucher(goodwill: Goodwill, *, payments: Payments, key: ActionKey) -> VoucherIssued:
    return await payments.give_voucher(
        goodwill.customer, goodwill.amount, reason=f"order {goodwill.order} is late", key=key.text
    )


@step
async def tell_voucher(voucher: VoucherIssued, receipts: Receipts) -> Done:
    return Done(of_reference(receipts, voucher.code), found=("late",))


@step
async def regret_voucher(order: Order) -> Excuse:
    return Excuse("not_done", order.number)


def a_tenth(total: Money) -> Money:
    """Of what an order came to, in whole cents."""
    return Money((total.amount / 10).quantize(CENT), total.currency)


giving_voucher = Sequence(
    give_voucher.within(4).retry(2, on=TurnedAway).approve(by=lead, when=LIMITS, says="asking_the_lead"),
    Route({VoucherIssued: tell_voucher, AlreadyDone: tell_earlier, Refused: tell_refusal}),
).or_else(regret_voucher)
