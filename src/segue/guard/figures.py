"""Figures in a text: amounts of money, dates and times, in the ways of writing of several languages."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NUMBER = re.compile(r"\d+(?:[.,' \u202f\u00a0]\d{3})*(?:[.,]\d+)?|\d+")

DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP"})
_CURRENCIES = {
    "EUR": "€|eur|euros?",
    "GBP": "£|gbp|pounds?|pfund|libras?|livres? sterling",
    "USD": r"us\$|usd|us-dollar",
    "$": r"\$|dollars?|dólares|dolares|dollar",
    "CHF": "chf|sfr\\.?|franken|francs? suisses?",
    "PLN": "pln|zł|zloty",
    "SEK": "sek",
    "NOK": "nok",
    "DKK": "dkk",
    "CZK": "czk",
    "JPY": "jpy|¥|yen",
    "INR": "inr|₹|rupees?",
    "MXN": "mxn|pesos?",
    **{code: code.lower() for code in ("CAD", "AUD", "NZD", "SGD", "HKD", "ARS", "CLP", "COP", "BRL")},
}
_SYMBOLS = "|".join(sorted(_CURRENCIES.values(), key=len, reverse=True))
_AMOUNT = r"\d{1,3}(?:[.,'’ \u202f\u00a0]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_MONEY = re.compile(
    rf"(?<![\w.,])(?P<before>(?:{_SYMBOLS})(?![a-z]))\s?(?P<one>{_AMOUNT})(?!\d)"
    rf"|(?<![\w.,-])(?P<two>{_AMOUNT})(?:[.,]-)?[\s\u202f\u00a0-]?(?P<after>{_SYMBOLS})(?![a-z])",
    re.I,
)
_CODE = {
    form: code
    for code, forms in _CURRENCIES.items()
    for form in forms.replace("\\", "").replace("s?", "s").split("|")
}

_MONTHS = (
    "january jan januar jaenner janner enero ene janvier janv",
    "february feb februar febrero fevrier fevr",
    "march mar marz maerz marzo mars",
    "april apr abril abr avril avr",
    "may mai mayo",
    "june jun juni junio juin",
    "july jul juli julio juillet juil",
    "august aug agosto ago aout",
    "september sep sept septiembre setiembre septembre",
    "october oct oktober okt octubre octobre",
    "november nov noviembre novembre",
    "december dec dezember dez diciembre dic decembre",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?P<{}>(?:19|20)\d\d)"
_DATE = re.compile(
    rf"\b{_YEAR.format('y1')}-(?P<m1>\d\d?)-(?P<d1>\d\d?)(?!\d)"
    rf"|(?<![\d.,/])(?P<a2>\d\d?)[./](?P<b2>\d\d?)(?:[./](?P<y2>(?:19|20)?\d\d)|\.(?!\d))(?![\d/])"
    rf"|(?<![\d.,/])(?P<a5>\d\d?)/(?P<b5>\d\d?)(?![\d/])"
    rf"|(?<![\d.,])(?P<d3>\d\d?)(?:\.|st|nd|rd|th|er|º)?\s+(?:of\s+|de\s+)?(?P<m3>{_NAMES})\b\.?"
    rf"(?:,?\s+(?:de\s+|del\s+)?{_YEAR.format('y3')})?"
    rf"|\b(?P<m4>{_NAMES})\b\.?\s+(?:the\s+)?(?P<d4>\d\d?)(?:st|nd|rd|th)?(?![\d:.,]\d)(?!\d)"
    rf"(?:,?\s+{_YEAR.format('y4')})?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money; prices have two decimals, so 1.250 € is 1250 € and 30.00 € is 30 €."""

    amount: Decimal
    currency: str
    start: int
    end: int

    def equals(self, amount: Decimal, currency: str) -> bool:
        """May this be that amount? A dollar sign is any dollar; no currency is every currency."""
        return amount == self.amount and same_currency(self.currency, currency)


def same_currency(one: str, other: str) -> bool:
    """Are these two codes, or `$`, perhaps the same currency?"""
    if not one or not other or one == other:
        return True
    return {one, other} & {"$"} != set() and bool({one, other} & DOLLARS)


@dataclass(frozen=True, slots=True)
class Day:
    """A date in every reading: (year or None, month, day); 5/3 is in May to some and in March to others."""

    readings: frozenset[tuple[int | None, int, int]]
    start: int
    end: int
    sure: bool = True
    """False where it might be something else: 1/2, or 3.4."""

    def is_day(self, day: date) -> bool:
        return any(
            (year in (None, day.year)) and (month, number) == (day.month, day.day)
            for year, month, number in self.readings
        )


def money_in(text: str) -> Iterator[Money]:
    """Every amount with a currency."""
    for match in _MONEY.finditer(text):
        yield Money(
            _price(match["one"] or match["two"]), _code(match["before"] or match["after"]), *match.span()
        )


def _price(written: str) -> Decimal:
    whole, sign, cents = re.sub(r"['’\s\u202f\u00a0]", "", written).replace(",", ".").rpartition(".")
    if sign and len(cents) < 3:
        return Decimal(f"{whole.replace('.', '')}.{cents}")
    return Decimal(whole.replace(".", "") + cents)


def readings(written: str) -> Iterator[Decimal]:
    """What a number may mean."""
    plain = re.sub(r"['’\s\u202f\u00a0]", "", written)
    whole, sign, rest = plain.replace(",", ".").rpartition(".")
    digits = whole.replace(".", "")
    if not sign:
        yield Decimal(rest).normalize()
        return
    if len(rest) == 3 and ("," not in plain or "." not in plain):
        yield Decimal(digits + rest).normalize()  # 1.250 is 1250 to some ...
    if "." not in whole or len(rest) != 3 or ("," in plain and "." in plain):
        yield Decimal(f"{digits}.{rest}").normalize()  # ... and 1.25 to others


def days_in(text: str) -> Iterator[Day]:
    """Every date, with or without a year."""
    plain = fold(text)
    for match in _DATE.finditer(plain):
        found = set(_days(match))
        if found:
            yield Day(frozenset(found), *match.span(), sure=_surely(match))


def _surely(match: re.Match[str]) -> bool:
    return not (match["a5"] or (match["a2"] and not match["y2"]))


def _days(match: re.Match[str]) -> Iterator[tuple[int | None, int, int]]:
    group = match.groupdict()
    if group["y1"]:
        candidates = [(int(group["y1"]), int(group["m1"]), int(group["d1"]))]
    elif group["m3"]:
        year = int(group["y3"]) if group["y3"] else None
        candidates = [(year, MONTHS[group["m3"]], int(group["d3"]))]  # type: ignore[list-item]
    elif group["m4"]:
        year = int(group["y4"]) if group["y4"] else None
        candidates = [(year, MONTHS[group["m4"]], int(group["d4"]))]  # type: ignore[list-item]
    else:
        one, two = (int(group["a2"] or group["a5"]), int(group["b2"] or group["b5"]))
        year = _year(group["y2"])
        candidates = [(year, two, one), (year, one, two)]  # type: ignore[list-item]
    for found, month, day in candidates:
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield found, month, day


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day."""

    moment: tuple[int, int]
    start: int
    end: int
    sure: bool
    """False for 14.30, which may be a price."""


_TIME = re.compile(
    r"(?<![\d.,:])(?P<h1>[01]?\d|2[0-4])[:.](?P<m1>[0-5]\d)(?::[0-5]\d)?\s*(?P<half1>[ap]\.?\s?m\b)?(?![\d,]|\.\d)"
    r"|(?<![\d.,:])(?P<h2>[01]?\d|2[0-4])\s?(?P<half2>[ap]\.?\s?m\b)"
    r"|(?<![\d.,:])(?P<h3>[01]?\d|2[0-4])\s?(?:h(?:eures?)?|uhr|Uhr)(?:\s?(?P<m3>[0-5]\d))?\b"
    r"|(?<=T)(?P<h4>[01]\d|2[0-3]):(?P<m4>[0-5]\d)",
    re.I,
)


def times_in(text: str) -> Iterator[Time]:
    """Every time of day."""
    for match in _TIME.finditer(text):
        hour = int(match["h1"] or match["h2"] or match["h3"] or match["h4"])
        minute = int(match["m1"] or match["m3"] or match["m4"] or 0)
        half = (match["half1"] or match["half2"] or " ")[0].lower()
        if half != " ":
            hour = hour % 12 + (12 if half == "p" else 0)
        sure = not (match["h1"] and "." in match[0] and half == " ")
        yield Time((hour % 24, minute), *match.span(), sure)


def currencies_in(text: str) -> Iterator[str]:
    """The code of every currency that is named, with an amount or without."""
    for match in _NAMED.finditer(text):
        yield _code(match[0])


_NAMED = re.compile(rf"(?<![^\W\d_])(?:{_SYMBOLS})(?![^\W\d_])", re.I)


def _code(sign: str) -> str:
    low = sign.casefold()
    return _CODE.get(low) or _CODE.get(low + "s") or sign.upper()


def _year(written: str | None) -> int | None:
    if not written:
        return None
    return int(written) if len(written) == 4 else 2000 + int(written)


def fold(text: str) -> str:
    """Small letters without accents, each sign in its old place."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


class _Folds(dict[int, str]):
    """What `str.translate` asks for; each sign is looked up once."""

    def __missing__(self, sign: int) -> str:
        base = unicodedata.normalize("NFKD", chr(sign))[0].lower()
        self[sign] = base if len(base) == 1 else chr(sign)
        return self[sign]


_FOLDED = _Folds()
