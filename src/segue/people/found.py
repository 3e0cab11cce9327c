"""Found: the facts that steps and people gave, each with who gave it and when."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from segue.observe.log import content_of, shape_of
from segue.people.bounds import small
from segue.people.packet import Found
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.facts import Held

ToolsAt: TypeAlias = Callable[[str], tuple[str, ...]]
"""The tools of the step at a path."""


def found_in(events: Sequence[Happened], tools_at: ToolsAt, most: int) -> tuple[list[Found], int]:
    """The latest facts of the desk's own classes, each as it was read last, oldest first; and how many are left out.

    What was erased is not there.
    """
    given: dict[bytes, Happened] = {}
    for happened in events:
        fact: object = happened.event.fact if isinstance(happened.event, _GIVING) else None
        if isinstance(fact, Held) and not _is_ours(fact):
            given.pop(fact.data, None)  # what was read again stands where it was read last
            given[fact.data] = happened
    found: list[Found] = []
    left_out = 0
    done = max((h.seq for h in events if isinstance(h.event, ev.ActionDone)), default=0)
    for happened in reversed(given.values()):
        if len(found) < most:
            found += _found(happened, tools_at, done)
        else:
            left_out += 1
    return found[:most][::-1], left_out + max(len(found) - most, 0)


def name_at(path: str) -> str:
    """What stands at a path, as its desk calls it: `pay_refund`, also where it waits for approval."""
    return path.rpartition("/")[2].partition("~")[0]


def _is_ours(fact: Held) -> bool:
    """Is it one of those that every desk has, which are told elsewhere? Seen without reading the fact."""
    return fact.data.startswith(_OURS)


_OURS = (b'{"t":"segue.', b'{"l":[{"t":"segue.', b'{"l":[]')
_GIVING = (ev.StepFinished, ev.FactReused, ev.PersonAnswered, ev.FactTold)


def _found(happened: Happened, tools_at: ToolsAt, done: int) -> Iterator[Found]:
    event: Any = happened.event
    path = getattr(event, "path", "")
    by = event.by if isinstance(event, ev.PersonAnswered) else ""
    told = event.source if isinstance(event, ev.FactTold) else ""
    source = by or told or name_at(path)
    for name, value in _named(event.fact):
        where = (path, happened.seq, happened.at)
        yield Found(name, small(value), source, tools_at(path), *where, may_have_changed=happened.seq < done)


def _named(fact: Held) -> Iterator[tuple[str, Any]]:
    """The facts of a list, or the one; one without content says no more than its name and is left out."""
    shape, content = shape_of(fact), content_of(fact)
    facts = [(shape, content)] if isinstance(shape, str) else zip(shape or (), content, strict=True)
    return ((name, value) for name, value in facts if value)
