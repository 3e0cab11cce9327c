"""Wires: what is visible at some spot of a flow, and what feeds a parameter there.

A fact is found by its type: the nearest producer wins. What can be seen is a mapping from cases to
entries, which is threaded through the nodes when a flow is defined; nothing of it is needed at run time
except the order in which the cases of a parameter are looked at.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from segue.errors import DefinitionError
from segue.flow.builtin import GIVEN
from segue.flow.kinds import Case, Kind, spell, spell_case


@dataclass(frozen=True, slots=True)
class Where:
    """A line of somebody's source."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def short(self) -> str:
        """Relative to the current folder, or the file's name alone: fit to be shown to others."""
        file = Path(self.file)
        here = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else Path(file.name)
        return f"{here.as_posix()}:{self.line}"


@dataclass(frozen=True, slots=True)
class Producer:
    """A step at its place, as the source of a fact; `where` is None for what the desk itself gives.

    `hearsay` is what a model makes up, or the customer says, and nobody has looked up.
    """

    name: str
    path: str
    where: Where | None
    substitute: bool = False
    reads: tuple["Wire", ...] = ()
    hearsay: bool = False

    def __str__(self) -> str:
        return f"{self.name} [{self.where}]" if self.where else self.name


@dataclass(frozen=True, slots=True)
class Entry:
    """One case as it is visible at some spot.

    `group` is the set of cases of which exactly one is there; an entry whose group is itself alone is
    surely there. `maybe` is True for what was given on some branches only. Where it was not given, an older
    one is seen instead, unless it `covers` that: the step that could have given it gave something else.
    """

    producers: tuple[Producer, ...]
    group: frozenset[Case]
    maybe: bool = False
    covers: bool = False

    @property
    def sure(self) -> bool:
        return len(self.group) == 1 and not self.maybe


Seen = Mapping[Case, Entry]
"""What is visible at some spot, in the order of giving."""


@dataclass(frozen=True, slots=True)
class Wire:
    """One positional parameter, and the producers that may feed it; `cases` is the order in which to look."""

    parameter: str
    kind: Kind
    cases: tuple[Case, ...]
    producers: tuple[Producer, ...]


def feed(parameter: str, kind: Kind, seen: Seen, *, who: str, where: Where) -> Wire:
    """Find what feeds a parameter, or say politely what is missing."""
    # What was given last is nearest, and behind what is surely there nothing needs to be looked for.
    nearest: list[Case] = []
    for case in reversed(list(seen)):
        if case in kind.cases:
            nearest.append(case)
            if not seen[case].maybe and seen[case].group <= set(nearest):
                break
    needs = f"{who} needs {parameter}: {kind}"
    if not nearest:
        raise DefinitionError(
            f"{needs}, and nothing before it gives one (there is: {inventory(seen)}) [{where}]"
        )
    for case in () if kind.optional else nearest:
        entry = seen[case]
        if entry.maybe:
            raise DefinitionError(
                f"{needs}, but {spell_case(case)} is given on some branches only "
                f"(by {_either(entry)}); read it as {kind} | None [{where}]"
            )
        if others := entry.group - kind.cases:
            raise DefinitionError(
                f"{needs}, but {_either(entry)} gives {spell(entry.group)}; a Route says what "
                f"happens on {spell(others)}, and in its branch for {spell_case(case)} this can be read "
                f"[{where}]"
            )
    producers = tuple(dict.fromkeys(p for case in nearest for p in seen[case].producers))
    return Wire(parameter, kind, tuple(nearest), producers)


def given_by(producer: Producer, cases: Iterable[Case]) -> dict[Case, Entry]:
    """What one producer adds: exactly one of these cases."""
    group = frozenset(cases)
    return {case: Entry((producer,), group) for case in sorted(group, key=spell_case)}


def with_added(seen: Seen, adds: Seen) -> Seen:
    """What is visible after a node: the nearest producer wins, and takes an older decision apart."""
    after = dict(seen)
    for case, entry in adds.items():
        older = after.pop(case, None)  # so that the order of the mapping is the order of giving
        after[case] = entry
        if older is None:
            continue
        for other in (older.group - set(adds)) & set(after):
            # Nobody can decide on what is half covered, but what was given stays given.
            after[other] = Entry(after[other].producers, frozenset({other}), maybe=True, covers=True)
        if entry.maybe and not entry.covers:
            producers = tuple(dict.fromkeys((*entry.producers, *older.producers)))
            uncertain, covers = not older.sure, older.covers or len(older.group) > 1
            after[case] = Entry(producers, frozenset({case}), maybe=uncertain, covers=covers)
    return after


def caller_line() -> Where:
    """The nearest line outside this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("segue."):
        frame = frame.f_back
    return Where(frame.f_code.co_filename, frame.f_lineno)


def inventory(seen: Seen) -> str:
    """What there is, without what is there in every flow."""
    own = [case for case, entry in seen.items() if case not in GIVEN or entry.producers[0].where]
    return ", ".join(spell_case(case) for case in own) or "nothing"


def _either(entry: Entry) -> str:
    return " or ".join(str(producer) for producer in entry.producers)
