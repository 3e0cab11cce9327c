"""Paying back: the one way in which money leaves, once for each reason, and above a limit only if a lead agrees."""

from dataclasses import dataclass
from typing import Any, Literal

from examples.shop.clients import Payments, TurnedAway
from examples.shop.facts import Money, Order, Orders, RefundDone
from examples.shop.outcomes import Done, Excuse
from examples.shop.people import lead
from examples.shop.receipts import of_reference
from examples.shop.telling import tell_earlier, tell_refusal
from segue import (
    Absent,
    ActionKey,
    AlreadyDone,
    Limits,
    Node,
    Receipt,
    Receipts,
    Refused,
    Route,
    Sequence,
    action,
    step,
)

LIMITS = Limits(each=200, sum=2000)
"""What is paid back without asking anybody: each, and all of a day."""

UNTIL_SETTLED = 12 * 3600.0
"""Seconds in which a refund may still be pending; the bank run is at night."""


@dataclass(frozen=True, slots=True)
class Refund:
    """What is to be paid back, and why; `payment` names the one that was too many."""

    order: int
    customer: str
    amount: Money
    reason: Literal["customer_request", "complaint"]
    payment: str | None = None


@dataclass(frozen=True, slots=True)
class RefundReversed:
    id: str


@action(identity=lambda done: done.id, on=lambda done: done.order, kinds=["refund"], repeats_safely=True)
async def reverse_refund(done: RefundDone, *, payments: Payments) -> RefundReversed:
    return RefundReversed((await payments.reverse_refund(done.id)).id)


async def refund_by_key(refund: Refund, *, payments: Payments, key: ActionKey) -> RefundDone | Absent:
    return await payments.refund_by_key(key.text) or Absent()


@action(
    identity=lambda refund: (refund.order, refund.reason, refund.payment),
    on=lambda refund: refund.order,
    amount=lambda refund: (refund.amount.amount, refund.amount.currency),
    repeats_safely=True,
    lookup=refund_by_key,
    undo=reverse_refund,
    undo_within=UNTIL_SETTLED,
    changes=[Orders],
    receipt=lambda refund, done: Receipt("refund", reference=done.id),
    kinds=["refund"],
    says="paying_the_refund",
)
async def pay_refund(refund: Refund, *, payments: Payments, key: ActionKey) -> RefundDone:
    return await payments.refund(
        *(refund.order, refund.customer, refund.amount),
        reason=refund.reason,
        key=key.text,
        payment=refund.payment,
    )


@step
async def tell_refund(done: RefundDone, receipts: Receipts) -> Done:
    return Done(of_reference(receipts, done.id))


@step
async def regret_refund(order: Order) -> Excuse:
    """Whatever the reason: an action that could be replaced was surely not done."""
    return Excuse("not_done", order.number)


def paying_back(asking: str) -> Node[Any]:
    """Pays a Refund and tells of it; `asking` is what the customer reads while a lead decides."""
    return Sequence(
        pay_refund.within(4).retry(2, on=TurnedAway).approve(by=lead, when=LIMITS, says=asking),
        Route({RefundDone: tell_refund, AlreadyDone: tell_earlier, Refused: tell_refusal}),
    ).or_else(regret_refund)
