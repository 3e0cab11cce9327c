"""Nobody's data but the caller's, no secret, no internal identifier."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from segue.flow.builtin import Caller, Draft, Facts, History, Line, Message, Objection
from segue.guard import checksums, phones
from segue.guard.privacy import privacy, privacy_for, private_data

DATA = Path(__file__).parents[3] / "shared" / "data" / "guardrails" / "pii_dev.jsonl"


@dataclass(frozen=True)
class Customer:
    name: str = "Ravi Patel"
    email: str = "Ravi@example.org"
    phone: str = "+44 113 496 0123"
    address: str = "12 Mill Lane, Leeds LS1 4AP"
    iban: str = "DE89370400440532013000"
    key: str = "123e4567-e89b-42d3-a456-426614174000"
    tracking: str = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"


@dataclass(frozen=True)
class Neighbour:
    """Somebody else, whom a desk has looked up all the same."""

    name: str = "Olga Brandt"
    email: str = "olga@example.org"


MINE = [Caller("c-1", "verified"), Customer()]

SOMEBODYS = [
    ("Write to bob@example.com.", "an e-mail address"),
    ("Call +49 30 901820 for that.", "a telephone number"),
    ("You can call 020 7946 0958.", "a telephone number"),
    ("Her number is (202) 456-1111.", "a telephone number"),
    ("It goes to GB29 NWBK 6016 1331 9268 19.", "an IBAN"),
    ("It went to card 4111 1111 1111 1111.", "a card number"),
    ("It went to card 378282246310005.", "a card number"),
    ("The SSN is 536-90-4399.", "a social security number"),
    ("NI number AB 12 34 56 C is on file.", "a national insurance number"),
    ("Su DNI es 12345678Z.", "an identity number"),
    ("Le numéro est 2 55 08 14 168 025 38.", "a social security number"),
    ("Die Steuer-ID ist 86095742719.", "a tax number"),
    ("passport number C01X00T47 is needed", "a passport number"),
    ("It goes to 9 Baker Street.", "a postal address"),
    ("Es geht an Ahornallee 17.", "a postal address"),
    ("Va a Calle Mayor 4.", "a postal address"),
    ("Il va au 4 rue des Lilas.", "a postal address"),
    ("The key is sk-live-abcdefghijklmnop1234.", "an API key"),
    ("AKIAIOSFODNN7EXAMPLE works.", "an API key"),
    ("Your password is hunter2!", "a password or a code"),
    ("Ihr Passwort lautet: Sommer2026", "a password or a code"),
    ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sflKxwRJSMeKKF2QT4", "a token"),
    ("postgres://admin:pa55@db.internal/shop", "a password in a link"),
    ("See 9f8b4c1e-58a7-4c3e-9d43-6a2f1c0b7e11.", "an internal identifier"),
    ("Customer cus_NffrFeUfNV2Hib is known.", "an internal identifier"),
]

HARMLESS = [
    "Your order 1001 of 3 May 2026 over 1,250.00 € arrives between 9 and 12.",
    "We wrote to ravi@example.org and called +44 (0)113 496 0123.",
    "It goes to 12 Mill Lane, Leeds LS1 4AP.",
    "We paid to DE89 3704 0044 0532 0130 00.",
    "Track it with 1b4e28ba-2fa1-41d2-883f-0016d3cca427.",
    "Your card ending in 4242 was charged 49.99 USD.",
    "You can reset your password in the settings.",
    "Ihr Passwort können Sie jederzeit ändern.",
    "Dear Ravi Patel, thank you.",
    "During 1984 the spring 12 was made; order number 3348917502.",
    "Version 2026.11.23-4 is out, 24/7, 100 %.",
    "¿Su contraseña es correcta?",
]


@pytest.mark.parametrize(("text", "what"), SOMEBODYS)
def test_what_is_not_this_callers_is_refused(text: str, what: str) -> None:
    found = private_data(text, MINE)
    assert len(found) == 1
    assert found[0].startswith(what)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_the_callers_or_nobodys_passes(text: str) -> None:
    assert private_data(text, MINE) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [pair for pair in SOMEBODYS if "@example" in pair[0] or "phone" in pair[1] or "IBAN" in pair[1]],
)
def test_what_the_customer_wrote_may_be_repeated(text: str, what: str) -> None:
    assert private_data(text, [*MINE, Message((text,))]) == []
    assert private_data(text, [*MINE, History((Line("customer", text),))]) == []
    assert private_data(text, [*MINE, History((Line("desk", text),))]) != []


@pytest.mark.parametrize("text", [text for text, what in SOMEBODYS if "key" in what or "password" in what])
def test_a_secret_is_refused_though_a_fact_holds_it(text: str) -> None:
    assert private_data(text, [*MINE, {"note": text}]) != []


def test_data_of_other_people_is_refused_though_it_was_looked_up() -> None:
    facts = [*MINE, Neighbour()]
    text = "Olga Brandt has it; write to olga@example.org."
    assert private_data(text, facts) == []
    assert private_data(text, facts, others=(Neighbour,)) == [
        "an e-mail address (… rg)",
        "the name of somebody else (… dt)",
    ]


def test_what_stands_in_a_list_is_looked_at_like_any_fact() -> None:
    objected = Facts({"objections": [Objection("grounding", "jonas@example.com is in no fact")]})
    assert private_data("Write to jonas@example.com.", objected)
    neighbours = Facts({"neighbours": [Neighbour()]})
    assert private_data("Olga Brandt has it.", neighbours, others=(Neighbour,))


def test_a_desk_names_its_own_internal_identifiers() -> None:
    assert private_data("Row INT-4711 is broken.", MINE) == []
    assert private_data("Row INT-4711 is broken.", MINE, internal=("INT-",)) == [
        "an internal identifier (… 11)"
    ]


async def test_the_guard_is_a_step_and_does_not_repeat_what_it_found() -> None:
    facts = Facts({str(place): fact for place, fact in enumerate(MINE)})
    (objection,) = await privacy(Draft("Ask bob@example.com."), facts)
    assert objection == Objection("privacy", "it holds an e-mail address (… om)")
    assert await privacy_for(others=[Neighbour])(Draft("All is well."), facts) == []


def test_without_the_library_whatever_looks_like_a_telephone_number_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert list(phones.phones_in("call 0000 0000 0001 22")) == []
    monkeypatch.setattr(phones, "library", None)
    assert list(phones.phones_in("call 0000 0000 0001 22")) == ["0000 0000 0001 22"]


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (checksums.is_iban, "ES91 2100 0418 4502 0005 1332"),
        (checksums.is_spanish_id, "X1234567L"),
        (checksums.is_french_id, "2 55 08 14 168 025 38"),
        (checksums.is_german_tax_id, "86095742719"),
    ],
)
def test_one_wrong_digit_fails_the_check(check: Any, right: str) -> None:
    assert check(right)
    for place, sign in enumerate(right):
        if sign.isdigit():
            wrong = right[:place] + str((int(sign) + 1) % 10) + right[place + 1 :]
            assert not check(wrong), wrong


@pytest.mark.skipif(not DATA.exists(), reason="the labelled sentences are not here")
def test_most_of_what_others_labelled_is_found() -> None:
    names = {
        **{"EMAIL_ADDRESS": "e-mail", "PHONE_NUMBER": "telephone", "IBAN_CODE": "IBAN"},
        **{"CREDIT_CARD": "card", "US_SSN": "social"},
    }
    seen, hit = 0, 0
    for line in DATA.read_text("utf-8").splitlines():
        row = json.loads(line)
        found = " ".join(private_data(row["text"], []))
        for kind in {span["entity_type"] for span in row["spans"]} & set(names):
            seen += 1
            hit += names[kind] in found
    assert seen > 100
    assert hit / seen > 0.95
