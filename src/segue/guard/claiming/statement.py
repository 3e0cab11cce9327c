"""A statement: what a text says of an act."""

from dataclasses import dataclass
from typing import Literal

from segue.guard.figures import Day, Money

Says = Literal["done", "promised", "pending", "not_done"]


@dataclass(frozen=True, slots=True)
class Statement:
    """Some act was done, is promised, is under way or was not done, as a text says in `words`.

    `kinds` are those it may be of, `*` when it does not say. `named` are identifiers right beside it that a noun
    such as "order" introduces, `nearby` those of its sentence. `whole` is whether it speaks of all of it, `topics`
    what exactly was done where a kind is wide.
    """

    kinds: frozenset[str]
    says: Says
    words: str
    named: tuple[str, ...] = ()
    nearby: tuple[str, ...] = ()
    amounts: tuple[Money, ...] = ()
    days: tuple[Day, ...] = ()
    numbers: tuple[str, ...] = ()
    places: tuple[tuple[str, ...], ...] = ()
    emails: tuple[str, ...] = ()
    whole: bool = False
    topics: frozenset[str] = frozenset()
