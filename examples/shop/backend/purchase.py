"""One order as the seeds describe it, and how it is written down with everything that hangs on it."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from examples.shop.backend.catalog import PRODUCTS, shipping_cost
from examples.shop.backend.parcel import parcel
from examples.shop.backend.store import Store
from examples.shop.backend.wire import address


class Refunded(NamedTuple):
    amount: int | None
    """In cents; None is all that was paid."""
    status: str
    reason: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Purchase:
    number: int
    customer: str
    ago: int
    """Days since it was placed."""
    parcel: str
    items: tuple[tuple[str, int], ...]
    """Article number and quantity."""
    delivered_ago: int | None = None
    method: str = "card"
    times_paid: int = 1
    failed_first: bool = False
    refunds: tuple[Refunded, ...] = ()


class Place(NamedTuple):
    street: str
    postcode: str
    city: str
    country: str


def write_customer(
    store: Store, id: str, name: str, email: str, phone: str, language: str, places: tuple[Place, ...]
) -> None:
    """Write down a customer; orders go to the first of the places."""
    store.insert("customers", id=id, name=name, email=email, phone=phone, language=language, tier="standard")
    for place in places:
        store.insert("addresses", customer=id, name=name, **place._asdict())


def write_purchase(store: Store, bought: Purchase, today: date) -> None:
    number, customer = bought.number, bought.customer
    to = address(store.all("SELECT * FROM addresses WHERE customer = ? ORDER BY id", customer)[0])
    placed = today - timedelta(days=bought.ago)
    delivered = None if bought.delivered_ago is None else today - timedelta(days=bought.delivered_ago)
    sent = parcel(number, bought.parcel, to["country"], to["city"], placed, delivered, today)

    value = sum(PRODUCTS[sku].price * quantity for sku, quantity in bought.items)
    shipping = shipping_cost(to["country"], value)
    store.insert(
        "orders",
        number=number,
        customer=customer,
        placed=placed.isoformat(),
        status=sent.order_status,
        shipping=shipping,
        total=value + shipping,
        **to,
    )
    for sku, quantity in bought.items:
        product = PRODUCTS[sku]
        store.insert("items", order_number=number, quantity=quantity, **product._asdict())
    store.insert(
        "shipments",
        order_number=number,
        status=sent.status,
        carrier=sent.carrier,
        tracking_number=sent.tracking_number,
        shipped_on=text(sent.shipped_on),
        estimated_delivery=text(sent.estimated_delivery),
        delivered_on=text(sent.delivered_on),
    )
    for at, code, place in sent.events:
        store.insert("tracking", order_number=number, at=at.isoformat(), code=code, place=place)
    write_payments(store, bought, datetime.combine(placed, time(8, number % 50), UTC), value + shipping)


def write_payments(store: Store, bought: Purchase, at: datetime, amount: int) -> None:
    attempts = ["failed"] * bought.failed_first + ["captured"] * bought.times_paid
    for place, status in enumerate(attempts):
        store.insert(
            "payments",
            id=f"P-{bought.number}-{place + 1}",
            order_number=bought.number,
            customer=bought.customer,
            amount=amount,
            method=bought.method,
            status=status,
            at=(at + timedelta(minutes=4 * place)).isoformat(),
        )
    for place, refund in enumerate(bought.refunds):
        # Returned goods are paid back two days after the parcel came back, nine after it was delivered.
        paid_back = at + timedelta(days=bought.ago - (bought.delivered_ago or 0) + 9)
        store.insert(
            "refunds",
            key=f"seed-{bought.number}-{place + 1}",
            order_number=bought.number,
            customer=bought.customer,
            amount=refund.amount or amount,
            items=json.dumps(refund.items),
            reason=refund.reason,
            status=refund.status,
            at=paid_back.isoformat(),
        )


def text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
