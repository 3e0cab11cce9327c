"""Refunds: checked against the shop's rules, paid up to a limit, above it a lead decides."""

from dataclasses import dataclass

from examples.shop.clients import Payments, Rejected
from examples.shop.facts import Customer, Money, Order, OrderPayments
from examples.shop.lookup import with_order
from examples.shop.outcomes import Because, Excuse, RefundPaid
from examples.shop.people import lead
from segue import Clock, Route, Sequence, step

LIMIT = Money.of(200)
"""What is paid back without asking anybody."""


@dataclass(frozen=True, slots=True)
class Refundable:
    order: int
    amount: Money


@dataclass(frozen=True, slots=True)
class AboveLimit:
    order: int
    amount: Money


@dataclass(frozen=True, slots=True)
class NotRefundable:
    because: Because


@step(says="checking_the_refund")
async def find_payments(order: Order, customer: Customer, *, payments: Payments) -> OrderPayments:
    return await payments.of_order(order.number, customer.id)


@step
async def check_refund(
    order: Order, paid: OrderPayments, *, clock: Clock
) -> Refundable | AboveLimit | NotRefundable:
    """The rules of the returns policy: delivered, within 30 days, and of a kind that can go back."""
    if not paid.refundable:
        return NotRefundable("refunded_already")
    if order.status != "delivered":
        return NotRefundable("not_delivered")
    if not order.can_be_returned(clock.now().date()):
        return NotRefundable("too_old")
    if not all(item.returnable for item in order.items):
        return NotRefundable("cannot_go_back")
    amount = paid.refundable
    return AboveLimit(order.number, amount) if amount > LIMIT else Refundable(order.number, amount)


@step(says="paying_the_refund")
async def pay_refund(refund: Refundable, customer: Customer, *, payments: Payments) -> RefundPaid | Excuse:
    """Paid once: the key is what the refund is, so a second attempt meets the first."""
    key = f"refund:{refund.order}:{refund.amount}"
    try:
        done = await payments.refund(
            refund.order, customer.id, refund.amount, reason="customer_request", key=key
        )
    except Rejected:
        return Excuse("refused_by_shop", refund.order)
    return RefundPaid(refund.order, done.amount, done.id)


@step
async def explain_refund(order: Order, no: NotRefundable) -> Excuse:
    return Excuse(no.because, order.number, order.status, order.return_by)


refunding = with_order(
    Sequence(
        find_payments.within(2).retry(3),
        check_refund,
        Route(
            {
                Refundable: pay_refund.within(4).retry(2),
                AboveLimit: lead.takes_over(because="above_limit", says="lead_decides"),
                NotRefundable: explain_refund,
            }
        ),
    )
)
