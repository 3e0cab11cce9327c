"""What is true at the shop: its own data base, read past its services; and what the customer said and read."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from examples.shop.backend.launch import Backend
from segue.run.journal import Wait
from segue.testing import Customer

Row = dict[str, Any]


@dataclass(frozen=True)
class Books:
    """The tables that a conversation can be about."""

    customers: dict[str, Row]
    orders: dict[int, Row]
    refunds: list[Row]
    vouchers: list[Row]
    changes: list[Row]

    def since(self, before: "Books") -> list["Effect"]:
        """What was done since."""
        new = [
            *(_refund(row) for row in self.refunds if row["key"] not in {r["key"] for r in before.refunds}),
            *(
                Effect("credit", "", _money(row["amount"]), row["code"], row["status"] != "cancelled")
                for row in self.vouchers[len(before.vouchers) :]
            ),
            *(
                Effect("address", str(row["order_number"]), None, "", True)
                for row in self.changes[len(before.changes) :]
            ),
        ]
        return sorted(new, key=repr)


@dataclass(frozen=True)
class Effect:
    """One thing that the shop has done, and whether it still holds."""

    kind: str
    object: str
    amount: str | None
    reference: str
    holds: bool
    at: datetime | None = None


def read_books(path: Path) -> Books:
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row

        def rows(table: str) -> list[Row]:
            return [dict(row) for row in db.execute(f"SELECT * FROM {table} ORDER BY rowid")]

        return Books(
            {row["id"]: row for row in rows("customers")},
            {row["number"]: row for row in rows("orders")},
            rows("refunds"),
            rows("vouchers"),
            rows("address_changes"),
        )


def _refund(row: Row) -> Effect:
    reference, at = f"R-{row['id']}", datetime.fromisoformat(row["at"])
    holds = row["status"] != "reversed"
    return Effect("refund", str(row["order_number"]), _money(row["amount"]), reference, holds, at)


def _money(cents: int) -> str:
    return f"{Decimal(cents) / 100:.2f}"


@dataclass(frozen=True)
class Moment:
    """How things stood when the customer had just read something.

    `broken` are the services that were asked in vain, `promised` is until when an answer is to come; `calls_in` is the
    message after which somebody waits for a person.
    """

    seq: int
    said: tuple[str, ...]
    read: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    unanswered: tuple[str, ...]
    waits: Sequence[Wait]
    promised: tuple[int, ...]
    calls_in: str
    books: Books
    broken: frozenset[str]


class Script:
    """A customer as stories use one, with a note of each moment in which a person is needed."""

    def __init__(self, customer: Customer, backend: Backend, path: Path) -> None:
        self.customer, self.backend, self.path = customer, backend, path
        self.before = read_books(path)
        self.moments: list[Moment] = []
        self.said: list[str] = []
        self.read: list[str] = []
        self.answers: list[tuple[str, str]] = []
        self.unanswered: list[str] = []
        self.promised: dict[str, int] = {}
        self.calls_in = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.customer, name)

    async def says(self, text: str, *, language: str = "") -> str:
        was_needed = bool(await self.customer.waiting())
        outcome = await self.customer.outcome(text, language=language)
        if self.read and self.read[-1].rstrip(".").split("?")[0].endswith(QUESTIONS):
            self.answers.append((self.read[-1], text))
        self.said.append(text)
        self.read += [shown.text for shown in outcome if shown.kind in _READ and shown.text]
        if outcome[-1].kind == "passed_on":
            self.unanswered.append(text)
        if not was_needed and await self.customer.waiting():
            self.calls_in = text
        await self._note()
        return outcome[-1].text

    async def hears(self) -> str:
        told = await self.customer.hears()
        self.read.append(told)
        waits = {wait.id for wait in await self.customer.waiting()}
        self.promised = {id: due for id, due in self.promised.items() if id in waits}  # this was the answer
        await self._note()
        return told

    async def person(self, text: str = "", **how: Any) -> None:
        await self.customer.person(text, **how)
        self.unanswered.clear()
        self.promised = {wait.id: 0 for wait in await self.customer.waiting()}  # they answered

    async def _note(self) -> None:
        waits = await self.customer.waiting()
        if not waits:
            return
        for wait in waits:
            self.promised.setdefault(wait.id, wait.expires or 0)
        services = {"crm": "Crm", "orders": "Shop", "payments": "Payments"}
        broken = {
            tool
            for service, tool in services.items()
            if any(call.fault for call in await self.backend.calls(service))  # type: ignore[arg-type]
        }
        self.moments.append(
            Moment(
                *((await self.customer.events())[-1].seq, tuple(self.said), tuple(self.read)),
                *(tuple(self.answers), tuple(self.unanswered), waits),
                *(tuple(due for due in self.promised.values() if due), self.calls_in),
                *(read_books(self.path), frozenset(broken)),
            )
        )


QUESTIONS = (
    "Which order is it about",
    "Um welche Bestellung geht es",
    "Where should it go",
    "Wohin soll es gehen",
)
_READ = ("reply", "question", "notice", "handover", "passed_on", "person")
