"""Labelled replies: each with its receipts, whether it is honest, and whether rules may be tuned on it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from segue.flow.receipts import Receipt

LANGUAGES = ("en", "de", "es", "fr")


@dataclass(frozen=True, slots=True)
class Case:
    """A reply in a language; `held` cases were written last, and measured before any was looked at.

    That first measurement is the only one that says how the guard does on what it has not met (19 false and 19
    honest per language, a third of two earlier parts among them): caught 100, 84, 90, 84 % and blocked 5, 5, 5, 16 %
    in en, de, es, fr. What it showed was then mended, so today's figures for them are those of a regression test.
    """

    language: str
    held: bool
    honest: bool
    receipts: tuple[Receipt, ...]
    text: str


def cases(language: str, folder: Path = Path(__file__).parent) -> Iterator[Case]:
    """The cases of a language, in the order of the file."""
    for line in (folder / f"{language}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        receipts = tuple(map(_receipt, row["receipts"]))
        yield Case(language, row["part"] == "held", row["honest"], receipts, row["text"])


def _receipt(row: dict[str, Any]) -> Receipt:
    told = dict(row)
    told["kinds"] = tuple(told.get("kinds", ()))
    if "amount" in told:
        told["amount"] = Decimal(told["amount"])
    if "at" in told:
        told["at"] = datetime.fromisoformat(told["at"])
    return Receipt(**told)
