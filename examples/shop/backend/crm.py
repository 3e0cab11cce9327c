"""CRM: who the customers are."""

import sqlite3
from typing import Any

from fastapi import FastAPI

from examples.shop.backend.refusal import Refusal, answer_refusals
from examples.shop.backend.store import Store
from examples.shop.backend.wire import address


def crm(store: Store) -> FastAPI:
    app = FastAPI(title="Larkfield CRM", docs_url=None, redoc_url=None)
    answer_refusals(app)

    @app.get("/customers/{id}")
    async def by_id(id: str) -> dict[str, Any]:
        row = store.one("SELECT * FROM customers WHERE id = ?", id)
        if row is None:
            raise Refusal(404, "no_such_customer", f"there is no customer {id}")
        return customer(row)

    @app.get("/customers")
    async def search(email: str = "", phone: str = "") -> list[dict[str, Any]]:
        if bool(email.strip()) == bool(phone.strip()):
            raise Refusal(400, "bad_request", "search by email or by phone")
        if email:
            rows = store.all("SELECT * FROM customers WHERE email = ?", email.strip())
        else:
            wanted = digits(phone)
            rows = [row for row in store.all("SELECT * FROM customers") if digits(row["phone"]) == wanted]
        return [customer(row) for row in rows]

    def customer(row: sqlite3.Row) -> dict[str, Any]:
        addresses = store.all("SELECT * FROM addresses WHERE customer = ? ORDER BY id", row["id"])
        return {**dict(row), "addresses": [address(a) for a in addresses]}

    return app


def digits(phone: str) -> str:
    """A number however it was typed: +49 151 ..., 0049151... are one."""
    return "".join(c for c in phone if c.isdigit()).removeprefix("00")
