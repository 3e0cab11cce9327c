"""How actions are walked: the action itself, what has to be approved, and what is taken back.

Generators like those in `nodes`; how an action comes out is the ledger's business, not the walk's.
"""

from dataclasses import replace
from typing import Any

from segue.flow.action import Action
from segue.flow.builtin import Conversation, Message, Reply
from segue.flow.kinds import Case
from segue.flow.node import Approve, Place
from segue.flow.receipts import AlreadyDone, Approval, Receipt, Refused
from segue.flow.saying import reply_from_receipts
from segue.flow.undoing import UndoAll, UndoAsked, undo_place
from segue.run.asking import read_again
from segue.run.events import ActionDone, ActionNotDone, ActionUnknown, PersonAnswered, StepFailed
from segue.run.facts import Held
from segue.run.outcome import Failure, Given, Handover, Scope
from segue.run.walking import PLAIN, Done, Path, Walked, Walking, gave
from segue.run.wants import Act, Approved, AskPersonFor, Weigh

TIMES = 3
"""How often a call is weighed that changed, or whose limit was reached, while it waited for approval."""


def walk_action(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    return _act(walk, place, scope, path.of(place))


def _act(walk: Walking, place: Place, scope: Scope, where: str, undoes: str = "") -> Walked:
    action: Action[Any, Any] = place.node  # type: ignore[assignment]
    key = (where, walk.attempt(where))
    event = yield Act(key, place, action, scope, walk.approved.get(where), undoes)
    match event:
        case StepFailed() | ActionNotDone():
            reason = event.reason if isinstance(event, StepFailed) else "failed"
            return Failure(reason, where, event.why, event.kinds)
        case ActionUnknown():
            return Failure("unknown", where, event.why)
        case ActionDone():
            walk.done.append(Done(action, where, scope, event))
            walk.changed(action.changes)
            if event.fact is None:  # a person says so, and nobody has what it would have given
                return Failure("unknown", where, f"{event.by} said that it was done")
    return gave(place, event.fact)


def walk_approve(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    rule: Approve[Any] = place.node  # type: ignore[assignment]
    acting = Approve.action_in(place.children[0])
    where, acts = path.of(place), path.of(acting)
    fresh: dict[Case, Held | None] = {}
    for _ in range(TIMES):
        key = (where, walk.attempt(where))
        weighed = yield Weigh(key, rule, acting, {**scope, **fresh})
        if isinstance(weighed, StepFailed):
            return Failure(weighed.reason, where, weighed.why, weighed.kinds)
        known = walk.approved.get(acts)
        if not weighed.because:
            walk.approved[acts] = Approved(rule, weighed.call)
        elif known is None or known.call != weighed.call or known.until <= walk.now:
            ask = AskPersonFor(
                *(
                    (where, walk.attempt(where)),
                    rule.by.name,
                    Approval,
                    rule.says,
                    rule.patience,
                    weighed.about,
                )
            )
            answer = yield ask
            if not isinstance(answer, PersonAnswered):
                return Failure("expired", where, f"{rule.by.name} did not answer in time", PLAIN)
            approval: Approval = answer.fact.value
            if not approval.granted:
                refused = Refused(acting.node.title, answer.by, approval.note)
                return gave(place, walk.book.given(refused), fresh)
            until = walk.now + round(rule.holds * 1000)
            walk.approved[acts] = Approved(rule, approval.call, answer.by, until)
            stale = yield from read_again(walk, {**scope, **fresh}, where)
            if not isinstance(stale, Given):
                return stale
            fresh.update(stale.adds)
            if approval.call != weighed.call or stale.adds:
                continue  # is what was approved what would be done now?
        outcome = yield from walk.walks(place.children[0], {**scope, **fresh}, path)
        if isinstance(outcome, Given):
            assert outcome.value is not None
            return gave(place, outcome.value, fresh)
        if not (isinstance(outcome, Failure) and outcome.reason == "unapproved"):
            return outcome
        walk.approved.pop(acts, None)
    return Failure("changed", where, "what was to be approved changed again and again", PLAIN)


def all_or_nothing(walk: Walking, walked: Walked, below: str) -> Walked:
    """A flow that fails after it did something: that is undone, the latest first, and its failure stands."""
    first = len(walk.done)
    outcome = yield from walked
    if not isinstance(outcome, Failure | Handover) or outcome.reason == "unknown":
        return outcome
    if isinstance(outcome, Handover) and not outcome.failed:
        return outcome
    left: list[str] = []
    for done in reversed([done for done in walk.done[first:] if done.where.startswith(below)]):
        event = done.event
        undone = yield from _undo(walk, done.action, done.scope, event.fact, done.where, event.identity)
        if not isinstance(undone, Given):
            left.append(done.action.name)
    return replace(outcome, why=f"{outcome.why} (not undone: {', '.join(left)})") if left else outcome


def walk_undo_all(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node: UndoAll = place.node  # type: ignore[assignment]
    held = scope[UndoAsked]
    assert held is not None
    asked: UndoAsked = held.value
    told: list[Receipt] = []
    for step in asked.steps:
        action = node.actions.get(step.action)
        if action is None:
            return Failure("flow_changed", path.of(place), f"this desk has no action {step.action} any more")
        facts = [walk.book.written(fact.encode()) for fact in step.facts]
        there: Scope = {case: fact for fact in facts if (case := walk.book.named(fact.name)) is not None}
        result = there.get(action.result)
        where = f"{path.of(place)}/{step.identity}"
        undone = yield from _undo(walk, action, {**scope, **there}, result, where, step.identity)
        if not isinstance(undone, Given):
            return undone
        told.append(replace(step.receipt, status="undone"))
    return gave(place, walk.book.given(Reply(reply_from_receipts(told, language_in(scope)))))


def _undo(
    walk: Walking, action: Action[Any, Any], scope: Scope, fact: Held | None, where: str, identity: str
) -> Walked:
    if action.undo is None or fact is None:
        return Failure("failed", where, f"{action.name} cannot be undone", PLAIN)
    place = undo_place(action, where)
    return (yield from _act(walk, place, {**scope, action.result: fact}, place.path, identity))


def from_receipts(walk: Walking, scope: Scope) -> Held | None:
    """A reply made of receipts alone, for a turn in which something was done and whose drafts all met objections."""
    told: list[Receipt] = [done.event.receipt.value for done in walk.done if done.event.receipt is not None]
    already = scope.get(AlreadyDone)
    if already is not None:
        told.append(already.value.receipt)
    return walk.book.given(Reply(reply_from_receipts(told, language_in(scope)))) if told else None


def language_in(scope: Scope) -> str:
    """The language that the customer reads: that of the message, or of the conversation."""
    fact = scope.get(Message) or scope.get(Conversation)
    language: str = fact.value.language if fact is not None else "en"
    return language
