"""Masking: no payment card number is stored, not for a moment; its last four digits stay.

What comes from outside is masked before it is delivered, what steps give before it is recorded. What counts as a
card number, and what is missed, stands in `cards`.
"""

import re
from typing import Final

import orjson

from segue.run.cards import MASKED, SHORTEST, find_cards, possible_cards


def mask_cards(text: str) -> str:
    """The text with every card number as •••• •••• •••• 1111; the very same text where there is none."""
    while cards := [*find_cards(text)]:  # once more, because what stands beside a card may be one now
        parts: list[str] = []
        end = 0
        for card in cards:
            parts += text[end : card.start], MASKED + card.digits[-4:]
            end = card.end
        text = "".join(parts) + text[end:]
    return text


def mask_json(data: bytes) -> bytes:
    """JSON whose strings are masked, keys too; the very same bytes where there is no card number.

    JSON as pydantic and orjson write it, in which letters of every script stand as themselves. It is called for
    every fact: one of 300 bytes costs half a microsecond, and six where long numbers make it look twice.
    """
    if _RUN not in data.translate(_SIGNS, _BETWEEN):
        return data
    # An escape such as \u0001 would be read as digits beside those that it precedes.
    if b"\\u" not in data and next(possible_cards(_ESCAPE.sub("\n", data.decode())), None) is None:
        return data
    return _STRING.sub(_mask_string, data)


_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"')
_ESCAPE: Final = re.compile(r"\\[nrt]")

# As the quick test sees a text: all that may be a digit is 0, and all that may stand between digits is gone.
# Bytes of other scripts count as digits or as nothing, which lets a few too many texts through.
_RUN: Final = b"0" * SHORTEST
_SIGNS: Final = bytes(48 if 48 <= sign < 58 or 0x80 <= sign < 0xC0 else sign for sign in range(256))
_BETWEEN: Final = b" .-\\nrt" + bytes(range(0xC0, 0x100))


def _mask_string(found: "re.Match[bytes]") -> bytes:
    written = found[0]
    if _RUN not in written.translate(_SIGNS, _BETWEEN):
        return written
    text: str = orjson.loads(written)
    masked = mask_cards(text)
    return written if masked is text else orjson.dumps(masked)
