"""Goodwill vouchers, a part of payments."""

import random
import sqlite3
from datetime import timedelta
from typing import Annotated, Any

from fastapi import FastAPI, Header, Response

from examples.shop.backend.catalog import VOUCHER_DAYS, VOUCHER_LIMIT
from examples.shop.backend.refusal import Refusal
from examples.shop.backend.store import Store, once
from examples.shop.backend.wire import Amount, Body, Text, money

# Nothing that a customer could read as something else when typing it.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class VoucherAsked(Body):
    customer: Text
    amount: Amount
    reason: Text


def add_vouchers(app: FastAPI, store: Store) -> None:
    @app.post("/vouchers")
    async def issue(
        asked: VoucherAsked, response: Response, key: Annotated[str, Header(alias="Idempotency-Key")] = ""
    ) -> dict[str, Any]:
        def make() -> int:
            if store.one("SELECT 1 FROM customers WHERE id = ?", asked.customer) is None:
                raise Refusal(404, "no_such_customer", f"there is no customer {asked.customer}")
            if asked.amount.cents == 0:
                raise Refusal(409, "nothing_to_give", "a voucher of 0.00 EUR")
            if asked.amount.cents > VOUCHER_LIMIT:
                limit = f"{money(VOUCHER_LIMIT)['amount']} EUR"
                raise Refusal(409, "above_voucher_limit", f"a goodwill voucher is worth {limit} at most")
            return store.insert(
                "vouchers",
                code=code_for(key),
                key=key,
                customer=asked.customer,
                amount=asked.amount.cents,
                reason=asked.reason,
                status="open",
                valid_until=(store.today + timedelta(days=VOUCHER_DAYS)).isoformat(),
            )

        id, new = once(store, "voucher", key, asked.model_dump(), make)
        response.status_code = 201 if new else 200
        return voucher(store.all("SELECT * FROM vouchers WHERE id = ?", id)[0])

    @app.get("/vouchers")
    async def search(key: str = "", customer: str = "") -> list[dict[str, Any]]:
        rows = store.all("SELECT * FROM vouchers WHERE key = ? OR customer = ? ORDER BY id", key, customer)
        return [voucher(row) for row in rows]

    @app.post("/vouchers/{code}/cancel")
    async def cancel(code: str) -> dict[str, Any]:
        """Take an unused voucher back. Doing it again changes nothing."""
        row = store.one("SELECT * FROM vouchers WHERE code = ?", code)
        if row is None:
            raise Refusal(404, "no_such_voucher", f"there is no voucher {code}")
        if row["status"] == "redeemed":
            raise Refusal(409, "already_redeemed", f"the voucher {code} has been used")
        store.run("UPDATE vouchers SET status = 'cancelled' WHERE code = ?", code)
        return voucher(store.all("SELECT * FROM vouchers WHERE code = ?", code)[0])


def code_for(key: str) -> str:
    """The same key gives the same code, so that a run can be repeated to the letter."""
    return "LARK-" + "".join(random.Random(key).choices(_LETTERS, k=8))


def voucher(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "code": row["code"],
        "key": row["key"],
        "customer": row["customer"],
        "amount": money(row["amount"]),
        "status": row["status"],
        "reason": row["reason"],
        "valid_until": row["valid_until"],
    }
