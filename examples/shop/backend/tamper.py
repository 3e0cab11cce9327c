"""Answers that must not be believed."""

import json
from typing import Any

from starlette.responses import JSONResponse, Response

# What says whose or which one an answer is about.
_NAMES_SOMETHING = ("id", "number", "order", "customer", "key", "email", "phone", "code")


def garbage() -> Response:
    return Response("<html><body>It works!</body></html>", media_type="application/json")


def of_another(answer: Response) -> Response:
    """The same answer, but about another order, customer or key, as from a cache that mixes them up."""
    found = json.loads(bytes(answer.body))
    other = shift(found)
    if answer.status_code >= 400 or other == found:
        # A refusal or an empty list is about nothing in particular, so it cannot be about something else.
        return garbage()
    return JSONResponse(other, answer.status_code)


def shift(value: Any) -> Any:
    if isinstance(value, list):
        return [shift(entry) for entry in value]
    if isinstance(value, dict):
        return {name: shift_named(name, entry) for name, entry in value.items()}
    return value


def shift_named(name: str, entry: Any) -> Any:
    named = name in _NAMES_SOMETHING and isinstance(entry, str | int)
    return next_one(entry) if named else shift(entry)


def next_one(name: str | int) -> str | int:
    """1002 for 1001, C-1002 for C-1001, xada@... for ada@..."""
    if isinstance(name, int):
        return name + 1
    digits = name[len(name.rstrip("0123456789")) :]
    return f"{name[: -len(digits)]}{int(digits) + 1}" if digits else f"x{name}"
