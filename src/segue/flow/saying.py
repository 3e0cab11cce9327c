"""How receipts read: sentences of ours, by kind, status and language, so that they cannot say more than is so."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from segue.flow.receipt_words import DONE, LABELS, MONTHS, NOTHING, REFERENCE, STATUS
from segue.flow.receipts import Receipt

LANGUAGES = tuple(STATUS)
"""Those in which receipts can be told; any other is told in English."""

_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_WHOLE = frozenset(("JPY", "KRW", "CLP", "ISK", "HUF"))


def say(receipt: Receipt, language: str) -> str:
    """One sentence on how an action stands, with amount, object and reference where it has them."""
    known = _known(language)
    kind = next((kind for kind in receipt.kinds if kind in LABELS[known]), "")
    values = {
        "amount": say_amount(receipt.amount, receipt.currency, known) if receipt.amount is not None else "",
        "object": receipt.object,
        "address": str(receipt.values.get("address", "")),
        "date": _date(receipt.values, known),
        "to": str(receipt.values.get("to", "")),
    }
    if receipt.status == "done" and kind in DONE[known]:
        told = _fill(DONE[known][kind], values)
    else:
        label = LABELS[known].get(kind) or receipt.action.replace("_", " ")
        told = _fill(f"{label}[ {{amount}}][ ({{object}})]: {STATUS[known][receipt.status]}.", values)
    if receipt.reference:
        told += f" {REFERENCE[known]}: {receipt.reference}."
    return told


def has_words(receipt: Receipt, language: str) -> bool:
    """Is there a kind among its kinds that we have words for? If not, it is called by the name of its action."""
    return any(kind in LABELS[_known(language)] for kind in receipt.kinds)


def reply_from_receipts(receipts: Iterable[Receipt], language: str) -> str:
    """A whole reply made of receipts alone: one line for each, or that nothing was done."""
    lines = [say(receipt, language) for receipt in receipts]
    if not lines:
        return NOTHING[_known(language)]
    return lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)


def say_amount(amount: Decimal, currency: str, language: str) -> str:
    """An amount as a language writes it: €1,250.00, 1.250,00 €, 1 250,00 €."""
    plain = f"{amount:,.0f}" if currency in _WHOLE else f"{amount:,.2f}"
    sign = _SIGNS.get(currency, currency)
    if language == "en":
        return f"{sign}{plain}" if len(sign) == 1 else f"{plain} {sign}".strip()
    thousands = "\u202f" if language == "fr" else "."
    written = plain.replace(",", "\0").replace(".", ",").replace("\0", thousands)
    return f"{written}\u00a0{sign}".strip()


def say_date(day: date, language: str) -> str:
    """A date as a language writes it: 3 May 2026, 3. Mai 2026, 3 de mayo de 2026."""
    month = MONTHS[language].split()[day.month - 1]
    between = {"de": f"{day.day}. {month} ", "es": f"{day.day} de {month} de "}
    return between.get(language, f"{day.day} {month} ") + str(day.year)


def _known(language: str) -> str:
    short = language.replace("_", "-").partition("-")[0].lower()
    return short if short in STATUS else "en"


def _date(values: Mapping[str, str], language: str) -> str:
    written = str(values.get("date", ""))
    return (
        say_date(date.fromisoformat(written), language)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", written)
        else written
    )


def _fill(pattern: str, values: Mapping[str, str]) -> str:
    """What stands in brackets is left out when its value is empty."""

    def part(match: re.Match[str]) -> str:
        name = re.search(r"\{(\w+)\}", match[1])
        assert name is not None
        return match[1].format_map(values) if values[name[1]] else ""

    return re.sub(r"\[([^\]]*)\]", part, pattern)
