"""Moves: how what `next_move` decides is recorded. Everything that one move records is one append."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from segue.flow.builtin import Reply
from segue.flow.kinds import stable_name
from segue.run import events as ev
from segue.run.mailbox import Ask, Begin, Expire, Finish, Move, Offer, PassOn, Reassure
from segue.run.outcome import Ended, Failure, Given, Handover
from segue.run.turn import Turn, as_handover, last_rung
from segue.run.wants import AskPersonFor

if TYPE_CHECKING:
    from segue.run.engine import Engine

log = logging.getLogger("segue")


def make(engine: "Engine", move: Move) -> None:
    """Record a move."""
    _MOVES[type(move)](engine, move)


def _pass_on(engine: "Engine", move: PassOn) -> None:
    text = engine.office.texts.say("passed_on", engine.state.language)
    engine.record(ev.MessagePassedOn(move.covers, text))
    engine.flush()


def _offer(engine: "Engine", move: Offer) -> None:
    engine.record(ev.AnswerOffered(move.question.turn, *move.question.key, move.message))


def _begin(engine: "Engine", move: Begin) -> None:
    flow = engine.office.flow_for_messages
    deadline = engine.office.now() + round(engine.office.allowance * 1000)
    number = engine.state.last_turn + 1
    engine.record(
        ev.TurnStarted(number, flow.name, engine.office.fingerprints[flow.name], move.because, deadline)
    )


def _ask(engine: "Engine", move: Ask) -> None:
    turn, want = move.turn, move.want
    text = engine.office.texts.say(want.says, engine.state.language)
    expires = engine.office.now() + round(want.patience * 1000)
    event = ev.CustomerAsked(turn.number, *want.key, tuple(turn.messages), expires, text)
    engine.record(event)
    engine.flush()


def ask_person(engine: "Engine", turn: Turn, want: AskPersonFor) -> None:
    """Put a question to a person; the customer reads that it is being asked."""
    text = engine.office.texts.say(want.says, engine.state.language)
    expires = engine.office.now() + round(want.patience * 1000)
    covers = tuple(turn.messages)
    kind = stable_name(want.kind).name
    event = ev.PersonAsked(turn.number, *want.key, covers, want.person, kind, expires, text)
    engine.record(event)
    engine.flush()


def _expire(engine: "Engine", move: Expire) -> None:
    engine.record(ev.WaitExpired(move.wait.turn, *move.wait.key))


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
            pass
    _finished(engine, turn, how)
    engine.flush()


def _finished(engine: "Engine", turn: Turn, how: str) -> None:
    for key in list(turn.wants):
        engine.forget(turn, key)
    whole = len(engine.state.turns) == 1 and not engine.state.uncovered
    engine.record(ev.TurnFinished(turn.number, how, engine.state.snapshot() if whole else None))


def _hand_over(engine: "Engine", turn: Turn, handover: Handover, covers: tuple[int, ...]) -> None:
    if engine.state.owner == "human":
        return  # it is with a person already
    rung = last_rung(turn.flow)
    to = handover.to or (rung.to.name if rung else engine.office.last_person)
    says = handover.says or ("handed_over" if handover.reason == "asked_for" else "handed_over_after_trouble")
    text = engine.office.texts.say(says, engine.state.language)
    if handover.reason == "bug":
        log.error("a bug in %s: %s", handover.path, handover.why)
    event = ev.HandedOver(turn.number, covers, to, handover.reason, handover.path, text, handover.why)
    engine.record(event)


_MOVES: dict[type, Callable[["Engine", Any], None]] = {
    PassOn: _pass_on,
    Offer: _offer,
    Begin: _begin,
    Ask: _ask,
    Expire: _expire,
    Finish: _finish,
    Reassure: _reassure,
}
