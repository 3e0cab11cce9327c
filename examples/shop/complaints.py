"""A complaint: a lead asks billing and shipping, puts the findings together, and decides."""

from dataclasses import dataclass

from examples.shop.clients import Payments, Shop
from examples.shop.facts import ZERO, Customer, Money, Order, OrderPayments, Shipment
from examples.shop.lookup import with_order
from examples.shop.outcomes import Excuse, Resolved
from examples.shop.people import lead
from examples.shop.refunding import LIMIT
from examples.shop.requests import Complaint
from segue import Delegate, Failed, Flow, Route, Sequence, step


@dataclass(frozen=True, slots=True)
class AskBilling:
    order: int
    customer: str


@dataclass(frozen=True, slots=True)
class AskShipping:
    order: int
    customer: str


@dataclass(frozen=True, slots=True)
class BillingFinding:
    """What was paid once too often, and what could be given back in all."""

    twice: Money
    duplicate: str
    refundable: Money


@dataclass(frozen=True, slots=True)
class ShippingFinding:
    status: str
    lost: bool


@dataclass(frozen=True, slots=True)
class PutRight:
    """Owed by the shop: the second payment, and the first as well if the parcel is lost."""

    amount: Money
    twice: Money
    lost: bool
    duplicate: str


@dataclass(frozen=True, slots=True)
class AskLead:
    """More than we may pay back by ourselves."""

    amount: Money
    twice: Money
    lost: bool


@dataclass(frozen=True, slots=True)
class NoFault:
    """Neither billing nor shipping found anything wrong."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """One of the two could not be asked, so nothing can be decided."""

    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the lead says about paying back more than the limit."""

    approved: bool
    note: str = ""


@step(says="asking_billing")
async def load_payments(task: AskBilling, *, payments: Payments) -> OrderPayments:
    return await payments.of_order(task.order, task.customer)


@step
async def judge_payments(paid: OrderPayments) -> BillingFinding:
    duplicates = paid.duplicates
    twice = min((d.amount for d in duplicates), default=ZERO)
    return BillingFinding(twice, duplicates[0].id if duplicates else "", paid.refundable)


@step(says="asking_shipping")
async def load_parcel(task: AskShipping, *, shop: Shop) -> Shipment:
    return await shop.shipment(task.order, task.customer)


@step
async def judge_parcel(parcel: Shipment) -> ShippingFinding:
    return ShippingFinding(parcel.status, parcel.lost)


@step
async def supervise(
    complaint: Complaint,
    order: Order,
    customer: Customer,
    findings: list[BillingFinding | ShippingFinding | Failed],
) -> list[AskBilling | AskShipping] | PutRight | AskLead | NoFault | Unknown:
    """First ask both, then decide on everything they found."""
    if not findings:
        return [AskBilling(order.number, customer.id), AskShipping(order.number, customer.id)]
    if failed := [finding for finding in findings if isinstance(finding, Failed)]:
        return Unknown("; ".join(f"{one.task}: {one.why}" for one in failed))
    billing = next(finding for finding in findings if isinstance(finding, BillingFinding))
    lost = any(isinstance(finding, ShippingFinding) and finding.lost for finding in findings)
    owed = billing.refundable if lost else min(billing.twice, billing.refundable)
    if not owed:
        return NoFault()
    if owed > LIMIT:
        return AskLead(owed, billing.twice, lost)
    return PutRight(owed, billing.twice, lost, "" if lost else billing.duplicate)


@step(says="paying_the_refund")
async def put_right(order: Order, customer: Customer, owed: PutRight, *, payments: Payments) -> Resolved:
    """Where only one payment was too many, that payment is given back and no other."""
    return await _pay(order, customer, owed, payments, payment=owed.duplicate or None)


@step(says="paying_the_refund")
async def put_right_as_decided(
    order: Order, customer: Customer, owed: AskLead, decision: Decision, *, payments: Payments
) -> Resolved | Excuse:
    if not decision.approved:
        return Excuse("not_approved", order.number)
    return await _pay(order, customer, owed, payments)


@step
async def explain_no_fault(order: Order, nothing: NoFault) -> Excuse:
    return Excuse("no_fault_found", order.number, order.status)


async def _pay(
    order: Order,
    customer: Customer,
    owed: PutRight | AskLead,
    payments: Payments,
    payment: str | None = None,
) -> Resolved:
    key = f"complaint:{order.number}:{owed.amount}"
    done = await payments.refund(
        order.number, customer.id, owed.amount, reason="complaint", key=key, payment=payment
    )
    return Resolved(order.number, owed.twice or None, owed.lost, done.amount, done.id)


billing = Flow(
    Sequence(load_payments.within(2).retry(2), judge_payments),
    takes=AskBilling,
    gives=BillingFinding,
    name="billing",
)
shipping = Flow(
    Sequence(load_parcel.within(2).retry(2), judge_parcel),
    takes=AskShipping,
    gives=ShippingFinding,
    name="shipping",
)

complaining = with_order(
    Sequence(
        Delegate(supervise, to={AskBilling: billing, AskShipping: shipping}, at_most=3),
        Route(
            {
                PutRight: put_right.within(4).retry(2),
                AskLead: Sequence(
                    lead.gives(Decision, asking="asking_the_lead"), put_right_as_decided.within(4).retry(2)
                ),
                NoFault: explain_no_fault,
                Unknown: lead.takes_over(because="could_not_decide"),
            }
        ),
    )
)
