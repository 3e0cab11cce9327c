"""Bounds: a packet stays small however long the conversation was, and what is cut says so."""

from collections.abc import Sequence
from typing import Any, TypeVar

import orjson

T = TypeVar("T")

CUT = "… [cut]"
"""How a text ends of which more was said."""

TEXT = 500
"""Characters of anything that somebody wrote."""

VALUE = 2000
"""Bytes of a fact; of a longer one its beginning is shown as text."""

EVIDENCE = 8
"""Events that one line cites."""


def cut(text: str, longest: int = TEXT) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= longest else text[: longest - len(CUT)].rstrip() + CUT


def line(text: str, longest: int) -> str:
    """The same on one line and without control characters, so that each of its characters is 4 bytes at most."""
    return cut(" ".join("".join(sign if sign.isprintable() else " " for sign in text).split()), longest)


def small(value: Any) -> Any:
    """A fact as JSON, or the beginning of how it is written where it is long."""
    written = orjson.dumps(value)
    return value if len(written) <= VALUE else cut(written.decode(), VALUE)


def cite(*seqs: int) -> tuple[int, ...]:
    """Events as evidence: the first ones and the last one."""
    known = sorted({seq for seq in seqs if seq})
    return tuple(known if len(known) <= EVIDENCE else [*known[: EVIDENCE - 1], known[-1]])


def latest(items: Sequence[T], most: int, name: str, left_out: dict[str, int]) -> tuple[T, ...]:
    """The last ones; how many were left out is counted under this name."""
    if len(items) > most:
        left_out[name] = len(items) - most
    return tuple(items[-most:])
