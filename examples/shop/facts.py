"""What is known about customers, orders, parcels and money: small frozen values that can go on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

Language = Literal["en", "de"]
Tier = Literal["standard", "silver", "gold"]
OrderStatus = Literal["processing", "shipped", "delivered", "returned"]
ShipmentStatus = Literal[
    "processing", "shipped", "in_transit", "out_for_delivery", "delivered", "delayed", "lost", "returned"
]
TrackingCode = Literal[
    "label_created", "picked_up", "at_hub", "held_up", "out_for_delivery", "delivered",
    "search_opened", "declared_lost", "return_received",
]  # fmt: skip
PaymentMethod = Literal["card", "paypal", "sepa", "invoice"]
PaymentStatus = Literal["captured", "failed"]
RefundStatus = Literal["pending", "settled", "reversed"]
VoucherStatus = Literal["open", "redeemed", "cancelled"]

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency, always with two decimals.

    Two decimals even when none were given, because 84.9 and 84.90 are one amount and must also be one text:
    an action is known by the text of its arguments. Floats are refused for the same reason.
    """

    amount: Decimal
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"money is counted in Decimal, not {type(self.amount).__name__}: {self.amount!r}")
        if not self.amount.is_finite() or self.amount != self.amount.quantize(CENT):
            raise ValueError(f"{self.amount} is not an amount in whole cents")
        # Adding nothing turns -0.00 into 0.00.
        object.__setattr__(self, "amount", self.amount.quantize(CENT) + 0)

    @classmethod
    def of(cls, amount: str | int, currency: str = "EUR") -> Money:
        return cls(Decimal(amount), currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self} and {other} are not in one currency")
        return other.amount


ZERO = Money(Decimal(0))


def total(amounts: Iterable[Money]) -> Money:
    """The sum; of nothing, it is 0.00 EUR, the shop's one currency."""
    return sum(amounts, start=ZERO)


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    street: str
    postcode: str
    city: str
    country: str
    """Two letters, as in DE."""

    def __str__(self) -> str:
        return f"{self.name}, {self.street}, {self.postcode} {self.city}, {self.country}"


@dataclass(frozen=True, slots=True)
class Customer:
    id: str
    name: str
    email: str
    phone: str
    language: Language
    tier: Tier
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Item:
    sku: str
    name: str
    quantity: int
    price: Money
    """Of one piece."""
    returnable: bool = True

    @property
    def total(self) -> Money:
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Order:
    number: int
    customer: str
    placed: date
    status: OrderStatus
    items: tuple[Item, ...]
    shipping: Money
    total: Money
    """Items and shipping together."""
    ship_to: Address
    delivered_on: date | None = None
    return_by: date | None = None
    """The last day of the 30 in which it can be sent back; none while it is not delivered."""

    @property
    def address_can_change(self) -> bool:
        return self.status == "processing"

    def can_be_returned(self, today: date) -> bool:
        return self.status == "delivered" and self.return_by is not None and today <= self.return_by


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders of one customer, the newest first."""

    customer: str
    orders: tuple[Order, ...]

    def get(self, number: int) -> Order | None:
        return next((order for order in self.orders if order.number == number), None)

    def with_item(self, words: str) -> tuple[Order, ...]:
        """The orders that have an item in whose name one of the words stands: 'my blue jacket', 'boots'."""
        wanted = [word.casefold() for word in words.split() if len(word) > 2]
        return tuple(
            order
            for order in self.orders
            if any(word in item.name.casefold() for item in order.items for word in wanted)
        )

    def __iter__(self) -> Iterator[Order]:
        return iter(self.orders)

    def __len__(self) -> int:
        return len(self.orders)


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    at: datetime
    code: TrackingCode
    place: str


@dataclass(frozen=True, slots=True)
class Shipment:
    order: int
    customer: str
    status: ShipmentStatus
    carrier: str
    tracking_number: str | None
    """None until the parcel is packed."""
    shipped_on: date | None
    estimated_delivery: date
    delivered_on: date | None
    events: tuple[TrackingEvent, ...]

    @property
    def lost(self) -> bool:
        return self.status == "lost"

    def is_late(self, today: date) -> bool:
        return self.delivered_on is None and today > self.estimated_delivery


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """The receipt of a changed delivery address; `before` is what to change back to."""

    order: int
    customer: str
    key: str
    before: Address
    after: Address


@dataclass(frozen=True, slots=True)
class Payment:
    id: str
    amount: Money
    method: PaymentMethod
    status: PaymentStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundDone:
    """A refund the payments service has taken on; it can be reversed until it settles."""

    id: str
    key: str
    order: int
    customer: str
    amount: Money
    status: RefundStatus
    reason: str
    at: datetime
    payment: str | None = None
    """The one payment it gives back, as of a double charge."""
    items: tuple[str, ...] = ()
    """Article numbers, if it is for some items only."""


@dataclass(frozen=True, slots=True)
class OrderPayments:
    """What was paid for one order and what was given back."""

    order: int
    customer: str
    payments: tuple[Payment, ...]
    refunds: tuple[RefundDone, ...]

    @property
    def paid(self) -> Money:
        return total(payment.amount for payment in self.payments if payment.status == "captured")

    @property
    def refunded(self) -> Money:
        return total(refund.amount for refund in self.refunds if refund.status != "reversed")

    @property
    def refundable(self) -> Money:
        return self.paid - self.refunded

    @property
    def duplicates(self) -> tuple[Payment, ...]:
        """Captured payments that repeat an earlier one of the same amount within a day."""
        captured = sorted((p for p in self.payments if p.status == "captured"), key=lambda p: p.at)
        return tuple(
            later
            for place, later in enumerate(captured)
            if any(
                earlier.amount == later.amount and later.at - earlier.at <= timedelta(days=1)
                for earlier in captured[:place]
            )
        )


@dataclass(frozen=True, slots=True)
class VoucherIssued:
    """A goodwill voucher, receipt and gift in one."""

    code: str
    key: str
    customer: str
    amount: Money
    status: VoucherStatus
    reason: str
    valid_until: date
