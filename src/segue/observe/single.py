"""How single nodes and the other verbs are read: a step, a question, a limit of time, a substitute."""

from dataclasses import replace

from segue.flow.builtin import Message, Withdrawn
from segue.flow.kinds import stable_name
from segue.flow.node import Escalate, Place, Within
from segue.flow.person import AskCaller, AskPerson, TakeOver
from segue.observe.log import content_of, items_of, shape_of, spell_shape
from segue.observe.reading import Read, Reading, Scope, given, plus, state_of
from segue.observe.rounds import PLAIN
from segue.observe.stage import Kind, Stage, State, group
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.walking import Path

TIMEOUT = ("builtins.TimeoutError", "builtins.OSError", "builtins.Exception")


def step(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    where = path.of(place)
    attempt = reading.attempt(where)
    stage, end = reading.log.step(where, attempt, place.node.title, unfinished=reading.rest)
    match end and end.event:
        case ev.StepFinished() | ev.FactReused() as event:
            gave = given(place, shape_of(event.fact))
            return Read((stage,), "gave", gave, gave, items=items_of(event.fact))
        case ev.StepFailed() as event:
            return Read((stage,), "failed", reason=event.reason, kinds=event.kinds)
    return Read((stage,), "pending")


def ask_caller(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: AskCaller[object] = place.node  # type: ignore[assignment]
    where = path.of(place)
    attempt = reading.attempt(where)
    found = reading.log.take(where, attempt)
    asked = next((h for h in found if isinstance(h.event, ev.CustomerAsked)), None)
    stage = _asked(node, where, attempt, asked, reading.rest)
    offered = [h for h in found if isinstance(h.event, ev.AnswerOffered)]
    stages: list[Stage] = []
    for n, offer in enumerate(offered, start=1):
        following = offered[n].seq if n < len(offered) else None
        stages += reading.read_again(where, following)
        read = reading.read(place.children[0], plus(scope, {Message: "segue.Message"}), path)
        stages += read.stages
        if read.how == "over":
            return replace(read, stages=(replace(stage, state=state_of([read]), children=tuple(stages)),))
        if read.how == "pending":
            return Read((replace(stage, state=reading.rest, children=tuple(stages)),), "pending")
        answer = next(iter(read.gave)) if read.how == "gave" and read.gave else None
        if read.how == "gave" and answer is None and n == len(offered):
            answer = node.kind  # erased, and nobody was asked any further
        if answer is node.kind or answer is Withdrawn:
            done = _closed(stage, asked, offer, "answered" if answer is node.kind else "withdrawn")
            done = replace(done, children=tuple(stages))
            gave: Scope = {node.kind: stable_name(node.kind).name}
            return Read((done,), "gave", gave, gave) if answer is node.kind else Read((done,), "over")
    stage = replace(stage, children=tuple(stages))
    expired = next((h for h in found if isinstance(h.event, ev.WaitExpired)), None)
    if expired is not None:
        return Read((_closed(stage, asked, expired, "expired"),), "over")
    return Read((stage,), "pending")


def ask_person(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: AskPerson[object] = place.node  # type: ignore[assignment]
    where = path.of(place)
    attempt = reading.attempt(where)
    asked = None
    stage = _asked(node, where, attempt, None, reading.rest)
    for happened in reading.log.take(where, attempt):
        match happened.event:
            case ev.PersonAsked():
                asked = happened
                stage = _asked(node, where, attempt, asked, reading.rest)
            case ev.PersonAnswered() as event:
                stage = replace(
                    _closed(stage, asked, happened, "answered"),
                    by=event.by,
                    says=spell_shape(shape_of(event.fact)),
                    fact=content_of(event.fact) if reading.log.contents else None,
                )
                gave = given(place, shape_of(event.fact))
                return Read((stage, *reading.read_again(where, None)), "gave", gave, gave)
            case ev.WaitExpired():
                stage = _closed(stage, asked, happened, "expired")
                return Read((stage,), "failed", reason="expired", kinds=PLAIN)
    return Read((stage,), "pending")


def take_over(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: TakeOver = place.node  # type: ignore[assignment]
    stage = Stage("take over", node.title, "handed over", path.of(place), reason=node.because)
    return Read((replace(stage, person=node.person.name),), "over")


def go_on(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    gave = {case: scope.get(case) for case in place.gives}
    return Read((), "gave", gave, gave)


def within(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: Within[object] = place.node  # type: ignore[assignment]
    where = path.of(place)
    attempt = reading.attempt(where)
    over = next((h for h in reading.log.take(where, attempt) if isinstance(h.event, ev.TimedOut)), None)
    if over is None:
        return reading.read(place.children[0], scope, path)
    limit = round(node.seconds * 1000, 1)
    says, started = f"not done within {node.seconds:g} s", round(over.at - limit)
    read = reading.read_given_up(place.children[0], scope, path)
    stages = read.stages
    if read.how != "pending" or _is_waited_for(stages):
        *before, last = stages
        last = replace(last, remarks=(*last.remarks, f"{says}, but waited for, as it had begun"))
        return replace(read, stages=(*before, last))
    if len(stages) == 1 and stages[0].kind == "step" and stages[0].state in ("timed out", "late"):
        (late,) = stages
        stage = replace(late, says="; ".join(filter(None, (says, late.says))), reason="timeout")
        if late.took is None:
            stage = replace(stage, started=started, took=limit)
    else:
        stage = group("within", node.title, "timed out", stages, says=says, reason="timeout")
        stage = replace(stage, started=started, took=limit)
    return Read((stage,), "failed", reason="timeout", kinds=TIMEOUT)


def _is_waited_for(stages: tuple[Stage, ...]) -> bool:
    """Is an action below that has begun? Whatever its time, it is known first how it came out."""
    below = [stage for top in stages for stage in top.walk()]
    return any(stage.kind == "action" and stage.state in ("running", "unknown") for stage in below)


def or_else(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node, substitute = place.children
    read = reading.read(node, scope, path)
    if read.how != "failed" or read.final:
        return read
    other = reading.read(substitute, scope, path)
    instead = tuple(replace(stage, substitute=True) for stage in other.stages)
    return replace(other, stages=(*read.stages, *instead))


def escalate(reading: Reading, place: Place, scope: Scope, path: Path) -> Read:
    node: Escalate[object] = place.node  # type: ignore[assignment]
    read = reading.read(place.children[0], scope, path)
    if read.how != "failed":
        return read
    stage = Stage("escalate", node.title, "handed over", reason=read.reason, person=node.to.name)
    return replace(read, stages=(*read.stages, stage), how="over")


def _asked(
    node: AskCaller[object] | AskPerson[object], path: str, attempt: int, asked: Happened | None, rest: State
) -> Stage:
    """Somebody was asked, or will be: the customer is asked one thing at a time."""
    state: State = "waiting" if rest == "running" else rest
    says = "not asked yet: another question is open" if asked is None and rest == "running" else ""
    person = node.person.name if isinstance(node, AskPerson) else "caller"
    started = asked.at if asked is not None else None
    kind: Kind = "ask" if isinstance(node, AskPerson) else "question"
    return Stage(kind, node.title, state, path, attempt, says=says, person=person, started=started)


def _closed(stage: Stage, asked: Happened | None, end: Happened, state: State) -> Stage:
    took = float(end.at - asked.at) if asked is not None else None
    return replace(stage, state=state, took=took)
