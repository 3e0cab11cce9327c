"""How actions are read: what is done in a back end, what has to be approved, and what is taken back.

How an action came out may become known after the turn is over, or after a person was asked: its stage shows how it
stands now, while what followed in the turn is read from what the turn was told.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

from segue.flow.action import Action
from segue.flow.kinds import stable_name
from segue.flow.node import Approve, Place
from segue.flow.receipts import ActionConflict, Refused
from segue.observe.log import Log, content_of, shape_of, spell_shape
from segue.observe.reading import How, Read, Reading, Scope, given, state_of
from segue.observe.rounds import PLAIN
from segue.observe.stage import Stage, State, group
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.doing import TIMES
from segue.run.walking import Path


def action(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: Action[Any, Any] = place.node  # type: ignore[assignment]
    where = path.of(place)
    attempt = reading.attempt(where)
    stage, told = action_stage(reading.log, where, attempt, node.title, unfinished=reading.rest)
    match told and told.event:
        case ev.ActionDone(how="told"):
            reading.acted = True
            return Read((stage,), "failed", reason="unknown")
        case ev.ActionDone() as event:
            reading.acted = True
            # Also where it was erased: what was done gives what it says.
            gave: Scope = {node.result: stable_name(node.result).name}
            return Read((stage,), "gave", gave, gave)
        case ev.ActionDeclined() | ev.FactReused() as event:
            found = given(place, shape_of(event.fact))
            return Read((stage,), "gave", found, found)
        case ev.ActionNotDone() as event:
            return Read((stage,), "failed", reason="failed", kinds=event.kinds)
        case ev.StepFailed() as event:
            return Read((stage,), "failed", reason=event.reason, kinds=event.kinds)
        case ev.ActionUnknown():
            return Read((stage,), "failed", reason="unknown")
    return Read((stage,), "pending")


def action_stage(
    log: Log, path: str, attempt: int, name: str, *, unfinished: State
) -> tuple[Stage, Happened | None]:
    """An action at one attempt, with its calls and lookups, and the event that told the turn how it came out."""
    found = log.take(path, attempt)
    told = next((h for h in found if _tells(h.event) and (log.over is None or h.seq < log.over)), None)
    end = next((h for h in found if isinstance(h.event, _ENDS)), None)
    progress = log.progress(path, end.seq if end else None)
    stage = Stage("action", name, unfinished, path, attempt, progress=progress)
    began = next((h for h in found if isinstance(h.event, ev.ActionBegan)), None)
    if began is not None:
        stage = _under_way(stage, began, found, log.contents)
        if end is not None and log.over is not None and end.seq > log.over:
            stage = replace(stage, remarks=(*stage.remarks, "it came out after the turn was over"))
    elif end is not None and isinstance(end.event, ev.ActionDeclined):
        stage = _declined(stage, end, log.contents)
    elif end is not None:
        joined = ("the same as before in this turn",) if isinstance(end.event, ev.FactReused) else ()
        stage = replace(stage, **log.ended(end), remarks=joined)
    return stage, told


_ENDS = (ev.ActionDone, ev.ActionNotDone, ev.ActionDeclined, ev.FactReused, ev.StepFailed)


def _tells(event: ev.Event) -> bool:
    return isinstance(event, _ENDS) or (isinstance(event, ev.ActionUnknown) and event.told)


def _under_way(stage: Stage, began: Happened, found: list[Happened], contents: bool) -> Stage:
    """An action that was begun: how it stands, and what was asked of its back end, in order."""
    by = began.event.approved_by  # type: ignore[attr-defined]
    remarks = [f"approved by {by}"] if by else []
    asked: list[Stage] = []
    stage = replace(stage, state="running", started=began.at, sent=1)
    for happened in found:
        match happened.event:
            case ev.ActionAgain() as event:
                stage = replace(stage, sent=event.n)
            case ev.ActionUnknown() as event:
                with_person = event.told or stage.state == "with a person"
                stage = replace(stage, state="with a person" if with_person else "unknown", says=event.why)
                if event.how:
                    asked.append(_asked(stage, happened, event.took, event.how, event.why))
            case ev.ActionDone() as event:
                says, fact = spell_shape(shape_of(event.fact)), content_of(event.fact) if contents else None
                took = _took(began, happened, event.took, asked)
                state: State = "found" if event.how == "found" else "done"
                stage = replace(stage, state=state, says=says, reason="", took=took, by=event.by, fact=fact)
                if event.how == "told":
                    stage = replace(stage, says="", reason="told")
                elif asked:
                    asked.append(_asked(stage, happened, event.took, event.how, says))
            case ev.ActionNotDone() as event:
                why = event.why or event.kinds[0].rpartition(".")[2]
                took = _took(began, happened, event.took, asked)
                stage = replace(stage, state="not done", says=why, reason=event.how, took=took, by=event.by)
                if asked and event.how in ("refused", "absent"):
                    asked.append(_asked(stage, happened, event.took, event.how, why))
            case ev.LateResult() as event:
                remarks.append(event.why or "it came too late")
            case ev.LoopBlocked() as event:
                remarks.append(f"it blocked the event loop for {event.took:.0f} ms, at {event.where}")
    return replace(stage, children=tuple(asked), remarks=tuple(remarks))


def _took(began: Happened, end: Happened, took: float, asked: list[Stage]) -> float:
    """Of one that was called and answered what the call took; else all the time until it was known."""
    return float(end.at - began.at) if asked else took


def _asked(stage: Stage, happened: Happened, took: float, how: str, why: str) -> Stage:
    """One call, or one lookup: how it ended."""
    lookup = how in ("lookup", "absent", "found")
    name = "lookup" if lookup else f"call {stage.sent}"
    states: dict[str, State] = {"found": "found", "called": "done", "refused": "not done", "absent": "absent"}
    state = states.get(how, "unknown")
    says = "its back end knows nothing of it" if state == "absent" else why
    started = round(happened.at - took)
    return Stage("lookup" if lookup else "call", name, state, says=says, started=started, took=took)


def _declined(stage: Stage, end: Happened, contents: bool) -> Stage:
    event: ev.ActionDeclined = end.event  # type: ignore[assignment]
    shape = shape_of(event.fact)
    conflict = shape == stable_name(ActionConflict).name
    says = "done before, with other arguments" if conflict else "done already" if shape else spell_shape(None)
    reason = "conflict" if conflict else ""
    fact = content_of(event.fact) if contents else None
    return replace(stage, state="declined", says=says, reason=reason, started=end.at, fact=fact)


# What has to be approved


def approve(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: Approve[object] = place.node  # type: ignore[assignment]
    (inner,) = place.children
    where = path.of(place)
    stages: list[Stage] = []
    for _ in range(TIMES):
        attempt = reading.attempt(where)
        weighed = next(iter(reading.log.take(where, attempt)), None)
        if weighed is None:
            stages.append(Stage("approval", node.title, reading.rest, where, attempt, person=node.by.name))
            return Read(tuple(stages), "pending")
        match weighed.event:
            case ev.StepFailed() as event:
                stage = Stage("approval", node.title, "failed", where, attempt, event.why, event.reason)
                return Read((*stages, stage), "failed", reason=event.reason, kinds=event.kinds)
            case ev.ApprovalWeighed(because="") as event:
                reading.approved.pop(where, None)
            case ev.ApprovalWeighed() as event:
                if reading.approved.get(where) != event.call or _is_asked(reading, where):
                    answer = _answer(reading, node, where, event)
                    stages += answer.stage, *reading.read_again(where, None)
                    if answer.how != "gave":
                        return Read(tuple(stages), answer.how, reason="expired", kinds=PLAIN)
                    following = _following(reading, inner, where, path)
                    if answer.granted is False or (answer.granted is None and not following):
                        gave: Scope = {Refused: stable_name(Refused).name}
                        return Read(tuple(stages), "gave", gave, gave)
                    reading.approved[where] = answer.call
                    if following == "weighed":
                        continue
        read = reading.read(inner, scope, path)
        stages += read.stages
        if (read.how, read.reason) != ("failed", "unapproved"):
            return replace(read, stages=tuple(stages))
        reading.approved.pop(where, None)
    return Read(tuple(stages), "failed", reason="changed", kinds=PLAIN)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a person said of the call that was shown; `granted` is None where it was erased."""

    stage: Stage
    how: How
    granted: bool | None = None
    call: str = ""


def _answer(reading: Reading, node: Approve[object], where: str, weighed: ev.ApprovalWeighed) -> _Answer:
    attempt = reading.attempt(where)
    found = reading.log.take(where, attempt)
    stage = approval_stage(node.title, where, attempt, found, weighed.because, reading.log, reading.rest)
    stage = replace(stage, person=node.by.name)
    for happened in found:
        match happened.event:
            case ev.PersonAnswered() as event:
                content = content_of(event.fact) or {}
                return _Answer(stage, "gave", content.get("granted"), content.get("call", weighed.call))
            case ev.WaitExpired():
                return _Answer(stage, "failed")
    return _Answer(stage, "pending")


def approval_stage(
    name: str, path: str, attempt: int, found: list[Happened], because: str, log: Log, rest: State
) -> Stage:
    """A person was asked to approve of a call: since when, and what they said."""
    waits: State = "waiting" if rest == "running" else rest
    stage = Stage("approval", name, waits, path, attempt, says=because)
    for happened in found:
        took = float(happened.at - stage.started) if stage.started is not None else None
        match happened.event:
            case ev.PersonAsked() as event:
                shown = dict(event.about) if log.contents else None
                stage = replace(stage, started=happened.at, person=event.person, fact=shown)
            case ev.PersonAnswered() as event:
                content = content_of(event.fact)
                state: State = (
                    "answered" if content is None else "granted" if content["granted"] else "refused"
                )
                shown = content if log.contents else None
                stage = replace(stage, state=state, took=took, by=event.by, fact=shown)
            case ev.WaitExpired():
                stage = replace(stage, state="expired", took=took, fact=None)
    return stage


def _is_asked(reading: Reading, where: str) -> bool:
    return any(isinstance(h.event, ev.PersonAsked) for h in reading.upcoming(where))


def _following(reading: Reading, inner: Place, where: str, path: Path) -> Literal["", "weighed", "begun"]:
    """What came after an answer: was the call weighed once more, or begun?"""
    weighed = next((h.seq for h in reading.upcoming(where)), None)
    began = reading.began(inner, path)
    if weighed is not None and (began is None or weighed < began):
        return "weighed"
    return "begun" if began is not None else ""


# What is taken back


def undo_all(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    """What an operator took back."""
    reads = _undone(reading, f"{path.of(place)}/")
    done = all(read.how == "gave" for read in reads)
    if done and reading.log.over is not None:
        gave: Scope = dict.fromkeys(place.gives, "segue.Reply")
        return Read((_taken_back(reads),), "gave", gave, gave)
    last = reads[-1] if reads and not done else Read((), "pending")
    stage = _taken_back(reads) if reads else Stage("undo", "taken back", reading.rest, path.of(place))
    return replace(last, stages=(stage,))


def undone_by_flow(reading: Reading, read: Read, below: str) -> Read:
    """What a flow that is all or nothing took back when it failed."""
    reads = _undone(reading, below)
    return replace(read, stages=(*read.stages, _taken_back(reads))) if reads else read


def _undone(reading: Reading, below: str) -> list[Read]:
    """Every action that takes one back and stands below here, in the order in which they began."""
    keys = [key for key, _ in reading.log.left if key[0].startswith(below) and UNDO in key[0]]
    reads = []
    for path, attempt in keys:
        stage, told = action_stage(
            reading.log, path, attempt, path.rpartition("/")[2], unfinished=reading.rest
        )
        how: How = "gave" if told and isinstance(told.event, ev.ActionDone | ev.ActionDeclined) else "failed"
        reads.append(Read((stage,), how if told else "pending", reason="failed"))
    return reads


def _taken_back(reads: list[Read]) -> Stage:
    return group("undo", "taken back", state_of(reads), [stage for read in reads for stage in read.stages])


UNDO = "~undo/"
"""What stands in the paths of actions that take one back."""
