"""What came of a request: one small fact for each, from which the reply is written."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from examples.shop.facts import OrderStatus, ShipmentStatus
from segue import Receipt

Found = Literal["twice", "lost", "late"]
"""What was wrong about an order."""

Because = Literal[
    "no_such_order",
    "no_orders",
    "not_signed_in",
    "not_delivered",
    "too_old",
    "cannot_go_back",
    "already_shipped",
    "nothing_found",
    "no_fault_found",
    "not_approved",
    "not_done",
    "nothing_left",
    "put_right_before",
    "same_address",
    "changed_elsewhere",
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
class Done:
    """Something was done, as its receipt says, on an earlier occasion if `again`; `found` is what was wrong before."""

    receipt: Receipt
    again: bool = False
    found: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Guidance:
    """An article of the help pages that answers a question."""

    article: str
    title: str
    text: str


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
