"""Orders: what was bought, where the parcel is, where it goes."""

import json
import sqlite3
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import FastAPI, Header, Path, Query, Response

from examples.shop.backend import catalog
from examples.shop.backend.refusal import Refusal, answer_refusals
from examples.shop.backend.store import Store, once
from examples.shop.backend.wire import PostalAddress, address, money

Number = Annotated[int, Path(ge=1, le=999_999_999)]


def orders(store: Store) -> FastAPI:
    app = FastAPI(title="Larkfield orders", docs_url=None, redoc_url=None)
    answer_refusals(app)

    @app.get("/customers/{customer}/orders")
    async def search(
        customer: str,
        status: str = "",
        since: date | None = None,
        item: str = "",
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> list[dict[str, Any]]:
        rows = store.all(
            """SELECT * FROM orders WHERE customer = ?1 AND (?2 = '' OR status = ?2) AND placed >= ?3
               AND (?4 = '' OR EXISTS (SELECT 1 FROM items WHERE order_number = number
                                       AND instr(lower(items.name), lower(?4)) > 0))
               ORDER BY placed DESC, number DESC LIMIT ?5""",
            customer, status, since.isoformat() if since else "", item.strip(), limit,
        )  # fmt: skip
        return [order(row) for row in rows]

    @app.get("/customers/{customer}/orders/{number}")
    async def one(customer: str, number: Number) -> dict[str, Any]:
        return order(find(customer, number))

    @app.get("/customers/{customer}/orders/{number}/shipment")
    async def shipment(customer: str, number: Number) -> dict[str, Any]:
        find(customer, number)
        row = store.one("SELECT * FROM shipments WHERE order_number = ?", number)
        assert row is not None, "every order has a shipment, if only one that is being packed"
        events = store.all("SELECT at, code, place FROM tracking WHERE order_number = ? ORDER BY id", number)
        fields = dict(row)
        order = fields.pop("order_number")
        return {"order": order, "customer": customer, **fields, "events": [dict(event) for event in events]}

    @app.put("/customers/{customer}/orders/{number}/address")
    async def change_address(
        customer: str,
        number: Number,
        to: PostalAddress,
        response: Response,
        key: Annotated[str, Header(alias="Idempotency-Key")] = "",
    ) -> dict[str, Any]:
        """Change where an order goes, while it has not left the warehouse."""

        def change() -> int:
            row = find(customer, number)
            if row["status"] != "processing":
                raise Refusal(409, "already_shipped", f"order {number} has left the warehouse")
            if to.country not in catalog.COUNTRIES:
                raise Refusal(409, "country_not_served", f"we do not ship to {to.country}")
            if to.country != row["country"]:
                # Shipping was paid for one country and its customs.
                raise Refusal(409, "other_country", "the new address must be in the same country")
            store.run(
                "UPDATE orders SET name=?, street=?, postcode=?, city=?, country=? WHERE number=?",
                to.name, to.street, to.postcode, to.city, to.country, number,
            )  # fmt: skip
            return store.insert(
                "address_changes",
                key=key,
                order_number=number,
                customer=customer,
                before=json.dumps(address(row)),
                after=to.model_dump_json(),
            )

        asked = {"customer": customer, "order": number, "to": to.model_dump()}
        id, new = once(store, "address change", key, asked, change)
        response.status_code = 201 if new else 200
        return changed(store.all("SELECT * FROM address_changes WHERE id = ?", id)[0])

    @app.get("/address-changes")
    async def changes(key: str) -> list[dict[str, Any]]:
        return [changed(row) for row in store.all("SELECT * FROM address_changes WHERE key = ?", key)]

    def find(customer: str, number: int) -> sqlite3.Row:
        """Another customer's order is answered like one that does not exist."""
        row = store.one("SELECT * FROM orders WHERE number = ? AND customer = ?", number, customer)
        if row is None:
            raise Refusal(404, "no_such_order", f"customer {customer} has no order {number}")
        return row

    def order(row: sqlite3.Row) -> dict[str, Any]:
        items = store.all("SELECT * FROM items WHERE order_number = ? ORDER BY id", row["number"])
        sent = store.one("SELECT delivered_on FROM shipments WHERE order_number = ?", row["number"])
        delivered = sent["delivered_on"] if sent else None
        return {
            "number": row["number"],
            "customer": row["customer"],
            "placed": row["placed"],
            "status": row["status"],
            "items": [
                {
                    "sku": item["sku"],
                    "name": item["name"],
                    "quantity": item["quantity"],
                    "price": money(item["price"]),
                    "returnable": bool(item["returnable"]),
                }
                for item in items
            ],
            "shipping": money(row["shipping"]),
            "total": money(row["total"]),
            "ship_to": address(row),
            "delivered_on": delivered,
            "return_by": return_by(delivered) if delivered and row["status"] == "delivered" else None,
        }

    return app


def return_by(delivered: str) -> str:
    return (date.fromisoformat(delivered) + timedelta(days=catalog.RETURN_DAYS)).isoformat()


def changed(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "order": row["order_number"],
        "customer": row["customer"],
        "key": row["key"],
        "before": json.loads(row["before"]),
        "after": json.loads(row["after"]),
    }
