"""Found: the facts that steps and people gave, each with who gave it and when."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from segue.observe.log import content_of, shape_of
from segue.people.bounds import small
from segue.people.packet import Found
from segue.run import events as ev
from segue.run.codec import Happened

ToolsAt: TypeAlias = Callable[[str], tuple[str, ...]]
"""The tools of the step at a path."""


def found_in(events: Sequence[Happened], tools_at: ToolsAt) -> list[Found]:
    """Every fact of the desk's own classes once, as it was read last; oldest first. What was erased is not there."""
    found: dict[tuple[str, str], Found] = {}
    for happened in events:
        event: Any = happened.event
        if not isinstance(event, ev.StepFinished | ev.FactReused | ev.PersonAnswered | ev.FactTold):
            continue
        path = getattr(event, "path", "")
        by = event.by if isinstance(event, ev.PersonAnswered) else ""
        told = event.source if isinstance(event, ev.FactTold) else ""
        source = by or told or path.rpartition("/")[2]
        for name, value in _named(event.fact):
            fact = Found(name, small(value), source, tools_at(path), path, happened.seq, happened.at)
            key = (name, repr(value))
            found.pop(key, None)  # what was read again stands where it was read last
            found[key] = fact
    return list(found.values())


def _named(fact: object) -> Iterator[tuple[str, Any]]:
    """The facts of a list, or the one; those of ours are told elsewhere."""
    shape = shape_of(fact)
    if shape is None:
        return
    single = isinstance(shape, str)
    names = (shape,) if isinstance(shape, str) else shape
    for name, value in zip(names, [content_of(fact)] if single else content_of(fact), strict=True):
        if not name.startswith("segue.") and value:
            yield name, value
