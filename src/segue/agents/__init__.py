"""Agents: language models as steps, and the routers that need none.

What needs an extra is loaded when it is asked for: `from segue.agents import Agent` needs `segue[agents]`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segue.agents.agent import Agent
    from segue.agents.models import Models

__all__ = ["Agent", "Models"]

_MODULES = {"Agent": "segue.agents.agent", "Models": "segue.agents.models"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"segue.agents has no {name}")
    try:
        return getattr(import_module(_MODULES[name]), name)
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("pydantic_ai"):
            raise
        raise ModuleNotFoundError(f'{name} needs language models: pip install "segue[agents]"') from error
