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
    """A reply in a language; `held` cases are looked at for figures only, never for rules."""

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
