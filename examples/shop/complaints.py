"""A complaint: a lead asks billing and shipping, puts the findings together, and decides."""

from dataclasses import dataclass, replace
from typing import Any

from examples.shop.clients import Payments, Shop
from examples.shop.facts import ZERO, Customer, Money, Order, OrderPayments, Shipment
from examples.shop.goodwill import Goodwill, a_tenth, giving_voucher
from examples.shop.lookup import with_order
from examples.shop.outcomes import Done, Excuse, Found
from examples.shop.paying import Refund, paying_back
from examples.shop.people import lead
from segue import Delegate, Failed, Flow, Node, Route, Sequence, step
from segue.flow.step import Step


@dataclass(frozen=True, slots=True)
class AskBilling:
    """Ask billing what was paid for the order of this complaint."""


@dataclass(frozen=True, slots=True)
class AskShipping:
    """Ask shipping where the parcel of this order is."""


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
class WentWrong:
    """What went wrong, as billing and shipping found it: nothing, or what the complaint is right about."""

    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Somebody could not be asked, or what they found does not answer the complaint; a person looks into it."""

    why: str


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


@step(says="asking_billing")
async def load_payments(order: Order, customer: Customer, *, payments: Payments) -> OrderPayments:
    return await payments.of_order(order.number, customer.id)


@step
async def judge_payments(paid: OrderPayments) -> BillingFinding:
    duplicates = paid.duplicates
    twice = min((d.amount for d in duplicates), default=ZERO)
    return BillingFinding(twice, duplicates[0].id if duplicates else "", paid.refundable)


@step(says="asking_shipping")
async def load_parcel(order: Order, customer: Customer, *, shop: Shop) -> Shipment:
    return await shop.shipment(order.number, customer.id)


@step
async def judge_parcel(parcel: Shipment) -> ShippingFinding:
    return ShippingFinding(parcel.status, parcel.lost, parcel.status == "delayed")


@step
async def supervise(
    findings: list[BillingFinding | ShippingFinding | Failed],
) -> list[AskBilling | AskShipping] | WentWrong | Undecided:
    """The lead without a model: first ask both, then tell what they found."""
    if not findings:
        return [AskBilling(), AskShipping()]
    if failed := [finding for finding in findings if isinstance(finding, Failed)]:
        return Undecided("; ".join(f"{one.task}: {one.why}" for one in failed))
    return WentWrong(tuple(wrong for one in findings for wrong in _wrong_in(one)))


@step
async def conclude(
    verdict: WentWrong | Undecided, findings: list[BillingFinding | ShippingFinding | Failed]
) -> PutRight | Late | NoFault | Undecided:
    """What follows from a verdict, whoever led: amounts are counted here, and only on what was found."""
    if isinstance(verdict, Undecided):
        return verdict
    billing = next((finding for finding in findings if isinstance(finding, BillingFinding)), None)
    shipping = next((finding for finding in findings if isinstance(finding, ShippingFinding)), None)
    if billing is None or shipping is None:
        return Undecided("this was decided without having heard billing and shipping")
    found = (*_wrong_in(billing), *_wrong_in(shipping))
    if set(verdict.found) != set(found):
        return Undecided(f"the lead says {_spelled(verdict.found)}, and what was found is {_spelled(found)}")
    owed = billing.refundable if shipping.lost else min(billing.twice, billing.refundable)
    if not owed:
        return Late() if shipping.late else NoFault(settled=bool(found))
    # Where only one payment was too many, that payment is given back and no other.
    duplicate = None if shipping.lost else billing.duplicate
    return PutRight(owed, tuple(what for what in found if what != "late"), duplicate)


def _wrong_in(finding: BillingFinding | ShippingFinding | Failed) -> tuple[Found, ...]:
    match finding:
        case BillingFinding(twice) if twice:
            return ("twice",)
        case ShippingFinding(lost=True):
            return ("lost",)
        case ShippingFinding(late=True):
            return ("late",)
    return ()


def _spelled(found: tuple[Found, ...]) -> str:
    return " and ".join(found) or "nothing"


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


# They look at the order that was opened for this customer; whoever leads says whom to ask, not about whom.
billing = Flow(
    Sequence(load_payments.within(2).retry(2), judge_payments),
    takes=(Order, Customer),
    gives=BillingFinding,
    name="billing",
)
shipping = Flow(
    Sequence(load_parcel.within(2).retry(2), judge_parcel),
    takes=(Order, Customer),
    gives=ShippingFinding,
    name="shipping",
)


def investigated_by(leader: Step[Any, Any, Any]) -> Node[Any]:
    """Somebody asks billing and shipping until there is a verdict; what follows from it is not for them to say."""
    return Sequence(Delegate(leader, to={AskBilling: billing, AskShipping: shipping}, at_most=3), conclude)


def complaining(investigating: Node[Any]) -> Node[Any]:
    """Finds the order, looks into it and puts right what went wrong."""
    return with_order(
        Sequence(
            investigating,
            Route(
                {
                    PutRight: Sequence(owe, paying_back("asking_the_lead"), apologise),
                    Late: Sequence(offer_goodwill, giving_voucher),
                    NoFault: explain_no_fault,
                    Undecided: lead.takes_over(because="could_not_decide"),
                }
            ),
        )
    )
