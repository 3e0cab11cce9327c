"""Reading: goes through a recorded turn along its flow, and counts attempts as the walk does."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from segue.flow.delegate import Delegate
from segue.flow.flow import Flow
from segue.flow.kinds import Case, Many, stable_name
from segue.flow.node import Node, Place
from segue.observe.log import Item, Log, Shape
from segue.observe.stage import Stage, State, group
from segue.run.asking import read_again_below
from segue.run.codec import Happened
from segue.run.walking import Path

Scope: TypeAlias = Mapping[Case, Shape | None]
"""What was given so far, the latest last; None where a list was erased."""

How: TypeAlias = Literal["gave", "failed", "pending", "over"]


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a node: its stages in order, and what that means for whoever comes after.

    `gave` is its fact and `adds` all that later ones see, as in the walk. `reason` and `kinds` are those of
    the failure. `items` are the single facts of a list, as recorded; None where they cannot be told.
    """

    stages: tuple[Stage, ...]
    how: How
    gave: Scope = field(default_factory=dict)
    adds: Scope = field(default_factory=dict)
    reason: str = ""
    kinds: tuple[str, ...] = ()
    items: tuple[Item, ...] | None = None

    @property
    def final(self) -> bool:
        return self.reason in ("bug", "flow_changed", "unknown", "conflict")

    @property
    def shape(self) -> Shape | None:
        """What the fact is called; None where it was erased or there is none."""
        return next((shape for shape in [*self.gave.values()][::-1] if shape is not None), None)


class Reading:
    """Reads one turn. `rest` is the state of a step that nothing was recorded of.

    `acted` says whether an action was done so far, and `approved` which calls were approved, by path.
    """

    def __init__(
        self, kinds: "Mapping[type[Node[Any]], Reader]", flow: Flow[Any], log: Log, rest: State
    ) -> None:
        self.flow = flow
        self.log = log
        self.rest: State = rest
        self.acted = False
        self.approved: dict[str, str] = {}
        self._kinds = kinds
        self._tries: dict[str, int] = {}

    def read(self, place: Place, scope: Scope, path: Path) -> Read:
        """What became of this place."""
        reader = next(self._kinds[kind] for kind in type(place.node).__mro__ if kind in self._kinds)
        return reader(self, place, scope, path)

    def read_given_up(self, place: Place, scope: Scope, path: Path) -> Read:
        """The same where time was up: what nothing was recorded of was abandoned then."""
        before, self.rest = self.rest, "timed out"
        try:
            return self.read(place, scope, path)
        finally:
            self.rest = before

    def read_again(self, asked: str, until: int | None) -> tuple[Stage, ...]:
        """Kept facts that had grown stale were read again when this question was answered, before event `until`."""
        stages: list[Stage] = []
        below = read_again_below(asked)
        for makers in self.flow.makers.values():
            for maker in makers.values():
                began = self.began(maker, below)
                if began is not None and (until is None or began < until):
                    stages += self.read(maker, {}, below).stages
        return tuple(stages)

    def attempt(self, path: str) -> int:
        """Count one more attempt at this path; the first is 1."""
        n = self._tries[path] = self._tries.get(path, 0) + 1
        return n

    def upcoming(self, path: str) -> list[Happened]:
        """What was recorded of the next attempt at this path."""
        return self.log.peek(path, self._tries.get(path, 0) + 1)

    def began(self, place: Place, path: Path) -> int | None:
        """The first event below a place that nothing has taken yet; None where there is none."""
        whole = {*_footprint(place, path)}
        parts = tuple(trace for trace in whole if trace.endswith("."))
        found = (
            events[0].seq
            for (at, _), events in self.log.left
            if at in whole or (parts and at.startswith(parts))
        )
        return next(found, None)


Reader: TypeAlias = Callable[[Reading, Place, Scope, Path], Read]


def together(reads: list[Read]) -> Read:
    """Several at the same time: all are waited for, then the worst counts. It has no stages yet."""
    if any(read.how == "pending" for read in reads):
        return Read((), "pending")
    rank = {"over": 1, "failed": 2}
    bad = [read for read in reads if read.how != "gave"]
    worst = min(bad, key=lambda read: 0 if read.final else rank[read.how], default=None)
    return replace(worst, stages=(), adds={}, gave={}) if worst else Read((), "gave")


def state_of(reads: list[Read]) -> State:
    """The state of a node that consists of these."""
    how = together(reads).how
    if how == "gave":
        return "done"
    if how == "failed":
        return "failed"
    below = [stage.state for read in reads if read.how == how for stage in read.stages]
    return next((state for state in _LOUDEST if state in below), "abandoned")


_LOUDEST: tuple[State, ...] = (
    *("running", "unknown", "with a person", "waiting", "handed over", "withdrawn", "expired", "timed out", "late"),
)  # fmt: skip


def one(read: Read) -> Stage:
    """A single stage for what may be several."""
    if len(read.stages) == 1:
        return read.stages[0]
    return group("sequence", "in order", state_of([read]), read.stages)


def given(place: Place, shape: Shape | None) -> Scope:
    """What a place gave, as others see it: the case it is, where that can be told."""
    if shape is None:  # erased; where only one class was possible, it was that
        case = next(iter(place.gives)) if len(place.gives) == 1 else None
        return {} if case is None else {case: stable_name(case).name if isinstance(case, type) else None}
    for case in place.gives:
        if isinstance(shape, tuple) if isinstance(case, Many) else _is_called(case, shape):
            return {case: shape}
    return {}


def plus(scope: Scope, adds: Scope) -> Scope:
    """What is seen after something was added; the latest stands last."""
    return {**{case: shape for case, shape in scope.items() if case not in adds}, **adds}


def _is_called(case: type, name: Shape) -> bool:
    known = stable_name(case)
    return name == known.name or name in known.was


def _footprint(place: Place, path: Path) -> Iterator[str]:
    """The paths of all that stands below a place; one that ends in a dot goes on with an index."""
    yield path.of(place)
    children = place.children
    if place.stem:
        yield beginning(place, path)
        children = place.children[:1] if isinstance(place.node, Delegate) else ()
    for child in children:
        yield from _footprint(child, path)


def beginning(place: Place, path: Path) -> str:
    """How the paths below an Each or the specialists of a Delegate begin."""
    return path.at(place.stem, "").prefix[:-1]
