"""The terminal: where text goes, and what must not reach it."""

from typing import Any
from unicodedata import category

import orjson
from rich.console import Console, RenderableType


def plain(text: str) -> str:
    """Without anything that would steer a terminal."""
    return "".join(
        sign if sign in "\n\t" or category(sign) not in ("Cc", "Cf", "Cs") else "�" for sign in text
    )


def show(what: RenderableType) -> None:
    """Print it, as wide as the terminal is; 80 columns where there is none."""
    Console(highlight=False, markup=False).print(what)


def show_json(what: Any) -> None:
    """Print it for programs."""
    print(orjson.dumps(what, option=orjson.OPT_INDENT_2).decode())
