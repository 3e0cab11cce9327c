"""Bound parameters: those that are set from a verified fact, and that nobody who asks can see or set."""

import dataclasses
import json
import typing
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from segue.errors import DefinitionError, ToolNotCalled
from segue.flow.builtin import History, Message
from segue.flow.kinds import spell_case

Bind: TypeAlias = type | tuple[type, Callable[[Any], Any]]
"""A fact whose field of the parameter's name is meant, or a fact and what of it is meant."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bound:
    """One parameter, the fact that sets it, and what of the fact does."""

    parameter: str
    fact: type
    value: Callable[[Any], Any]

    @classmethod
    def of(cls, parameter: str, bind: Bind, who: str) -> "Bound":
        fact = bind[0] if isinstance(bind, tuple) else bind
        if fact in (Message, History):
            raise DefinitionError(
                f"{who} binds {parameter} to what somebody wrote; bind it to a fact that was looked up"
            )
        if isinstance(bind, tuple):
            return cls(parameter, *bind)
        if parameter not in typing.get_type_hints(bind):
            raise DefinitionError(
                f"{who} binds {parameter} to {spell_case(bind)}, which has no field {parameter}; say which one is "
                f"meant: bound={{{parameter!r}: ({spell_case(bind)}, lambda it: it.id)}}"
            )
        return cls(parameter, bind, lambda fact: getattr(fact, parameter))

    def set_from(self, fact: Any) -> Any:
        """The value; ToolNotCalled when the fact does not say who it is."""
        value = self.value(fact)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise ToolNotCalled(f"{self.parameter} is to be set from {spell_case(self.fact)}, which has none")
        return value


def check_hidden(bound: Iterable[Bound], schema: Any, who: str) -> None:
    """DefinitionError when a parameter that stays open could stand for a bound one."""
    hidden = {alike(one.parameter): one.parameter for one in bound}
    for name in _properties(schema):
        if alike(name) in hidden:
            raise DefinitionError(
                f"{who} binds {hidden[alike(name)]}, but whoever asks could still set {name!r}, which reads like the "
                f"same; bind that too, or give asks= a type without it"
            )


def refuse_hidden(bound: Iterable[Bound], arguments: Any, tool: str) -> None:
    """ToolNotCalled when something that reads like a bound parameter is hidden in what was asked, at any depth."""
    hidden = {alike(one.parameter) for one in bound}
    for name in _names(arguments) if hidden else ():
        if alike(name) in hidden:
            raise ToolNotCalled(
                f"{tool} was asked with a {name!r} of its own, which is not for whoever asks to say"
            )


def alike(name: str) -> str:
    """What names have in common that a reader, or a careless server, takes for the same: userId, USER_ID, user-id."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign.isalnum())


def _properties(schema: Any) -> Iterator[str]:
    """Every name of a property in a schema, at any depth."""
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key == "properties" and isinstance(value, Mapping):
                yield from value
            yield from _properties(value)
    elif isinstance(schema, list | tuple):
        for item in schema:
            yield from _properties(item)


def _names(value: Any) -> Iterator[str]:
    """Every key in a value at any depth, also in texts that are JSON: there are servers that read those."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _names(inner)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _names(item)
    elif isinstance(value, str) and value.lstrip()[:1] in ("{", "[", '"'):
        try:
            inner = json.loads(value)
        except (ValueError, RecursionError):
            return
        yield from _names(inner)
