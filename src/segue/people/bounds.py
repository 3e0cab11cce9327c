"""Bounds: a packet stays small however long the conversation was, what is cut says so, and no secret is in it."""

from collections.abc import Sequence
from typing import Any, TypeVar

import orjson

from segue.guard.secrets import secrets_in

T = TypeVar("T")

CUT = "… [cut]"
"""How a text ends of which more was said."""

SECRET = "[secret]"

TEXT = 500
"""Characters of anything that somebody wrote."""

VALUE = 2000
"""Characters of a fact; of a longer one its beginning is shown as text."""

EVIDENCE = 8
"""Events that one line cites."""


def cut(text: str, longest: int = TEXT) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= longest else text[: longest - len(CUT)].rstrip() + CUT


def line(text: str, longest: int) -> str:
    """The same on one line and without control characters, so that each of its characters is 4 bytes at most."""
    return cut(" ".join("".join(sign if sign.isprintable() else " " for sign in text).split()), longest)


def told(text: str, longest: int = TEXT) -> str:
    """What somebody wrote, or why something failed: without secrets, and at most so many characters."""
    return cut(hidden(text[: 2 * longest]), longest)


def hidden(text: str) -> str:
    """The text with whatever opens something (a password, a key, a token) left out; card numbers are masked already."""
    for _, secret in [*secrets_in(text)]:
        text = text.replace(secret, SECRET)
    return text


def small(value: Any) -> Any:
    """A fact as JSON without secrets, or the beginning of how it is written where it is long."""
    written = orjson.dumps(value).decode()
    without = hidden(written[: 2 * VALUE])
    if len(written) > VALUE:
        return cut(without, VALUE)
    return value if without == written else orjson.loads(without)


def cite(*seqs: int) -> tuple[int, ...]:
    """Events as evidence: the first ones and the last one."""
    known = sorted({seq for seq in seqs if seq})
    return tuple(known if len(known) <= EVIDENCE else [*known[: EVIDENCE - 1], known[-1]])


def latest(items: Sequence[T], most: int, name: str, left_out: dict[str, int]) -> tuple[T, ...]:
    """The last ones; how many were left out is counted under this name."""
    if len(items) > most:
        left_out[name] = len(items) - most
    return tuple(items[-most:])
