"""What the shop has on record: field for field as tau2's retail domain dumps it, since its hash is made of the dump.

Amounts are floats here because they are floats there, down to the last bit of what it adds up.
"""

import hashlib
import json
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from segue import NotDone


class Refused(NotDone):
    """The shop does not do that, and nothing has changed."""


R = TypeVar("R", bound="Record")


class Record(BaseModel):
    """One entry. A field that we do not know would be missing from the hash."""

    model_config = ConfigDict(extra="forbid")


class Variant(Record):
    """One article of a product, such as the blue shirt in size M."""

    item_id: str
    options: dict[str, str]
    available: bool
    price: float


class Product(Record):
    name: str
    product_id: str
    variants: dict[str, Variant]


class Name(Record):
    first_name: str
    last_name: str


class Address(Record):
    address1: str
    address2: str
    city: str
    country: str
    state: str
    zip: str


class CreditCard(Record):
    source: Literal["credit_card"]
    id: str
    brand: str
    last_four: str


class Paypal(Record):
    source: Literal["paypal"]
    id: str


class GiftCard(Record):
    source: Literal["gift_card"]
    id: str
    balance: float

    def add(self, amount: float) -> None:
        self.balance = round(self.balance + amount, 2)


PaymentMethod = CreditCard | Paypal | GiftCard


class User(Record):
    user_id: str
    name: Name
    address: Address
    email: str
    payment_methods: dict[str, Annotated[PaymentMethod, Field(discriminator="source")]]
    orders: list[str]

    def payment_method(self, id: str) -> PaymentMethod:
        if id not in self.payment_methods:
            raise Refused("Payment method not found")
        return self.payment_methods[id]


class Item(Record):
    """An article as it was bought; the same one may be in an order twice."""

    name: str
    product_id: str
    item_id: str
    price: float
    options: dict[str, str]


class Fulfillment(Record):
    tracking_id: list[str]
    item_ids: list[str]


class Payment(Record):
    transaction_type: Literal["payment", "refund"]
    amount: float
    payment_method_id: str


CancelReason = Literal["no longer needed", "ordered by mistake"]


class Order(Record):
    order_id: str
    user_id: str
    address: Address
    items: list[Item]
    status: Literal[
        "processed", "pending", "pending (item modified)", "delivered",
        "cancelled", "exchange requested", "return requested",
    ]  # fmt: skip
    fulfillments: list[Fulfillment]
    payment_history: list[Payment]
    cancel_reason: CancelReason | None = None
    exchange_items: list[str] | None = None
    exchange_new_items: list[str] | None = None
    exchange_payment_method_id: str | None = None
    exchange_price_difference: float | None = None
    return_items: list[str] | None = None
    return_payment_method_id: str | None = None

    def item(self, id: str) -> Item:
        """The first item with this id."""
        for item in self.items:
            if item.item_id == id:
                return item
        raise Refused(f"Item {id} not found")


class Records(Record):
    """Everything the shop knows. Whoever asks for what is not there is refused."""

    products: dict[str, Product]
    users: dict[str, User]
    orders: dict[str, Order]
    _own: set[str] = PrivateAttr(default_factory=set)

    def branch(self) -> "Records":
        """The same for somebody else to change. What is asked for is copied first; all of it would take long."""
        return Records.model_construct(
            products=self.products, users=dict(self.users), orders=dict(self.orders)
        )

    def hash(self) -> str:
        """SHA-256 over the sorted JSON of the dump, as tau2 compares states."""
        return hashlib.sha256(json.dumps(self.model_dump(), sort_keys=True).encode()).hexdigest()

    def order(self, id: str) -> Order:
        if id not in self.orders:
            raise Refused("Order not found")
        return self._owned(self.orders, id)

    def user(self, id: str) -> User:
        if id not in self.users:
            raise Refused("User not found")
        return self._owned(self.users, id)

    def product(self, id: str) -> Product:
        if id not in self.products:
            raise Refused("Product not found")
        return self.products[id]

    def variant(self, product_id: str, item_id: str) -> Variant:
        product = self.product(product_id)
        if item_id not in product.variants:
            raise Refused("Variant not found")
        return product.variants[item_id]

    def _owned(self, among: dict[str, R], id: str) -> R:
        if id not in self._own:
            among[id] = among[id].model_copy(deep=True)
            self._own.add(id)
        return among[id]
