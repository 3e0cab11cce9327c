"""What `segue` offers is sorted, explained, and exactly what the reference lists."""

import ast
import importlib
import inspect
import re
from itertools import pairwise
from pathlib import Path

import pytest

import segue

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference.md"
PUBLIC = [name for name in segue.__all__ if not name.startswith("__")]


def names_in(reference: str) -> list[str]:
    """The names a page explains: what stands in backticks in its third-level headings."""
    headings = re.findall(r"^### (.+)$", re.sub(r"^```.*?^```", "", reference, flags=re.M | re.S), flags=re.M)
    return [name for heading in headings for name in re.findall(r"`@?([A-Za-z_]\w*)[^`]*`", heading)]


def order(name: str) -> tuple[int, str]:
    """Ruff's order of `__all__`: CONSTANTS, then Classes, then functions."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2, name)


def explanation(name: str, value: object) -> str:
    """The docstring of a class, function or module; of a constant or alias the text that stands below it."""
    if inspect.isclass(value) or inspect.isroutine(value) or inspect.ismodule(value):
        text = inspect.cleandoc(value.__doc__ or "")
        # A dataclass without a docstring gets its signature as one.
        return "" if text.startswith(f"{name}(") else text
    return text_below(name)


def text_below(name: str) -> str:
    for path in sorted((ROOT / "src" / "segue").glob("**/*.py")):
        body = ast.parse(path.read_text("utf-8")).body
        for node, following in pairwise(body):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            named = any(isinstance(target, ast.Name) and target.id == name for target in targets)
            if named and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                return str(following.value.value)
    return ""


def test_all_is_sorted() -> None:
    assert list(segue.__all__) == sorted(set(segue.__all__), key=order)


@pytest.mark.parametrize("name", PUBLIC)
def test_each_name_is_importable_and_explained(name: str) -> None:
    value = getattr(importlib.import_module("segue"), name)
    assert explanation(name, value), f"segue.{name} has no docstring"


def test_the_reference_lists_exactly_the_public_names() -> None:
    listed = names_in(REFERENCE.read_text("utf-8"))
    assert sorted(listed) == sorted(set(listed)), "a name is listed twice"
    assert set(PUBLIC) - set(listed) == set(), "public, and not in docs/reference.md"
    assert set(listed) - set(PUBLIC) == set(), "in docs/reference.md, and not public"


def test_names_are_read_from_headings_alone() -> None:
    page = "## `Verbs`\n### `Sequence(*steps)`\nand `Route`\n### `minutes`, `hours`\n### `@step`\n"
    page += "```python\n### `no`\n```\n"
    assert names_in(page) == ["Sequence", "minutes", "hours", "step"]
