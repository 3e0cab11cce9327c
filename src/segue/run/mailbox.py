"""Mailbox: which message goes where, decided from the state alone.

At most one turn runs; several may sleep. A message goes to the one open question, once; if its reader does
not take it, or nothing is open, it starts a turn of its own. While a person owns the conversation every
message goes to that person.
"""

from dataclasses import dataclass
from typing import TypeAlias

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
    """Start a turn about these messages."""

    because: tuple[int, ...]


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


Move: TypeAlias = PassOn | Offer | Begin | Ask | Expire | Finish | Reassure


def next_move(state: State, now: int) -> Move | None:
    """What is to be done next; None when there is nothing to decide just now. `now` is ms since 1970."""
    for turn in state.turns.values():
        if turn.outcome is not None:
            return Finish(turn)
    # A question is put when nothing else is going on, so that it is the last thing the customer reads. One that
    # a message waits for comes before one that was open already; that one is put again afterwards.
    running = state.running
    ask = None if running else _unasked(state)
    if ask and (ask.turn.messages or not state.question):
        return ask
    for wait in state.waits.values():
        if wait.expires is not None and wait.expires <= now and _is_wanted(state, wait):
            return Expire(wait)
    if running:
        return None
    # Part of an answer was used and the rest waits for somebody else: that must not look like silence.
    for turn in state.turns.values():
        if turn.messages:
            return Reassure(turn)
    taken = {seq for turn in state.turns.values() for seq in turn.messages}
    waiting = [seq for seq in state.uncovered if seq not in taken]
    if not waiting:
        return None
    if state.owner == "human":
        return PassOn(tuple(waiting))
    question = state.question
    # What was written before the question was put cannot be its answer, and nothing is offered twice.
    if (
        question is not None
        and question.turn in state.turns
        and question.since_seq < waiting[0]
        and waiting[0] not in state.declined
    ):
        return Offer(question, waiting[0])
    return Begin((waiting[0],))


def wakes_at(state: State) -> int | None:
    """When this conversation needs attention next: 0 at once, None never (ms since 1970)."""
    if state.running or state.uncovered or (state.question is None and _unasked(state)):
        return 0
    return next_expiry(state)


def next_expiry(state: State) -> int | None:
    """When the next wait expires (ms since 1970), leaving out answers that are just being read."""
    if not state.waits:
        return None
    wanted = (wait.expires for wait in state.waits.values() if wait.expires and _is_wanted(state, wait))
    return min(wanted, default=None)


def _is_wanted(state: State, wait: Open) -> bool:
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
    return next((ask for ask in found if ask.turn.messages), found[0] if found else None)
