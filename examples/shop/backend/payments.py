"""Payments: what was paid, what is given back. Never more than was paid, never twice for one key."""

import json
import sqlite3
from typing import Annotated, Any

from fastapi import FastAPI, Header, Path, Response
from pydantic import Field

from examples.shop.backend.refusal import Refusal, answer_refusals
from examples.shop.backend.store import Store, once
from examples.shop.backend.vouchers import add_vouchers
from examples.shop.backend.wire import Amount, Body, Text, money


class RefundAsked(Body):
    customer: Text
    order: Annotated[int, Field(ge=1, le=999_999_999)]
    amount: Amount
    reason: Text
    payment: Text | None = None
    items: tuple[Text, ...] = ()


def payments(store: Store) -> FastAPI:
    app = FastAPI(title="Larkfield payments", docs_url=None, redoc_url=None)
    answer_refusals(app)
    add_vouchers(app, store)

    @app.get("/customers/{customer}/orders/{order}/payments")
    async def of_order(customer: str, order: Annotated[int, Path(ge=1, le=999_999_999)]) -> dict[str, Any]:
        paid = store.all(
            "SELECT id, amount, method, status, at FROM payments"
            " WHERE order_number = ? AND customer = ? ORDER BY at",
            order,
            customer,
        )
        if not paid:
            raise Refusal(404, "no_such_order", f"customer {customer} has paid nothing for an order {order}")
        refunded = store.all("SELECT * FROM refunds WHERE order_number = ? ORDER BY id", order)
        return {
            "order": order,
            "customer": customer,
            "payments": [{**dict(row), "amount": money(row["amount"])} for row in paid],
            "refunds": [refund(row) for row in refunded],
        }

    @app.post("/refunds")
    async def pay_back(
        asked: RefundAsked, response: Response, key: Annotated[str, Header(alias="Idempotency-Key")] = ""
    ) -> dict[str, Any]:
        def make() -> int:
            check(store, asked)
            return store.insert(
                "refunds",
                key=key,
                order_number=asked.order,
                customer=asked.customer,
                payment=asked.payment,
                amount=asked.amount.cents,
                items=json.dumps(asked.items),
                reason=asked.reason,
                status="pending",
                at=store.now.isoformat(),
            )

        id, new = once(store, "refund", key, asked.model_dump(), make)
        response.status_code = 201 if new else 200
        return refund(by_id(id))

    @app.get("/refunds")
    async def by_key(key: str) -> list[dict[str, Any]]:
        return [refund(row) for row in store.all("SELECT * FROM refunds WHERE key = ?", key)]

    @app.get("/refunds/{id}")
    async def one(id: str) -> dict[str, Any]:
        return refund(by_id(id))

    @app.post("/refunds/{id}/reverse")
    async def reverse(id: str) -> dict[str, Any]:
        """Take a refund back before it settles. Doing it again changes nothing."""
        if by_id(id)["status"] == "settled":
            raise Refusal(409, "already_settled", f"the money of refund {id} is on its way to the customer")
        store.run("UPDATE refunds SET status = 'reversed' WHERE id = ?", plain(id))
        return refund(by_id(id))

    @app.post("/_settle")
    async def settle() -> dict[str, int]:
        """The nightly bank run: pending refunds leave and cannot be reversed any more."""
        pending = len(store.all("SELECT id FROM refunds WHERE status = 'pending'"))
        store.run("UPDATE refunds SET status = 'settled' WHERE status = 'pending'")
        return {"settled": pending}

    def by_id(id: str | int) -> sqlite3.Row:
        row = store.one("SELECT * FROM refunds WHERE id = ?", plain(id))
        if row is None:
            raise Refusal(404, "no_such_refund", f"there is no refund {id}")
        return row

    return app


def check(store: Store, asked: RefundAsked) -> None:
    """Raise unless this may be paid back to this customer for this order."""
    captured = store.all(
        "SELECT id, customer, amount FROM payments WHERE order_number = ? AND status = 'captured'",
        asked.order,
    )
    if not captured:
        raise Refusal(404, "no_such_order", f"nothing was paid for an order {asked.order}")
    if any(row["customer"] != asked.customer for row in captured):
        raise Refusal(403, "other_customer", f"order {asked.order} was not paid by {asked.customer}")
    if asked.amount.cents == 0:
        raise Refusal(409, "nothing_to_refund", "a refund of 0.00 EUR")
    earlier = store.all(
        "SELECT payment, amount FROM refunds WHERE order_number = ? AND status != 'reversed'", asked.order
    )
    left = sum(row["amount"] for row in captured) - sum(row["amount"] for row in earlier)
    if asked.payment is not None:
        of_payment = [row["amount"] for row in captured if row["id"] == asked.payment]
        if not of_payment:
            raise Refusal(409, "other_payment", f"{asked.payment} did not pay order {asked.order}")
        given = sum(row["amount"] for row in earlier if row["payment"] == asked.payment)
        left = min(left, of_payment[0] - given)
    if asked.amount.cents > left:
        code = "more_than_paid" if left else "nothing_left"
        left_text = f"{money(left)['amount']} EUR"
        raise Refusal(409, code, f"{asked.amount.amount} EUR is more than the {left_text} left to refund")


def plain(id: str | int) -> int:
    """R-17 is row 17."""
    number = str(id).removeprefix("R-")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 15 else -1


def refund(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": f"R-{row['id']}",
        "key": row["key"],
        "order": row["order_number"],
        "customer": row["customer"],
        "amount": money(row["amount"]),
        "status": row["status"],
        "reason": row["reason"],
        "at": row["at"],
        "payment": row["payment"],
        "items": json.loads(row["items"]),
    }
