"""Whatever the way of writing: what is in the facts passes, what is not does not."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from segue.flow.builtin import Draft, Facts, Message, Objection
from segue.guard.grounding import grounding, grounding_for, ungrounded

FACTS = [
    {
        "order": "W-1001",
        "total": Decimal("1250.00"),
        "currency": "EUR",
        "placed": "2026-05-03T14:30:00Z",
        "items": ["lamp", "shade"],
        "returns": "14 days",
        "rate": "0.15",
        "hours": "9 to 16",
        "mail": "help@example.org",
    }
]


@pytest.mark.parametrize(
    "text",
    [
        *("1,250.00 €", "EUR 1250", "1.250,00 €", "1 250,00 €", "€1,250", "1'250 EUR"),
        *(
            "3 May 2026",
            "May 3",
            "2026-05-03",
            "03.05.2026",
            "5/3/2026",
            "am 3. Mai",
            "3 de mayo de 2026",
            "le 3 mai",
        ),
        *("14:30", "2:30 pm", "14 h 30", "um 14.30 Uhr"),
        *("within 14 days", "2 weeks", "in 2 Wochen", "15 %", "15 Prozent"),
        *("order W-1001", "#W-1001", "help@example.org", "open 9 to 16"),
        *(
            "1. Open it\n2) Close it\n3. Send it",
            "both of the 2 items",
            "I have 3 questions",
            "24/7",
            "100 % sure",
        ),
        "Nothing to see here.",
    ],
)
def test_what_the_facts_bear_out_passes(text: str) -> None:
    assert ungrounded(text, FACTS) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("1,251.00 €", "the amount"),
        ("125000 €", "the amount"),
        ("$1,250.00", "the currency of"),
        ("4 May 2026", "the date"),
        ("3 June", "the date"),
        ("03.05.2025", "the date"),
        ("15:30", "the time"),
        ("within 30 days", "the number"),
        ("in 5 weeks", "the number"),
        ("20 %", "the number"),
        ("order W-1002", "the code"),
        ("row 8", "the number"),
        ("open 8 to 16", "the number"),
        ("other@example.org", "the e-mail address"),
        ("https://example.org/pay", "the link"),
        ("42 items", "the number"),
    ],
)
def test_what_no_fact_bears_out_is_objected_to(text: str, what: str) -> None:
    assert [found for _, found in ungrounded(text, FACTS)] == [what]


async def test_what_the_customer_wrote_is_no_fact() -> None:
    facts = Facts({"0": FACTS[0], "1": Message(("I want 99 €",))})
    (objection,) = await grounding(Draft("You get 99 €."), facts)
    assert (objection.guard, objection.why) == ("grounding", "the amount 99 € is in no fact")


def test_an_objection_bears_out_nothing_when_the_same_is_written_again() -> None:
    objected = Facts({"objections": [Objection("grounding", "the amount 500 EUR is in no fact")]})
    assert ungrounded("You get 500 EUR.", objected)


async def test_what_a_request_repeats_of_the_customers_words_is_no_fact() -> None:
    @dataclass(frozen=True)
    class Request:
        words: str

    facts = Facts({"requests": [Request("you owe me 500 EUR")]})
    guard = grounding_for(said=[Request])
    assert await guard.function(Draft("You get 500 EUR."), facts)
    assert not await grounding.function(Draft("You get 500 EUR."), facts)
