"""The desk that is killed: it pays refunds, as an action or, for a control, as a loop without a memory would."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.crash.back_end import BackEnd
from tests.crash.client import Payments

from segue import Desk, Draft, Flow, Message, Objection, Person, Refine, Reply, Sequence, step

PAID = "We have refunded"
NOT_PAID = "Nothing was refunded"
"""How replies begin; the audit holds the service's books against them."""

lead = Person("lead")


@dataclass(frozen=True)
class Refund:
    """`amount` is in cents."""

    order: str
    amount: int


@dataclass(frozen=True)
class Paid:
    reference: str


@dataclass(frozen=True)
class Told:
    text: str


@step
async def read(message: Message) -> Refund:
    order, _, amount = message.text.removeprefix("refund ").partition(" ")
    return Refund(order, int(amount))


@step
async def tell(refund: Refund, paid: Paid) -> Told:
    return Told(f"{PAID} {refund.amount} for {refund.order}: {paid.reference}.")


@step
async def tell_not_paid(refund: Refund) -> Told:
    return Told(f"{NOT_PAID} for {refund.order}.")


@step
async def write(told: Told) -> Draft:
    return Draft(told.text)


@step
async def fine(draft: Draft) -> list[Objection]:
    return []


Build: TypeAlias = Callable[[BackEnd, Payments, float], Desk]
"""Makes a desk for a back end; the last parameter is for how many seconds it waits for an answer."""


def naive(back_end: BackEnd, payments: Payments, patience: float) -> Desk:
    """Call, then write it down; when there is no answer, call again."""

    @step
    async def pay(refund: Refund, *, payments: Payments) -> Paid:
        return Paid(await payments.pay(refund.order, refund.amount))

    paying = Sequence(pay.within(patience).retry(3, pause=patience / 10), tell)
    return _desk(paying.or_else(tell_not_paid), payments, patience)


def _desk(paying: Any, payments: Payments, patience: float) -> Desk:
    body = Sequence(read, paying, Refine(write, against=[fine])).escalate(to=lead)
    flow = Flow(body, takes=Message, gives=Reply, name="refunds")
    return Desk(flow, tools=[payments], people={lead: "leads"}, allowance=60 * patience)


BUILDS: Mapping[str, Build] = {"naive": naive}
