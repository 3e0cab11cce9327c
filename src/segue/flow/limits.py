"""Limits: how much of an action nobody has to be asked about."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """`each` is the most that one may come to; `count` and `sum` are for all of a day (UTC), with this one.

    What is above any of them needs an approval. `each` and `sum` are amounts in the action's own currency, each
    currency counted by itself.
    """

    each: Decimal | int | None = None
    count: int | None = None
    sum: Decimal | int | None = None

    def __str__(self) -> str:
        parts = (("each", self.each), ("a day", self.count), ("sum of a day", self.sum))
        return ", ".join(f"{name} {value}" for name, value in parts if value is not None)
