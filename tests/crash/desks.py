"""The desk that is killed: it pays refunds, as an action or, for a control, as a loop without a memory would."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from tests.crash.back_end import BackEnd
from tests.crash.client import Payments, Refused

from segue import Desk, Draft, Flow, Message, Objection, Person, Refine, Reply, Route, Sequence, step
from segue.errors import NotDone
from segue.flow.action import Absent, Action, action
from segue.flow.keys import ActionKey
from segue.flow.receipts import ActionConflict, AlreadyDone

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
async def tell_again(refund: Refund, done: AlreadyDone) -> Told:
    return Told(f"{PAID} {refund.amount} for {refund.order} before.")


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


def careful(back_end: BackEnd, payments: Payments, patience: float) -> Desk:
    """Paying is an action, which says of its back end what is true."""
    paying = pay(back_end).within(patience).retry(2, pause=patience / 10)
    routed = Route({Paid: tell, AlreadyDone: tell_again, ActionConflict: tell_not_paid})
    return _desk(Sequence(paying, routed).or_else(tell_not_paid), payments, patience)


def naive(back_end: BackEnd, payments: Payments, patience: float) -> Desk:
    """A control: call, then write it down; when there is no answer, call again."""

    @step
    async def pay(refund: Refund, *, payments: Payments) -> Paid:
        return Paid(await payments.pay(refund.order, refund.amount))

    paying = pay.within(patience).retry(3, pause=patience / 10)
    return _desk(Sequence(paying, tell).or_else(tell_not_paid), payments, patience)


BUILDS: Mapping[str, Build] = {"careful": careful, "naive": naive}


def pay(back_end: BackEnd) -> Action[..., Paid]:
    """The action, as it is written for such a back end."""

    async def found(refund: Refund, *, payments: Payments, key: ActionKey) -> Paid | Absent:
        reference = await payments.find(key.text, refund.order)
        return Absent() if reference is None else Paid(reference)

    @action(
        identity=lambda refund: (refund.order, refund.amount),
        on=lambda refund: refund.order,
        amount=lambda refund: (Decimal(refund.amount) / 100, "EUR"),
        repeats_safely=back_end.honours_keys,
        settles_within=back_end.settles,
        lookup=found if back_end.looks_up else None,
    )
    async def pay(refund: Refund, *, payments: Payments, key: ActionKey) -> Paid:
        try:
            return Paid(await payments.pay(refund.order, refund.amount, key.text))
        except Refused as error:
            raise NotDone(str(error)) from error

    return pay


def _desk(paying: Any, payments: Payments, patience: float) -> Desk:
    body = Sequence(read, paying, Refine(write, against=[fine])).escalate(to=lead)
    flow = Flow(body, takes=Message, gives=Reply, name="refunds")
    return Desk(flow, tools=[payments], people={lead: "leads"}, allowance=120 * patience)
