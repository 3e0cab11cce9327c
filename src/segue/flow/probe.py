"""Probe: what an identity is made of, found out when the action is defined, before there is any value.

The function is called once with stand-ins that note which fields are read. What cannot be found out so, because the
function computes with a field, is looked at when the first real value is there.
"""

import types
import typing
from collections.abc import Callable, Iterator
from typing import Any, Union


def types_in(function: Callable[..., Any], cases: list[type]) -> list[Any]:
    """The declared types of all fields that make up what a function of such facts gives; none if it computes."""
    try:
        given = function(*(_Probe(case) for case in cases))
    except Exception:  # it does more with a field than to pass it on
        return []
    return [kind for probe in _probes(given) for kind in _parts(probe)]


class _Probe:
    """Stands for a value of a type; its attributes stand for the fields."""

    def __init__(self, kind: Any) -> None:
        self.__dict__["_kind"] = kind

    def __getattr__(self, name: str) -> "_Probe":
        hints = typing.get_type_hints(self._kind) if isinstance(self._kind, type) else {}
        if name not in hints:
            raise AttributeError(name)
        return _Probe(hints[name])


def _probes(value: Any) -> Iterator[_Probe]:
    if isinstance(value, _Probe):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _probes(item)


def _parts(probe: _Probe) -> Iterator[Any]:
    kind = probe._kind
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType, tuple, list, frozenset, set):
        for arg in args:
            yield from _parts(_Probe(arg))
    else:
        yield kind
