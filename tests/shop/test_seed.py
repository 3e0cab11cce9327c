"""The shop's stock of customers and orders: the same every time, and without contradictions."""

import re
import sqlite3
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest

from examples.shop import facts
from examples.shop.backend.catalog import COUNTRIES, PRODUCTS, tier
from examples.shop.backend.seed import SEED, seed
from examples.shop.backend.store import Store

TODAY = date(2026, 3, 2)
README = Path(facts.__file__).with_name("README.md")


def seeded(path: Path | str = ":memory:", today: date = TODAY, number: int = SEED) -> Store:
    store = Store(path, today)
    seed(store, today, number)
    return store


@pytest.fixture(scope="module")
def store() -> Store:
    return seeded()


def everything(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        return list(db.iterdump())


def test_the_same_day_and_number_give_the_same_shop(tmp_path: Path) -> None:
    for name in ("one", "two"):
        seeded(tmp_path / name).close()
    seeded(tmp_path / "other", number=SEED + 1).close()
    assert everything(tmp_path / "one") == everything(tmp_path / "two")
    assert everything(tmp_path / "one") != everything(tmp_path / "other")


def test_seeding_again_leaves_nothing_of_before(tmp_path: Path) -> None:
    store = seeded(tmp_path / "shop")
    store.insert("requests", kind="refund", key="k", body="b", result=1)
    seed(store, TODAY)
    store.close()
    seeded(tmp_path / "new").close()
    assert everything(tmp_path / "shop") == everything(tmp_path / "new")


def test_the_shop_is_as_large_as_promised(store: Store) -> None:
    assert len(store.all("SELECT 1 FROM customers")) == 40
    assert len(store.all("SELECT 1 FROM orders")) == 300
    assert 700 <= len(store.all("SELECT 1 FROM items")) <= 900
    numbers = [row["number"] for row in store.all("SELECT number FROM orders ORDER BY number")]
    assert numbers[0] == 1001
    assert numbers[-1] < 100_000


def test_everything_that_can_be_exists(store: Store) -> None:
    def values(column: str, table: str) -> set[str]:
        return {row[0] for row in store.all(f"SELECT DISTINCT {column} FROM {table}")}

    assert values("status", "shipments") == set(get_args(facts.ShipmentStatus))
    assert values("status", "orders") == set(get_args(facts.OrderStatus))
    assert values("code", "tracking") == set(get_args(facts.TrackingCode))
    assert values("status", "payments") == set(get_args(facts.PaymentStatus))
    assert values("method", "payments") == set(get_args(facts.PaymentMethod))
    assert values("language", "customers") == set(get_args(facts.Language))
    assert values("tier", "customers") == set(get_args(facts.Tier))
    assert values("sku", "items") == set(PRODUCTS)
    assert values("country", "addresses") == set(COUNTRIES)


def test_every_customer_has_two_addresses(store: Store) -> None:
    counts = Counter(row["customer"] for row in store.all("SELECT customer FROM addresses"))
    assert set(counts.values()) == {2}
    assert len(counts) == 40


def test_tiers_follow_from_what_was_spent_in_a_year(store: Store) -> None:
    year_ago = (TODAY - timedelta(days=365)).isoformat()
    for customer in store.all("SELECT id, tier FROM customers"):
        orders = store.all("SELECT * FROM orders WHERE customer = ?", customer["id"])
        assert customer["tier"] == tier(sum(o["total"] for o in orders if o["placed"] > year_ago))


@pytest.mark.parametrize("days", range(0, 35, 3))
def test_on_every_weekday_the_parcels_make_sense(days: int) -> None:
    today = TODAY + timedelta(days=days)
    store = seeded(today=today)
    for parcel in store.all(
        "SELECT *, s.status AS state FROM shipments s JOIN orders ON number = order_number"
    ):
        events = [e["at"][:10] for e in store.all(
            "SELECT at FROM tracking WHERE order_number = ? ORDER BY id", parcel["number"])]  # fmt: skip
        assert events == sorted(events)
        assert all(parcel["placed"] <= day <= today.isoformat() for day in events)
        late = parcel["estimated_delivery"] < today.isoformat()
        match parcel["state"]:
            case "delayed" | "lost":
                assert late
            case "processing":
                assert parcel["tracking_number"] is None
                assert not events
                assert not late
            case "shipped" | "in_transit" | "out_for_delivery":
                assert not late
            case "delivered" | "returned":
                assert parcel["delivered_on"] is not None
                assert parcel["delivered_on"] in events


def test_nobody_was_given_back_more_than_they_paid(store: Store) -> None:
    for order in store.all("SELECT number, total FROM orders"):
        paid = store.all(
            "SELECT amount FROM payments WHERE status = 'captured' AND order_number = ?", order["number"]
        )
        back = store.all("SELECT amount, at FROM refunds WHERE order_number = ?", order["number"])
        assert sum(row["amount"] for row in back) <= sum(row["amount"] for row in paid)
        assert all(row["amount"] == order["total"] for row in paid)
        assert all(row["at"][:10] <= TODAY.isoformat() for row in back)


def test_the_table_of_demo_customers_in_the_readme_is_true(store: Store) -> None:
    rows = re.findall(
        r"^\| (C-\d+) \| ([^|]+) \| ([^|]+) \| (\w+) \| (\w+) \| (\w\w) \|", README.read_text("utf-8"), re.M
    )
    assert [row[0] for row in rows] == [f"C-{number}" for number in range(1001, 1008)]
    for id, name, email, language, loyalty, country in rows:
        known = store.all(
            "SELECT * FROM customers JOIN addresses ON customer = customers.id WHERE customer = ?", id
        )
        assert {(c["email"], c["name"], c["language"], c["tier"], c["country"]) for c in known} == {
            (email.strip("`"), name, language, loyalty, country)
        }


def test_the_table_of_demo_orders_in_the_readme_is_true(store: Store) -> None:
    rows = re.findall(r"^\| (\d{4}) \| (C-\d+) \| (\w+) \| (\d+\.\d\d) \|", README.read_text("utf-8"), re.M)
    known = store.all(
        "SELECT number, customer, s.status AS state, total FROM orders JOIN shipments s"
        " ON number = order_number WHERE number < 1101 ORDER BY number"
    )
    assert [(int(number), customer, state, amount) for number, customer, state, amount in rows] == [
        (row["number"], row["customer"], row["state"], f"{row['total'] / 100:.2f}") for row in known
    ]
