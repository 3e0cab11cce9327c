"""How the nodes that go round are read: a lead with specialists, a writer with guards, another attempt."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson

from segue.flow.delegate import Delegate
from segue.flow.kinds import Many, spell_case, stable_name
from segue.flow.node import Place, Retry
from segue.flow.receipts import AlreadyDone
from segue.flow.refine import OBJECTIONS, Refine
from segue.observe.log import Item
from segue.observe.reading import Read, Reading, Scope, beginning, given, plus, state_of, together
from segue.observe.stage import Stage, State, group
from segue.run import events as ev
from segue.run.walking import Path

PLAIN = ("builtins.Exception",)


def delegate(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: Delegate[Any] = place.node  # type: ignore[assignment]
    lead = place.children[0]
    stages: list[Stage] = []
    asked: set[bytes] = set()
    for hop in range(node.at_most):
        read = reading.read(lead, plus(scope, {place.over: None} if place.over else {}), path)
        stages += read.stages
        tasks = _tasks(reading, place, path, hop, read.items, asked)
        if read.how != "gave" or not (tasks or _may_be_list(read)):
            break
        if not tasks:
            read = Read((), "failed", reason="repeated", kinds=PLAIN)
            break
        reads, shown = [], []
        for index, (case, specialist) in enumerate(tasks):
            below = path.at(place.stem, f"{hop}.{index}")
            done = reading.read(specialist, plus(scope, {case: stable_name(case).name}), below)
            reads.append(done)
            shown.append(
                group("task", spell_case(case), state_of([done]), done.stages, path=below.prefix[:-1])
            )
        stages.append(group("round", f"round {hop + 1}", state_of(_unmended(reads)), shown))
        read = together(_unmended(reads))
        if read.how != "gave":
            break
    else:
        read = Read((), "failed", reason="hops", kinds=PLAIN)
    says = {"repeated": "asked for nothing new", "hops": f"no verdict in {node.at_most} rounds"}
    title, own = f"{lead.node.title} delegates", says.get(read.reason, "")
    stage = group("delegate", title, state_of([replace(read, stages=tuple(stages[-1:]))]), stages, says=own)
    gave = given(place, read.shape) if read.how == "gave" else {}
    return replace(read, stages=(replace(stage, reason=read.reason if own else ""),), gave=gave, adds=gave)


def _may_be_list(read: Read) -> bool:
    return read.items is not None or any(isinstance(case, Many) for case in read.gave)


def _unmended(reads: list[Read]) -> list[Read]:
    """A specialist's failure is news for the lead, and no failure of the whole."""
    return [Read(r.stages, "gave") if r.how == "failed" and not r.final else r for r in reads]


def _tasks(
    reading: Reading, place: Place, path: Path, hop: int, items: tuple[Item, ...] | None, asked: set[bytes]
) -> list[tuple[type, Place]]:
    """The tasks of a round with who does them: as the lead gave them, else as the paths show."""
    node: Delegate[Any] = place.node  # type: ignore[assignment]
    specialists = dict(zip(node.to, place.children[1:], strict=True))
    if items is not None:
        new = [(name, data) for name, data in items if data not in asked]
        asked.update(data for _, data in new)
        called = {
            name: case for case in specialists for name in (stable_name(case).name, *stable_name(case).was)
        }
        return [(called[name], specialists[called[name]]) for name, _ in new if name in called]
    stem = f"{beginning(place, path)}{hop}."
    found = {at[len(stem) :].partition("/")[0] for (at, _), _ in reading.log.left if at.startswith(stem)}
    tasks = []
    for index in range(max((int(index) for index in found if index.isdecimal()), default=-1) + 1):
        below = path.at(place.stem, f"{hop}.{index}")
        tasks += [(case, who) for case, who in specialists.items() if reading.began(who, below)][:1]
    return tasks


def refine(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: Refine = place.node  # type: ignore[assignment]
    write, *others = place.children
    guards, last = others[: len(node.against)], others[len(node.against) :]
    drafts: list[Stage] = []
    read = Read((), "gave")
    trouble: Read | None = None
    objected = ""
    writers = [write] * (node.at_most if node.rewrites else 1) + last
    for n, writer in enumerate(writers, start=1):
        if trouble is not None and writer is write:
            continue
        title = "last resort" if writer in last else f"draft {len(drafts) + 1}"
        read = reading.read(writer, plus(scope, {OBJECTIONS: None}), path)
        checks: list[Read] = []
        if read.how == "gave":
            known = plus(plus(scope, {OBJECTIONS: None}), read.adds)
            checks = [_guard(reading, guard, known, path) for guard in guards]
            objected = "; ".join(stage.says for stage in _objections(checks))
            if any(check.how == "gave" and check.items is None for check in checks):  # erased
                again = any(reading.began(following, path) for following in writers[n:])
                objected = objected or ("objections that were erased" if again else "")
        reads = [read, *checks]
        state: State = "objected" if read.how == "gave" and objected else state_of(reads)
        drafts.append(group("draft", title, state, [stage for each in reads for stage in each.stages]))
        if read.how == "failed" and not read.final:
            trouble = read
        elif read.how != "gave" or (checks and together(checks).how != "gave"):
            read = read if read.how != "gave" else together(checks)
            break
        elif not objected:
            break
    else:
        read = Read((), "failed", reason="objections", kinds=PLAIN) if objected else trouble or read
    from_receipts = read.reason == "objections" and (reading.acted or bool(scope.get(AlreadyDone)))
    if from_receipts:
        read = Read((), "gave")
    stage = group("refine", "Refine", state_of([replace(read, stages=tuple(drafts[-1:]))]), drafts)
    if from_receipts:
        stage = replace(stage, says="no draft passed every guard, so it was answered from receipts")
    if read.reason == "objections":
        stage = replace(stage, reason="objections", says="no draft passed every guard")
    gave: Scope = dict.fromkeys(place.gives, "segue.Reply") if read.how == "gave" else {}
    return replace(read, stages=(stage,), gave=gave, adds=gave)


def _guard(reading: Reading, guard: Place, scope: Scope, path: Path) -> Read:
    """A guard, whose objections are shown in place of how many it gave."""
    read = reading.read(guard, scope, path)
    if read.how != "gave" or not read.stages:
        return read
    *before, stage = read.stages
    if read.items is None:  # erased; whatever came after it tells whether there were any
        return read
    if not read.items:
        return replace(read, stages=(*before, replace(stage, says="no objection")))
    why = "; ".join(orjson.loads(data)["d"].get("why", "") for _, data in read.items)
    return replace(read, stages=(*before, replace(stage, state="objected", says=why)))


def _objections(checks: list[Read]) -> Iterator[Stage]:
    return (stage for read in checks for stage in read.stages if stage.state == "objected")


def retry(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: Retry[object] = place.node  # type: ignore[assignment]
    where = path.of(place)
    rounds: list[Stage] = []
    read = Read((), "pending")
    for again in range(1, node.times + 1):
        read = reading.read(place.children[0], scope, path)
        rounds.append(_round(again, read))
        if read.how != "failed" or read.final or again == node.times or not {*node.on} & {*read.kinds}:
            break
        if node.pause:
            attempt = reading.attempt(where)
            if not any(isinstance(h.event, ev.Woke) for h in reading.log.take(where, attempt)):
                rounds.append(
                    Stage("pause", f"pause before attempt {again + 1}", reading.rest, where, attempt)
                )
                read = replace(read, how="pending")
                break
    if len(rounds) == 1:
        return read
    return replace(read, stages=(group("retry", node.title, state_of([read]), rounds),))


def _round(number: int, read: Read) -> Stage:
    if len(read.stages) == 1 and read.stages[0].kind in ("step", "action"):
        return read.stages[0]
    return group("attempt", f"attempt {number}", state_of([read]), read.stages)
