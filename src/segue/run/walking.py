"""Walking: what every kind of node is walked with.

A node's generator yields what it wants and is sent what happened; its return value is the node's outcome. `Fork` walks
several at the same time and is sent the list of their outcomes; `Guard` walks one beside a timer and is sent its
outcome in a list, or None when the timer was first.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

from segue.flow.action import Action
from segue.flow.flow import Flow
from segue.flow.node import Place
from segue.run.events import ActionDone, AnswerOffered
from segue.run.facts import FactBook, Held
from segue.run.outcome import Given, Outcome, Scope
from segue.run.wants import Approved, Wake

Walked: TypeAlias = Generator[Any, Any, Outcome]

PLAIN = ("builtins.Exception",)


class Fork(NamedTuple):
    walks: Sequence[Walked]


class Guard(NamedTuple):
    walk: Walked
    wake: Wake


class Walking(Protocol):
    """What a node may ask of the walk it is part of."""

    book: FactBook
    flow: Flow[Any]
    now: int
    results: "dict[str, Result]"
    earlier: "Mapping[str, Result]"
    approved: dict[str, Approved]
    done: "list[Done]"

    def walks(self, place: Place, scope: Scope, path: "Path") -> Walked: ...
    def attempt(self, path: str) -> int: ...
    def kept(self, case: Any, path: str, inputs: str) -> Held | None: ...
    def made(self, case: Any, path: str, fact: Held) -> None: ...
    def made_at(self, case: Any) -> str: ...
    def changed(self, cases: Iterable[type]) -> None: ...
    def stale(self, case: Any, fact: Held) -> bool: ...
    def message(self, event: AnswerOffered) -> Held: ...


Result: TypeAlias = tuple[Place, Scope, Held]
"""What a step gave (last), and what it could see then."""


class Done(NamedTuple):
    """An action that was done in this walk: where, what it saw, what it gave."""

    action: Action[Any, Any]
    where: str
    scope: Scope
    event: ActionDone


@dataclass(frozen=True, slots=True)
class Path:
    """Puts the indices of Each and Delegate into the paths below them."""

    cut: int = 0
    prefix: str = ""

    def of(self, place: Place) -> str:
        return self.prefix + place.path[self.cut :] if self.prefix else place.path

    def at(self, stem: str, index: str) -> "Path":
        """Below `stem` (which ends in a slash) at this index."""
        return Path(len(stem), f"{self.prefix}{stem[self.cut : -1]}.{index}/")


def gave(place: Place, fact: Held, besides: Scope | None = None) -> Given:
    """A fact was given: it hides the other cases of its decision."""
    case = fact.among(place.gives)
    if place.clears:
        return Given(fact, {**(besides or {}), **dict.fromkeys(place.clears), case: fact})
    return Given(fact, {**besides, case: fact} if besides else {case: fact})
