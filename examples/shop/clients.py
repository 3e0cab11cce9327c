"""The shop's services as typed tools: `Crm`, `Shop` and `Payments`.

Each is opened and closed with `async with`. Nothing is returned that was not checked against the question: an
answer about another order, customer or key raises `WrongAnswer`. What acts takes a `key` (plain ASCII):
repeated with the same key and the same arguments it gives the same result and happens once.
"""

from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter

from examples.shop.facts import (
    Address,
    AddressChanged,
    Customer,
    Money,
    Order,
    OrderPayments,
    Orders,
    OrderStatus,
    RefundDone,
    Shipment,
    VoucherIssued,
    total,
)
from examples.shop.service import NotFound, Rejected, Service, ShopError, TurnedAway, Unavailable, WrongAnswer
from examples.shop.service import believe as _believe

__all__ = [
    "Crm",
    "NotFound",
    "Payments",
    "Rejected",
    "Shop",
    "ShopError",
    "TurnedAway",
    "Unavailable",
    "WrongAnswer",
]

_customer = TypeAdapter(Customer)
_customers = TypeAdapter(tuple[Customer, ...])
_order = TypeAdapter(Order)
_orders = TypeAdapter(tuple[Order, ...])
_shipment = TypeAdapter(Shipment)
_address_changed = TypeAdapter(AddressChanged)
_address_changes = TypeAdapter(tuple[AddressChanged, ...])
_order_payments = TypeAdapter(OrderPayments)
_refund = TypeAdapter(RefundDone)
_refunds = TypeAdapter(tuple[RefundDone, ...])
_voucher = TypeAdapter(VoucherIssued)
_vouchers = TypeAdapter(tuple[VoucherIssued, ...])


class Crm(Service):
    """Who the customers are."""

    async def customer(self, id: str) -> Customer:
        found = await self._ask(_customer, "GET", f"/customers/{_in_path(id)}")
        _believe(found.id == id, f"asked for customer {id}, got {found.id}")
        return found

    async def by_email(self, email: str) -> Customer | None:
        found = await self._one("email", email)
        same = found is None or found.email.casefold() == email.strip().casefold()
        _believe(same, f"asked for {email}, got another customer")
        return found

    async def by_phone(self, phone: str) -> Customer | None:
        """However it is written: +49 171 ... and 0049171... are one number."""
        found = await self._one("phone", phone)
        _believe(found is None or _digits(found.phone) == _digits(phone), "got another customer's number")
        return found

    async def _one(self, by: str, value: str) -> Customer | None:
        found = await self._ask(_customers, "GET", "/customers", query={by: value})
        _believe(len(found) <= 1, f"several customers have one {by}")
        return found[0] if found else None


class Shop(Service):
    """Orders, parcels and delivery addresses. Every question names the customer whose order it is about."""

    async def orders(
        self,
        customer_id: str,
        *,
        status: OrderStatus | None = None,
        since: date | None = None,
        item: str | None = None,
        limit: int = 20,
    ) -> Orders:
        """The newest first; `item` is a part of an item's name."""
        query: dict[str, str | int] = {"status": status or "", "item": item or "", "limit": limit}
        if since is not None:
            query["since"] = since.isoformat()
        path = f"/customers/{_in_path(customer_id)}/orders"
        found = await self._ask(_orders, "GET", path, query=query)
        for order in found:
            _check_order(order, customer_id, order.number)
            _believe(status in (None, order.status), f"asked for {status} orders, got a {order.status} one")
        _believe(
            len({order.number for order in found}) == len(found) <= limit, "got orders twice or too many"
        )
        return Orders(customer_id, found)

    async def order(self, number: int, customer_id: str) -> Order:
        """Another customer's order is `NotFound`, as if it did not exist."""
        found = await self._ask(_order, "GET", _order_path(customer_id, number))
        _check_order(found, customer_id, number)
        return found

    async def shipment(self, number: int, customer_id: str) -> Shipment:
        found = await self._ask(_shipment, "GET", f"{_order_path(customer_id, number)}/shipment")
        _believe((found.order, found.customer) == (number, customer_id), f"got the parcel of {found.order}")
        return found

    async def change_address(self, number: int, customer_id: str, to: Address, *, key: str) -> AddressChanged:
        """Rejected with `already_shipped`, `other_country`, `country_not_served` or `key_reused`."""
        path = f"{_order_path(customer_id, number)}/address"
        done = await self._ask(_address_changed, "PUT", path, body=asdict(to), key=key)
        about = (done.order, done.customer, done.key, done.after)
        _believe(about == (number, customer_id, key, to), f"got the address change of {done.order}")
        return done

    async def address_change_by_key(self, key: str) -> AddressChanged | None:
        found = await self._ask(_address_changes, "GET", "/address-changes", query={"key": key})
        _believe(len(found) <= 1 and all(done.key == key for done in found), "got another key's change")
        return found[0] if found else None


class Payments(Service):
    """Payments, refunds and goodwill vouchers."""

    async def of_order(self, number: int, customer_id: str) -> OrderPayments:
        """What was paid and what was given back."""
        found = await self._ask(_order_payments, "GET", f"{_order_path(customer_id, number)}/payments")
        about = {(found.order, found.customer), *((done.order, done.customer) for done in found.refunds)}
        _believe(about == {(number, customer_id)}, f"got the payments of {found.order}")
        return found

    async def refund(
        self,
        number: int,
        customer_id: str,
        amount: Money,
        *,
        reason: str,
        key: str,
        payment: str | None = None,
        items: tuple[str, ...] = (),
    ) -> RefundDone:
        """Rejected with `more_than_paid`, `nothing_left`, `other_customer`, `other_payment` or `key_reused`.

        `payment` names the one payment to give back; `items` are article numbers, for the record.
        """
        asked = {
            "customer": customer_id,
            "order": number,
            "amount": _amount(amount),
            "reason": reason,
            "payment": payment,
            "items": items,
        }
        done = await self._ask(_refund, "POST", "/refunds", body=asked, key=key)
        about = (done.order, done.customer, done.amount, done.key, done.payment, done.items)
        _believe(about == (number, customer_id, amount, key, payment, items), f"got the refund {done.id}")
        return done

    async def refund_by_key(self, key: str) -> RefundDone | None:
        found = await self._ask(_refunds, "GET", "/refunds", query={"key": key})
        _believe(len(found) <= 1 and all(done.key == key for done in found), "got another key's refund")
        return found[0] if found else None

    async def refunds(self, number: int, customer_id: str) -> tuple[RefundDone, ...]:
        return (await self.of_order(number, customer_id)).refunds

    async def reverse_refund(self, id: str) -> RefundDone:
        """Take it back while it is pending; repeats safely. Rejected with `already_settled`."""
        done = await self._ask(_refund, "POST", f"/refunds/{_in_path(id)}/reverse")
        _believe((done.id, done.status) == (id, "reversed"), f"got {done.id}, which is {done.status}")
        return done

    async def give_voucher(self, customer_id: str, amount: Money, *, reason: str, key: str) -> VoucherIssued:
        """Rejected with `above_voucher_limit` (100 EUR) or `key_reused`."""
        asked = {"customer": customer_id, "amount": _amount(amount), "reason": reason}
        done = await self._ask(_voucher, "POST", "/vouchers", body=asked, key=key)
        about = (done.customer, done.amount, done.key)
        _believe(about == (customer_id, amount, key), "got another customer's voucher")
        return done

    async def voucher_by_key(self, key: str) -> VoucherIssued | None:
        found = await self._ask(_vouchers, "GET", "/vouchers", query={"key": key})
        _believe(len(found) <= 1 and all(done.key == key for done in found), "got another key's voucher")
        return found[0] if found else None

    async def cancel_voucher(self, code: str) -> VoucherIssued:
        """Take an unused one back; repeats safely. Rejected with `already_redeemed`."""
        done = await self._ask(_voucher, "POST", f"/vouchers/{_in_path(code)}/cancel")
        _believe((done.code, done.status) == (code, "cancelled"), f"got {done.code}, {done.status}")
        return done


def _check_order(order: Order, customer_id: str, number: int) -> None:
    _believe(
        (order.number, order.customer) == (number, customer_id), f"asked for {number}, got {order.number}"
    )
    value = total(item.total for item in order.items)
    _believe(value + order.shipping == order.total, f"the total of {number} is not the sum of its items")


def _order_path(customer_id: str, number: int) -> str:
    return f"/customers/{_in_path(customer_id)}/orders/{number}"


def _amount(money: Money) -> dict[str, Any]:
    return {"amount": str(money.amount), "currency": money.currency}


def _digits(phone: str) -> str:
    return "".join(c for c in phone if c.isdigit()).removeprefix("00")


def _in_path(name: str) -> str:
    return quote(name, safe="")
