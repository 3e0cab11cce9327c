"""Tools: what steps work with, found by the annotations that ask for them."""

import inspect
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, Protocol, TypeAlias

from segue.errors import DefinitionError
from segue.flow.builtin import Calls, Clock, Progress
from segue.flow.keys import ActionKey
from segue.flow.step import Step
from segue.run.clock import SystemClock

OF_THE_CALL = (Progress, ActionKey, Calls)
"""Tools that are made for each call of a step."""

StandIn: TypeAlias = Callable[[Any, tuple[Any, ...]], Any]
"""Given a tool and the annotations that ask for it, what to use in its place."""


class Tools:
    """Tools by the annotations that ask for them."""

    def __init__(self, tools: Iterable[Any]) -> None:
        self.all = [*tools]
        self._bound: dict[int, dict[str, Any]] = {}
        self._asked: dict[int, list[Any]] = {}  # the annotations that ask for a tool, in order
        for tool in self.all:
            same = [other for other in self.all if type(other) is type(tool)]
            if len(same) > 1:
                raise DefinitionError(
                    f"the desk has two tools of type {type(tool).__name__}; a step could not tell which is meant, "
                    f"so give one to the steps that need it with .using(...)"
                )
        if not any(isinstance(tool, Clock) for tool in self.all):
            self.all.append(SystemClock())

    def bind(self, step: Step[Any, Any, Any]) -> None:
        """Find the tools of a step once; DefinitionError when one is missing or could be two."""
        tools = dict(step.bound)
        for name, wanted in step.signature.tools.items():
            if wanted in OF_THE_CALL:
                continue
            if name in tools:
                self._note(tools[name], wanted)
                continue
            fitting = [tool for tool in self.all if fits(tool, wanted)]
            kind = getattr(wanted, "__name__", str(wanted))
            if not fitting:
                there = ", ".join(type(tool).__name__ for tool in self.all)
                raise DefinitionError(
                    f"{step.name} needs a tool {name}: {kind}, and the desk has none (there is: {there}) "
                    f"[{step.where}]"
                )
            if len(fitting) > 1:
                found = " and ".join(type(tool).__name__ for tool in fitting)
                raise DefinitionError(
                    f"{step.name} needs a tool {name}: {kind}, and {found} both are [{step.where}]"
                )
            tools[name] = fitting[0]
            self._note(fitting[0], wanted)
        self._bound[id(step)] = tools

    def of(self, step: Step[Any, Any, Any]) -> dict[str, Any]:
        """The tools of a step, by parameter."""
        return self._bound[id(step)]

    def everything(self) -> list[Any]:
        """Every tool once, also those given to single steps."""
        found = {id(tool): tool for tool in self.all}
        for bound in self._bound.values():
            found.update((id(tool), tool) for tool in bound.values())
        return list(found.values())

    def replaced(self, stand_in: StandIn) -> "Tools":
        """Something else in place of each."""
        by = {id(tool): stand_in(tool, tuple(self._asked.get(id(tool), ()))) for tool in self.everything()}
        other = copy(self)
        other.all = [by[id(tool)] for tool in self.all]
        other._bound = {
            step: {name: by[id(tool)] for name, tool in bound.items()} for step, bound in self._bound.items()
        }
        return other

    def _note(self, tool: Any, wanted: Any) -> None:
        asked = self._asked.setdefault(id(tool), [])
        if wanted not in asked:
            asked.append(wanted)


def fits(tool: Any, wanted: Any) -> bool:
    """Is it an instance, or has it everything that a protocol names?"""
    if not isinstance(wanted, type):
        return False
    if not getattr(wanted, "_is_protocol", False):
        return isinstance(tool, wanted)
    members = {
        name
        for cls in wanted.__mro__
        if cls not in (object, Protocol) and getattr(cls, "_is_protocol", False)
        for name in (*cls.__dict__, *inspect.get_annotations(cls))
        if not name.startswith("_")
    }
    return all(hasattr(tool, name) for name in members)
