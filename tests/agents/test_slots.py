"""Order numbers, e-mail addresses, amounts and dates in what customers write."""

import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import chain, pairwise
from typing import Any

import pytest
from tests.agents.shop_messages import RUBBISH

from segue.agents.slots import Found, Money, Slots, amounts, dates, emails, orders, read_slots

WEDNESDAY = date(2026, 3, 18)


def everything(slots: Slots) -> Iterator[Found[Any]]:
    return chain(slots.orders, slots.emails, slots.amounts, slots.dates)


def values(found: tuple[Found[str], ...]) -> list[str]:
    return [it.value for it in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where is my order 1001? And I want a refund for 1002.", ["1001", "1002"]),
        ("Bestellung Nr. 77 und Auftragsnummer: AB-12", ["77", "AB-12"]),
        ("Meine Bestellnummer ist 4711", ["4711"]),
        ("order number #W2378156, order id 12a", ["W2378156", "12a"]),
        ("orders 1004 and 1005", ["1004", "1005"]),
        ("ORD-2024-00123 or 114-3941689-8772232", ["ORD-2024-00123", "114-3941689-8772232"]),
        ("order1001, Bestellung1002", ["1001", "1002"]),
        ("I ordered it in 2024, 3 pieces, 5000% sure", []),
        ("in order to get 2 shoes", []),
        ("1001 EUR", []),
        ("am 2026-03-05", []),
        ("call +49 171 1234567 or 0171/1234567 or (030) 123456", []),
        ("IBAN DE89 3704 0044 0532 0130 00", []),
        ("IBAN DE89370400440532013000, card 4111 1111 1111 1111 or 4111111111111111", []),
        ("write to 12345@shop.example", []),
    ],
)
def test_order_numbers(text: str, expected: list[str]) -> None:
    assert values(read_slots(text, today=WEDNESDAY).orders) == expected


def test_a_desk_says_what_its_order_numbers_look_like() -> None:
    text = "Is A-77 the same as 1001 or X12?"
    assert [it.value for it in orders(text, r"\b[A-Z]-\d\d\b")] == ["A-77"]
    assert [it.value for it in orders(text, r"\b[A-Z]-?(\d\d)\b")] == ["77", "12"]
    assert values(read_slots(text, today=WEDNESDAY, order=r"\bX\d\d\b").orders) == ["X12"]


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1,250.00 EUR", "1250", "EUR"),
        ("EUR 1250", "1250", "EUR"),
        ("1.250,00 EUR", "1250", "EUR"),
        ("1.250 EUR", "1250", "EUR"),
        ("€1,250", "1250", "EUR"),
        ("1 250,50 €", "1250.5", "EUR"),
        ("1.000.000,50 Euro", "1000000.5", "EUR"),
        ("1,000,000 dollars", "1000000", "USD"),
        ("CHF 1'250.–", "1250", "CHF"),
        ("99,- €", "99", "EUR"),
        ("$12.99", "12.99", "USD"),
        ("12,5 euros", "12.5", "EUR"),
        ("0.125 USD", "0.125", "USD"),
        ("£5", "5", "GBP"),
        ("5 Pfund", "5", "GBP"),
        ("US$ 7", "7", "USD"),
        ("100 zł", "100", "PLN"),
    ],
)
def test_amounts(text: str, amount: str, currency: str) -> None:
    (found,) = amounts(f"I paid {text}.")
    assert found.value == Money(Decimal(amount), currency)
    assert f"I paid {text}."[found.start : found.end] == text


def test_amounts_are_exact() -> None:
    (found,) = amounts("0.10 EUR")
    assert found.value.amount == Decimal("0.1")
    assert found.value.amount + Decimal("0.2") == Decimal("0.3")


@pytest.mark.parametrize(
    "text", ["1250", "12.99", "version 1.2.3 EUR5X", "EURO 2024-", "a$", "euro", "12 eurocents"]
)
def test_what_names_no_currency_is_no_amount(text: str) -> None:
    assert [it.value for it in amounts(text) if it.value.amount != 2024] == []


def test_several_amounts_in_one_text() -> None:
    found = list(amounts("€5 instead of €6.50, so 1,50 € back"))
    assert [str(it.value.amount) for it in found] == ["5", "6.50", "1.50"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-05", date(2026, 3, 5)),
        ("05.03.2026", date(2026, 3, 5)),
        ("5.3.26", date(2026, 3, 5)),
        ("am 5.3. bestellt", date(2026, 3, 5)),
        ("vom 30.12.", date(2025, 12, 30)),
        ("5/3/2026", date(2026, 3, 5)),
        ("3/15/2026", date(2026, 3, 15)),
        ("15-03-2026", date(2026, 3, 15)),
        ("March 5, 2025", date(2025, 3, 5)),
        ("Mar. 5th", date(2026, 3, 5)),
        ("the 5th of March", date(2026, 3, 5)),
        ("5 december", date(2025, 12, 5)),
        ("5. März 2025", date(2025, 3, 5)),
        ("am 24. Dezember", date(2025, 12, 24)),
        ("3 May", date(2026, 5, 3)),
        ("29 February 2024", date(2024, 2, 29)),
        ("today", date(2026, 3, 18)),
        ("heute", date(2026, 3, 18)),
        ("Yesterday", date(2026, 3, 17)),
        ("gestern", date(2026, 3, 17)),
        ("the day before yesterday", date(2026, 3, 16)),
        ("vorgestern", date(2026, 3, 16)),
        ("morgen", date(2026, 3, 19)),
        ("übermorgen", date(2026, 3, 20)),
        ("last Monday", date(2026, 3, 16)),
        ("letzten Montag", date(2026, 3, 16)),
        ("last Wednesday", date(2026, 3, 11)),
        ("vergangenen Donnerstag", date(2026, 3, 12)),
        ("next Wednesday", date(2026, 3, 25)),
        ("nächsten Freitag", date(2026, 3, 20)),
        ("two weeks ago", date(2026, 3, 4)),
        ("vor zwei Wochen", date(2026, 3, 4)),
        ("a couple of days ago", date(2026, 3, 16)),
        ("vor 3 Tagen", date(2026, 3, 15)),
        ("in 10 Tagen", date(2026, 3, 28)),
        ("a month ago", date(2026, 2, 18)),
    ],
)
def test_dates(text: str, expected: date) -> None:
    for framed in (text, f"I bought it {text}, really"):
        (found,) = dates(framed, WEDNESDAY)
        assert found.value == expected


def test_a_month_back_from_its_last_day_is_the_last_day_before() -> None:
    (found,) = dates("a month ago", date(2026, 3, 31))
    assert found.value == date(2026, 2, 28)


def test_a_desk_in_america_reads_the_month_first() -> None:
    assert [it.value for it in dates("5/3/2026", WEDNESDAY, month_first=True)] == [date(2026, 5, 3)]
    assert [it.value for it in dates("15/3/2026", WEDNESDAY, month_first=True)] == [date(2026, 3, 15)]


@pytest.mark.parametrize(
    "text",
    [
        "31.02.2026",
        "2026-13-01",
        "Guten Morgen",
        "heute Morgen"[6:].lower() + "s",
        "order 3 may be lost",
        "on Monday",
        "version 1.3. is out",
        "1.2.3.4",
        "I march on",
        "99 days of summer",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert list(dates(text, WEDNESDAY)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail anna.b+x@shop-a.co.uk.", ["anna.b+x@shop-a.co.uk"]),
        ("jürgen@müller.de, (b@c.example)", ["jürgen@müller.de", "b@c.example"]),
        ("a@b, @c.de, d@.de, e@@f.de, me at home.com", []),
    ],
)
def test_emails(text: str, expected: list[str]) -> None:
    assert [it.value for it in emails(text)] == expected


def test_everything_in_one_message_stands_where_it_says() -> None:
    text = (
        "Bestellung 1001 vom 5. Mai 2025 über 49,99 €: wo ist sie? Gestern schrieb ich von a@b.de wegen 1002."
    )
    slots = read_slots(text, today=WEDNESDAY)
    assert values(slots.orders) == ["1001", "1002"]
    assert [it.value for it in slots.dates] == [date(2025, 5, 5), date(2026, 3, 17)]
    assert [it.value for it in slots.amounts] == [Money(Decimal("49.99"), "EUR")]
    assert values(slots.emails) == ["a@b.de"]
    spans = [text[it.start : it.end] for it in everything(slots)]
    assert spans == ["1001", "1002", "a@b.de", "49,99 €", "5. Mai 2025", "Gestern"]


@pytest.mark.parametrize(
    "text",
    [
        *RUBBISH.values(),
        "1 " * 50_000,
        "€1" * 50_000,
        "a@" * 50_000,
        "order number " * 8_000,
        "am 5" * 25_000,
        "vor ein " * 12_000,
        "(0" * 50_000,
        "AB12 " * 20_000,
        "9" * 100_000 + " EUR",
    ],
)
def test_rubbish_is_read_quickly_and_means_nothing_impossible(text: str) -> None:
    begun = time.process_time()
    slots = read_slots(text, today=WEDNESDAY)
    assert time.process_time() - begun < 5
    taken = sorted((it.start, it.end) for it in everything(slots))
    assert all(end <= start for (_, end), (start, _) in pairwise(taken))
    assert all(0 <= start < end <= len(text) for start, end in taken)


@pytest.mark.parametrize("today", [date.min, date.max])
def test_days_beyond_the_calendar_are_left_out(today: date) -> None:
    text = "999 weeks ago, in 999 weeks, 999 months ago, in 999 months, 31 December, 1 January"
    found = [it.value for it in dates(text, today)]
    assert len(found) == 4
