"""Step: a plain typed function. Positional parameters are facts, keyword-only ones are tools."""

import functools
import inspect
import typing
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar, overload

from segue.errors import DefinitionError
from segue.flow.builtin import Calls, Progress, Reply
from segue.flow.kinds import Case, Kind, Many, kind_of, spell_case
from segue.flow.node import Node, Place, Spot, Texts, checked_name
from segue.flow.wires import Producer, Seen, Where, Wire, feed, given_by

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function reads, which tools it uses, and what it gives."""

    facts: Mapping[str, Kind]
    tools: Mapping[str, Any]
    gives: Kind


class Step(Node[T_co], Generic[P, R, T_co]):
    """A function as a node. Calling it calls the function, so that a step is tested like any function."""

    __name__: str

    def __init__(
        self,
        function: Callable[P, R],
        *,
        name: str,
        where: Where,
        says: Texts | None = None,
        tools: Mapping[str, Any] | None = None,
        relies_on: Iterable[type] = (),
    ) -> None:
        super().__init__(where)
        self.relies_on = frozenset(relies_on)  # facts that say who somebody is, and must not be hearsay
        self.function = function
        self.name = checked_name(name, where)
        self.says = says
        self.bound = dict(tools or {})
        functools.update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<step {self.name} [{self.where}]>"

    @property
    def title(self) -> str:
        return self.name

    @property
    def details(self) -> tuple[Any, ...]:
        tools = {
            name: getattr(kind, "__qualname__", str(kind)) for name, kind in self.signature.tools.items()
        }
        return (sorted(tools.items()), sorted(self.bound))

    @functools.cached_property
    def signature(self) -> Signature:
        """Read once from the annotations; DefinitionError says which of them is unusable."""
        return _signature(self.function, f"{self.name} [{self.where}]")

    @property
    def reads(self) -> frozenset[Case]:
        return frozenset(case for kind in self.signature.facts.values() for case in kind.cases)

    @functools.cached_property
    def of_the_call(self) -> bool:
        """Does it use a tool that is made for each call?"""
        return any(kind in (Progress, Calls) for kind in self.signature.tools.values())

    @functools.cached_property
    def is_async(self) -> bool:
        return inspect.iscoroutinefunction(self.function)

    def using(self, **tools: Any) -> "Step[P, R, T_co]":
        """The same step with these tools instead of the desk's."""
        unknown = sorted(set(tools) - set(self.signature.tools))
        if unknown:
            raise DefinitionError(
                f"{self.name} has no tool {unknown[0]!r} "
                f"(it uses: {', '.join(self.signature.tools) or 'none'}) [{self.where}]"
            )
        bound = {**self.bound, **tools}
        return Step(
            self.function,
            name=self.name,
            where=self.where,
            says=self.says,
            tools=bound,
            relies_on=self.relies_on,
        )

    def place(self, seen: Seen, spot: Spot) -> Place:
        signature = self.signature
        if any(case in (Reply, Many(frozenset({Reply}))) for case in signature.gives.cases):
            raise DefinitionError(
                f"{self.name} is annotated -> {signature.gives}, but only Refine makes a Reply; "
                f"let it give a Draft and put it into Refine(...) [{self.where}]"
            )
        wires = tuple(
            feed(parameter, kind, seen, who=self.name, where=self.where)
            for parameter, kind in signature.facts.items()
        )
        self._refuse_hearsay(wires)
        path = spot.take(self.name, self.where)
        producer = Producer(self.name, path, self.where, spot.substitute, wires, self.thinks)
        cases = signature.gives.cases
        return Place(self, path, cases, given_by(producer, cases), wires)

    def _refuse_hearsay(self, wires: Iterable[Wire]) -> None:
        for wire in wires:
            told = next((one for one in wire.producers if one.hearsay), None)
            if told is not None and self.relies_on & set(wire.cases):
                raise DefinitionError(
                    f"{self.name} relies on {wire.parameter}: {wire.kind} to say who somebody is, and {told} only says "
                    f"so: a model, or the customer; let a step give it that looks it up [{self.where}]"
                )


@overload
def step(function: Callable[P, Coroutine[Any, Any, T]], /) -> Step[P, Coroutine[Any, Any, T], T]: ...
@overload
def step(function: Callable[P, T], /) -> Step[P, T, T]: ...
@overload
def step(*, says: Texts | None = None, name: str | None = None) -> "_Stepper": ...
def step(
    function: Callable[..., Any] | None = None,
    /,
    *,
    says: Texts | None = None,
    name: str | None = None,
) -> Any:
    """Make a step of a function.

    `says` is shown to the customer while it works: a text key of the desk, or a table by language.
    `name` is the function's own unless given.
    """
    if function is None:
        return _Stepper(says, name)
    return _Stepper(says, name)(function)


class _Stepper:
    """`step(...)` with options, waiting for its function."""

    def __init__(self, says: Texts | None, name: str | None) -> None:
        self.says, self.name = says, name

    @overload
    def __call__(
        self, function: Callable[P, Coroutine[Any, Any, T]]
    ) -> Step[P, Coroutine[Any, Any, T], T]: ...
    @overload
    def __call__(self, function: Callable[P, T]) -> Step[P, T, T]: ...
    def __call__(self, function: Callable[..., Any]) -> Any:
        code = getattr(function, "__code__", None)
        if code is None:
            raise DefinitionError(f"{function!r} is not a plain function, so it cannot be a step")
        where = Where(code.co_filename, code.co_firstlineno)
        return Step(function, name=self.name or function.__name__, where=where, says=self.says)


def _signature(function: Callable[..., Any], who: str) -> Signature:
    try:
        hints = typing.get_type_hints(function)
    except NameError as error:
        raise DefinitionError(f"{who}: an annotation cannot be read: {error}") from error
    facts: dict[str, Kind] = {}
    tools: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise DefinitionError(f"{who}: *{name} hides what the step needs; write each fact and tool")
        if name not in hints:
            raise DefinitionError(f"{who}: {name} has no annotation, so nothing can feed it")
        if parameter.kind is parameter.KEYWORD_ONLY:
            tools[name] = hints[name]
        else:
            facts[name] = kind_of(hints[name], whose=f"{who}: parameter {name}")
    if "return" not in hints:
        raise DefinitionError(f"{who}: it does not say what it gives; annotate what it returns")
    gives = kind_of(hints["return"], whose=f"{who}: what it gives")
    if gives.optional or not gives.cases:
        raise DefinitionError(
            f"{who}: it gives {gives if gives.cases else 'None'}, but None says nothing; "
            f"make a small class for that case, such as class Nothing{_first(gives)}"
        )
    return Signature(facts, tools, gives)


def _first(kind: Kind) -> str:
    return next((f"Found: `-> {spell_case(case)} | Nothing`" for case in kind.cases), "")
