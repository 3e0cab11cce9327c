"""How amounts and addresses stand in JSON: amounts as text with two decimals, never as a JSON number."""

import sqlite3
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

# Kept as it came: a caller compares the answer with what it asked.
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Amount(Body):
    amount: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}\.[0-9]{2}$")]
    currency: Literal["EUR"] = "EUR"

    @property
    def cents(self) -> int:
        return int(self.amount.replace(".", ""))


class PostalAddress(Body):
    name: Text
    street: Text
    postcode: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 -]{2,10}$")]
    city: Text
    country: Text


def money(cents: int) -> dict[str, str]:
    return {"amount": f"{cents // 100}.{cents % 100:02d}", "currency": "EUR"}


def address(row: sqlite3.Row) -> dict[str, Any]:
    return {field: row[field] for field in PostalAddress.model_fields}
