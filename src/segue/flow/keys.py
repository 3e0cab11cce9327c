"""Keys: what an action is, written so that equal things are always written alike."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Set
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from segue.flow.kinds import stable_name


@dataclasses.dataclass(frozen=True, slots=True)
class ActionKey:
    """What a back end is handed so that it can tell a repetition: 32 hexadecimal digits, or those and a count.

    A keyword-only parameter of this type, in an action or its lookup, is given it.
    """

    text: str

    def __str__(self) -> str:
        return self.text


def canonical(value: Any) -> str:
    """A value as JSON that is the same for equal values; TypeError for what has no one way of being written.

    Texts, whole numbers, booleans, None, Decimal (1.50 is 1.5), dates, times, UUIDs and enums, and of those lists and
    tuples in their order, sets sorted, mappings by key, dataclasses and pydantic models by field. No floats: 0.1 + 0.2
    is not 0.3, and what is equal to a person must be equal here.
    """
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(*values: Any) -> str:
    """32 hexadecimal digits, the same for equal values."""
    return hashlib.blake2b(canonical(values).encode(), digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return {type(value).__name__: value.name}
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise TypeError(f"{value} is no number that a key could be made of")
        return {"decimal": format(value.normalize() + 0, "f")}
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError(f"{value} does not say in which time zone; a key needs one")
        return {"time": value.timestamp().hex()}
    if isinstance(value, date | time | UUID):
        return {type(value).__name__.lower(): str(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Set):
        return {
            "set": sorted((_plain(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        }
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a mapping in a key needs texts as its own keys")
        return {"map": {key: _plain(item) for key, item in value.items()}}
    if (fields := _fields(value)) is not None:
        return {stable_name(type(value)).name: {name: _plain(getattr(value, name)) for name in fields}}
    raise TypeError(
        f"a {type(value).__name__} cannot be part of a key: use texts, whole numbers, Decimal, dates, or collections "
        f"and dataclasses of these"
    )


def _fields(value: Any) -> list[str] | None:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [field.name for field in dataclasses.fields(value)]
    if (fields := getattr(type(value), "model_fields", None)) is not None:
        return list(fields)
    return None
