"""A little bank with faults, and a desk that refunds and moves orders there, for tests of actions.

What is written to the desk is "refund 1 30", "move 1 Harbour", several with "and". The bank counts what it really
did, whatever anybody was told.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import wraps
from itertools import count
from typing import Any, Literal

from tests.run.asking import desk_of, polite, say
from tests.run.checking_actions import check_actions

from segue import (
    Absent,
    ActionKey,
    AlreadyDone,
    Caller,
    Desk,
    Draft,
    Each,
    Message,
    NotDone,
    Receipt,
    Refine,
    Refused,
    Route,
    Sequence,
    action,
    step,
)
from segue.flow.node import Approve
from segue.run import events as ev
from segue.run.memory import MemoryJournal
from segue.testing import Customer, talk
from segue.testing.virtual_time import VirtualLoop, clock_here, run

Fault = Literal["", "refused", "before", "after", "wrong", "hangs", "late", "crash"]
"""Of a call: refused; an error before or after the effect; an answer of another type; an effect without an answer;
no answer before the gate is opened, and then the effect; the desk dies after the effect."""


@dataclass(frozen=True)
class Refund:
    order: int
    amount: Decimal
    confirmed: bool = False


@dataclass(frozen=True)
class Move:
    order: int
    to: str


@dataclass(frozen=True)
class Paid:
    id: str


@dataclass(frozen=True)
class Moved:
    id: str


@dataclass(frozen=True)
class Told:
    text: str


class WrongAnswer(Exception):
    """The answer was about something else."""


@dataclass
class Bank:
    """Each call, and each lookup, meets the next of its faults; `honours` says whether it knows keys."""

    faults: list[Fault] = field(default_factory=list)
    lookup_faults: list[Fault] = field(default_factory=list)
    honours: bool = True
    calls: list[str] = field(default_factory=list)
    lookups: int = 0
    done: list[tuple[str, str]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    at_work: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    crash: Callable[[], None] | None = None

    @property
    def effects(self) -> Counter[str]:
        """How often it did what."""
        return Counter(what for _, what in self.done)

    async def do(self, key: str, what: str) -> str:
        self.calls.append(key)
        self.at_work.release()
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "refused":
            raise NotDone("the bank says no")
        if fault == "before":
            raise TimeoutError("lost on the way there")
        if fault == "late":
            await self._stubbornly(self.gate.wait)
        known = next((id for id, (k, _) in enumerate(self.done) if k == key and self.honours), None)
        if known is None:
            known = len(self.done)
            self.done.append((key, what))
        if fault == "after":
            raise TimeoutError("lost on the way back")
        if fault == "wrong":
            raise WrongAnswer("this is about order 4711")
        if fault == "hangs":
            await asyncio.Event().wait()
        if fault == "crash":
            assert self.crash is not None
            self.crash()
        return f"R{known}"

    async def find(self, key: str) -> str | None:
        self.lookups += 1
        fault = self.lookup_faults.pop(0) if self.lookup_faults else ""
        if fault == "before":
            raise TimeoutError("cannot be asked just now")
        if fault == "refused":
            raise NotDone("a lookup that speaks of something else")
        if fault == "hangs":
            await asyncio.Event().wait()
        if fault == "wrong":
            return ""
        return next((f"R{id}" for id, (k, _) in enumerate(self.done) if k == key), None)

    @staticmethod
    async def _stubbornly(wait: Callable[[], Awaitable[Any]]) -> None:
        """A request that is on its way is not called back."""
        while True:
            try:
                await wait()
                return
            except asyncio.CancelledError:
                pass


async def refund_by_key(refund: Refund, *, bank: Bank, key: ActionKey) -> Paid | Absent:
    found = await bank.find(key.text)
    if found == "":
        return Moved("R0")  # type: ignore[return-value]
    return Absent() if found is None else Paid(found)


async def move_by_key(move: Move, *, bank: Bank, key: ActionKey) -> Moved | Absent:
    found = await bank.find(key.text)
    return Absent() if found is None else Moved(found)


def paying(**about: Any) -> Any:
    """The refund as an action; it says of its back end what it is told to."""
    defaults: dict[str, Any] = {
        "identity": lambda r: (r.order, r.confirmed),
        "on": lambda r: r.order,
        "amount": lambda r: (r.amount, "EUR"),
        "receipt": lambda r, paid: Receipt("pay", reference=paid.id),
        "lookup": refund_by_key,
        "settles_within": 2.0,
        "kinds": ["refund"],
        "name": "pay",
    }

    async def pay(refund: Refund, *, bank: Bank, key: ActionKey) -> Paid:
        return Paid(await bank.do(key.text, f"pay {refund.order} {refund.amount}"))

    return action(**{**defaults, **about})(pay)


@dataclass(frozen=True)
class TakenBack:
    id: str


@action(identity=lambda paid: paid.id, on=lambda paid, refund: refund.order, repeats_safely=True)
async def take_back(paid: Paid, refund: Refund, *, bank: Bank, key: ActionKey) -> TakenBack:
    return TakenBack(await bank.do(key.text, f"take back {refund.order} {refund.amount}"))


def moving(**about: Any) -> Any:
    """The change of address as an action: a later one replaces it."""
    defaults: dict[str, Any] = {
        "identity": lambda m: (m.order, m.to),
        "on": lambda m: m.order,
        "replaces": True,
        "receipt": lambda m, moved: Receipt("move", reference=moved.id, values={"address": m.to}),
        "lookup": move_by_key,
        "settles_within": 2.0,
        "name": "move",
    }

    async def move(move: Move, *, bank: Bank, key: ActionKey) -> Moved:
        return Moved(await bank.do(key.text, f"move {move.order} {move.to}"))

    return action(**{**defaults, **about})(move)


@step
async def understand(message: Message) -> list[Refund | Move]:
    found: list[Refund | Move] = []
    for part in message.text.split(" and "):
        kind, order, *rest = part.split()
        if kind == "move":
            found.append(Move(int(order), rest[0]))
        else:
            found.append(Refund(int(order), Decimal(rest[0]), confirmed="again" in rest))
    return found


@step
async def tell_paid(paid: Paid) -> Told:
    return Told(f"paid {paid.id}")


@step
async def tell_moved(moved: Moved) -> Told:
    return Told(f"moved {moved.id}")


@step
async def tell_already(already: AlreadyDone) -> Told:
    receipt = already.receipt
    return Told(f"already done: {receipt.reference or '?'} {receipt.amount or '?'} {receipt.status}")


@step
async def tell_refused(refused: Refused) -> Told:
    return Told(f"{refused.by} says no")


@step
async def write(told: list[Told]) -> Draft:
    return Draft("; ".join(one.text for one in told))


def desk_of_bank(
    bank: Bank, *, pay: Any = None, move: Any = None, refunding: Any = None, before: Any = (), **options: Any
) -> Desk:
    """A desk that pays with this action, moves with that; `refunding` is put in place of paying and telling."""
    pay = paying() if pay is None else pay
    if refunding is None:
        asks: dict[type, Any] = {Refused: tell_refused} if isinstance(pay, Approve) else {}
        refunding = Sequence(pay, Route({Paid: tell_paid, AlreadyDone: tell_already, **asks}))
    moving_it = Sequence(move or moving(), Route({Moved: tell_moved, AlreadyDone: tell_already}))
    return desk_of(
        *before,
        understand,
        Each(Route({Refund: refunding, Move: moving_it})),
        Refine(write, against=[polite]),
        tools=[bank, clock_here()],
        **options,
    )


@asynccontextmanager
async def banking(
    bank: Bank, *, patience: float = 10.0, caller: Caller | None = None, **about: Any
) -> AsyncIterator[Customer]:
    """A conversation with a desk of that bank; in the end, index and events and snapshots must agree."""
    journal = MemoryJournal()
    desk = desk_of_bank(bank, **about)
    async with talk(desk, journal=journal, patience=patience, caller=caller) as customer:
        bank.crash = customer.crash
        yield customer
    await check_actions(desk, journal)


async def settles(customer: Customer, outcome: str, reference: str = "", by: str = "kim") -> None:
    """A person says how an action came out of which it is not known."""
    office = await customer.office()
    entry = (await customer.event(ev.ActionUnknown)).identity
    body = {"identity": entry, "outcome": outcome, "reference": reference}
    await office.deliver(customer.id, by, f"settles {entry}", "settle", body)


def virtually(story: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Run a test on virtual time, where a minute costs nothing."""

    @wraps(story)
    def told() -> None:
        run(VirtualLoop(), story())

    return told


async def another(customer: Customer, caller: Caller | None = None) -> Callable[[str], Awaitable[str]]:
    """Somebody else who talks to the same desk: what is called with what they write and gives what they read."""
    office = await customer.office()
    id = await office.begin(caller=caller)
    messages = count(1)

    async def says(text: str) -> str:
        outcome = await say(office, id, f"m{next(messages)}", text, customer.patience)
        return str(outcome[-1].event.text)

    return says
