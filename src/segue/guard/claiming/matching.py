"""Statements held against receipts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from typing import Literal

from segue.flow.receipts import Receipt, Status
from segue.guard.claiming.kinds import ANY, KINDS, kinds_of, topics_of
from segue.guard.claiming.statement import Statement
from segue.guard.figures import days_in, fold, money_in

Code = Literal["no_receipt", "contradicted", "other_object", "other_amount", "other_date", "unsupported"]

_ENOUGH: dict[str, frozenset[Status]] = {
    "done": frozenset(("done",)),
    "promised": frozenset(("done", "scheduled")),
    "pending": frozenset(("done", "scheduled", "pending", "unknown")),
}
_MONEY = frozenset(("refund", "credit", "payment"))
_WIDE = frozenset(("account", "subscription"))
_TOLD_APART = frozenset(("refund", "credit", "payment", "cancellation"))
"""Kinds that an action of which nothing is known does not bear out."""
_PARTIAL = frozenset(("partial", "partially", "part"))
_TOTALS = frozenset(("total", "order_total", "price", "full_amount", "paid"))


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why a statement must not be sent: no receipt bears it out, or one that does says something else."""

    code: Code
    why: str
    statement: Statement | None = None


class Known:
    """A receipt, with what it says made comparable."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt
        self.kinds = kinds_of(receipt)
        # Neither kinds nor the action's name tell what was done.
        self.unnamed = not receipt.kinds and self.kinds.isdisjoint(KINDS)
        if receipt.amount is not None:
            self.kinds |= _moved(self.kinds)
        self.topics = topics_of(receipt) if self.kinds & _WIDE else frozenset[str]()
        self.text = " ".join(
            filter(
                None, (receipt.object, receipt.reference, receipt.action, *map(str, receipt.values.values()))
            )
        )

    @cached_property
    def plain(self) -> str:
        return fold(self.text)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every identifier in it, without # and dashes."""
        return frozenset(_bare(word) for word in re.findall(r"[\w-]*\d[\w-]*|[a-z]{4,}", self.plain))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(re.findall(r"[^\W_]*\d[^\W_]*", self.plain))

    @property
    def has_object(self) -> bool:
        return bool(re.search(r"\d", f"{self.receipt.object}{self.receipt.reference}"))

    def bears(self, statement: Statement) -> bool:
        """Is it of the kind, and as far as the statement says?"""
        if statement.kinds == {ANY}:
            begun = statement.says == "pending" and self.receipt.status in ("pending", "unknown")
            return begun or self.receipt.status in ("done", "scheduled", "undone")
        if "handover" in statement.kinds and self.receipt.status in ("unknown", "pending"):
            return True  # somebody looks into it, or is asked to allow it
        if "undo" in statement.kinds and self.receipt.status == "undone":
            return True
        if statement.topics and self.topics and not statement.topics & self.topics:
            return False  # a closed account is no new password
        unnamed = self.unnamed and not statement.kinds & _TOLD_APART
        return (unnamed or bool(self.kinds & statement.kinds)) and self.receipt.status in _ENOUGH[
            statement.says
        ]

    def is_named(self, name: str) -> bool:
        return _bare(name) in self.names


def _moved(kinds: frozenset[str]) -> frozenset[str]:
    """What an amount tells: a cancellation gives it back, and what is no gift and no claim was paid for."""
    if kinds & {"refund", "credit", "return", "claim"}:
        return frozenset()
    return frozenset(("refund", "credit")) if "cancellation" in kinds else frozenset(("payment",))


def check(statement: Statement, known: Sequence[Known]) -> Mismatch | None:
    """What is wrong with a statement, in view of all receipts."""
    if statement.says == "not_done":
        return _contradicted(statement, known)
    candidates = [one for one in known if one.bears(statement)]
    if not candidates:
        return Mismatch("no_receipt", f"no receipt bears out {_quoted(statement)}", statement)
    fitting = _of_object(statement, candidates)
    if not fitting:
        return Mismatch(
            "other_object", f"the receipt is of something else than {_quoted(statement)}", statement
        )
    if not _amount_fits(statement, fitting):
        return Mismatch(
            "other_amount", f"the receipt has another amount than {_quoted(statement)}", statement
        )
    if not _day_fits(statement, fitting):
        return Mismatch("other_date", f"the receipt has another date than {_quoted(statement)}", statement)
    if not _values_fit(statement, fitting):
        return Mismatch(
            "other_object", f"the receipt has other particulars than {_quoted(statement)}", statement
        )
    return None


def _contradicted(statement: Statement, known: Sequence[Known]) -> Mismatch | None:
    for one in known:
        if one.receipt.status != "done" or not one.kinds & statement.kinds:
            continue
        elsewhere = [name for name in statement.named if not one.is_named(name)]
        if one.has_object and elsewhere:
            continue
        amount = one.receipt.amount
        if (
            amount is not None
            and statement.amounts
            and not any(money.equals(amount, one.receipt.currency) for money in statement.amounts)
        ):
            continue
        failed = [
            other
            for other in known
            if other.kinds & statement.kinds and other.receipt.status in ("not_done", "undone")
        ]
        if failed:
            continue
        return Mismatch("contradicted", f"a receipt says the opposite of {_quoted(statement)}", statement)
    return None


def _of_object(statement: Statement, candidates: list[Known]) -> list[Known]:
    """The candidates that a statement may be about; none when it names an object that no receipt has."""
    bound = [one for one in candidates if one.has_object]
    if not bound:
        return candidates
    if statement.named:
        if not all(any(one.is_named(name) for one in candidates) for name in statement.named):
            return []
        return [one for one in candidates if any(one.is_named(name) for name in statement.named)]
    near = [one for one in candidates if any(one.is_named(name) for name in statement.nearby)]
    # An identifier elsewhere in the sentence may belong to another act of it.
    return near if near and _amount_fits(statement, near) else candidates


def _amount_fits(statement: Statement, candidates: list[Known]) -> bool:
    with_amount = [one.receipt for one in candidates if one.receipt.amount is not None]
    if (
        statement.whole
        and any(_is_part(one.receipt) for one in candidates)
        and not any(not _is_part(one.receipt) for one in candidates)
    ):
        return False
    if not statement.amounts or not with_amount:
        return True
    if not (statement.kinds & _MONEY or any(one.kinds & _MONEY for one in candidates)):
        return True
    known = [(receipt.amount, receipt.currency) for receipt in with_amount if receipt.amount is not None]
    for size in range(2, min(len(known), 4) + 1):
        for group in combinations(known[:8], size):
            if len({currency for _, currency in group}) == 1:
                known.append((sum((amount for amount, _ in group), Decimal()), group[0][1]))
    return any(money.equals(amount, currency) for money in statement.amounts for amount, currency in known)


def _is_part(receipt: Receipt) -> bool:
    """Is it known that the amount is less than all of it?"""
    for key, value in receipt.values.items():
        if key.lower() in _PARTIAL and str(value).lower() not in ("", "no", "false", "0"):
            return True
        if key.lower() in _TOTALS and receipt.amount is not None:
            total = _decimal(str(value))
            if total is not None and receipt.amount < total:
                return True
    return False


def _decimal(written: str) -> Decimal | None:
    found = next(money_in(f"{written} EUR" if re.fullmatch(r"[\d.,]+", written) else written), None)
    return found.amount if found else None


def _day_fits(statement: Statement, candidates: list[Known]) -> bool:
    if not statement.days or (statement.says != "done" and "booking" not in statement.kinds):
        return True
    for one in candidates:
        at = one.receipt.at
        told = list(days_in(one.text))
        if at is None and not told:
            return True
        for day in statement.days:
            if at is not None and day.is_day(at.date()):
                return True
            if any(_same(day.readings, other.readings) for other in told):
                return True
    return False


def _same(one: Iterable[tuple[int | None, int, int]], other: Iterable[tuple[int | None, int, int]]) -> bool:
    return any(a[1:] == b[1:] and (a[0] is None or b[0] is None or a[0] == b[0]) for a in one for b in other)


def _values_fit(statement: Statement, candidates: list[Known]) -> bool:
    """An address must have the receipt's numbers, a message the receipt's e-mail address."""
    if statement.emails:
        told = [one for one in candidates if "@" in one.plain]
        if told and not any(mail in one.plain for mail in statement.emails for one in told):
            return False
    if "address" in statement.kinds and statement.numbers:
        told = [one for one in candidates if one.receipt.values]
        if told and not any(_is_there(statement, one) for one in told):
            return False
    return True


def _is_there(statement: Statement, known: Known) -> bool:
    """Is an address the one of the receipt, in its numbers and in the names beside them?"""
    named = all(any(fold(name) in known.plain for name in names) for names in statement.places)
    return named and set(_split(statement.numbers)) <= known.numbers


def _split(numbers: Iterable[str]) -> Iterable[str]:
    return (fold(part) for number in numbers for part in re.findall(r"[^\W_]*\d[^\W_]*", number))


def _bare(name: str) -> str:
    return fold(name).replace("-", "").lstrip("#")


def _quoted(statement: Statement) -> str:
    return f"“{' '.join(statement.words.split())}”"
