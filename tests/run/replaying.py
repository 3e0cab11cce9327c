"""Replays a journal through the walk, strictly: every event must follow from those before it."""

from collections.abc import Iterator, Sequence
from typing import Any

from segue import Desk, Reply
from segue.errors import SegueError
from segue.flow.builtin import Facts
from segue.flow.kinds import spell_case
from segue.flow.receipts import Receipts
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.engine import TOO_MANY_RESUMES
from segue.run.fold import State
from segue.run.outcome import Ended, Failure, Given, Handover
from segue.run.turn import Turn, as_handover
from segue.run.wants import ANSWERS, AskCustomer, AskPersonFor, Reuse, Run, Wake, Want

WALKED: tuple[Any, ...] = tuple({event for answers in ANSWERS.values() for event in answers})
"""Events that a walk is fed with."""


class Astray(AssertionError):
    """An event does not follow from those before it."""


def replay(desk: Desk, id: str, events: Sequence[Happened]) -> list[str]:
    """Everything that was wanted, in order; Astray at the first event that was not."""
    state = State(id, desk.flows, desk.book)
    wanted: list[str] = []
    for happened in events:
        explain(state, happened)
        wanted += said(state.apply(happened))
        turn = state.turns.get(getattr(happened.event, "turn", 0))
        if (
            turn is not None
            and turn.broken is not None
            and isinstance(happened.event, (*WALKED, ev.TurnStarted))
        ):
            raise Astray(f"event {happened.seq} cannot be walked: {turn.broken.why}")
    return wanted


def said(wants: Sequence[tuple[Turn, Want]]) -> list[str]:
    """Wants as lines that can be compared and read."""
    return [f"{turn.number}: {type(want).__name__} {' '.join(_details(want))}" for turn, want in wants]


def explain(state: State, happened: Happened) -> None:
    """Why this event may happen in this state; Astray if it may not."""
    seq, event = happened.seq, happened.event
    if seq != state.seq + 1:
        raise Astray(f"event {seq} follows event {state.seq}")
    turn = state.turns.get(getattr(event, "turn", 0))
    if turn is None:
        if isinstance(event, (*WALKED, ev.ReplySent, ev.HandedOver, ev.TurnFinished)):
            raise Astray(
                f"event {seq} ({event.kind}) is of turn {getattr(event, 'turn', 0)}, which does not run"
            )
        return
    match event:
        case ev.CustomerAsked() | ev.PersonAsked():
            kind = AskCustomer if isinstance(event, ev.CustomerAsked) else AskPersonFor
            if not isinstance(turn.wants.get((event.path, event.attempt)), kind):
                raise Astray(
                    f"event {seq} asks for {event.path} ({event.attempt}), which nothing wants to ask"
                )
        case ev.ReplySent(text=text):
            outcome = turn.outcome
            replied = (
                isinstance(outcome, Given)
                and outcome.value is not None
                and outcome.value.value == Reply(text)
            )
            if not (replied or isinstance(outcome, Ended)):
                raise Astray(f"event {seq} says {text!r}, and the turn came to {outcome}")
        case ev.HandedOver() if turn.resumes <= TOO_MANY_RESUMES:
            found = (
                as_handover(turn.outcome, turn.flow) if isinstance(turn.outcome, Failure) else turn.outcome
            )
            if not isinstance(found, Handover) or (found.reason, found.path, found.why) != (
                event.reason,
                event.path,
                event.why,
            ):
                raise Astray(f"event {seq} hands over ({event.reason}), and the turn came to {turn.outcome}")
        case ev.TurnFinished() if turn.resumes <= TOO_MANY_RESUMES and turn.outcome is None:
            raise Astray(f"event {seq} ends turn {turn.number}, which wants {list(turn.wants)}")
        case _ if isinstance(event, WALKED):
            _answers(turn, happened, event)


def _answers(turn: Turn, happened: Happened, event: Any) -> None:
    """A walk's event answers a want, with what may be answered."""
    want = turn.wants.get((event.path, event.attempt))
    if want is None or type(event) not in ANSWERS[type(want)]:
        raise Astray(
            f"event {happened.seq} ({event.kind}) is for {event.path} ({event.attempt}), which wants {want}"
        )
    if isinstance(want, Reuse) and event.fact != want.fact:
        raise Astray(f"event {happened.seq} uses {event.fact} in place of {want.fact}")
    if isinstance(event, ev.StepFinished) and isinstance(want, Run):
        try:
            event.fact.among(want.place.gives)
        except SegueError as error:
            raise Astray(f"event {happened.seq}: {error}") from error


def _details(want: Want) -> Iterator[str]:
    key = getattr(want, "key", None)
    if key is not None:
        yield f"{key[0]} ({key[1]})"
    match want:
        case Run(scope=scope):
            for case, fact in sorted(scope.items(), key=lambda item: spell_case(item[0])):
                if case not in (Facts, Receipts):
                    yield f"{spell_case(case)}={fact.data.decode() if fact else '-'}"
        case Reuse(fact=fact):
            yield fact.data.decode()
        case Wake(at=at, over=over):
            yield f"{at} {over}"
        case AskCustomer(patience=patience):
            yield f"{patience}"
        case AskPersonFor(person=person, patience=patience):
            yield f"{person} {patience}"
