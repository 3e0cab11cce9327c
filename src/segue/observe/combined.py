"""How the nodes that combine others are read: in order, at the same time, for each, one of several."""

from dataclasses import replace

from segue.flow.flow import Flow
from segue.flow.go_on import GoOn
from segue.flow.kinds import Case, spell_case, stable_name
from segue.flow.node import Place
from segue.flow.receipts import ActionConflict
from segue.flow.route import Route
from segue.observe.acting import undone_by_flow
from segue.observe.log import Shape
from segue.observe.reading import Read, Reading, Scope, beginning, given, one, plus, state_of, together
from segue.observe.stage import Stage, group
from segue.run.walking import Path


def sequence(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    stages: list[Stage] = []
    adds: Scope = {}
    read = Read((), "gave")
    for child in place.children:
        read = reading.read(child, plus(scope, adds), path)
        stages += read.stages
        if read.how != "gave":
            return replace(read, stages=tuple(stages))
        adds = plus(adds, read.adds)
    return replace(read, stages=tuple(stages), adds=adds)


def parallel(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    reads = [reading.read(child, scope, path) for child in place.children]
    stage = group("parallel", "at the same time", state_of(reads), [one(read) for read in reads])
    adds: Scope = {}
    for read in reads:
        adds = plus(adds, read.adds)
    return replace(together(reads), stages=(stage,), adds=adds)


def each(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    assert place.over is not None
    (body,) = place.children
    listed = scope.get(place.over)
    names = {stable_name(cls).name: cls for cls in place.over.items}
    reads, items = [], []
    for index in range(_count(reading, place, path, listed)):
        below = path.at(place.stem, str(index))
        name = listed[index] if isinstance(listed, tuple) else ""
        read = reading.read(body, plus(scope, {names[name]: name} if name in names else {}), below)
        reads.append(read)
        title = f"{index + 1}: {name}" if name else str(index + 1)
        items.append(group("item", title, state_of([read]), read.stages, path=below.prefix[:-1]))
    shapes = tuple(read.shape for read in reads if isinstance(read.shape, str))
    gave: Scope = dict.fromkeys(place.gives, shapes if len(shapes) == len(reads) else None)
    says = "" if reads else "the list is empty"
    stage = group("each", f"each of {place.over}", state_of(reads), items, says=says)
    return replace(together(reads), stages=(stage,), gave=gave, adds=gave)


def _count(reading: Reading, place: Place, path: Path, listed: Shape | None) -> int:
    if isinstance(listed, tuple):
        return len(listed)
    stem = beginning(place, path)
    found = {at[len(stem) :].partition("/")[0] for (at, _), _ in reading.log.left if at.startswith(stem)}
    # Another Each may stand beside this one, under the same beginning.
    mine = [
        int(index)
        for index in found
        if index.isdecimal() and reading.began(place.children[0], path.at(place.stem, index))
    ]
    return max(mine, default=-1) + 1


def route(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: Route = place.node  # type: ignore[assignment]
    branches: dict[Case, Place] = dict(zip(node.branches, place.children, strict=True))
    decided = [case for case in [*scope][::-1] if case in (*branches, ActionConflict) and scope[case]]
    if decided and decided[0] not in branches:
        says = "the same was done with other arguments, and nothing says what then"
        stage = Stage("route", spell_case(ActionConflict), "failed", reason="conflict", says=says)
        return Read((stage,), "failed", reason="conflict")
    if not decided:  # erased: what was recorded below tells, else that nothing had to be
        starts = {case: start for case, child in branches.items() if (start := reading.began(child, path))}
        silent = [case for case, child in branches.items() if isinstance(child.node, GoOn)]
        decided = sorted(starts, key=starts.__getitem__) or silent
    if not decided:
        return Read((Stage("route", "Route", reading.rest, says="no telling which branch"),), "pending")
    case = decided[0]
    assert isinstance(case, type)
    read = reading.read(branches[case], scope, path)
    return replace(read, stages=(group("route", spell_case(case), state_of([read]), read.stages),))


def named(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    read = reading.read(place.children[0], scope, path)
    return replace(read, stages=(group("named", place.node.title, state_of([read]), read.stages),))


def flow(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: Flow[object] = place.node  # type: ignore[assignment]
    read = reading.read(place.children[0], scope, path)
    if node.all_or_nothing:
        read = undone_by_flow(reading, read, path.prefix + place.below[path.cut :])
    stage = group("flow", node.name, state_of([read]), read.stages)
    # What it found on its way is its own business.
    gave = given(place, read.shape) if read.how == "gave" else {}
    return replace(read, stages=(stage,), gave=gave, adds=gave)
