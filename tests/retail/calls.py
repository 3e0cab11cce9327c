"""What the shop can be asked to do: one class for each acting tool, with the arguments that tau2 gives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from tests.retail.records import Address


@dataclass(frozen=True, slots=True)
class CancelOrder:
    order_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExchangeItems:
    """Give delivered items back for others; the new ones stand in the order of the old ones."""

    order_id: str
    item_ids: tuple[str, ...]
    new_item_ids: tuple[str, ...]
    payment_method_id: str


@dataclass(frozen=True, slots=True)
class ReturnItems:
    order_id: str
    item_ids: tuple[str, ...]
    payment_method_id: str


@dataclass(frozen=True, slots=True)
class ChangeItems:
    """Other options for items of a pending order; the new ones stand in the order of the old ones."""

    order_id: str
    item_ids: tuple[str, ...]
    new_item_ids: tuple[str, ...]
    payment_method_id: str


@dataclass(frozen=True, slots=True)
class ChangePayment:
    order_id: str
    payment_method_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewAddress:
    address1: str
    address2: str
    city: str
    state: str
    country: str
    zip: str

    @property
    def address(self) -> Address:
        return Address(
            address1=self.address1,
            address2=self.address2,
            city=self.city,
            state=self.state,
            country=self.country,
            zip=self.zip,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrderAddress(_NewAddress):
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUserAddress(_NewAddress):
    user_id: str


@dataclass(frozen=True, slots=True)
class Transfer:
    summary: str


Call = (
    CancelOrder
    | ExchangeItems
    | ReturnItems
    | ChangeItems
    | ChangePayment
    | ChangeOrderAddress
    | ChangeUserAddress
    | Transfer
)

CALLS: Mapping[str, type[Call]] = {
    "cancel_pending_order": CancelOrder,
    "exchange_delivered_order_items": ExchangeItems,
    "return_delivered_order_items": ReturnItems,
    "modify_pending_order_items": ChangeItems,
    "modify_pending_order_payment": ChangePayment,
    "modify_pending_order_address": ChangeOrderAddress,
    "modify_user_address": ChangeUserAddress,
    "transfer_to_human_agents": Transfer,
}
"""By the names of tau2's tools."""


def call_of(tool: str, arguments: Mapping[str, Any]) -> Call:
    """A call as a task writes it down, as the class that it is."""
    call: Call = TypeAdapter(CALLS[tool]).validate_python(arguments)
    return call
