"""Money is exact, and facts come back from disk as they went."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from examples.shop.facts import Address, Item, Money, Order, OrderPayments, Orders, Payment, total

HOME = Address("Ada Bennett", "14 Shandon Street", "T23 XA40", "Cork", "IE")


def order(number: int, *items: Item) -> Order:
    value = total(item.total for item in items)
    return Order(
        number, "C-1", date(2026, 3, 1), "delivered", items, Money.of(0), value, HOME, None, date(2026, 3, 31)
    )


def test_money_is_one_text_however_it_was_written() -> None:
    assert Money.of("84.9") == Money(Decimal("84.90")) == Money.of("84.900")
    assert str(Money.of("84.9").amount) == "84.90"
    assert str(Money.of("5") - Money.of("5")) == str(Money(Decimal("-0.00"))) == "0.00 EUR"


def test_floats_and_parts_of_a_cent_are_not_money() -> None:
    with pytest.raises(TypeError, match="Decimal, not float"):
        Money(84.9)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="whole cents"):
        Money.of("0.005")
    with pytest.raises(ValueError, match="whole cents"):
        Money(Decimal("NaN"))


def test_money_is_compared_and_added_in_one_currency_only() -> None:
    assert Money.of("200") < Money.of("200.01")
    assert Money.of("200") >= Money.of("200.00")
    assert total([Money.of("0.10")] * 3) == Money.of("0.30")
    with pytest.raises(ValueError, match="one currency"):
        Money.of(1) + Money.of(1, "CHF")
    with pytest.raises(ValueError, match="one currency"):
        assert Money.of(1) < Money.of(2, "CHF")


def test_facts_come_back_from_disk_as_they_went() -> None:
    orders = Orders("C-1", (order(1001, Item("JK-110", "Rain jacket", 2, Money.of("129.00"))),))
    shape = TypeAdapter(Orders)
    assert shape.validate_json(shape.dump_json(orders)) == orders


def test_orders_are_found_by_number_and_by_what_was_bought() -> None:
    jacket = order(1001, Item("JK-110", "Rain jacket Tarn, blue", 1, Money.of("129")))
    boots = order(1002, Item("BT-410", "Hiking boots Scree", 1, Money.of("169")))
    orders = Orders("C-1", (jacket, boots))
    assert orders.get(1002) is boots
    assert orders.get(7) is None
    assert orders.with_item("my boots") == (boots,)
    assert orders.with_item("Rain jacket") == (jacket,)
    assert orders.with_item("a tent") == ()


def test_the_last_day_of_the_return_period_still_counts() -> None:
    bought = order(1001, Item("JK-110", "Rain jacket", 1, Money.of("129")))
    assert bought.can_be_returned(date(2026, 3, 31))
    assert not bought.can_be_returned(date(2026, 4, 1))


def test_a_second_payment_of_the_same_amount_within_a_day_is_a_duplicate() -> None:
    first = Payment("P-1", Money.of("10"), "card", "captured", datetime(2026, 3, 1, 9, tzinfo=UTC))
    again = Payment("P-2", Money.of("10"), "card", "captured", datetime(2026, 3, 1, 9, 4, tzinfo=UTC))
    failed = Payment("P-3", Money.of("10"), "card", "failed", datetime(2026, 3, 1, 9, 5, tzinfo=UTC))
    later = Payment("P-4", Money.of("10"), "card", "captured", datetime(2026, 3, 9, 9, tzinfo=UTC))
    paid = OrderPayments(1001, "C-1", (later, again, failed, first), ())
    assert paid.duplicates == (again,)
    assert paid.paid == paid.refundable == Money.of("30")
