"""Recorders: in place of tools that the sandbox does not stand for. They record calls and reach nothing."""

import inspect
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from segue.faults.values import CannotMake, make


@dataclass(frozen=True, slots=True)
class Recorded:
    """A call that a recorder took."""

    tool: str
    method: str
    arguments: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.tool}.{self.method}({', '.join(map(repr, self.arguments))})"


def recorder_of(tool: Any, calls: list[Recorded]) -> Any:
    """Something with the public methods of a tool, each of which notes its call and gives a value made from its type.

    Only the class is looked at. What has no methods reaches nothing by itself, and stays what it is.
    """
    if inspect.isroutine(tool):
        return _recording(tool.__name__, "", tool, calls)
    kind = type(tool)
    return Recorder(kind, calls) if kind.__module__ != "builtins" and methods_of(kind) else tool


class Recorder:
    """Stands for an object of a class."""

    def __init__(self, kind: type, calls: list[Recorded]) -> None:
        self._kind = kind
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        kind = self._kind
        found = inspect.getattr_static(kind, name, None) if not name.startswith("_") else None
        if isinstance(found, property):
            return self._made(returned_by(found.fget))
        if callable(function := _function(found)):
            return _recording(kind.__name__, name, function, self._calls)
        hints = _hints(kind)
        if name.startswith("_") or name not in hints:
            raise AttributeError(f"a {kind.__name__} says nothing of {name!r}, so its recorder has none")
        return self._made(hints[name])

    def _made(self, kind: Any) -> Any:
        return _made(kind, self._calls)


def methods_of(kind: type) -> list[str]:
    """The public methods of a class, in alphabetical order."""
    names = {name for base in kind.__mro__ if base is not object for name in vars(base)}
    return sorted(n for n in names if n[:1] != "_" and callable(_function(inspect.getattr_static(kind, n))))


def returned_by(function: Any) -> Any:
    """The type that a function says it returns; None where it says nothing, as it may then return nothing."""
    return _hints(inspect.unwrap(function)).get("return") if callable(function) else None


def _recording(tool: str, method: str, function: Callable[..., Any], calls: list[Recorded]) -> Any:
    kind = returned_by(function)

    def note(arguments: Iterable[Any], named: dict[str, Any]) -> None:
        calls.append(Recorded(tool, method, (*arguments, *named.values())))

    @wraps(function)
    async def recorded_async(*args: Any, **named: Any) -> Any:
        note(args, named)
        return _made(kind, calls)

    @wraps(function)
    async def recorded_each(*args: Any, **named: Any) -> Any:
        note(args, named)
        for part in typing.get_args(kind)[:1]:
            yield _made(part, calls)

    @wraps(function)
    def recorded(*args: Any, **named: Any) -> Any:
        note(args, named)
        return _made(kind, calls)

    if inspect.isasyncgenfunction(function):
        return recorded_each
    return recorded_async if inspect.iscoroutinefunction(function) else recorded


def _made(kind: Any, calls: list[Recorded]) -> Any:
    """A value; for a class of which none can be made, such as a session, a recorder again."""
    try:
        return make(kind)
    except CannotMake:
        if isinstance(kind, type) and methods_of(kind):
            return Recorder(kind, calls)
        raise


def _function(found: Any) -> Any:
    return found.__func__ if isinstance(found, staticmethod | classmethod) else found


def _hints(what: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(what, include_extras=True)
    except (NameError, TypeError, AttributeError):
        return {}
