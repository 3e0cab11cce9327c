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
from segue.flow.builtin import GIVEN, Draft, Message
from segue.flow.kinds import Kind, Many
from segue.flow.receipts import Claim, Receipt

MARK: Final = re.compile(r"\[R(\d{1,4})\]")

_OURS: Final = frozenset((*GIVEN, Message, Receipt))

_ALIKE: Final = re.compile(r"\[\s*R\s*\d+(?:[\s,;&R\d-]|and)*\]", re.IGNORECASE)
"""A mark, or what a model takes for one: [r1], [R1, R2]. The customer would read it as it stands."""


class Outputs:
    """What an agent gives: a Draft as text, any other class by calling a tool of its name.

    An item of a list is a tool too, but one that is put off, of which a model calls as many at once as it likes:
    that is how models hand out tasks.
    """

    def __init__(self, gives: Kind, who: str) -> None:
        many = next((case for case in gives.cases if isinstance(case, Many)), None)
        single = sorted((case for case in gives.cases if isinstance(case, type)), key=snake)
        items = sorted(many.items if many is not None else (), key=snake)
        if ours := next((cls for cls in (*single, *items) if cls in _OURS), None):
            raise DefinitionError(
                f"{who} may give {ours.__name__}, which is for the desk to know and never for a model to say"
            )
        if Draft in items:
            raise DefinitionError(
                f"{who} may give several drafts; a reply is made of one, so let it give Draft"
            )
        names = [snake(cls) for cls in (*single, *items)]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise DefinitionError(
                f"{who} may give two things that a model would know as {twice!r}; rename one class"
            )
        self.names = frozenset(names)
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
        if wrong := _wrong_mark(output, len(receipts)):
            raise ValueError(wrong)  # by an agent that had no chance to be told
        parts = MARK.split(output)  # text, number of a mark, text, ...
        told = [Claim(receipts[int(part) - 1]) if n % 2 else part for n, part in enumerate(parts)]
        return Draft.of(*told, language=language)


def _output(cls: type) -> Any:
    if cls is Draft:
        return TextOutput(_marked)
    return ToolOutput(cls, name=snake(cls))  # described by its docstring


async def nothing() -> None:
    """An empty list, which no call of a tool could stand for."""


async def _marked(text: str) -> str:
    """A text whose marks are those of receipts that are there."""
    exchange = EXCHANGE.get()
    if wrong := _wrong_mark(text, len(exchange.receipts) if exchange is not None else 0):
        raise ModelRetry(wrong)
    return text


def _wrong_mark(text: str, there: int) -> str:
    """What is wrong with a text's marks; empty where each stands for a receipt."""
    for found in _ALIKE.finditer(text):
        mark = MARK.fullmatch(found[0])
        if mark is None or not 1 <= int(mark[1]) <= there:
            known = f"use [R1] to [R{there}], each alone" if there else "use no marks"
            return f"there is no receipt {found[0][:40]}; {known}"
    return ""


def _task(cls: type) -> Tool[Any]:
    async def put_off(task: Any) -> None:
        raise CallDeferred

    put_off.__annotations__["task"] = cls
    return Tool(put_off, name=snake(cls), description=_described(cls), metadata={KEY: False})


def _described(cls: type) -> str:
    """The docstring, unless it is the one that a dataclass makes of its fields."""
    doc = cls.__doc__ or ""
    return "" if doc.startswith(f"{cls.__name__}(") else doc.strip()
