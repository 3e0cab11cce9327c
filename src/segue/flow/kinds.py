"""Types as wires: which types may be facts, and what an annotation says about them.

A *case* is one thing that a value can be: a class, or `Many` for a list of classes. An annotation
such as `Refund | NotRefundable`, `list[Task] | Verdict` or `Orders | None` becomes a `Kind`: a set of
cases, and whether it may be absent.
"""

import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from segue.errors import DefinitionError

_T = TypeVar("_T", bound=type)

_TOO_VAGUE: tuple[Any, ...] = (
    *(str, bytes, int, float, complex, bool, dict, list, tuple, set, frozenset, object, type, Any),
    type(None),
)


@dataclass(frozen=True, slots=True)
class Many:
    """A list whose items are of these classes."""

    items: frozenset[type]

    def __str__(self) -> str:
        return f"list[{spell(self.items)}]"


Case: TypeAlias = type | Many


@dataclass(frozen=True, slots=True)
class Kind:
    """What an annotation allows: these cases, and perhaps nothing at all."""

    cases: frozenset[Case]
    optional: bool = False

    def __str__(self) -> str:
        return spell(self.cases) + (" | None" if self.optional else "")


@dataclass(frozen=True, slots=True)
class StableName:
    """What a fact is called on disk, whatever its class is called today."""

    name: str
    version: int = 1
    was: tuple[str, ...] = ()


def fact(
    *, name: str | None = None, version: int = 1, was: str | Iterable[str] = ()
) -> typing.Callable[[_T], _T]:
    """Give a fact a name on disk of its own; without this it is the class's name, version 1.

    `was` lists earlier names, so that facts recorded under them are still read. A class with a
    `classmethod upgrade(cls, data: dict, version: int) -> dict` gets what was recorded under an
    earlier version, before it is validated.
    """
    earlier = (was,) if isinstance(was, str) else tuple(was)

    def name_it(cls: _T) -> _T:
        cls.__segue_fact__ = StableName(name or cls.__qualname__, version, earlier)  # type: ignore[attr-defined]
        return cls

    return name_it


def stable_name(cls: type) -> StableName:
    """The name under which facts of this class are on disk."""
    own: StableName | None = cls.__dict__.get("__segue_fact__")
    return own or StableName(cls.__qualname__.rpartition("<locals>.")[2])


def spell(cases: Iterable[Case]) -> str:
    """Cases as a reader would write them, in a stable order."""
    return " | ".join(sorted(spell_case(case) for case in cases))


def spell_case(case: Case) -> str:
    return str(case) if isinstance(case, Many) else case.__qualname__.rpartition("<locals>.")[2]


def kind_of(annotation: Any, *, whose: str) -> Kind:
    """Read an annotation. `whose` begins the message when it cannot be a fact."""
    cases: set[Case] = set()
    optional = False
    for option in _options(annotation):
        if option is None or option is type(None):
            optional = True
        elif typing.get_origin(option) is list:
            inner = typing.get_args(option)
            if len(inner) != 1:
                raise DefinitionError(f"{whose} is a list of {len(inner)} types; write list[A | B]")
            items = frozenset(_plain(item, whose) for item in _options(inner[0]))
            _refuse_look_alikes(items, f"an item of {whose}")
            cases.add(Many(items))
        else:
            cases.add(_plain(option, whose))
    _refuse_look_alikes(cases, whose)
    return Kind(frozenset(cases), optional)


def one_case(annotation: Any, *, whose: str) -> type:
    """Read an annotation that must be a single class, such as what a flow takes or a person gives."""
    if len(_options(annotation)) > 1:
        raise DefinitionError(f"{whose} is {_name(annotation)}, but this is one fact; name one class")
    return _plain(annotation, whose)


def _options(annotation: Any) -> tuple[Any, ...]:
    annotation = getattr(annotation, "__value__", annotation)  # `type Alias = ...` of Python 3.12
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return tuple(option for part in typing.get_args(annotation) for option in _options(part))
    return (annotation,)


def _plain(option: Any, whose: str) -> type:
    vague = any(option is kind for kind in _TOO_VAGUE)
    if vague or typing.get_origin(option) is not None or not isinstance(option, type):
        raise DefinitionError(
            f"{whose} is {_name(option)}, which cannot be a fact: one meaning, one type. "
            f"Make a small class for it, such as a frozen dataclass."
        )
    return option


def _name(option: Any) -> str:
    return option.__name__ if isinstance(option, type) and not typing.get_args(option) else str(option)


def _refuse_look_alikes(cases: Iterable[Case], whose: str) -> None:
    """Cases are told apart by their class, so none may be a subclass of another."""
    cases = set(cases)
    plain = [case for case in cases if isinstance(case, type)]
    for one in plain:
        for other in plain:
            if one is not other and issubclass(one, other):
                raise DefinitionError(
                    f"{whose} is {spell(cases)}, but {one.__name__} is a {other.__name__}, so they "
                    f"cannot be told apart; let neither inherit from the other"
                )
    if len(cases) - len(plain) > 1:
        raise DefinitionError(
            f"{whose} is {spell(cases)}: two lists cannot be told apart when they are empty; "
            f"put one of them into a class"
        )
