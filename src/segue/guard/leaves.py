"""Every single value in a conversation's facts, with the name of the field it stands in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from segue.flow.builtin import Draft, Facts, History, Message, Objection, Reply

SAID: tuple[type, ...] = (Draft, Reply, Message, History, Facts, Objection)
"""What is only said: no source for what is so."""


def leaves(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """(field, text) of each string, number, date and the like inside a fact."""
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, str(key))
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from leaves(getattr(value, one.name), one.name)
    elif hasattr(value, "model_dump"):
        yield from leaves(value.model_dump(), field)
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for inner in value:
            yield from leaves(inner, field)
    else:
        yield field, str(value)


def said_by_customer(facts: Iterable[Any]) -> str:
    """What the customer wrote, in this turn and before."""
    parts: list[str] = []
    for fact in facts:
        if isinstance(fact, Message):
            parts += fact.parts
        elif isinstance(fact, History):
            parts += [line.text for line in fact.lines if line.speaker == "customer"]
    return "\n".join(parts)
