"""Mailbox: which message goes where, decided from the state alone.

At most one turn runs; several may sleep. A message goes to the one open question, once; if its reader does
not take it, or nothing is open, it starts a turn of its own, together with what is written directly after it.
While a person owns the conversation every message goes to that person.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeAlias

from segue.flow.builtin import Message
from segue.flow.kinds import stable_name
from segue.flow.undoing import UndoAsked
from segue.run.entries import Entry
from segue.run.fold import State
from segue.run.turn import Turn
from segue.run.waits import Open
from segue.run.wants import AskCustomer


@dataclass(frozen=True, slots=True)
class PassOn:
    """Give these messages to the person who owns the conversation."""

    covers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """Show this message to the reader of the open question."""

    question: Open
    message: int


@dataclass(frozen=True, slots=True)
class Begin:
    """Start a turn of this flow about these messages, or about a fact that was told."""

    flow: str
    because: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Supersede:
    """Give this turn up: the customer went on writing, and it has not acted yet."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class Remind:
    """Put the open question once more."""

    question: Open


@dataclass(frozen=True, slots=True)
class Ask:
    """Put this question to the customer; it is the only open one then."""

    turn: Turn
    want: AskCustomer


@dataclass(frozen=True, slots=True)
class Expire:
    """Nobody answered in time."""

    wait: Open


@dataclass(frozen=True, slots=True)
class Finish:
    """This turn has come to its outcome."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class Reassure:
    """Tell the customer that this turn goes on when somebody else has answered."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class LookInto:
    """An action of which it is not known how it came out is to be looked into."""

    entry: Entry


Move: TypeAlias = LookInto | PassOn | Offer | Begin | Supersede | Ask | Remind | Expire | Finish | Reassure

UNDO = stable_name(UndoAsked).name

FRAGMENTS = 3
"""How often in a row a turn is given up because the customer goes on writing."""


def next_move(state: State, now: int, pursued: Collection[str] = ()) -> Move | None:
    """What is to be done next; None when there is nothing to decide just now. `now` is ms since 1970.

    `pursued` are the identities of actions that are just being done or looked into.
    """
    for entry in state.open_entries if state.ledger else ():
        if 0 < entry.look_at <= now and entry.identity not in pursued:
            return LookInto(entry)
    for turn in state.turns.values():
        if turn.outcome is not None:
            return Finish(turn)
    if state.uncovered and (superseded := _superseded(state)) is not None:
        return Supersede(superseded)
    # A question is put when nothing else is going on, so that it is the last thing the customer reads. One that
    # a message waits for comes before one that was open already; that one is put again afterwards.
    running = state.running
    ask = None if running else _unasked(state)
    if ask and (ask.turn.messages or not state.question):
        return ask
    for wait in state.waits.values():
        if wait.expires <= now and _is_wanted(state, wait):
            return Expire(wait)
        if wait.remind is not None and wait.remind <= now and _is_wanted(state, wait):
            return Remind(wait)
    if running:
        return None
    # Part of an answer was used and the rest waits for somebody else: that must not look like silence.
    for turn in state.turns.values():
        if turn.messages:
            return Reassure(turn)
    waiting = _waiting(state)
    if waiting:
        if state.owner == "human":
            return PassOn(tuple(waiting))
        question = state.question
        if question is not None and _may_answer(state, question, waiting[0]):
            return Offer(question, waiting[0])
        if settles_at(state, waiting) > now:
            return None
        return Begin(state.flow_of(Message) or "", _until_an_answer(state, question, waiting))
    if (seq := _told(state)) is not None:
        return Begin(state.flow_for(state.told[seq]), (seq,))
    return None


def wakes_at(state: State) -> int | None:
    """When this conversation needs attention next: 0 at once, None never (ms since 1970)."""
    if state.uncovered or state.running or (state.question is None and _unasked(state)):
        return 0
    if _told(state) is not None:
        return 0
    return next_expiry(state)


def next_expiry(state: State) -> int | None:
    """When the next wait expires or is reminded of, or an action is to be looked into (ms since 1970).

    Leaving out what is just being answered.
    """
    looks = [entry.look_at for entry in state.open_entries if entry.look_at]
    if not state.waits:
        return min(looks, default=None)
    wanted = [wait for wait in state.waits.values() if _is_wanted(state, wait)]
    return min([*looks, *(at for wait in wanted for at in (wait.expires, wait.remind) if at)], default=None)


def settles_at(state: State, waiting: Sequence[int]) -> int:
    """When a turn may begin about these messages (ms since 1970): the customer may be about to write more."""
    if not waiting or not state.settle:
        return 0
    first, last = state.uncovered[waiting[0]], state.uncovered[waiting[-1]]
    return min(last + state.settle, first + FRAGMENTS * state.settle)


def settling_until(state: State) -> int:
    """When the messages that wait for the customer to go on are to be handled; 0 when none are."""
    if not state.settle or state.running or state.owner == "human":
        return 0
    return settles_at(state, _waiting(state))


def _waiting(state: State) -> list[int]:
    """Messages that no turn is about."""
    taken = {seq for turn in state.turns.values() for seq in turn.messages}
    return [seq for seq in state.uncovered if seq not in taken]


def _told(state: State) -> int | None:
    """The fact to begin a turn about next; while a person owns the conversation, only what is to be taken back."""
    if not state.told:
        return None
    return next((seq for seq, fact in state.told.items() if state.owner == "ai" or fact.name == UNDO), None)


def _may_answer(state: State, question: Open, message: int) -> bool:
    """What was written before the question was put cannot be its answer, and nothing is offered twice."""
    return question.turn in state.turns and question.since_seq < message and message not in state.declined


def _until_an_answer(state: State, question: Open | None, waiting: Sequence[int]) -> tuple[int, ...]:
    """The messages that belong together; what may answer the open question begins no turn."""
    if question is None:
        return tuple(waiting)
    return tuple(takewhile(lambda seq: not _may_answer(state, question, seq), waiting))


def _superseded(state: State) -> Turn | None:
    """The running turn that is to be given up for one with what the customer wrote since."""
    for turn in state.turns.values():
        # One that met a crash is counted, lest somebody who writes and writes makes it crash for ever.
        if not turn.acted and not turn.resumes and len(state.uncovered) > len(turn.messages) > 0:
            if state.superseded >= FRAGMENTS or state.owner != "ai" or state.question is not None:
                return None
            return turn if _waiting(state) else None
    return None


def _is_wanted(state: State, wait: Open) -> bool:
    if wait.kind == "handover":
        return True
    turn = state.turns.get(wait.turn)
    return turn is not None and wait.key in turn.wants


def _unasked(state: State) -> Ask | None:
    """The question to put next: one that a message waits for, else the oldest."""
    found = [
        Ask(turn, want)
        for turn in state.turns.values()
        for key, want in turn.wants.items()
        if isinstance(want, AskCustomer) and key not in turn.asked
    ]
    return next((ask for ask in found if ask.turn.messages), found[0]) if found else None
