"""A desk that pays money back, for tests of what people see of actions.

"1001 30" pays 30 euros for order 1001, above 100 a lead is asked; "blind 1001" sends something by a back end that can
tell nothing; several with "and". `lost` answers get lost on their way.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from segue import (
    ActionKey,
    AlreadyDone,
    Claim,
    Desk,
    Draft,
    Each,
    Flow,
    Limits,
    Message,
    Objection,
    Person,
    Receipt,
    Refine,
    Refused,
    Reply,
    Route,
    Sequence,
    action,
    step,
)

lead = Person("support lead")


@dataclass(frozen=True)
class Refund:
    order: int
    amount: Decimal


@dataclass(frozen=True)
class Parcel:
    order: int


@dataclass(frozen=True)
class Paid:
    id: str
    order: int


@dataclass(frozen=True)
class PaidBack:
    id: str


@dataclass(frozen=True)
class Sent:
    id: str


@dataclass(frozen=True)
class Told:
    text: str


@dataclass
class Bank:
    lost: int = 0
    done: list[str] = field(default_factory=list)

    def do(self, what: str) -> str:
        self.done.append(what)
        if self.lost:
            self.lost -= 1
            raise TimeoutError("the line is dead")
        return f"R-{len(self.done)}"


@action(identity=lambda paid: paid.id, repeats_safely=True, kinds=["refund"])
async def take_back(paid: Paid, *, bank: Bank, key: ActionKey) -> PaidBack:
    return PaidBack(bank.do(f"take back {paid.order}"))


@action(
    identity=lambda refund: refund.order,
    on=lambda refund: refund.order,
    amount=lambda refund: (refund.amount, "EUR"),
    repeats_safely=True,
    kinds=["refund"],
    undo=take_back,
    undo_within=86_400,
    receipt=lambda refund, paid: Receipt("", reference=paid.id),
)
async def pay(refund: Refund, *, bank: Bank, key: ActionKey) -> Paid:
    return Paid(bank.do(f"pay {refund.order} {refund.amount}"), refund.order)


@action(
    identity=lambda parcel: parcel.order,
    on=lambda parcel: parcel.order,
    kinds=["shipment"],
    receipt=lambda parcel, sent: Receipt("", reference=sent.id),
)
async def send(parcel: Parcel, *, bank: Bank) -> Sent:
    return Sent(bank.do(f"send {parcel.order}"))


@step
async def understand(message: Message) -> list[Refund | Parcel]:
    found: list[Refund | Parcel] = []
    for part in message.text.split(" and "):
        word, *rest = part.split()
        found.append(Parcel(int(rest[0])) if word == "blind" else Refund(int(word), Decimal(rest[0])))
    return found


@step
async def tell_paid(paid: Paid) -> Told:
    return Told(f"order {paid.order} is refunded")


@step
async def tell_sent(sent: Sent) -> Told:
    return Told("it is sent")


@step
async def tell_already(already: AlreadyDone) -> Told:
    return Told(Draft.of(Claim(already.receipt), language="en").text)


@step
async def tell_refused(refused: Refused) -> Told:
    return Told(f"{refused.by} did not approve of it")


@step
async def write(told: list[Told]) -> Draft:
    return Draft(f"Thank you: {', '.join(one.text for one in told)}.")


@step
async def accept(draft: Draft) -> list[Objection]:
    return []


def make_desk(bank: Bank) -> Desk:
    paying = Sequence(
        pay.approve(by=lead, when=Limits(each=100)),
        Route({Paid: tell_paid, AlreadyDone: tell_already, Refused: tell_refused}),
    )
    sending = Sequence(send, Route({Sent: tell_sent, AlreadyDone: tell_already}))
    flow = Flow(
        Sequence(
            understand,
            Each(Route({Refund: paying, Parcel: sending})),
            Refine(write, against=[accept]),
        ).escalate(to=lead),
        takes=Message,
        gives=Reply,
        name="support",
    )
    return Desk(flow, tools=[bank], people={lead: "leads"}, languages=("en", "de"), name="Kite & Co.")
