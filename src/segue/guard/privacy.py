"""Privacy: no personal data of anybody but this caller, no secret, no identifier of our own systems.

What belongs to the caller is what the facts of this conversation say and what this customer wrote: a desk looks
things up for one caller, so what it found is theirs to read. Facts about other people (`others=`) are the
exception: nothing that stands only there may be said, not even a name. What nobody in this conversation has
given or looked up is somebody else's, and is refused. Card numbers and secrets are refused whoever they belong
to, and identifiers of our own systems unless a field that is made for customers holds them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from segue.flow.builtin import Draft, Facts, Objection
from segue.flow.step import Step, step
from segue.guard.addresses import addresses_in
from segue.guard.checksums import (
    is_british_insurance,
    is_french_id,
    is_german_tax_id,
    is_iban,
    is_spanish_id,
    is_us_social_security,
)
from segue.guard.figures import fold
from segue.guard.leaves import SAID, leaves, said_by_customer
from segue.guard.phones import REGIONS, phones_in
from segue.guard.secrets import internal_in, secrets_in
from segue.run.cards import passes_luhn

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Where card numbers begin (ISO/IEC 7812): 12 digits are Maestro's, 1800 and 2131 an older JCB's.
_CARD = re.compile(
    r"(?<![\w.+-])(?:[2-6](?:[ -]?\d){12,18}|5[06-9](?:[ -]?\d){10}|6\d(?:[ -]?\d){10}|1800\d{11})(?![\w-])"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?\b")
_IDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("an IBAN", _IBAN, is_iban),
    ("a social security number", re.compile(r"\b\d{3}-\d{2}-\d{4}\b"), is_us_social_security),
    (
        "a national insurance number",
        re.compile(r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"),
        is_british_insurance,
    ),
    ("an identity number", re.compile(r"\b[XYZ\d]-?\d{7}-?[A-Z]\b"), is_spanish_id),
    (
        "a social security number",
        re.compile(r"\b[123478] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}\b"),
        is_french_id,
    ),
    ("a tax number", re.compile(r"\b[1-9]\d ?\d{3} ?\d{3} ?\d{3}\b"), is_german_tax_id),
    (
        "a passport number",
        re.compile(
            r"(?i:passport|reisepass|pasaporte|passeport)\D{0,24}?\b(?=(?:[A-Z]*\d){4})[A-Z\d]{6,9}\b"
        ),
        lambda _: True,
    ),
)
_FOR_CUSTOMERS = re.compile(
    r"(?:^|_)(?:reference|tracking|code|number|no|voucher|coupon|link|url|receipt|ticket|confirmation|label|text|body|object)"
    r"(?:$|_)"
)
_NAME = re.compile(r"(?:^|_)(?:name|firstname|lastname|surname)$")


def privacy_for(
    *, internal: Iterable[str] = (), others: Iterable[type] = (), regions: Iterable[str] = REGIONS
) -> Step[Any, Any, Any]:
    """The guard `privacy` with a desk's own rules.

    `internal` are the prefixes of identifiers that customers must not see, `others` the facts that are about
    other people, `regions` the countries whose telephone numbers are known without their country code.
    """
    prefixes, apart, places = tuple(internal), tuple(others), tuple(regions)

    async def privacy(draft: Draft, facts: Facts) -> list[Objection]:
        """One objection for each piece of data that is not this caller's to read."""
        found = private_data(draft.text, facts, internal=prefixes, others=apart, regions=places)
        return [Objection("privacy", f"it holds {what}") for what in found]

    return step(privacy)


def private_data(
    text: str,
    facts: Iterable[Any],
    *,
    internal: tuple[str, ...] = (),
    others: tuple[type, ...] = (),
    regions: tuple[str, ...] = REGIONS,
) -> list[str]:
    """What in the text must not be sent, in words that do not repeat it but for its last signs."""
    facts = [one for fact in facts for one in (fact if isinstance(fact, list) else [fact])]
    mine = _Mine([fact for fact in facts if not isinstance(fact, (*SAID, *others))], said_by_customer(facts))
    seen: list[str] = []
    found: list[str] = []
    for what, where in _found(text, mine, internal, regions):
        if not any(where in other for other in seen):  # a card number inside a secret is said once
            seen.append(where)
            found.append(f"{what} ({_hint(where)})")
    found += [
        f"the name of somebody else ({_hint(name)})"
        for name in _names([fact for fact in facts if isinstance(fact, others)] if others else [])
        if name in text and not mine.has(name)
    ]
    return list(dict.fromkeys(found))


def _found(
    text: str, mine: "_Mine", internal: tuple[str, ...], regions: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for what, where in list(secrets_in(text)):
        yield what, where
        text = text.replace(where, " ")
    for what, where in internal_in(text, internal):
        if not mine.is_public(where):
            yield what, where
    for match in _EMAIL.finditer(text):
        if not mine.has(match[0].rstrip(".")):
            yield "an e-mail address", match[0]
    digits = any(map(str.isdigit, text))
    if not digits:
        return
    for what, pattern, valid in _IDS:
        for match in pattern.finditer(text):
            if valid(match[0]) and not mine.has_joined(match[0]):
                yield what, match[0]
    for match in _CARD.finditer(text):
        if passes_luhn(re.sub(r"\D", "", match[0])) and not mine.is_public(match[0]):
            yield "a card number", match[0]
    for number in phones_in(text, regions):
        if not mine.has_digits(number):
            yield "a telephone number", number
    for address in addresses_in(text):
        if not mine.has_words(address):
            yield "a postal address", address


class _Mine:
    """What is the caller's: everything in the facts of this conversation, and what the customer wrote."""

    def __init__(self, facts: list[Any], said: str) -> None:
        self._leaves = [(field, text) for fact in facts for field, text in leaves(fact)]
        self._said = said
        self._all = fold("\n".join([*(text for _, text in self._leaves), said]))
        self._joined: str | None = None
        self._digits: str | None = None

    def has(self, text: str) -> bool:
        return fold(text) in self._all

    def has_joined(self, text: str) -> bool:
        """The same without the blanks and dashes that numbers are written with."""
        if self._joined is None:
            self._joined = re.sub(r"[ .\-]", "", self._all)
        plain = re.sub(r"[ .\-]", "", fold(text))
        return plain in self._joined or plain.split(":")[-1] in self._joined

    def has_digits(self, number: str) -> bool:
        """A telephone number by its last eight digits, however the rest is written."""
        if self._digits is None:
            self._digits = re.sub(r"[^\d\n]", "", self._all)
        digits = re.sub(r"\D", "", number)
        return digits[-8:] in self._digits

    def has_words(self, address: str) -> bool:
        words = re.findall(r"\w+", fold(address))
        rare = [word for word in words if len(word) > 3 or word.isdigit()]
        return all(word in self._all for word in rare)

    def is_public(self, text: str) -> bool:
        """Does a field that is made for customers hold it, or did the customer write it?"""
        plain = fold(text)
        if plain in fold(self._said):
            return True
        return any(plain in fold(value) for field, value in self._leaves if _FOR_CUSTOMERS.search(field))


def _names(facts: list[Any]) -> set[str]:
    return {
        text.strip()
        for fact in facts
        for field, text in leaves(fact)
        if _NAME.search(field) and len(text) > 2
    }


def _hint(text: str) -> str:
    plain = re.sub(r"\s+", " ", text.strip())
    return f"… {plain[-2:]}" if len(plain) > 4 else "…"


privacy = privacy_for()
"""The guard as it is without a desk's own rules."""
