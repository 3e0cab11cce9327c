"""Refunds: checked against the shop's rules, then paid back."""

from dataclasses import dataclass

from examples.shop.clients import Payments
from examples.shop.facts import Customer, Order, OrderPayments
from examples.shop.lookup import with_order
from examples.shop.outcomes import Because, Done, Excuse
from examples.shop.paying import Refund, paying_back
from examples.shop.receipts import find
from segue import Clock, Receipts, Route, Sequence, step


@dataclass(frozen=True, slots=True)
class NotRefundable:
    because: Because


@dataclass(frozen=True, slots=True)
class RefundedBefore:
    """Nothing is left to pay back."""


@step(says="checking_the_refund")
async def find_payments(order: Order, customer: Customer, *, payments: Payments) -> OrderPayments:
    return await payments.of_order(order.number, customer.id)


@step
async def check_refund(
    order: Order, customer: Customer, paid: OrderPayments, *, clock: Clock
) -> Refund | RefundedBefore | NotRefundable:
    """The rules of the returns policy: delivered, within 30 days, and of a kind that can go back."""
    if not paid.refundable:
        return RefundedBefore()
    if order.status != "delivered":
        return NotRefundable("not_delivered")
    if not order.can_be_returned(clock.now().date()):
        return NotRefundable("too_old")
    if not all(item.returnable for item in order.items):
        return NotRefundable("cannot_go_back")
    return Refund(order.number, customer.id, paid.refundable, "customer_request")


@step
async def explain_refund(order: Order, no: NotRefundable) -> Excuse:
    return Excuse(no.because, order.number, order.status, order.return_by)


@step
async def explain_nothing_left(order: Order, before: RefundedBefore, receipts: Receipts) -> Done | Excuse:
    """What we paid back in this conversation is told with its reference."""
    known = find(receipts, "refund", order.number)
    return Done(known, again=True) if known else Excuse("nothing_left", order.number)


refunding = with_order(
    Sequence(
        find_payments.within(2).retry(3),
        check_refund,
        Route(
            {
                Refund: paying_back("lead_decides"),
                RefundedBefore: explain_nothing_left,
                NotRefundable: explain_refund,
            }
        ),
    )
)
