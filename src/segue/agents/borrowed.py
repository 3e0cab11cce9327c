"""Borrowed: an agent and tools of the user's, and whether they fit, before a customer finds out."""

from collections.abc import Collection, Iterable
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pydantic_ai
from pydantic_ai.tools import Tool

from segue.errors import DefinitionError
from segue.flow.builtin import Draft
from segue.flow.kinds import Kind, spell


def check_fits(agent: "pydantic_ai.Agent[Any, Any]", gives: Kind, who: str) -> None:
    """DefinitionError where its output is surely none of these."""
    for output in _classes(agent.output_type):
        if output is Draft:
            raise DefinitionError(
                f"{who} has an agent whose output is a Draft; let it be a str, which becomes one: "
                "what a Draft claims is not for a model to fill in"
            )
        if (Draft if output is str else output) not in gives.cases:
            raise DefinitionError(
                f"{who} gives {spell(gives.cases)}, and the output of its agent may be {output.__name__}"
            )


def check_tools(tools: Iterable[Any], outputs: Collection[str], who: str) -> None:
    """DefinitionError where calls of a tool could not be told apart from others."""
    single = [tool for tool in tools if not isinstance(tool, pydantic_ai.AbstractToolset)]
    names = [tool.name if isinstance(tool, Tool) else tool.__name__ for tool in single]
    if twice := next((name for name in names if name in outputs or names.count(name) > 1), ""):
        raise DefinitionError(f"{who} has two tools that a model would know as {twice!r}; rename one")


def _classes(output: Any) -> list[type]:
    """The plain classes that an output type names; of anything else, time will tell."""
    if get_origin(output) in (Union, UnionType):
        return _classes(get_args(output))
    if isinstance(output, list | tuple):
        return [cls for one in output for cls in _classes(one)]
    return [output] if isinstance(output, type) and get_origin(output) is None else []
