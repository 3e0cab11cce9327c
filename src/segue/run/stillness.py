"""Stillness: can a value of this type change after it was written down?

A frozen dataclass of texts and numbers cannot. One with a list in it can, by whoever still holds the list, and a
generator is used up by writing it down: then what later steps read would not be what the journal says.
"""

import dataclasses
import datetime
import decimal
import enum
import types
import typing
import uuid
from typing import Annotated, Any, Final, Literal, Union

import pydantic  # its names are loaded when they are asked for

_STILL: Final = frozenset(
    {
        *(str, int, float, bool, bytes, complex, type(None), decimal.Decimal, uuid.UUID),
        *(datetime.datetime, datetime.date, datetime.time, datetime.timedelta),
    }
)


def is_still(kind: Any) -> bool:
    """Whether every value of this type is the same for ever; False where that cannot be told."""
    return _is_still(kind, ())


def _is_still(kind: Any, inside: tuple[Any, ...]) -> bool:
    if kind in _STILL:
        return True
    if kind in inside:
        return False  # it may hold itself, and so be deeper than can be read again
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return True
    if origin is Annotated:
        return _is_still(args[0], inside)
    if origin in (Union, types.UnionType, tuple, frozenset):
        return all(arg is ... or _is_still(arg, inside) for arg in args)
    if not isinstance(kind, type) or origin is not None:
        return False
    if issubclass(kind, enum.Enum):
        return True
    return is_frozen(kind) and all(_is_still(field, (*inside, kind)) for field in _fields(kind))


def is_frozen(cls: type) -> bool:
    """Whether nobody may set its fields."""
    if issubclass(cls, pydantic.BaseModel):
        return bool(cls.model_config.get("frozen")) and cls.model_config.get("extra") != "allow"
    return dataclasses.is_dataclass(cls) and cls.__dataclass_params__.frozen  # type: ignore[attr-defined]


def _fields(cls: type) -> list[Any]:
    try:
        hints = typing.get_type_hints(cls, include_extras=True)
    except (NameError, TypeError):
        return [Any]
    if issubclass(cls, pydantic.BaseModel):
        return [hints[name] for name in cls.model_fields]
    return [hints[field.name] for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
