"""The shop's SQLite file, and the two things every service does with it: transactions, and once per key."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from examples.shop.backend.refusal import Refusal

# Money is whole cents, dates and times are ISO text in UTC.
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE customers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    phone TEXT NOT NULL UNIQUE, language TEXT NOT NULL, tier TEXT NOT NULL);
CREATE TABLE addresses (
    id INTEGER PRIMARY KEY, customer TEXT NOT NULL REFERENCES customers, name TEXT NOT NULL,
    street TEXT NOT NULL, postcode TEXT NOT NULL, city TEXT NOT NULL, country TEXT NOT NULL);
CREATE TABLE orders (
    number INTEGER PRIMARY KEY, customer TEXT NOT NULL REFERENCES customers, placed TEXT NOT NULL,
    status TEXT NOT NULL, shipping INTEGER NOT NULL, total INTEGER NOT NULL, name TEXT NOT NULL,
    street TEXT NOT NULL, postcode TEXT NOT NULL, city TEXT NOT NULL, country TEXT NOT NULL);
CREATE INDEX orders_of_customer ON orders (customer, placed);
CREATE TABLE items (
    id INTEGER PRIMARY KEY, order_number INTEGER NOT NULL REFERENCES orders, sku TEXT NOT NULL,
    name TEXT NOT NULL, quantity INTEGER NOT NULL, price INTEGER NOT NULL, returnable INTEGER NOT NULL);
CREATE INDEX items_of_order ON items (order_number);
CREATE TABLE shipments (
    order_number INTEGER PRIMARY KEY REFERENCES orders, status TEXT NOT NULL, carrier TEXT NOT NULL,
    tracking_number TEXT UNIQUE, shipped_on TEXT, estimated_delivery TEXT NOT NULL, delivered_on TEXT);
CREATE TABLE tracking (
    id INTEGER PRIMARY KEY, order_number INTEGER NOT NULL REFERENCES shipments, at TEXT NOT NULL,
    code TEXT NOT NULL, place TEXT NOT NULL);
CREATE INDEX tracking_of_order ON tracking (order_number);
CREATE TABLE address_changes (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, order_number INTEGER NOT NULL REFERENCES orders,
    customer TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL);
CREATE TABLE payments (
    id TEXT PRIMARY KEY, order_number INTEGER NOT NULL, customer TEXT NOT NULL, amount INTEGER NOT NULL,
    method TEXT NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX payments_of_order ON payments (order_number);
CREATE TABLE refunds (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, order_number INTEGER NOT NULL, customer TEXT NOT NULL,
    payment TEXT REFERENCES payments, amount INTEGER NOT NULL, items TEXT NOT NULL, reason TEXT NOT NULL,
    status TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX refunds_of_order ON refunds (order_number);
CREATE TABLE vouchers (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE, customer TEXT NOT NULL,
    amount INTEGER NOT NULL, reason TEXT NOT NULL, status TEXT NOT NULL, valid_until TEXT NOT NULL);
CREATE TABLE requests (
    kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, result INTEGER NOT NULL,
    PRIMARY KEY (kind, key));
"""


class Store:
    """One connection. The services share one event loop and never await inside a call, so calls never mix."""

    def __init__(self, path: Path | str, today: date | None = None) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")
        self._today = today

    @property
    def today(self) -> date:
        return self._today or datetime.now(UTC).date()

    @property
    def now(self) -> datetime:
        """The real time; noon of the given day if one was given."""
        return datetime.combine(self._today, time(12), UTC) if self._today else datetime.now(UTC)

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self._db.execute(sql, values).fetchall()

    def run(self, sql: str, *values: Any) -> None:
        self._db.execute(sql, values)

    def insert(self, table: str, **values: Any) -> int:
        """The id of the new row."""
        marks = ", ".join("?" * len(values))
        sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
        return self._db.execute(sql, tuple(values.values())).lastrowid or 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def empty(self) -> None:
        """Drop everything and lay the tables out anew."""
        self._db.execute("PRAGMA foreign_keys=OFF")
        for row in self.all("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%'"):
            self._db.execute(f"DROP TABLE {row['name']}")
        self._db.executescript(SCHEMA)
        self._db.execute("PRAGMA foreign_keys=ON")

    @property
    def seeded(self) -> bool:
        return self.one("SELECT 1 FROM sqlite_master WHERE name = 'meta'") is not None and (
            self.one("SELECT 1 FROM meta WHERE name = 'seeded'") is not None
        )

    def become(self, other: "Store") -> None:
        """Hold from now on what the other one holds."""
        other._db.backup(self._db)

    def close(self) -> None:
        self._db.close()


def once(store: Store, kind: str, key: str, body: object, make: Callable[[], int]) -> tuple[int, bool]:
    """Make it once per key: the id of the result, and whether it is new.

    The same key with the same body gives the first result, whatever happened to it since; with another body
    it is refused, because then somebody means something else by it.
    """
    if not (0 < len(key) <= 200):
        raise Refusal(400, "key_missing", "this needs an Idempotency-Key header of 1 to 200 characters")
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    with store.transaction():
        earlier = store.one("SELECT body, result FROM requests WHERE kind = ? AND key = ?", kind, key)
        if earlier is None:
            result = make()
            store.insert("requests", kind=kind, key=key, body=digest, result=result)
            return result, True
    if earlier["body"] != digest:
        raise Refusal(409, "key_reused", f"the key {key!r} was used for a different {kind}")
    return int(earlier["result"]), False
