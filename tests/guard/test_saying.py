"""Receipts in our words: every kind, status and language, told so that the guard has nothing to object to."""

from datetime import date
from decimal import Decimal

import pytest

from segue.flow.receipt_words import DONE, LABELS, MONTHS, STATUS
from segue.flow.receipts import Receipt
from segue.flow.saying import LANGUAGES, reply_from_receipts, say, say_amount, say_date
from segue.guard.claims import check_claims


def receipt(kind: str, status: str = "done") -> Receipt:
    return Receipt(
        f"do_{kind}",
        (kind,),
        "1001",
        Decimal("1250.00"),
        "EUR",
        status=status,  # type: ignore[arg-type]
        reference="R-77",
        values={"date": "2026-05-03", "to": "ana@example.org", "address": "Lindenweg 4, 50667 Köln"},
    )


def test_every_language_has_every_word() -> None:
    for table in (DONE, LABELS, STATUS):
        assert len({tuple(sorted(words)) for words in table.values()}) == 1
        assert tuple(table) == LANGUAGES
    assert {len(months.split()) for months in MONTHS.values()} == {12}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", STATUS["en"])
@pytest.mark.parametrize("kind", [*LABELS["en"], "points"])
def test_the_guard_accepts_what_receipts_say_of_themselves(kind: str, status: str, language: str) -> None:
    one = receipt(kind, status)
    assert check_claims(reply_from_receipts([one], language), [one], language) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", DONE["en"])
def test_the_guard_sees_what_receipts_say(kind: str, language: str) -> None:
    assert check_claims(say(receipt(kind), language), [], language) != []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "We have refunded €1,250.00 (1001). Reference: R-77."),
        ("de", "Wir haben 1.250,00\u00a0€ erstattet (1001). Referenz: R-77."),
        ("es", "Hemos reembolsado 1.250,00\u00a0€ (1001). Referencia: R-77."),
        ("fr", "Nous avons remboursé 1\u202f250,00\u00a0€ (1001). Référence: R-77."),
        ("pt", "We have refunded €1,250.00 (1001). Reference: R-77."),
    ],
)
def test_a_refund_reads_as_each_language_writes_it(language: str, told: str) -> None:
    assert say(receipt("refund"), language) == told


def test_what_is_missing_is_left_out() -> None:
    assert say(Receipt("refund", ("refund",)), "en") == "We have refunded."
    assert say(Receipt("feed_cat", (), status="not_done"), "en") == "feed cat: this was not done."


def test_several_receipts_are_a_list_and_none_is_said_too() -> None:
    both = reply_from_receipts([receipt("refund"), receipt("cancellation", "unknown")], "en")
    assert both.splitlines() == [
        "- We have refunded €1,250.00 (1001). Reference: R-77.",
        "- Cancellation €1,250.00 (1001): we do not know yet whether this went through; nobody will do it twice. "
        "Reference: R-77.",
    ]
    assert reply_from_receipts([], "de") == "Bisher wurde nichts geändert."


def test_amounts_and_dates() -> None:
    assert say_amount(Decimal("1250"), "PLN", "en") == "1,250.00 PLN"
    assert say_amount(Decimal("1250"), "JPY", "de") == "1.250\u00a0¥"
    day = date(2026, 5, 3)
    assert [say_date(day, one) for one in LANGUAGES] == [
        "3 May 2026",
        "3. Mai 2026",
        "3 de mayo de 2026",
        "3 mai 2026",
    ]
