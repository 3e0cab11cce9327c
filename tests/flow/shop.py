"""A small shop: facts and steps that tests of the flow language put together, and one rich flow of them."""

from dataclasses import dataclass
from typing import Protocol

from segue import (
    Caller,
    Delegate,
    Draft,
    Each,
    Failed,
    Flow,
    History,
    Message,
    Objection,
    Parallel,
    Person,
    Refine,
    Reply,
    Route,
    Sequence,
    always,
    caller,
    minutes,
    step,
)

lead = Person("support lead")


@dataclass(frozen=True)
class Customer:
    name: str = "Ada"


@dataclass(frozen=True)
class Orders:
    count: int = 1


@dataclass(frozen=True)
class RefundRequest:
    order: str = "1"


@dataclass(frozen=True)
class Tracking:
    order: str = "1"


@dataclass(frozen=True)
class Complaint:
    about: str = "noise"


@dataclass(frozen=True)
class Refund:
    amount: int = 5


@dataclass(frozen=True)
class NotRefundable:
    why: str = "too late"


@dataclass(frozen=True)
class OrderNumber:
    text: str = "1"


@dataclass(frozen=True)
class Verdict:
    text: str = "yes"


@dataclass(frozen=True)
class AskBilling:
    what: str = "paid?"


@dataclass(frozen=True)
class AskShipping:
    what: str = "sent?"


@dataclass(frozen=True)
class Finding:
    text: str = "it was"


@dataclass(frozen=True)
class Outcome:
    text: str = "done"


class Crm(Protocol):
    def find(self, id: str) -> str: ...


class Shop(Protocol):
    def orders(self, name: str) -> int: ...


class Model(Protocol):
    def ask(self, text: str) -> str: ...


@step
async def understand(
    message: Message, history: History, *, model: Model
) -> list[RefundRequest | Tracking | Complaint]:
    return [RefundRequest(model.ask(message.text))]


@step
async def find_customer(caller: Caller, *, crm: Crm) -> Customer:
    return Customer(crm.find(caller.id))


@step
async def find_orders(customer: Customer, *, shop: Shop) -> Orders:
    return Orders(shop.orders(customer.name))


@step
def orders_from_cache(customer: Customer) -> Orders:
    return Orders(len(customer.name))


@step
def propose_refund(request: RefundRequest, orders: Orders) -> Refund | NotRefundable:
    return Refund(orders.count) if request.order else NotRefundable()


@step
def explain(no: NotRefundable) -> Outcome:
    return Outcome(no.why)


@step
def pay(refund: Refund) -> Outcome:
    return Outcome(f"paid {refund.amount}")


@step
def track(tracking: Tracking, orders: Orders) -> Outcome:
    return Outcome(f"{tracking.order} of {orders.count}")


@step
def supervise(
    complaint: Complaint, findings: list[Finding | Failed]
) -> list[AskBilling | AskShipping] | Verdict:
    return Verdict(complaint.about) if findings else [AskBilling(), AskShipping()]


@step
def billing(task: AskBilling) -> Finding:
    return Finding(task.what)


@step
def shipping(task: AskShipping, number: OrderNumber) -> Finding:
    return Finding(f"{task.what} {number.text}")


@step
def conclude(verdict: Verdict) -> Outcome:
    return Outcome(verdict.text)


@step
def write_reply(message: Message, outcomes: list[Outcome], objections: list[Objection]) -> Draft:
    return Draft(f"{message.text}: {len(outcomes)}, {len(objections)}")


@step
def plain_reply(message: Message) -> Draft:
    return Draft(message.text)


@step
def grounding(draft: Draft) -> list[Objection]:
    return [] if draft.text else [Objection("grounding", "it says nothing")]


@step
def privacy(draft: Draft, caller: Caller) -> list[Objection]:
    return [Objection("privacy", "it names somebody")] if caller.id and caller.id in draft.text else []


class BigModel:
    def ask(self, text: str) -> str:
        return text


refunding = Sequence(
    propose_refund,
    Route({NotRefundable: explain, Refund: Sequence(lead.gives(Verdict), pay.retry(2))}),
)

investigating = Sequence(
    Delegate(
        supervise,
        to={
            AskBilling: billing.within(30),
            AskShipping: Sequence(caller.gives(OrderNumber, asking="which_order"), shipping),
        },
        at_most=5,
    ),
    conclude,
)

support = Flow(
    Sequence(
        Parallel(
            understand.or_else(understand.using(model=BigModel())),
            Sequence(
                find_customer.retry(3),
                find_orders.within(2).retry(3).or_else(orders_from_cache),
            ),
        ),
        Each(Route({RefundRequest: refunding, Tracking: track, Complaint: investigating})),
        Refine(write_reply, against=[grounding, privacy], at_most=2, last=plain_reply),
    ).escalate(to=lead),
    takes=Message,
    gives=Reply,
    keeps={Customer: always, Orders: minutes(10)},
)
