"""How actions are walked: the action itself, what has to be approved, and what is taken back.

Generators like those in `nodes`; how an action comes out is the ledger's business, not the walk's.
"""

from typing import Any

from segue.flow.kinds import Case
from segue.flow.node import Approve, Place
from segue.flow.receipts import Approval, Refused
from segue.run.asking import read_again
from segue.run.events import ActionDeclined, ActionNotDone, ActionUnknown, PersonAnswered, StepFailed
from segue.run.facts import Held
from segue.run.outcome import Failure, Given, Outcome, Scope
from segue.run.walking import PLAIN, Path, Walked, Walking, gave
from segue.run.wants import Act, Approved, AskPersonFor, Weigh

TIMES = 3
"""How often a call is weighed that changed, or whose limit was reached, while it waited for approval."""


def walk_action(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    where = path.of(place)
    key = (where, walk.attempt(where))
    event = yield Act(key, place, place.node, scope, walk.approved.get(where))  # type: ignore[arg-type]
    return outcome_of(walk, place, where, event)


def outcome_of(walk: Walking, place: Place, where: str, event: Any) -> Outcome:
    """What an action came to; only what was surely not done may be tried again or replaced."""
    match event:
        case StepFailed():
            return Failure(event.reason, where, event.why, event.kinds)
        case ActionNotDone():
            return Failure("failed", where, event.why, event.kinds)
        case ActionUnknown():
            return Failure("unknown", where, event.why)
        case ActionDeclined():
            return gave(place, event.fact)
    if event.fact is None:  # a person settled it, and nobody has what it would have given
        return Failure("unknown", where, "a person said that it was done")
    walk.changed(place.node.changes)  # type: ignore[attr-defined]
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
