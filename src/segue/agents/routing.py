"""What a message is about: the question every router answers, and the three kinds of answer."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable


@runtime_checkable
class Router(Protocol):
    """Says which of the desk's labels a message is about.

    A label is anything hashable, normally a request type (a class) or a string. `NgramRouter` needs no model,
    `EmbeddingRouter` a small local one; a language model can stand here as well.
    """

    async def route(self, text: str) -> "Routed": ...


@dataclass(frozen=True, slots=True)
class Guess:
    """A label, and the chance (0 to 1) that it is the right one."""

    label: Hashable
    confidence: float


@dataclass(frozen=True, slots=True)
class Sure:
    """Act on the best guess."""

    best: Guess


@dataclass(frozen=True, slots=True)
class Unsure:
    """Ask "did you mean ..." with the two best guesses. From `needed` on, the best would have been acted upon."""

    best: Guess
    second: Guess
    needed: float = 1.0


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """Hand over: the message is probably about none of the labels. The best guess is for the log."""

    best: Guess
    needed: float = 1.0


def label_name(label: Hashable) -> str:
    """A label as a person reads it: a request type by its class name."""
    return getattr(label, "__name__", str(label))


Routed: TypeAlias = Sure | Unsure | OutOfScope
"""What a router answers."""

Examples: TypeAlias = Mapping[Any, Sequence[str]]
"""A desk's own messages by label. Not a mapping from `Hashable`: that would refuse one from `type`."""


@dataclass(frozen=True, slots=True)
class Bands:
    """Where sureness begins and where scope ends, both as chances from 0 to 1.

    `sure`: act on the best guess from this confidence on. `out`: hand over when the chance that one of the
    two best is right falls below this; in between, ask. `calibrate` finds the bands of a desk.
    """

    sure: float = 0.7
    out: float = 0.45

    def __post_init__(self) -> None:
        if not 0 <= self.out <= self.sure <= 1:
            raise ValueError(f"bands need 0 <= out <= sure <= 1, not sure={self.sure}, out={self.out}")

    def judge(self, best: Guess, second: Guess) -> Routed:
        """The case the two best guesses of one message fall into."""
        if best.confidence + second.confidence < self.out:
            return OutOfScope(best, self.sure)
        if best.confidence >= self.sure:
            return Sure(best)
        return Unsure(best, second, self.sure)


USUAL_BANDS = Bands()
"""For a desk that has not been calibrated."""
