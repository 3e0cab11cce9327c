"""Tools as nodes: functions that nobody wrote, with the signatures that a step and an action are known by."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from segue.errors import NotDone, ToolFailed, ToolSaysError
from segue.flow.action import Action, action
from segue.flow.keys import ActionKey, canonical
from segue.flow.step import Step
from segue.flow.wires import Where
from segue.tools.asks import Asks
from segue.tools.bound import Bound, refuse_hidden
from segue.tools.result import ToolCaller

Belongs = tuple[type, Callable[[Any, Any], bool]]


class Call:
    """How a tool is called, given the facts that a node reads: what is asked, then the facts that bind parameters."""

    def __init__(
        self,
        caller: ToolCaller,
        tool: str,
        asks: Asks | None,
        bound: tuple[Bound, ...],
        gives: type,
        belongs: Belongs | None = None,
        key: str = "",
    ) -> None:
        self.caller, self.tool, self.asks, self.bound = caller, tool, asks, bound
        self.gives, self.belongs, self.key = gives, belongs, key
        facts = [*([asks.kind] if asks else []), *(one.fact for one in bound)]
        self.relied = frozenset([*(one.fact for one in bound), *([belongs[0]] if belongs else [])])
        self.facts = tuple(dict.fromkeys([*facts, *([belongs[0]] if belongs else [])]))

    def step(self, where: Where, *, name: str, says: Any) -> Step[Any, Any, Any]:
        async def call(*facts: Any, server: ToolCaller = self.caller) -> Any:
            result: Any = await server.call(self.tool, self.arguments(facts), self.gives)
            return self._owned(facts, result)

        function = self._signed(call, {"server": ToolCaller})
        return Step(
            function, name=name, where=where, says=says, tools={"server": self.caller}, relies_on=self.relied
        )

    def action(self, where: Where, *, errors_are_refusals: bool, **options: Any) -> Action[Any, Any]:
        async def call(*facts: Any, server: ToolCaller = self.caller, key: ActionKey | None = None) -> Any:
            arguments = self.arguments(facts)
            if self.key:
                arguments[self.key] = str(key)
            try:
                return await server.call(self.tool, arguments, self.gives, acts=True)
            except ToolSaysError as error:
                if errors_are_refusals:
                    raise NotDone(str(error)) from error
                raise

        tools = {"server": ToolCaller, **({"key": ActionKey} if self.key else {})}
        own = options.pop("identity", None)
        counting = [f for f in (own, options.get("on"), options.get("amount")) if f is not None]
        counted = max([1 if self.asks else 0, *map(_reads, counting)])
        actor = action(identity=self._identity(own), **options)
        # What else a fact holds that sets a parameter is no argument, or a customer who has moved meanwhile would
        # contradict themselves.
        made: Action[Any, Any] = actor.at(
            where, self._signed(call, tools), counted=counted, relies_on=self.relied
        )
        return made.using(server=self.caller)

    def arguments(self, facts: Iterable[Any]) -> dict[str, Any]:
        """What the tool is called with; what is bound is set last, and over everything that was asked."""
        known = dict(zip(self.facts, facts, strict=True))
        asked = self.asks.arguments(known[self.asks.kind]) if self.asks else {}
        refuse_hidden(self.bound, asked, self.tool)
        return {**asked, **{one.parameter: one.set_from(known[one.fact]) for one in self.bound}}

    def _owned(self, facts: Iterable[Any], result: Any) -> Any:
        if self.belongs is not None:
            kind, owns = self.belongs
            known = dict(zip(self.facts, facts, strict=True))
            if not owns(known[kind], result):
                raise ToolFailed(f"what {self.tool} answered is about somebody else, and is withheld")
        return result

    def _identity(self, own: Callable[..., Any] | None) -> Callable[..., Any]:
        """What a call is: what the user says or else its arguments, and in any case what is bound."""

        def identity(*facts: Any) -> Any:
            known = dict(zip(self.facts, facts, strict=True))
            bound = {one.parameter: one.value(known[one.fact]) for one in self.bound}
            if own is not None:
                said = own(*facts[: _reads(own)])
            else:
                said = canonical(_exact(self.asks.arguments(known[self.asks.kind]))) if self.asks else ""
            return [said, _exact(bound)] if bound else said

        signed: Callable[..., Any] = self._signed(identity, {})
        return signed

    def _signed(self, function: Any, tools: Mapping[str, Any]) -> Any:
        """The function with the parameters that its node is wired by."""
        taken: list[inspect.Parameter] = []
        for kind in self.facts:
            asked = self.asks is not None and kind is self.asks.kind
            name = "asked" if asked else _snake(kind.__name__)
            taken.append(inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=kind))
        for name, wanted in tools.items():
            default = self.caller if name == "server" else inspect.Parameter.empty
            taken.append(
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=wanted, default=default)
            )
        function.__signature__ = inspect.Signature(taken, return_annotation=self.gives)
        function.__annotations__ = {**{one.name: one.annotation for one in taken}, "return": self.gives}
        function.__name__ = function.__qualname__ = self.tool
        return function


def _exact(value: Any) -> Any:
    """Numbers as what they are worth: JSON does not tell 5 from 5.0."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {key: _exact(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    return value


def _reads(function: Callable[..., Any]) -> int:
    parameters = inspect.signature(function).parameters.values()
    return sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
