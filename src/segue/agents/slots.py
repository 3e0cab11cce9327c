"""What a customer's text says in passing: order numbers, e-mail addresses, amounts of money and dates."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from segue.agents.days import read_days

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value, and where it stands: `text[start:end]`."""

    value: T
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, exactly, in a currency by its ISO 4217 code."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Slots:
    """All that was found in a text, in the order of the text. No character belongs to two of them."""

    orders: tuple[Found[str], ...]
    emails: tuple[Found[str], ...]
    amounts: tuple[Found[Money], ...]
    dates: tuple[Found[date], ...]


ORDER = re.compile(
    r"(?:(?:order|bestell(?:ung|nummer)|auftrag(?:snummer)?)(?:\W{0,2}(?:number|nummer|no|nr|id|ist|is)\b){0,2}"
    r"[\W_]{0,3}|\#)(?P<named>(?:[a-z]{1,4}-?)?\d[\da-z]{0,15}(?:-[\da-z]{1,15}){0,3})(?!\w)"
    r"|(?<![\w#.,+-])(?P<bare>(?!(?:19|20)\d\d\b)(?:[a-z]{1,4}-?)?(?=[1-9])(?:\d{4,12}|\d{3,8}(?:-\d{3,8}){1,2}))"
    r"(?![\w%]|[.,-]\d)",
    re.IGNORECASE,
)
"""An order number where a desk says nothing else: after "order", "Bestellung", "Auftrag" or "#" whatever has
a digit, and elsewhere four digits or more, letters before them or not, that are no year."""


def read_slots(
    text: str, *, today: date, order: str | re.Pattern[str] = ORDER, month_first: bool = False
) -> Slots:
    """Everything at once; where readings overlap, the e-mail, then the date, the amount and the order wins.

    `order` is the desk's pattern of an order number: its value is its first group that matched, or all of it.
    Telephone, bank account and card numbers are not taken for order numbers.
    """
    taken = [match.span() for match in _NUMBERS_OF_OTHERS.finditer(text)]
    found_emails = tuple(_free(emails(text), taken, keep=True))
    found_dates = tuple(_free(dates(text, today, month_first=month_first), taken, keep=True))
    found_amounts = tuple(_free(amounts(text), taken, keep=True))
    return Slots(tuple(_free(orders(text, order), taken)), found_emails, found_amounts, found_dates)


def orders(text: str, pattern: str | re.Pattern[str] = ORDER) -> Iterator[Found[str]]:
    """Order numbers as they are written, without a leading #."""
    for match in re.finditer(pattern, text):
        group = match.lastindex or 0
        if match[group]:
            yield Found(match[group], *match.span(group))


def emails(text: str) -> Iterator[Found[str]]:
    """E-mail addresses as they are written."""
    for match in _EMAIL.finditer(text):
        yield Found(match[0], *match.span())


def amounts(text: str) -> Iterator[Found[Money]]:
    """Amounts that name their currency: 1,250.00 EUR, €1250, 1.250,00 Euro, CHF 1'250.–, 99 dollars.

    A lone separator before exactly three digits parts thousands ("1.250 EUR" is 1250), any other one cents.
    """
    for match in _AMOUNT.finditer(text):
        currency = _CURRENCIES[(match["before"] or match["after"]).casefold()]
        yield Found(Money(_decimal(match["first"] or match["last"]), currency), *match.span())


def dates(text: str, today: date, *, month_first: bool = False) -> Iterator[Found[date]]:
    """Days, in English and German: 2026-03-05, 5.3.2026, 5 March, March 5th, yesterday, vor zwei Wochen.

    A date without a year is the one nearest to today. `month_first` reads 3/5/2026 as the fifth of March,
    which else is the third of May, unless only one reading exists. "On Monday" is not read: it may be past
    or to come.
    """
    for day, start, end in read_days(text, today, month_first):
        yield Found(day, start, end)


def _free(
    readings: Iterable[Found[T]], taken: list[tuple[int, int]], keep: bool = False
) -> Iterator[Found[T]]:
    """Those that overlap nothing taken; with `keep`, they take their own place."""
    last = 0
    blocked = sorted(taken)
    at = 0
    for found in readings:
        while at < len(blocked) and blocked[at][1] <= found.start:
            at += 1
        if found.start < last or (at < len(blocked) and blocked[at][0] < found.end):
            continue
        if keep:
            taken.append((found.start, found.end))
        last = found.end
        yield found


_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@])")

_NUMBERS_OF_OTHERS = re.compile(
    r"(?<![\w#-])(?:"
    r"(?:\+|00?)[1-9]\d{0,4}[ /()-]{0,2}(?:\d[ /()-]{0,2}){4,12}\d"  # telephone
    r"|[A-Z]{2}\d{2}(?: ?[\dA-Z]{4}){3,7}(?: ?[\dA-Z]{1,3})?"  # bank account
    r"|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}"  # card
    r")(?!\w)"
)

_CURRENCIES = {
    **dict.fromkeys(("€", "eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("$", "us$", "usd", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds", "pfund", "quid"), "GBP"),
    **dict.fromkeys(("chf", "fr.", "sfr.", "franken", "francs"), "CHF"),
    **dict.fromkeys(("¥", "jpy", "yen"), "JPY"),
    **{"ca$": "CAD", "a$": "AUD", "nz$": "NZD", "₹": "INR", "₺": "TRY", "zł": "PLN", "kč": "CZK"},
    **{code: code.upper() for code in ("cad", "aud", "nzd", "cny", "inr", "sek", "nok", "dkk", "pln", "czk")},
}
_CURRENCY = "|".join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True))
_FIGURE = r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,3})?"
_END = r"(?:[.,][-–—]{1,2})?"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<first>{_FIGURE}){_END}[ \u00a0\u202f]?(?P<after>{_CURRENCY})(?!\w)"
    rf"|(?<![\w.,])(?P<before>{_CURRENCY})[ \u00a0\u202f]?(?P<last>{_FIGURE})(?!\w|[.,]\d){_END}",
    re.IGNORECASE,
)


def _decimal(figure: str) -> Decimal:
    whole, mark, cents = figure, "", ""
    for sign in ".,":
        head, found, tail = figure.rpartition(sign)
        if found and (not mark or len(head) > len(whole)):
            whole, mark, cents = head, sign, tail
    if len(cents) == 3 and (figure.count(mark) > 1 or whole != "0"):
        whole, cents = figure, ""
    digits = "".join(sign for sign in whole if sign.isdigit())
    return Decimal(f"{digits}.{cents}" if cents else digits)
