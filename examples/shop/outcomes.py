"""What came of a request: one small fact for each, from which the reply is written."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from examples.shop.facts import Address, Money, OrderStatus, ShipmentStatus

Because = Literal[
    "no_such_order",
    "no_orders",
    "not_signed_in",
    "not_delivered",
    "too_old",
    "cannot_go_back",
    "refunded_already",
    "already_shipped",
    "nothing_found",
    "no_fault_found",
    "not_approved",
    "refused_by_shop",
    "off_topic",
]


@dataclass(frozen=True, slots=True)
class ParcelNews:
    order: int
    status: ShipmentStatus
    carrier: str
    tracking_number: str
    estimated: date
    delivered: date | None
    place: str


@dataclass(frozen=True, slots=True)
class RefundPaid:
    order: int
    amount: Money
    reference: str


@dataclass(frozen=True, slots=True)
class AddressSet:
    order: int
    address: Address


@dataclass(frozen=True, slots=True)
class Guidance:
    """An article of the help pages that answers a question."""

    article: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A complaint that was put right: what was found and what was paid back."""

    order: int
    twice: Money | None
    lost: bool
    paid_back: Money
    reference: str


@dataclass(frozen=True, slots=True)
class DidYouMean:
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Welcome:
    name: str
    thanks: bool = False


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why nothing was done. `order` is 0 where it is about none; `last_day` is the last day of a term."""

    because: Because
    order: int = 0
    status: OrderStatus | None = None
    last_day: date | None = None
