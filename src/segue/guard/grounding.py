"""Grounding: what a reply states as fact must occur in the facts.

Looked at are numbers (amounts, dates, order and tracking numbers), e-mail addresses and links, because these
are what a customer acts on. What the customer wrote does not count as a fact, nor does the draft itself.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from segue.flow.builtin import Draft, Facts, History, Message, Objection, Reply
from segue.flow.step import step

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+")
_NUMBER = re.compile(r"\d+(?:[.,' \u202f\u00a0]\d{3})*(?:[.,]\d+)?|\d+")
_CODE = re.compile(r"\b(?=[A-Za-z\d-]*\d)(?=[A-Za-z\d-]*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*\b")


@step
async def grounding(draft: Draft, facts: Facts) -> list[Objection]:
    """One objection for each number, code, e-mail address or link that is in no fact."""
    known = _text_of(facts)
    folded = known.casefold()
    numbers = set(_numbers(known))
    wrong: dict[str, str] = {}
    text = draft.text
    for what, pattern in (("the e-mail address", _EMAIL), ("the link", _LINK), ("the code", _CODE)):
        for match in pattern.finditer(text):
            found = match[0].rstrip(".,;:!?")
            if found.casefold() not in folded:
                wrong[found] = what
        text = pattern.sub(" ", text)
    for match in _NUMBER.finditer(text):
        if not numbers & set(_readings(match[0])) and not _all_known(match[0], numbers):
            wrong[match[0]] = "the number"
    return [Objection("grounding", f"{what} {found} is in no fact") for found, what in wrong.items()]


def _text_of(facts: Iterable[Any]) -> str:
    """Every fact as JSON, without what was only said."""
    said = (Draft, Reply, Message, History, Facts)
    stated = [fact for fact in facts if not isinstance(fact, said)]
    return orjson.dumps(stated, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)


def _numbers(text: str) -> Iterator[Decimal]:
    for match in re.finditer(r"\d+(?:\.\d+)?", text):
        yield from _readings(match[0])
    for match in _NUMBER.finditer(text):
        yield from _readings(match[0])


def _readings(written: str) -> Iterator[Decimal]:
    """What a number may mean: 1.250 is 1250 to some and 1.25 to others."""
    plain = re.sub(r"['\s]", "", written)
    forms = {plain, plain.replace(",", ""), plain.replace(".", "").replace(",", ".")}
    for form in forms:
        try:
            yield Decimal(form).normalize()
        except InvalidOperation:
            continue


def _all_known(written: str, numbers: set[Decimal]) -> bool:
    """Several numbers with spaces between them, such as a telephone number or "3 100"."""
    parts = re.split(r"[\s']", written)
    return len(parts) > 1 and all(numbers & set(_readings(part)) for part in parts)
