"""Moves: how what `next_move` decides is recorded. Everything that one move records is one append."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from segue.flow.builtin import Reply
from segue.flow.kinds import stable_name
from segue.run import events as ev
from segue.run.entries import Entry
from segue.run.mailbox import (
    Ask,
    Begin,
    Expire,
    Finish,
    LookInto,
    Move,
    Offer,
    PassOn,
    Reassure,
    Remind,
    Supersede,
)
from segue.run.outcome import Ended, Failure, Given, Handover
from segue.run.turn import Turn, as_handover, last_rung
from segue.run.waits import HANDOVER
from segue.run.wants import AskPersonFor

if TYPE_CHECKING:
    from segue.run.engine import Engine

log = logging.getLogger("segue")

LONGEST = 7 * HANDOVER
"""The longest time between two such moments."""


def make(engine: "Engine", move: Move) -> None:
    """Record a move."""
    _MOVES[type(move)](engine, move)


def unknown(engine: "Engine", entry: Entry) -> ev.HandedOver:
    """Nobody can tell how an action came out, and the turn that wanted it is over: a person gets it."""
    text = engine.office.texts.say("handed_over_after_trouble", engine.state.language)
    why = f"it is not known whether {entry.action} was done ({entry.why})"
    expires = engine.office.now() + HANDOVER
    to = engine.office.last_person
    return ev.HandedOver(entry.turn, (), to, "unknown", entry.path, text, why, expires)


def _look_into(engine: "Engine", move: LookInto) -> None:
    engine.ledger.look_into(move.entry)


def _pass_on(engine: "Engine", move: PassOn) -> None:
    text = engine.office.texts.say("passed_on", engine.state.language)
    engine.record(ev.MessagePassedOn(move.covers, text))
    engine.flush()


def _offer(engine: "Engine", move: Offer) -> None:
    engine.record(ev.AnswerOffered(move.question.turn, *move.question.key, move.message))


def _begin(engine: "Engine", move: Begin) -> None:
    deadline = engine.office.now() + round(engine.office.allowance * 1000)
    number = engine.state.last_turn + 1
    fingerprint = engine.office.fingerprints.get(move.flow, "")  # none of a flow that the desk no longer has
    engine.record(ev.TurnStarted(number, move.flow, fingerprint, move.because, deadline))


def _supersede(engine: "Engine", move: Supersede) -> None:
    engine.record(ev.TurnSuperseded(move.turn.number))


def _ask(engine: "Engine", move: Ask) -> None:
    turn, want = move.turn, move.want
    text = engine.office.texts.say(want.says, engine.state.language)
    now = engine.office.now()
    expires = now + round(want.patience * 1000)
    remind = now + round(want.remind * 1000) if want.remind else 0
    event = ev.CustomerAsked(turn.number, *want.key, tuple(turn.messages), expires, text, remind)
    engine.record(event)
    engine.flush()


def _remind(engine: "Engine", move: Remind) -> None:
    question = move.question
    still = engine.office.texts.say("still_there", engine.state.language)
    engine.record(ev.CustomerReminded(question.turn, *question.key, f"{still}\n{question.text}"))
    engine.flush()


def ask_person(engine: "Engine", turn: Turn, want: AskPersonFor) -> None:
    """Put a question to a person; the customer reads that it is being asked."""
    text = engine.office.texts.say(want.says, engine.state.language)
    expires = engine.office.now() + round(want.patience * 1000)
    covers = tuple(turn.messages)
    kind = stable_name(want.kind).name
    event = ev.PersonAsked(turn.number, *want.key, covers, want.person, kind, expires, text, want.about)
    engine.record(event)
    engine.flush()


def _expire(engine: "Engine", move: Expire) -> None:
    wait = move.wait
    if wait.kind != "handover":
        engine.record(ev.WaitExpired(wait.turn, *wait.key))
        return
    # Nobody took care of it: whoever the desk names first gets it, and the customer hears how it stands.
    now = engine.office.now()
    again = min(max(now - wait.since, HANDOVER), LONGEST)  # each time twice as long
    text = engine.office.texts.say("still_waiting", engine.state.language)
    engine.record(ev.HandoverOverdue(wait.since_seq, engine.office.last_person, now + again, text))
    engine.flush()


def _reassure(engine: "Engine", move: Reassure) -> None:
    text = engine.office.texts.say("waiting_for_colleague", engine.state.language)
    engine.record(ev.NoticeSent(move.turn.number, tuple(move.turn.messages), text))
    engine.flush()


def _finish(engine: "Engine", move: Finish) -> None:
    turn = move.turn
    outcome = turn.outcome
    covers = tuple(turn.messages)
    how = "done"
    match outcome:
        case Given(value) if value is not None and isinstance(value.value, Reply):
            if engine.state.owner == "human":
                how = "taken_over"  # a person speaks now; messages go to them
            else:
                engine.record(ev.ReplySent(turn.number, covers, value.value.text))
                how = "replied"
        case Failure():
            _hand_over(engine, turn, as_handover(outcome, turn.flow), covers)
            how = "handed_over"
        case Handover():
            _hand_over(engine, turn, outcome, covers)
            how = "handed_over"
        case Ended("withdrawn"):
            text = engine.office.texts.say("withdrawn", engine.state.language)
            engine.record(ev.ReplySent(turn.number, covers, text))
            how = "withdrawn"
        case Ended(how):
            _leave_at_that(engine, turn, covers)
    _finished(engine, turn, how)
    engine.flush()


def _leave_at_that(engine: "Engine", turn: Turn, covers: tuple[int, ...]) -> None:
    """The customer never answered: they read that it rests, and may go on at any time."""
    state = engine.state
    text = engine.office.texts.say("unanswered", state.language)
    engine.record(ev.ReplySent(turn.number, covers, text))
    if len(state.turns) == 1 and not state.uncovered and not state.told and state.owner == "ai":
        engine.record(ev.ConversationClosed("", f"turn {turn.number}"))


def _finished(engine: "Engine", turn: Turn, how: str) -> None:
    for key in list(turn.wants):
        engine.forget(turn, key)
    state = engine.state
    whole = len(state.turns) == 1 and not state.uncovered and not state.told
    engine.record(ev.TurnFinished(turn.number, how, state.snapshot() if whole else None))


def _hand_over(engine: "Engine", turn: Turn, handover: Handover, covers: tuple[int, ...]) -> None:
    if engine.state.owner == "human":
        return  # it is with a person already
    rung = last_rung(turn.flow)
    to = handover.to or (rung.to.name if rung else engine.office.last_person)
    says = handover.says or ("handed_over" if handover.reason == "asked_for" else "handed_over_after_trouble")
    text = engine.office.texts.say(says, engine.state.language)
    if handover.reason == "bug":
        log.error("a bug in %s: %s", handover.path, handover.why)
    expires = engine.office.now() + HANDOVER
    event = ev.HandedOver(
        turn.number, covers, to, handover.reason, handover.path, text, handover.why, expires
    )
    engine.record(event)


_MOVES: dict[type, Callable[["Engine", Any], None]] = {
    LookInto: _look_into,
    PassOn: _pass_on,
    Offer: _offer,
    Begin: _begin,
    Supersede: _supersede,
    Ask: _ask,
    Remind: _remind,
    Expire: _expire,
    Finish: _finish,
    Reassure: _reassure,
}
