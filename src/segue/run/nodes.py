"""How each kind of node is walked: one generator a kind, which yields wants and is sent events.

A generator's return value is the node's outcome. `Fork` walks several at the same time and is sent the list
of their outcomes; `Guard` walks one beside a timer and is sent its outcome in a list, or None when the timer
was first. This file reads like the description of the language; keep it so.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from segue.flow.action import Action
from segue.flow.builtin import GIVEN, Draft, Facts, Failed, Objection, Reply
from segue.flow.delegate import Delegate
from segue.flow.each import Each
from segue.flow.flow import Flow
from segue.flow.go_on import GoOn
from segue.flow.kinds import Case, Many, spell_case
from segue.flow.node import Approve, Escalate, Named, Node, OrElse, Place, Retry, Within
from segue.flow.parallel import Parallel
from segue.flow.person import AskCaller, AskPerson, TakeOver
from segue.flow.receipts import ActionConflict, Receipts
from segue.flow.refine import OBJECTIONS, Refine
from segue.flow.route import Route
from segue.flow.sequence import Sequence as SequenceNode
from segue.flow.step import Step
from segue.flow.undoing import UndoAll
from segue.run.asking import ask_caller, ask_person
from segue.run.doing import all_or_nothing, from_receipts, walk_action, walk_approve, walk_undo_all
from segue.run.events import StepFailed
from segue.run.facts import Held
from segue.run.outcome import Ended, Failure, Given, Handover, Outcome, Scope
from segue.run.walking import PLAIN, Fork, Guard, Path, Result, Walked, Walking, gave
from segue.run.wants import Reuse, Run, Wake


def walk_place(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    """The generator for whatever kind of node this is."""
    kind = type(place.node)
    if (walked := _KINDS.get(kind)) is None:  # an agent is walked as the step that it is
        walked = next(_KINDS[base] for base in kind.__mro__ if base in _KINDS)
        _KINDS[kind] = walked
    return walked(walk, place, scope, path)


# What does something


def _step(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    step: Step[Any, Any, Any] = place.node  # type: ignore[assignment]
    where = path.of(place)
    key = (where, walk.attempt(where))
    inputs, known = "", None
    if walk.flow.keeps and (cases := _keepable(walk.flow, place)):
        inputs = _digest(place, scope)
        known = _kept(walk, cases, place, inputs)
    if known is None and walk.earlier:
        known = _found_before(walk.earlier.get(where), place, scope)
    event = yield Reuse(key, known) if known else Run(key, place, step, scope, inputs)
    if isinstance(event, StepFailed):
        return Failure(event.reason, where, event.why, event.kinds)
    walk.results[where] = (place, scope, event.fact)
    if inputs and known is None:
        walk.made(event.fact.among(place.gives), place.path, event.fact)
    return gave(place, event.fact)


def _kept(walk: Walking, cases: list[Case], place: Place, inputs: str) -> Held | None:
    """What the conversation keeps of what it gave before, of these inputs."""
    return next((kept for case in cases if (kept := walk.kept(case, place.path, inputs))), None)


def _found_before(result: Result | None, place: Place, scope: Scope) -> Held | None:
    """What it gave in a turn since superseded, if it reads equal facts now; never for one that reads all there are."""
    if result is None or any({Facts, Receipts} & set(wire.cases) for wire in place.wires):
        return None
    made_at, made_of, fact = result
    return fact if _digest(made_at, made_of) == _digest(place, scope) else None


def _go_on(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    yield from ()  # a generator like the others
    (case,) = place.gives
    fact = scope[case]
    assert fact is not None
    return Given(fact, {case: fact})


def _take_over(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node: TakeOver = place.node  # type: ignore[assignment]
    yield from ()  # a generator like the others
    return Handover(node.person.name, node.because, path.of(place), says=node.says)


# What combines


def _sequence(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    visible = dict(scope)
    adds: dict[Case, Held | None] = {}
    value = None
    for child in place.children:
        outcome = yield from walk_place(walk, child, visible, path)
        if not isinstance(outcome, Given):
            return outcome
        visible.update(outcome.adds)
        adds.update(outcome.adds)
        value = outcome.value
    return Given(value, adds)


def _parallel(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    outcomes = yield Fork([walk_place(walk, child, scope, path) for child in place.children])
    if worst := _worst(outcomes):
        return worst
    return Given(None, {case: fact for outcome in outcomes for case, fact in outcome.adds.items()})


def _each(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    assert place.over is not None
    listed = scope[place.over]
    assert listed is not None
    ruled_out: dict[Case, Held | None] = dict.fromkeys(place.over.items)
    (body,) = place.children
    walks = []
    for index, item in enumerate(walk.book.items(listed)):
        visible = {**scope, **ruled_out, item.among(place.over.items): item}
        walks.append(walk_place(walk, body, visible, path.at(place.stem, str(index))))
    outcomes = yield Fork(walks)
    # An item that was taken back, or nobody answered about, is left out; what was done for the others is told.
    told = [outcome for outcome in outcomes if not isinstance(outcome, Ended)]
    if worst := _worst(told or outcomes):
        return worst
    outcomes = told
    (case,) = place.gives
    assert isinstance(case, Many)
    return gave(place, walk.book.gather(case, [outcome.value for outcome in outcomes]))


def _route(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node: Route = place.node  # type: ignore[assignment]
    for case, child in zip(node.branches, place.children, strict=True):
        if scope.get(case) is not None:
            return _one_of(place, (yield from walk_place(walk, child, scope, path)))
    if (conflict := scope.get(ActionConflict)) is not None:
        return Failure("conflict", path.of(place), conflict.value.asked)
    raise LookupError(f"{path.of(place)}: none of {node.title} is there")  # excluded by the wiring


def _delegate(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node: Delegate[Any] = place.node  # type: ignore[assignment]
    lead, *specialists = place.children
    by_task: dict[Case, Place] = dict(zip(node.to, specialists, strict=True))
    assert place.over is not None
    where = path.of(place)
    (handed_out,) = (case for case in lead.gives if isinstance(case, Many))
    findings: list[Held] = []
    asked: list[Held] = []  # in the order of what was found
    for hop in range(node.at_most):
        so_far = walk.book.gather(place.over, findings)
        known = {**scope, place.over: so_far, handed_out: walk.book.gather(handed_out, asked)}
        outcome = yield from walk_place(walk, lead, known, path)
        if not isinstance(outcome, Given) or outcome.value is None:
            return outcome
        if not isinstance(outcome.value.among(lead.gives), Many):
            return gave(place, outcome.value, {place.over: so_far})
        before = {task.digest for task in asked}
        tasks = [task for task in walk.book.items(outcome.value) if task.digest not in before]
        if not tasks:
            return Failure("repeated", where, f"{lead.path} asked for nothing new and gave no verdict", PLAIN)
        walks = []
        for index, task in enumerate(tasks):
            case = task.among(node.to)
            below = path.at(place.stem, f"{hop}.{index}")
            walks.append(walk_place(walk, by_task[case], {**scope, case: task}, below))
        outcomes: list[Outcome] = yield Fork(walks)
        for task, done in zip(tasks, outcomes, strict=True):
            if isinstance(done, Failure) and not done.final:
                failed = Failed(spell_case(task.among(node.to)), done.why or done.reason)
                findings.append(walk.book.hold(failed, {Failed}))
            elif isinstance(done, Failure | Handover | Ended):
                return done
            elif done.value is not None:
                findings.append(done.value)
            asked.append(task)
    return Failure("hops", where, f"{lead.path} gave no verdict in {node.at_most} rounds", PLAIN)


def _refine(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node: Refine = place.node  # type: ignore[assignment]
    write, *others = place.children
    guards, last = others[: len(node.against)], others[len(node.against) :]
    writers = [write] * (node.at_most if node.rewrites else 1) + last
    objections: list[Held] = []
    trouble: Failure | None = None
    for writer in writers:
        if trouble is not None and writer is write:
            continue  # it failed, and its own verbs have done what they could
        known = {**scope, OBJECTIONS: walk.book.gather(OBJECTIONS, objections)}
        drafted = yield from walk_place(walk, writer, known, path)
        if isinstance(drafted, Failure) and not drafted.final:
            trouble = drafted
            continue
        if not isinstance(drafted, Given):
            return drafted
        assert drafted.value is not None
        visible = {**known, **drafted.adds}
        outcomes = yield Fork([walk_place(walk, guard, visible, path) for guard in guards])
        if worst := _worst(outcomes):
            return worst
        objections = [item for outcome in outcomes for item in walk.book.items(outcome.value)]
        draft: Draft = drafted.value.value
        if not objections:
            return gave(place, walk.book.given(Reply(draft.text)))
    if objections and (told := from_receipts(walk, scope)) is not None:
        return gave(place, told)
    if objections:
        said: list[Objection] = [held.value for held in objections]
        why = "; ".join(f"{objection.guard}: {objection.why}" for objection in said)
        return Failure("objections", path.of(place), why, PLAIN)
    assert trouble is not None
    return trouble


def _flow(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node: Flow[Any] = place.node  # type: ignore[assignment]
    visible: Scope = {case: fact for case, fact in scope.items() if case in node.takes or case in GIVEN}
    inner = walk_place(walk, place.children[0], visible, path)
    if node.all_or_nothing:
        inner = all_or_nothing(walk, inner, path.prefix + place.below[path.cut :])
    outcome = yield from inner
    return gave(place, outcome.value) if isinstance(outcome, Given) and outcome.value else outcome


# The verbs


def _retry(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node: Retry[Any] = place.node  # type: ignore[assignment]
    for again in range(1, node.times + 1):
        outcome = yield from walk_place(walk, place.children[0], scope, path)
        if not isinstance(outcome, Failure) or outcome.final:
            return outcome
        if again == node.times or not set(node.on) & set(outcome.kinds):
            return outcome
        if node.pause:
            where = path.of(place)
            wait = round(node.pause * 1000 * 2 ** (again - 1))
            yield Wake((where, walk.attempt(where)), walk.now + wait, over=False)
    raise AssertionError("a retry has at least one attempt")


def _within(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node: Within[Any] = place.node  # type: ignore[assignment]
    where = path.of(place)
    wake = Wake((where, walk.attempt(where)), walk.now + round(node.seconds * 1000), over=True)
    outcomes = yield Guard(walk_place(walk, place.children[0], scope, path), wake)
    if outcomes is None:
        below = path.of(place.children[0])
        return Failure("timeout", below, f"not done within {node.seconds:g} s", _TIMEOUT)
    outcome: Outcome = outcomes[0]
    return outcome


def _or_else(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node, substitute = place.children
    outcome = yield from walk_place(walk, node, scope, path)
    if isinstance(outcome, Failure) and not outcome.final:
        outcome = yield from walk_place(walk, substitute, scope, path)
    return _one_of(place, outcome)


def _escalate(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node: Escalate[Any] = place.node  # type: ignore[assignment]
    outcome = yield from walk_place(walk, place.children[0], scope, path)
    if isinstance(outcome, Failure):
        return Handover(node.to.name, outcome.reason, outcome.path, outcome.why, node.says, failed=True)
    return outcome


def _named(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    return (yield from walk_place(walk, place.children[0], scope, path))


_KINDS: dict[type[Node[Any]], Callable[[Walking, Place, Scope, Path], Walked]] = {
    Step: _step,
    Action: walk_action,
    Approve: walk_approve,
    UndoAll: walk_undo_all,
    AskCaller: ask_caller,
    AskPerson: ask_person,
    TakeOver: _take_over,
    GoOn: _go_on,
    SequenceNode: _sequence,
    Parallel: _parallel,
    Each: _each,
    Route: _route,
    Delegate: _delegate,
    Refine: _refine,
    Flow: _flow,
    Retry: _retry,
    Within: _within,
    OrElse: _or_else,
    Escalate: _escalate,
    Named: _named,
}

_TIMEOUT = ("builtins.TimeoutError", "builtins.OSError", "builtins.Exception")


def _one_of(place: Place, outcome: Outcome) -> Outcome:
    """One of several branches was walked: only the decision itself rules anything out."""
    if not isinstance(outcome, Given):
        return outcome
    adds = {case: fact for case, fact in outcome.adds.items() if fact is not None}
    return Given(outcome.value, {**dict.fromkeys(place.clears), **adds})


def _worst(outcomes: list[Outcome]) -> Outcome | None:
    """What several nodes come to when not all of them gave something."""
    found = [outcome for outcome in outcomes if not isinstance(outcome, Given)]
    return min(found, key=_badness, default=None)


def _badness(outcome: Outcome) -> int:
    if isinstance(outcome, Failure):
        return 0 if outcome.final else 2
    return 1


def _keepable(flow: Flow[Any], place: Place) -> list[Case]:
    """The kept facts of which this step makes one; none for a substitute."""
    cases = [case for case in place.gives if case in flow.keeps]
    return [case for case in cases if not place.adds[case].producers[0].substitute]


def _digest(place: Place, scope: Scope) -> str:
    """What a step reads, as 16 hexadecimal digits."""
    read = (next((f for case in wire.cases if (f := scope.get(case))), None) for wire in place.wires)
    joined = "".join(fact.digest if fact else "-" for fact in read)
    return hashlib.blake2b(joined.encode(), digest_size=8).hexdigest()
