"""The desk with a sandbox: the shop's own services in memory, and what customers say to them.

segue faults examples.shop.sandbox:desk
"""

import functools
import json
import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Self

import httpx

from examples.shop.articles import Knowledge
from examples.shop.backend.crm import crm
from examples.shop.backend.orders import orders
from examples.shop.backend.payments import payments
from examples.shop.backend.seed import SEED, seed
from examples.shop.backend.store import Store
from examples.shop.clients import Crm, Payments, Rejected, Shop, Unavailable
from examples.shop.desk import make
from examples.shop.facts import Address
from examples.shop.routing import ShopRouter
from examples.shop.service import Service, WrongAnswer
from segue import Caller, Receipt, Sandbox, Script
from segue.run.sandbox import Breakage

NOWHERE = "http://sandbox"
"""An address that is never called: the services are asked in memory."""

_store = Store(":memory:")
CRM, ORDERS, PAYMENTS = (httpx.ASGITransport(service(_store)) for service in (crm, orders, payments))


class SandboxShop(Shop):
    """Orders and parcels; it says which addresses were changed."""

    @property
    def effects(self) -> list[Receipt]:
        return [_address_change(row) for row in _store.all("SELECT * FROM address_changes ORDER BY id")]


class SandboxPayments(Payments):
    """Payments; it says what was paid back and given since the store was seeded."""

    @property
    def effects(self) -> list[Receipt]:
        (seeded,) = _seeded().all("SELECT count(*) AS refunds FROM refunds")
        refunds = _store.all("SELECT * FROM refunds WHERE id > ? ORDER BY id", seeded["refunds"])
        vouchers = _store.all("SELECT * FROM vouchers ORDER BY id")
        return [*map(_refund, refunds), *map(_voucher, vouchers)]


class OpenedOnce(Knowledge):
    """Stays open from one conversation to the next: reading the pages takes longer than all the rest."""

    async def __aenter__(self) -> Self:
        return self if self._indexes else await super().__aenter__()

    async def __aexit__(self, *_: object) -> None:
        """It stays open."""


def services() -> list[Service]:
    """All three, on a store as it was seeded."""
    _store.become(_seeded())
    return [
        Crm(NOWHERE, transport=CRM),
        SandboxShop(NOWHERE, transport=ORDERS),
        SandboxPayments(NOWHERE, transport=PAYMENTS),
    ]


@functools.cache
def _seeded() -> Store:
    store = Store(":memory:")
    seed(store, store.today, SEED)
    return store


def _refund(row: sqlite3.Row) -> Receipt:
    return Receipt(
        *("refund", ("refund",), str(row["order_number"]), Decimal(row["amount"]) / 100, "EUR"),
        status="undone" if row["status"] == "reversed" else "done",
        reference=f"R-{row['id']}",
    )


def _voucher(row: sqlite3.Row) -> Receipt:
    return Receipt(
        *("voucher", ("credit",), row["customer"], Decimal(row["amount"]) / 100, "EUR"),
        status="undone" if row["status"] == "cancelled" else "done",
        reference=row["code"],
        values={"valid_until": row["valid_until"]},
    )


def _address_change(row: sqlite3.Row) -> Receipt:
    to = Address(**json.loads(row["after"]))
    return Receipt("address", ("address",), str(row["order_number"]), values={"address": str(to)})


ADA, JONAS, MAYA = (Caller(id, "verified") for id in ("C-1001", "C-1002", "C-1003"))

SCRIPTS = [
    Script("Where is my order 1003?", caller=ADA, name="where is it"),
    Script("I want a refund for order 1001", caller=ADA, name="a refund"),
    Script("Ich möchte eine Erstattung für Bestellung 1007", caller=JONAS, language="de", name="in German"),
    Script("Please refund order 1002", caller=ADA, name="a refund above the limit"),
    Script(*["I want a refund for order 1001"] * 2, caller=ADA, name="a refund, asked for twice"),
    Script(
        "I want to change the delivery address of order 1004",
        "5 Harbour Road, D02 X285, Dublin",
        caller=ADA,
        name="a new address",
    ),
    Script("I want to make a complaint about order 1012", caller=MAYA, name="a parcel that is lost"),
    Script("I want to complain about order 1003", caller=ADA, name="a parcel that is late"),
    Script("Can I pay by card?", caller=ADA, name="a question"),
]

RAISES: Mapping[Breakage, Callable[[], Exception]] = {
    "refused": lambda: Rejected("refused", "not today"),
    "timeout": lambda: Unavailable("no answer"),
    "error": lambda: Unavailable("500"),
    "dropped": lambda: Unavailable("the connection was closed"),
    "wrong answer": lambda: WrongAnswer("an answer about something else"),
}
"""What the clients make of each; they check what an answer is about."""

_knowledge = OpenedOnce()

desk = make(
    *(NOWHERE, NOWHERE, NOWHERE),
    sandbox=Sandbox(services, lambda: _knowledge, ShopRouter, scripts=SCRIPTS, raises=RAISES),
)
