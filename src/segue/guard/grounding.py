"""Grounding: what a reply states as fact must occur in the facts.

Looked at are amounts, dates, times and other numbers, codes, e-mail addresses and links, because these are what
a customer acts on. The way of writing does not matter: 1.250,00 € is EUR 1250, and 3 May is 2026-05-03. What the
customer wrote does not count as a fact, nor does the draft itself. How many there are of something may be counted
(two orders), and the numbers of a list are no statement.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

import orjson

from segue.flow.builtin import Draft, Facts, Objection
from segue.flow.step import Step, step
from segue.guard.figures import NUMBER, currencies_in, days_in, money_in, readings, same_currency, times_in
from segue.guard.leaves import SAID

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+")
_CODE = re.compile(r"\b(?=[A-Za-z\d-]*\d)(?=[A-Za-z\d-]*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*\b")
_MEASURE = re.compile(r"\d+(?:st|nd|rd|th|er|ère|ème|[a-z]{1,3}|GB|MB|TB|[KkM]?Wh|V|W)")
_LIST = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|#?\d{1,2}:)\s+(?=\D)", re.M)
_COUNTED = re.compile(r"\s+(?P<what>[^\W\d_]{3,})")
_NO_COUNT = re.compile(
    r"(?:sec|min|hour|day|week|month|year|business|working|calendar|euro|dollar|pound|percent|per\b|to\b|and\b|until"
    r"|sek|stund|uhr|tag|werktag|woche|monat|jahr|prozent|bis\b|und\b|arbeitstag"
    r"|seg|hora|d[ií]a|seman|mes|año|por\b|hasta"
    r"|heure|jour|semaine|mois|ans?\b|ann[ée]e|pour|jusqu|km\b|kg\b|kilo|met|liter|litre|litro|gram|cm\b|inch)",
    re.I,
)
_NUMBERED = re.compile(
    r"(?:order|row|gate|platform|seat|room|number|no\.?|nr\.?|at|um|à|las|line|step|page|size|größe|talla|taille|reihe"
    r"|zimmer|gleis|fila|puerta|rang|quai|bestellung|pedido|commande|version|zone|floor|#)\s*$",
    re.I,
)
_DURATION = {
    7: re.compile(r"\s*-?(?:weeks?|wochen?|semanas?|semaines?)\b", re.I),
    24: re.compile(r"\s*-?(?:days?|tagen?|tage?|d[ií]as?|jours?)\b", re.I),
    12: re.compile(r"\s*-?(?:years?|jahren?|jahre?|años?|ans?)\b", re.I),
}
_MOMENT = re.compile(
    r"\b(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\b[0-2]?\d:[0-5]\d(?::[0-5]\d)?\b"
)
_OF_DAY = re.compile(
    r"(?:\b(?:the|el|día|le|am|den|dem|vom|zum|du|del|al|au|on|in|en|im|since|seit|desde|depuis)\s+)$", re.I
)
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|\.|º)(?!\w)")
_ALWAYS = re.compile(r"\b24\s?/\s?7\b|\b100\s?%")


def grounding_for(*, said: Iterable[type]) -> Step[Any, Any, Any]:
    """The guard `grounding` of a desk whose facts of these classes hold what the customer wrote, such as a request."""
    apart = (*SAID, *said)

    async def grounding(draft: Draft, facts: Facts) -> list[Objection]:
        """One objection for each amount, date, number, code, e-mail address or link that is in no fact."""
        return [
            Objection("grounding", f"{what} {found} is in no fact")
            for found, what in ungrounded(draft.text, facts, apart)
        ]

    return step(grounding)


def ungrounded(text: str, facts: Iterable[Any], said: tuple[type, ...] = SAID) -> list[tuple[str, str]]:
    """(what is written, what it is) of everything in the text that no fact bears out."""
    if not any(sign.isdigit() or sign == "@" for sign in text) and "www." not in text and "://" not in text:
        return []
    known = _Known(facts, said)
    wrong: dict[str, str] = {}
    for what, pattern in (("the e-mail address", _EMAIL), ("the link", _LINK)):
        for match in pattern.finditer(text):
            found = match[0].rstrip(".,;:!?")
            if found.casefold() not in known.folded:
                wrong[found] = what
        text = _blank(pattern, text)
    text = _blank(_ALWAYS, _blank(_LIST, text))
    for money in list(money_in(text)):
        written = text[money.start : money.end]
        if money.amount.normalize() not in known.numbers:
            wrong[written.strip()] = "the amount"
        elif known.currencies and not any(same_currency(money.currency, one) for one in known.currencies):
            wrong[written.strip()] = "the currency of"
        text = _without(text, money.start, money.end)
    for match in _CODE.finditer(text):
        found = match[0]
        if not _MEASURE.fullmatch(found) and found.casefold() not in known.folded:
            wrong[found] = "the code"
    text = _CODE.sub(lambda match: match[0] if _MEASURE.fullmatch(match[0]) else " " * len(match[0]), text)
    for day in list(days_in(text)):
        written = text[day.start : day.end]
        if known.has_day(day.readings):
            text = _without(text, day.start, day.end)
        elif day.sure:
            wrong[written.strip()] = "the date"
            text = _without(text, day.start, day.end)
    for time in list(times_in(text)):
        on_the_hour = time.moment[1] == 0 and not known.numbers.isdisjoint(
            map(Decimal, _hours(time.moment[0]))
        )
        if time.moment not in known.times and not on_the_hour:
            if not time.sure:
                continue
            wrong[text[time.start : time.end].strip()] = "the time"
        text = _without(text, time.start, time.end)
    for match in NUMBER.finditer(text):
        if not known.has_number(match[0]) and not _harmless(text, match, known):
            wrong[match[0]] = "the number"
    return list(wrong.items())


class _Known:
    """What the facts say, made comparable."""

    def __init__(self, facts: Iterable[Any], said: tuple[type, ...]) -> None:
        self._facts = [_without_items(fact, said) for fact in facts if not isinstance(fact, said)]
        self.text = orjson.dumps(self._facts, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()
        self.folded = self.text.casefold()

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        # What is part of a date or a time counts only as that: the 30 of 14:30 is no "30 days".
        undated = _MOMENT.sub(" ", self.text)
        return frozenset([*_numbers(undated), *_counts(orjson.loads(self.text))])

    @cached_property
    def parts_of_days(self) -> frozenset[int]:
        return frozenset(part for year, _, day in self.days for part in (year, day) if part)

    @cached_property
    def currencies(self) -> frozenset[str]:
        return frozenset(currencies_in(self.text))

    @cached_property
    def days(self) -> frozenset[tuple[int | None, int, int]]:
        return frozenset(reading for day in days_in(self.text) for reading in day.readings)

    @cached_property
    def times(self) -> frozenset[tuple[int, int]]:
        return frozenset(time.moment for time in times_in(self.text))

    def has_day(self, readings: Iterable[tuple[int | None, int, int]]) -> bool:
        """The same day, where one of the two may leave the year out."""
        return any(
            (year, month, day) in self.days
            or (None, month, day) in self.days
            or (year is None and any(known[1:] == (month, day) for known in self.days))
            for year, month, day in readings
        )

    def has_number(self, written: str) -> bool:
        if self.numbers & set(readings(written)):
            return True
        # Several numbers with spaces between them, such as a telephone number or "3 100".
        parts = re.split(r"[\s']", written)
        return len(parts) > 1 and all(self.numbers & set(readings(part)) for part in parts)


def _without_items(fact: Any, said: tuple[type, ...]) -> Any:
    """The objections to a draft name what is in no fact; they would bear it out when it is written again."""
    return [item for item in fact if not isinstance(item, said)] if isinstance(fact, list) else fact


def _harmless(text: str, match: re.Match[str], known: _Known) -> bool:
    """A small count, the share that a fact gives as a fraction, or a time that a fact gives in another unit."""
    after = text[match.end() : match.end() + 24]
    if not match[0].isdigit():
        return _percent(after) and bool(known.numbers & {value / 100 for value in readings(match[0])})
    number = int(match[0])
    if _percent(after):
        return (Decimal(number) / 100).normalize() in known.numbers
    if number in known.parts_of_days and (
        _OF_DAY.search(text[max(0, match.start() - 8) : match.start()]) or _ORDINAL.match(after)
    ):
        return not any(unit.match(after) for unit in _DURATION.values())
    for factor, unit in _DURATION.items():
        if unit.match(after):
            return Decimal(number * factor).normalize() in known.numbers
    counted = _COUNTED.match(after)
    if number > 10 or counted is None or _NO_COUNT.match(counted["what"]):
        return False
    return not _NUMBERED.search(text[max(0, match.start() - 16) : match.start()])


def _hours(hour: int) -> tuple[int, int]:
    """By a clock of 24 hours, and by one of 12."""
    return hour, hour % 12 or 12


def _percent(after: str) -> bool:
    return bool(re.match(r"\s?(?:%|percent|prozent|por ciento|pour cent)", after, re.I))


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: " " * len(match[0]), text)


def _without(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)


def _counts(value: Any) -> Iterator[Decimal]:
    """How many there are in each list of the facts."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _counts(inner)
    elif isinstance(value, list):
        yield Decimal(len(value)).normalize()
        for inner in value:
            yield from _counts(inner)


def _numbers(text: str) -> Iterator[Decimal]:
    for match in re.finditer(r"\d+(?:\.\d+)?", text):
        yield from readings(match[0])
    for match in NUMBER.finditer(text):
        yield from readings(match[0])


grounding = grounding_for(said=())
"""The guard as it is without a desk's own rules."""
