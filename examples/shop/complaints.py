"""A complaint: a lead asks billing and shipping, puts the findings together, and decides."""

from dataclasses import dataclass, replace

from examples.shop.clients import Payments, Shop
from examples.shop.facts import ZERO, Customer, Money, Order, OrderPayments, Shipment
from examples.shop.goodwill import Goodwill, a_tenth, giving_voucher
from examples.shop.lookup import with_order
from examples.shop.outcomes import Done, Excuse, Found
from examples.shop.paying import Refund, paying_back
from examples.shop.people import lead
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
    late: bool


@dataclass(frozen=True, slots=True)
class PutRight:
    """Owed by the shop: the second payment, and the first as well if the parcel is lost."""

    amount: Money
    found: tuple[Found, ...]
    duplicate: str | None


@dataclass(frozen=True, slots=True)
class Late:
    """Nothing is owed, but the parcel is late."""


@dataclass(frozen=True, slots=True)
class NoFault:
    """Nothing is owed: neither billing nor shipping found anything wrong, or it was `settled` before."""

    settled: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """One of the two could not be asked, so nothing can be decided."""

    why: str


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
    return ShippingFinding(parcel.status, parcel.lost, parcel.status == "delayed")


@step
async def supervise(
    complaint: Complaint,
    order: Order,
    customer: Customer,
    findings: list[BillingFinding | ShippingFinding | Failed],
) -> list[AskBilling | AskShipping] | PutRight | Late | NoFault | Unknown:
    """First ask both, then decide on everything they found."""
    if not findings:
        return [AskBilling(order.number, customer.id), AskShipping(order.number, customer.id)]
    if failed := [finding for finding in findings if isinstance(finding, Failed)]:
        return Unknown("; ".join(f"{one.task}: {one.why}" for one in failed))
    billing = next(finding for finding in findings if isinstance(finding, BillingFinding))
    shipping = next(finding for finding in findings if isinstance(finding, ShippingFinding))
    owed = billing.refundable if shipping.lost else min(billing.twice, billing.refundable)
    wrong: dict[Found, bool] = {"twice": bool(billing.twice), "lost": shipping.lost}
    found = tuple(what for what, holds in wrong.items() if holds)
    if not owed:
        return Late() if shipping.late else NoFault(settled=bool(found))
    # Where only one payment was too many, that payment is given back and no other.
    return PutRight(owed, found, None if shipping.lost else billing.duplicate)


@step
async def owe(order: Order, customer: Customer, owed: PutRight) -> Refund:
    return Refund(order.number, customer.id, owed.amount, "complaint", owed.duplicate)


@step
async def apologise(owed: PutRight, outcome: Done | Excuse) -> Done | Excuse:
    """What was wrong is told with what was done about it."""
    return replace(outcome, found=owed.found) if isinstance(outcome, Done) else outcome


@step
async def offer_goodwill(order: Order, customer: Customer, late: Late) -> Goodwill:
    return Goodwill(order.number, customer.id, a_tenth(order.total))


@step
async def explain_no_fault(order: Order, nothing: NoFault) -> Excuse:
    return Excuse("put_right_before" if nothing.settled else "no_fault_found", order.number, order.status)


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
                PutRight: Sequence(owe, paying_back("asking_the_lead"), apologise),
                Late: Sequence(offer_goodwill, giving_voucher),
                NoFault: explain_no_fault,
                Unknown: lead.takes_over(because="could_not_decide"),
            }
        ),
    )
)
