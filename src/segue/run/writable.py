"""Writable: JSON of others as a journal can write it.

Providers and back ends send what JSON allows and orjson does not write: numbers of more than 64 bits, halves of
characters.
"""

from typing import Any

import orjson


def written(value: Any) -> tuple[Any, bytes]:
    """The value and its JSON; another value where that one cannot be written, with such numbers as texts."""
    try:
        return value, orjson.dumps(value)
    except TypeError:
        value = _writable(value)
        return value, orjson.dumps(value)


def _writable(value: Any) -> Any:
    match value:
        case dict():
            return {_writable(key): _writable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_writable(inner) for inner in value]
        case str():
            return value.encode(errors="replace").decode()
        case int() if value.bit_length() > 63:
            return str(value) if value.bit_length() < _LONG else "(a very long number)"
        case _:
            return value


_LONG = 10_000
"""Bits of a number that Python would not put into digits at once."""
