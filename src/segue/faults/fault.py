"""Fault: one thing that goes wrong with a call to a tool, at one call, from then on, or with the whole tool."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from segue.errors import NotDone
from segue.faults.values import CannotMake, make, partly
from segue.run.sandbox import Breakage

Kind: TypeAlias = Literal[
    "refused", "timeout before", "timeout after", "error", "dropped", "wrong answer", "partial", "slow"
]
"""What goes wrong:

refused, error, dropped, timeout before: the call fails (it is refused, answered with a 500, cut off, never answered)
and nothing was done; timeout after: it was done, and the call fails all the same; wrong answer: it was done, and the
answer is about something else, or fails where the client checks that; partial: it was done, and the answer lacks
parts; slow: it was done at once, and the answer comes after 45 seconds.
"""

KINDS: tuple[Kind, ...] = get_args(Kind)

Lasting: TypeAlias = Literal["once", "always", "outage"]
"""For how long: one call, every call of that method from then on, or every call of that tool from then on."""

SLOW = 45.0
"""Seconds that a slow answer takes: longer than an action waits for its call, shorter than a turn may run."""

_BROKEN: Mapping[Kind, Breakage] = {
    "refused": "refused",
    "timeout before": "timeout",
    "timeout after": "timeout",
    "error": "error",
    "dropped": "dropped",
}
_RAISES: Mapping[Breakage, Callable[[], Exception]] = {
    "refused": lambda: NotDone("refused"),
    "timeout": lambda: TimeoutError("no answer"),
    "error": lambda: ConnectionError("500 Internal Server Error"),
    "dropped": lambda: ConnectionResetError("the connection was closed"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` happens to the nth call of a method of a tool; what `lasts` longer goes on from there."""

    tool: str
    method: str
    nth: int
    kind: Kind
    lasts: Lasting

    def strikes(self, tool: str, method: str, nth: int, struck: bool) -> bool:
        """Does it hit this call? `struck`: it has hit one before."""
        if (tool, method, nth) == (self.tool, self.method, self.nth):
            return True
        if not struck or tool != self.tool or self.lasts == "once":
            return False
        return self.lasts == "outage" or method == self.method

    def before(self, raises: Mapping[Breakage, Callable[[], Exception]]) -> None:
        """What happens instead of the call."""
        if self.kind in _BROKEN and self.kind != "timeout after":
            raise self._exception(raises)

    async def meanwhile(self) -> None:
        """What happens between the call and its answer."""
        if self.kind == "slow":
            await asyncio.sleep(SLOW)

    def after(self, answer: Any, kind: Any, raises: Mapping[Breakage, Callable[[], Exception]]) -> Any:
        """What comes back in place of an answer of this type."""
        if self.kind == "timeout after":
            raise self._exception(raises)
        if self.kind == "wrong answer" and "wrong answer" in raises:
            raise raises["wrong answer"]()
        if self.kind in _CHANGED:
            return _CHANGED[self.kind](answer, kind)
        return answer

    def _exception(self, raises: Mapping[Breakage, Callable[[], Exception]]) -> Exception:
        what = _BROKEN[self.kind]
        return raises.get(what, _RAISES[what])()


def breaks(kind: Kind) -> bool:
    """Does a call that meets this fail?"""
    return kind in _BROKEN


def changes(kind: Kind, answer: Any, returns: Any) -> bool:
    """Does this fault make any difference to such an answer?"""
    return kind not in _CHANGED or bool(_CHANGED[kind](answer, returns) != answer)


def _wrong(answer: Any, kind: Any) -> Any:
    """Something else of the same type; the answer itself where none can be made."""
    try:
        return answer if kind is None else make(kind, 9)
    except CannotMake:
        return answer


_CHANGED: Mapping[Kind, Callable[[Any, Any], Any]] = {
    "wrong answer": _wrong,
    "partial": lambda answer, _: partly(answer),
}
