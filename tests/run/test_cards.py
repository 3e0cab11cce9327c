"""What counts as a card number: every spelling of one is found, and nothing else is touched."""

import json
import re
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import foreign_data

from segue.run.cards import find_cards, is_card, passes_luhn
from segue.run.masking import mask_cards, mask_json

ANY_PACE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ISSUERS = [  # first digits and lengths
    *[
        ("4", 13),
        ("4", 16),
        ("4", 19),
        ("51", 16),
        ("55", 16),
        ("2221", 16),
        ("2720", 16),
        ("34", 15),
        ("37", 15),
    ],
    *[("300", 14), ("305", 14), ("3095", 14), ("36", 14), ("38", 14), ("39", 16), ("3528", 16), ("3589", 19)],
    *[
        ("6011", 16),
        ("644", 16),
        ("65", 19),
        ("62", 16),
        ("62", 19),
        ("5018", 12),
        ("6304", 13),
        ("6759", 19),
    ],
    *[("2200", 16), ("60", 16), ("1800", 15), ("2131", 15), ("9792", 16)],
]
PRINTED: dict[int, list[tuple[int, ...]]] = {
    12: [(4, 4, 4)],
    13: [(4, 4, 4, 1), (4, 3, 3, 3)],
    14: [(4, 6, 4), (4, 4, 4, 2)],
    15: [(4, 6, 5), (4, 4, 4, 3)],
    16: [(4, 4, 4, 4), (8, 8), (6, 10)],
    19: [(4, 4, 4, 4, 3), (6, 13), (8, 11)],
}
SCRIPTS = ["0123456789", "0123456789", "0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"]
BETWEEN = [
    " ",
    "-",
    ".",
    "\n",
    "\r\n",
    " \n",
    "\u00a0",
    "\u202f",
    "\u2009",
    "–",
    "‑",
    " - ",
    "\u200b",
    "・",
    "\t",
]


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    first, length = draw(st.sampled_from(ISSUERS))
    rest = draw(st.text("0123456789", min_size=length - len(first) - 1, max_size=length - len(first) - 1))
    number = next(n for n in (f"{first}{rest}{check}" for check in range(10)) if passes_luhn(n))
    if length == 13 and is_article(number):
        number = "4222222222222"
    return number


@st.composite
def spelled(draw: st.DrawFn, number: str) -> str:
    """In any of the groups printed on cards with anything between, or with one sign after any of its digits."""
    how = draw(st.sampled_from(["whole", "printed", "anyhow"]))
    written = number
    if how == "printed" and len(number) > 12:
        pieces, at = [], 0
        for size in draw(st.sampled_from(PRINTED[len(number)])):
            pieces += [number[at : at + size], draw(st.sampled_from(BETWEEN))]
            at += size
        written = "".join(pieces[:-1])
    elif how == "anyhow" and len(number) > 13:
        sign = draw(st.sampled_from([" ", "-", "\n"]))
        cuts = draw(st.sets(st.integers(1, len(number) - 1)))
        written = "".join(sign + digit if at in cuts else digit for at, digit in enumerate(number))
    return written.translate(str.maketrans("0123456789", draw(st.sampled_from(SCRIPTS))))


@st.composite
def said(draw: st.DrawFn) -> tuple[str, str]:
    """A card number, and a text with it in the middle."""
    number = draw(card_numbers())
    text = st.text(st.characters(exclude_categories=["Cs", "Nd"], exclude_characters="+"))
    begin = draw(st.sampled_from(["", " ", ": ", "(", "\n", "Karte ", "Visa", "卡号", "№", "• ", "#"]))
    end = draw(st.sampled_from(["", " ", ".", ", ", ")", "\n", "请", " exp 12/27", "cvv123"]))
    before, after = draw(text), draw(text)
    return number, before + begin + draw(spelled(number)) + end + after


def digits_in(text: str) -> str:
    return "".join(str(int(sign)) for sign in re.findall(r"\d", text))


def is_article(number: str) -> bool:
    return sum(int(sign) * (1, 3)[at % 2] for at, sign in enumerate(number)) % 10 == 0


@ANY_PACE
@given(said())
def test_a_card_is_masked_in_any_spelling_and_any_text(case: tuple[str, str]) -> None:
    number, text = case
    masked = mask_cards(text)
    assert number not in digits_in(masked)
    assert f"•••• •••• •••• {number[-4:]}" in masked


@ANY_PACE
@given(said())
def test_masking_a_second_time_changes_nothing(case: tuple[str, str]) -> None:
    masked = mask_cards(case[1])
    assert mask_cards(masked) is masked


@ANY_PACE
@given(st.text(st.sampled_from("0123456789 .-\n•4155")))
def test_masking_settles_whatever_stands_beside_one_another(text: str) -> None:
    masked = mask_cards(text)
    assert mask_cards(masked) is masked


@ANY_PACE
@given(card_numbers(), st.integers(0, 9), st.sampled_from(["1", "12", "123", "1001", "1001 7", "12/27"]))
def test_other_numbers_beside_it_do_not_hide_it(number: str, digit: int, other: str) -> None:
    groups = PRINTED[len(number)][0] if len(number) > 12 else (12,)
    pieces, at = [], 0
    for size in groups:
        pieces.append(number[at : at + size])
        at += size
    written = " ".join(pieces)
    assert number not in digits_in(mask_cards(f"order {other} {written} {other} {digit}"))


def test_two_cards_side_by_side_are_both_masked() -> None:
    assert mask_cards("4111 1111 1111 1111 5500 0000 0000 0004") == "•••• •••• •••• 1111 •••• •••• •••• 0004"
    assert mask_cards("4111111111111111\n5500000000000004") == "•••• •••• •••• 1111\n•••• •••• •••• 0004"


@ANY_PACE
@given(card_numbers().filter(lambda number: len(number) > 13), st.integers(1, 9))
def test_a_wrong_digit_makes_it_another_number(number: str, by: int) -> None:
    wrong = number[:-1] + str((int(number[-1]) + by) % 10)
    assert not is_card(wrong)
    assert mask_cards(f"number {wrong}") == f"number {wrong}"


@ANY_PACE
@given(st.uuids())
def test_ids_stay(id: Any) -> None:
    for written in (str(id), id.hex, f"urn:uuid:{id}", f"id={id.hex};"):
        assert mask_cards(written) is written


@ANY_PACE
@given(
    st.sampled_from(["AT", "BE", "CH", "DE", "DK", "ES", "FI", "NO", "PT"]),
    st.text("0123456789", min_size=11),
)
def test_ibans_stay(country: str, account: str) -> None:
    account = account[:26]
    letters = "".join(str(int(letter, 36)) for letter in country)
    iban = f"{country}{98 - int(f'{account}{letters}00') % 97:02d}{account}"
    fours = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
    for written in (iban, fours, f"Konto {fours}."):
        assert mask_cards(written) is written


@ANY_PACE
@given(st.datetimes(), st.decimals(0, 10**6, places=2), st.floats(0, 1000), st.integers(0, 10**8 - 1))
def test_times_amounts_and_telephone_numbers_stay(at: Any, amount: Decimal, number: float, line: int) -> None:
    for written in (str(at), at.isoformat(), f"{amount} {amount} {amount}", repr(number), f"+49 151 {line}"):
        assert mask_cards(written) is written


@pytest.mark.parametrize(
    "text",
    [
        *(
            "order 1001",
            "00340434161094042557",
            "JD014600003828392837",
            "1Z999AA10123456784",
            "+49 1512 3456789",
        ),
        *("4006381333931", "41111111-1111-1111-1111-111111111111", "4111111111111111" * 2, "4111 1111"),
        *("deadbeef4111111111111111cafe", "01J4111111111111111ABC", "0.4111111111111111", "36 38 40 42 44"),
        *("2026-11-23 18.16.25", "129.90 349.00 1249.90", "•••• •••• •••• 1111"),
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert mask_cards(text) is text


VALUES = st.recursive(
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | said().map(lambda c: c[1]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@ANY_PACE
@given(VALUES)
def test_in_json_exactly_the_strings_are_masked(value: Any) -> None:
    for data in (
        orjson.dumps(value),
        json.dumps(value, ensure_ascii=False, indent=1).encode(errors="replace"),
    ):
        masked = mask_json(data)
        assert orjson.loads(masked) == _masked(orjson.loads(data))
        if orjson.loads(data) == orjson.loads(masked):
            assert masked == data


def test_a_json_number_is_no_text_and_stays() -> None:
    data = b'{"a":4111111111111111,"b":"4111111111111111","c":[4111,1111,1111,1111]}'
    assert mask_json(data) == (
        '{"a":4111111111111111,"b":"•••• •••• •••• 1111","c":[4111,1111,1111,1111]}'.encode()
    )


def _masked(value: Any) -> Any:
    match value:
        case str():
            return mask_cards(value)
        case list():
            return [_masked(item) for item in value]
        case dict():
            return {mask_cards(name): _masked(item) for name, item in value.items()}
    return value


CORPUS = foreign_data.FOLDER / "guardrails" / "pii_dev.jsonl"


@foreign_data.needs(CORPUS)
def test_in_a_corpus_of_personal_data_the_cards_are_masked_and_nothing_else() -> None:
    found: list[str] = []
    for line in CORPUS.read_text("utf-8").splitlines():
        row = json.loads(line)
        cards = [span["entity_value"] for span in row["spans"] if span["entity_type"] == "CREDIT_CARD"]
        masked = mask_cards(row["text"])
        # Twelve digits are masked only where no other number begins so.
        assert not [card for card in cards if card in masked and len(card) > 12], row["text"]
        if not cards:
            assert masked is row["text"]
        found += cards
    assert len(found) == 70


def test_without_the_checksum_other_numbers_would_be_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [*find_cards("order 4000000000000000")]
    monkeypatch.setattr("segue.run.cards.passes_luhn", lambda digits: True)
    assert [*find_cards("order 4000000000000000")]
