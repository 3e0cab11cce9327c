"""Reviewed tools: what a server offered when somebody looked at it, written down in a file.

A description is read by a model and so can instruct it, and a server can change it at any time. So what a desk uses
stands in a file of the project, goes through its reviews, and is what the server is held against at run time.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from segue.errors import DefinitionError

FIELDS = ("title", "description", "inputSchema", "outputSchema", "annotations")


@dataclass(frozen=True, slots=True)
class Definition:
    """A tool as its server describes it; the names are those of the protocol."""

    name: str
    inputSchema: Mapping[str, Any]
    title: str = ""
    description: str = ""
    outputSchema: Mapping[str, Any] | None = None
    annotations: Mapping[str, Any] = field(default_factory=dict)

    @property
    def properties(self) -> Mapping[str, Any]:
        """The schemas of its parameters."""
        found: Mapping[str, Any] = self.inputSchema.get("properties", {})
        return found

    @property
    def required(self) -> frozenset[str]:
        return frozenset(self.inputSchema.get("required", ()))

    @property
    def reads_only(self) -> bool:
        """Does it say that it changes nothing? What says nothing is taken to act."""
        return self.annotations.get("readOnlyHint") is True

    def changes(self, live: "Definition | None") -> str:
        """In what the live tool differs from this one, in words; "" when in nothing."""
        if live is None:
            return f"{self.name} is gone"
        parts = [_change(name, getattr(self, name), getattr(live, name)) for name in FIELDS]
        told = ", ".join(part for part in parts if part)
        return f"{self.name} has changed: {told}" if told else ""


class Reviewed:
    """The tools in a file, by name."""

    def __init__(self, tools: Iterable[Definition], file: str = "") -> None:
        self.tools = {tool.name: tool for tool in tools}
        self.file = file

    @classmethod
    def read(cls, path: str | Path) -> "Reviewed":
        """Read a file that `segue tools` has written; DefinitionError says what is wrong with it."""
        how = "write it with `segue tools COMMAND-OR-ADDRESS > FILE`"
        try:
            written = json.loads(Path(path).read_text("utf-8"))
            tools = [Definition(name=name, **about) for name, about in written["tools"].items()]
        except OSError as error:
            raise DefinitionError(
                f"the reviewed tools in {path} cannot be read ({error.strerror}); {how}"
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DefinitionError(f"{path} is no file of reviewed tools ({error!r}); {how}") from error
        return cls(tools, str(path))

    def write(self) -> str:
        """As it stands in a file: signs that nobody sees are written so that a reviewer sees them."""
        tools = {
            name: {key: value for key in FIELDS if (value := getattr(tool, key))}
            for name, tool in sorted(self.tools.items())
        }
        text = json.dumps({"tools": tools}, indent=2, ensure_ascii=False)
        return "".join(map(_visible, text)) + "\n"

    def changes(self, live: Iterable[Definition], among: Iterable[str]) -> list[str]:
        """What has changed of these tools."""
        there = {tool.name: tool for tool in live}
        return [told for name in sorted(among) if (told := self.tools[name].changes(there.get(name)))]


def _change(name: str, reviewed: Any, live: Any) -> str:
    if _canonical(reviewed or None) == _canonical(live or None):
        return ""
    if name != "inputSchema":
        return f"another {name}"
    before, now = reviewed.get("properties", {}), (live or {}).get("properties", {})
    parts = [
        *(f"new {one}" for one in sorted(now.keys() - before.keys())),
        *(f"without {one}" for one in sorted(before.keys() - now.keys())),
        *(f"another {n}" for n in sorted(now.keys() & before) if _canonical(now[n]) != _canonical(before[n])),
    ]
    return f"another inputSchema ({', '.join(parts) or 'not its parameters'})"


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _visible(sign: str) -> str:
    if sign == "\n" or unicodedata.category(sign)[0] != "C":
        return sign
    return json.dumps(sign)[1:-1]
