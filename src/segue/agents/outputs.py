"""Outputs: the facts that an agent may give, as a model can give them, and back."""

import re
from collections.abc import Sequence
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic_ai import (
    AbstractToolset,
    DeferredToolRequests,
    FunctionToolset,
    ModelRetry,
    TextOutput,
    ToolOutput,
)
from pydantic_ai.exceptions import CallDeferred
from pydantic_ai.tools import Tool

from segue.agents.durability import EXCHANGE, KEY
from segue.agents.naming import snake
from segue.errors import DefinitionError
from segue.flow.builtin import Draft
from segue.flow.kinds import Kind, Many
from segue.flow.receipts import Claim, Receipt

MARK: Final = re.compile(r"\[R(\d+)\]")


class Outputs:
    """What an agent gives: a Draft as text, any other class by calling a tool of its name.

    An item of a list is a tool too, but one that is put off, of which a model calls as many at once as it likes:
    that is how models hand out tasks.
    """

    def __init__(self, gives: Kind, who: str) -> None:
        many = next((case for case in gives.cases if isinstance(case, Many)), None)
        single = sorted((case for case in gives.cases if isinstance(case, type)), key=snake)
        items = sorted(many.items if many is not None else (), key=snake)
        names = [snake(cls) for cls in (*single, *items)]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise DefinitionError(
                f"{who} may give two things that a model would know as {twice!r}; rename one class"
            )
        self._items: dict[str, TypeAdapter[Any]] = {snake(cls): TypeAdapter(cls) for cls in items}
        self.spec: list[Any] = [_output(cls) for cls in single]
        self.toolsets: list[AbstractToolset[Any]] = []
        if items:
            self.spec.append(DeferredToolRequests)
            if not single:
                self.spec.append(ToolOutput(nothing, name="nothing", description="There is nothing to give."))
            self.toolsets.append(FunctionToolset([_task(cls) for cls in items], id=f"{many}"))

    def fact_of(self, output: Any, receipts: Sequence[Receipt], language: str) -> Any:
        """The fact that an output stands for."""
        if output is None:
            return []
        if isinstance(output, DeferredToolRequests):
            return [self._items[call.tool_name].validate_python(call.args_as_dict()) for call in output.calls]
        if not isinstance(output, str):
            return output
        parts = MARK.split(output)  # text, number of a mark, text, ...
        told = [Claim(receipts[int(part) - 1]) if n % 2 else part for n, part in enumerate(parts)]
        return Draft.of(*told, language=language)


def _output(cls: type) -> Any:
    if cls is Draft:
        return TextOutput(_marked)
    return ToolOutput(cls, name=snake(cls))  # described by its docstring


def nothing() -> None:
    """An empty list, which no call of a tool could stand for."""


def _marked(text: str) -> str:
    """A text whose marks are those of receipts that are there."""
    exchange = EXCHANGE.get()
    there = len(exchange.receipts) if exchange is not None else 0
    for mark in MARK.finditer(text):
        if not 1 <= int(mark[1]) <= there:
            raise ModelRetry(
                f"there is no receipt {mark[0]}; " + (f"use [R1] to [R{there}]" if there else "use no marks")
            )
    return text


def _task(cls: type) -> Tool[Any]:
    def put_off(task: Any) -> None:
        raise CallDeferred

    put_off.__annotations__["task"] = cls
    return Tool(put_off, name=snake(cls), description=_described(cls), metadata={KEY: False})


def _described(cls: type) -> str:
    """The docstring, unless it is the one that a dataclass makes of its fields."""
    doc = cls.__doc__ or ""
    return "" if doc.startswith(f"{cls.__name__}(") else doc.strip()
