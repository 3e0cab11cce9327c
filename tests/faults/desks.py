"""Small desks that pay money back: one with care, one that is naive, one that boasts; and their sandbox."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from segue import (
    Absent,
    ActionKey,
    AlreadyDone,
    Desk,
    Draft,
    Flow,
    Limits,
    Message,
    Objection,
    Person,
    Receipt,
    Receipts,
    Refine,
    Refused,
    Reply,
    Route,
    Sandbox,
    Script,
    Sequence,
    action,
    step,
)
from segue.flow.saying import reply_from_receipts
from segue.guard import receipts as receipts_guard

lead = Person("lead")


@dataclass(frozen=True)
class Refund:
    order: str
    amount: Decimal


@dataclass(frozen=True)
class Paid:
    reference: str


@dataclass(frozen=True)
class Sorry:
    """It could not be paid."""


class Shop(Protocol):
    async def paid_for(self, order: str) -> Decimal: ...


class Bank(Protocol):
    async def pay(self, order: str, amount: Decimal, key: str) -> Paid: ...
    async def found(self, key: str) -> Paid | None: ...


class Live:
    """What must never be entered, called or looked at."""

    async def __aenter__(self) -> None:
        raise AssertionError("a live back end was entered")

    async def __aexit__(self, *_: object) -> None:
        raise AssertionError("a live back end was left")


class LiveShop(Live):
    async def paid_for(self, order: str) -> Decimal:
        raise AssertionError("a live back end was called")


class LiveBank(Live):
    async def pay(self, order: str, amount: Decimal, key: str) -> Paid:
        raise AssertionError("a live back end was called")

    async def found(self, key: str) -> Paid | None:
        raise AssertionError("a live back end was called")


class FakeShop:
    async def paid_for(self, order: str) -> Decimal:
        return {"1001": Decimal(30), "1002": Decimal(300)}[order]


class FakeBank:
    """Pays whenever it is told to, and finds payments by their key."""

    def __init__(self) -> None:
        self.effects: list[Receipt] = []
        self.keys: dict[str, Paid] = {}

    async def pay(self, order: str, amount: Decimal, key: str) -> Paid:
        self.keys[key] = Paid(f"P{len(self.effects) + 1}")
        self.effects.append(
            Receipt("pay", ("refund",), order, amount, "EUR", reference=self.keys[key].reference)
        )
        return self.keys[key]

    async def found(self, key: str) -> Paid | None:
        return self.keys.get(key)


@step
async def read(message: Message, *, shop: Shop) -> Refund:
    order = next(word for word in message.text.split() if word.isdigit())
    return Refund(order, await shop.paid_for(order))


async def look_up(refund: Refund, *, bank: Bank, key: ActionKey) -> Paid | Absent:
    return await bank.found(key.text) or Absent()


@action(
    identity=lambda refund: refund.order,
    on=lambda refund: refund.order,
    amount=lambda refund: (refund.amount, "EUR"),
    lookup=look_up,
    settles_within=1,
    kinds=["refund"],
    receipt=lambda refund, paid: Receipt("", object=refund.order, reference=paid.reference),
)
async def pay(refund: Refund, *, bank: Bank, key: ActionKey) -> Paid:
    return await bank.pay(refund.order, refund.amount, key.text)


@step
async def tell(receipts: Receipts) -> Draft:
    return Draft(reply_from_receipts(receipts.items, "en"))


@step
async def tell_again(done: AlreadyDone) -> Draft:
    return Draft(reply_from_receipts([done.receipt], "en"))


@step
async def tell_refused(refused: Refused) -> Draft:
    return Draft("A colleague decided against a refund.")


careful = Flow(
    Sequence(
        read.within(2).retry(3),
        Refine(
            Sequence(
                pay.retry(2).approve(by=lead, when=Limits(each=100)),
                Route({Paid: tell, AlreadyDone: tell_again, Refused: tell_refused}),
            ),
            against=[receipts_guard],
        ),
    ).escalate(to=lead),
    takes=Message,
    gives=Reply,
    name="careful",
)


@step
async def just_pay(refund: Refund, *, bank: Bank) -> Paid:
    return await bank.pay(refund.order, refund.amount, "no key")


@step
async def thank(refund: Refund, paid: Paid) -> Draft:
    return Draft(f"We have refunded {refund.amount} EUR for order {refund.order}.")


@step
async def hope(refund: Refund) -> Paid:
    return Paid("surely soon")


@step
async def anything(draft: Draft) -> list[Objection]:
    return []


naive = Flow(
    Sequence(read.retry(3), just_pay.within(2).retry(2), Refine(thank, against=[anything])).escalate(to=lead),
    takes=Message,
    gives=Reply,
    name="naive",
)

boasting = Flow(
    Sequence(read.retry(3), just_pay.or_else(hope), Refine(thank, against=[anything])).escalate(to=lead),
    takes=Message,
    gives=Reply,
    name="boasting",
)

SANDBOX = Sandbox(
    FakeShop,
    FakeBank,
    scripts=[
        Script("Please refund 1001", name="a refund"),
        Script("Please refund 1002", name="above the limit"),
        Script("Please refund 1001", "Please refund 1001", name="asked twice"),
    ],
)


def desk_of(flow: Flow[Any], sandbox: Sandbox | None = SANDBOX, *more: Any, people: bool = True) -> Desk:
    """A desk on live tools that must never be touched."""
    return Desk(
        flow,
        tools=[LiveShop(), LiveBank(), *more],
        people={lead: "leads"} if people else {},
        sandbox=sandbox,
        name=flow.name,
    )


a_careful_desk = desk_of(careful)
a_naive_desk = desk_of(naive)
a_boasting_desk = desk_of(boasting)
a_desk_without_sandbox = desk_of(careful, None)
