"""Values made from types alone, and values with parts taken away."""

import dataclasses
import enum
import types
import typing
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Union
from uuid import UUID

import pydantic

DEEPEST = 8
"""How deep a value may be nested before it is taken to have no end."""


class CannotMake(Exception):
    """There is no value that can be made of this type without knowing more."""


def make(kind: Any, n: int = 1, depth: int = 0) -> Any:
    """A value of a type, the nth: other numbers give other values. CannotMake says of what there is none."""
    kind = _bare(kind)
    if kind is None or kind is type(None) or kind is Any:
        return None
    if depth > DEEPEST:
        raise CannotMake(f"{_spell(kind)} holds itself, without end")
    if kind in _PLAIN:
        return _PLAIN[kind](n)
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return args[n % len(args)]
    if origin in (Union, types.UnionType):
        return _one_of(args, n, depth)
    if origin is not None or kind in (list, tuple, set, frozenset, dict):
        return _container(kind, origin or kind, args, n, depth)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return list(kind)[n % len(kind)]
    if isinstance(kind, type) and (fields := _fields(kind)):
        return _build(kind, {name: make(wanted, n, depth + 1) for name, wanted in fields.items()})
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, pydantic.BaseModel)):
        return _build(kind, {})
    raise CannotMake(f"no {_spell(kind)} can be made from its type alone")


def partly(value: Any) -> Any:
    """The same with lists cut to half, and what may be absent or is a text emptied; itself if it has no such part."""
    match value:
        case list() | set() | frozenset():
            return type(value)(_half(value))
        case tuple() if not hasattr(value, "_fields"):
            return tuple(_half(value))
        case dict():
            return dict(_half(value.items()))
    fields = _fields(type(value), all_of_them=True)
    changed = {name: _emptied(getattr(value, name), kind) for name, kind in fields.items()}
    try:
        return _changed(value, changed)
    except (CannotMake, TypeError, ValueError):  # it insists on being whole
        return value


def _emptied(value: Any, kind: Any) -> Any:
    kind = _bare(kind)
    if typing.get_origin(kind) in (Union, types.UnionType) and type(None) in typing.get_args(kind):
        return None
    return "" if kind is str else partly(value)


def _half(values: Collection[Any]) -> list[Any]:
    return [partly(value) for value in list(values)[: len(values) // 2]]


def _changed(value: Any, fields: Mapping[str, Any]) -> Any:
    if isinstance(value, pydantic.BaseModel):
        return _build(type(value), {**dict(value), **fields})
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        init = {field.name for field in dataclasses.fields(value) if field.init}
        return dataclasses.replace(value, **{name: it for name, it in fields.items() if name in init})
    return value._replace(**fields) if hasattr(value, "_replace") and fields else value


def _one_of(options: tuple[Any, ...], n: int, depth: int) -> Any:
    """The first of which there is a value; nothing only where nothing else can be made."""
    for option in options:
        if option is not type(None):
            try:
                return make(option, n, depth + 1)
            except CannotMake:
                continue
    if type(None) in options:
        return None
    raise CannotMake(f"no {' | '.join(map(_spell, options))} can be made from its type alone")


def _container(kind: Any, origin: Any, args: tuple[Any, ...], n: int, depth: int) -> Any:
    if not isinstance(origin, type):
        raise CannotMake(f"no {_spell(kind)} can be made from its type alone")
    if origin is tuple and args and args[-1] is not ...:
        return tuple(make(arg, n, depth + 1) for arg in args)
    items = [arg for arg in args if arg is not ...]
    if issubclass(origin, Mapping):
        return {make(items[0], n, depth + 1): make(items[1], n, depth + 1)} if items else {}
    made = next((kind for kind in (tuple, set, frozenset) if issubclass(origin, kind)), list)
    if made is list and not issubclass(list, origin):
        raise CannotMake(f"no {_spell(kind)} can be made from its type alone")
    return made(make(item, n, depth + 1) for item in items)


def _fields(kind: type, *, all_of_them: bool = False) -> dict[str, Any]:
    """The types of the fields of a dataclass, model, named tuple or typed dict; by default those that must be given."""
    if typing.is_typeddict(kind):
        return _hints(kind)
    if issubclass(kind, pydantic.BaseModel):
        hints = _hints(kind)
        return {
            name: hints[name]
            for name, field in kind.model_fields.items()
            if all_of_them or field.is_required()
        }
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return {
            field.name: hints[field.name]
            for field in dataclasses.fields(kind)
            if field.init and (all_of_them or _must_be_given(field))
        }
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        hints = _hints(kind)
        return {name: hints.get(name, Any) for name in kind._fields}
    return {}


def _must_be_given(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _build(kind: Any, values: dict[str, Any]) -> Any:
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:  # pydantic's ValidationError is a ValueError
        reason = str(error).splitlines()[0]
        raise CannotMake(f"{_spell(kind)} refuses what is made from its types: {reason}") from error


def _hints(kind: type) -> dict[str, Any]:
    try:
        return typing.get_type_hints(kind, include_extras=True)
    except (NameError, TypeError) as error:
        raise CannotMake(f"the types of {_spell(kind)} cannot be read: {error}") from error


def _bare(kind: Any) -> Any:
    """Without what only annotates it: Annotated, NewType, `type Alias = ...`, a TypeVar's bound."""
    while True:
        if typing.get_origin(kind) is Annotated:
            kind = typing.get_args(kind)[0]
        elif hasattr(kind, "__supertype__"):
            kind = kind.__supertype__
        elif hasattr(kind, "__value__"):
            kind = kind.__value__
        elif isinstance(kind, typing.TypeVar):
            kind = kind.__bound__ or Any
        else:
            return kind


def _spell(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) and not typing.get_args(kind) else str(kind)


_PLAIN: Mapping[Any, Callable[[int], Any]] = {
    str: lambda n: f"made-up-{n}",
    int: lambda n: n,
    float: float,
    complex: complex,
    bool: lambda n: n % 2 == 1,
    bytes: lambda n: b"made-up-%d" % n,
    object: lambda n: None,
    Decimal: Decimal,
    date: lambda n: date(2001, 1, 1) + timedelta(days=n),
    datetime: lambda n: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(days=n),
    time: lambda n: time(n % 24),
    timedelta: lambda n: timedelta(minutes=n),
    UUID: lambda n: UUID(int=n),
}
