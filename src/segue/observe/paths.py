"""A turn by the paths of its steps alone: for flows that are not known, or not the same any more."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from segue.observe.acting import action_stage, approval_stage
from segue.observe.log import Log, shape_of, spell_shape
from segue.observe.stage import Kind, Stage, State, group
from segue.run import events as ev
from segue.run.codec import Happened


@dataclass
class _Branch:
    """What stands below one part of a path, in the order of its beginning."""

    parts: dict[str, "_Branch | Stage"] = field(default_factory=dict)


def by_path(log: Log, rest: State) -> tuple[Stage, ...]:
    """Every event at its path, one stage an attempt. What runs just now left no event and is not shown."""
    root = _Branch()
    for (path, attempt), events in list(log.left):
        if isinstance(events[0].event, ev.ApprovalWeighed):  # what came of it stands beside it
            continue
        *parents, name = path.split("/")
        branch = root
        for part in parents:
            found = branch.parts.setdefault(part + "/", _Branch())
            assert isinstance(found, _Branch)  # the names of stages hold no slash
            branch = found
        branch.parts[f"{name} {attempt}"] = _stage(log, path, attempt, name, rest)
    return _stages(root, "")


def _stages(branch: _Branch, prefix: str) -> tuple[Stage, ...]:
    found = []
    for part, below in branch.parts.items():
        if isinstance(below, Stage):
            found.append(below)
        else:
            children = _stages(below, prefix + part)
            found.append(group("path", part[:-1], _state(children), children, path=prefix + part[:-1]))
    return tuple(found)


def _state(children: Sequence[Stage]) -> State:
    states = {stage.state for stage in children}
    return "running" if "running" in states else "waiting" if "waiting" in states else "done"


def _stage(log: Log, path: str, attempt: int, name: str, rest: State) -> Stage:
    events = log.peek(path, attempt)
    match events[0].event:
        case ev.PersonAsked(about=about) if about:
            found, title = log.take(path, attempt), name.partition("~")[0]
            return approval_stage(title, path, attempt, found, about["because"], log, rest)
        case ev.CustomerAsked() | ev.PersonAsked() as asked:
            return _question(asked, log.take(path, attempt), name, rest)
        case ev.ActionBegan() | ev.ActionDeclined():
            return action_stage(log, path, attempt, name, unfinished=rest)[0]
        case ev.ApprovalWeighed() as weighed:
            log.take(path, attempt)
            says = weighed.because or "no approval needed"
            return Stage(
                "approval", name.partition("~")[0], "done", path, attempt, says, started=events[0].at
            )
        case ev.TimedOut():
            at = log.take(path, attempt)[0]
            title = name.partition("~")[0]
            return Stage("within", title, "timed out", path, attempt, "not done in time", "timeout", at.at)
        case ev.Woke():
            at = log.take(path, attempt)[0]
            return Stage("pause", name.partition("~")[0], "done", path, attempt, "tried again", started=at.at)
    return log.step(path, attempt, name, unfinished=rest)[0]


def _question(
    asked: ev.CustomerAsked | ev.PersonAsked, events: list[Happened], name: str, rest: State
) -> Stage:
    state: State = "waiting" if rest == "running" else rest
    kind: Kind = "ask" if isinstance(asked, ev.PersonAsked) else "question"
    person = asked.person if isinstance(asked, ev.PersonAsked) else "caller"
    stage = Stage(kind, name, state, asked.path, asked.attempt, person=person, started=events[0].at)
    for happened in events[1:]:
        took = float(happened.at - events[0].at)
        match happened.event:
            case ev.PersonAnswered() as event:
                says = spell_shape(shape_of(event.fact))
                return replace(stage, state="answered", took=took, by=event.by, says=says)
            case ev.WaitExpired():
                return replace(stage, state="expired", took=took)
            case ev.AnswerOffered():  # the last one may have been the answer; its reader stands below
                stage = replace(stage, state="answered", took=took)
    return stage
