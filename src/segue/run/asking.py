"""How questions are walked: to the customer, to a person; and what is read again when the answer comes."""

from typing import Any

from segue.flow.builtin import Else, Message, Withdrawn
from segue.flow.kinds import Case, spell_case
from segue.flow.node import Place
from segue.flow.person import AskCaller, AskPerson
from segue.run.events import PersonAnswered, WaitExpired
from segue.run.facts import Held
from segue.run.outcome import Ended, Failure, Given, Handover, Scope
from segue.run.walking import PLAIN, Path, Walked, Walking, gave
from segue.run.wants import AskCustomer, AskPersonFor, StillOpen


def ask_caller(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node: AskCaller[Any] = place.node  # type: ignore[assignment]
    where = path.of(place)
    key = (where, walk.attempt(where))
    fresh: dict[Case, Held | None] = {}
    while True:
        event = yield AskCustomer(key, node.asking, node.patience, node.remind)
        if isinstance(event, WaitExpired):
            if node.unanswered is not None:
                return Handover(node.unanswered.name, "unanswered", where)
            return Ended("expired", where)
        stale = yield from read_again(walk, {**scope, **fresh}, where)
        if not isinstance(stale, Given):
            return stale
        fresh.update(stale.adds)
        known = {**scope, **fresh, Message: walk.message(event)}
        outcome = yield from walk.walks(place.children[0], known, path)
        if isinstance(outcome, Handover | Ended) or (isinstance(outcome, Failure) and outcome.final):
            return outcome
        if isinstance(outcome, Given) and outcome.value is not None:
            case = outcome.value.among(place.children[0].gives)
            if case is Withdrawn:
                return Ended("withdrawn", where)
            if case is not Else:
                return gave(place, outcome.value, fresh)
        yield StillOpen(key)


def ask_person(walk: Walking, place: Place, scope: Scope, path: Path) -> Walked:
    node: AskPerson[Any] = place.node  # type: ignore[assignment]
    where = path.of(place)
    key = (where, walk.attempt(where))
    event = yield AskPersonFor(key, node.person.name, node.kind, node.asking, node.patience)
    if isinstance(event, PersonAnswered):
        stale = yield from read_again(walk, scope, where)
        return gave(place, event.fact, stale.adds) if isinstance(stale, Given) else stale
    return Failure("expired", where, f"{node.person.name} did not answer in time", PLAIN)


def read_again(walk: Walking, scope: Scope, asked: str) -> Walked:
    """Kept facts that grew stale while a question slept are read again, with the verbs they were read with."""
    below = read_again_below(asked)
    fresh: dict[Case, Held | None] = {}
    for case, makers in walk.flow.makers.items():
        fact = scope.get(case)
        if fact is None or not (fresh or walk.stale(case, fact)):
            continue
        maker = makers.get(walk.made_at(case)) or next(iter(makers.values()))
        outcome = yield from walk.walks(maker, {**scope, **fresh}, below)
        if not isinstance(outcome, Given):
            return outcome
        if (now := outcome.adds.get(case)) is None:
            why = f"it was {spell_case(case)} when {asked} was asked, and is something else now"
            return Failure("changed", below.of(maker), why, PLAIN)
        if now != fact:
            fresh.update(outcome.adds)
    return Given(None, fresh)


def read_again_below(asked: str) -> Path:
    """Where steps stand that run once more before the answer to this question is read."""
    return Path(prefix=f"{asked}/again/")
