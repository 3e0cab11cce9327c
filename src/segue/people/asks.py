"""Asks: everybody who was asked something in a conversation, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from segue.run import events as ev
from segue.run.codec import Happened


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the customer or to a person: the event it was put in, who it went to, and what ended it.

    `answer` is the message, or the event, that answered; `end` is what ended it otherwise (nobody answered, or it was
    not wanted any more).
    """

    put: Happened
    turn: int
    key: tuple[str, int]
    text: str
    expires: int
    answer: Happened | None = None
    end: Happened | None = None

    @property
    def open(self) -> bool:
        return self.answer is None and self.end is None

    @property
    def asked(self) -> ev.PersonAsked | None:
        """What a person was asked; None where it was the customer."""
        return self.put.event if isinstance(self.put.event, ev.PersonAsked) else None


def asks_in(events: Sequence[Happened]) -> list[Ask]:
    """Every one, oldest first."""
    own_turns = {
        seq
        for happened in events
        if isinstance(happened.event, ev.TurnStarted)
        for seq in happened.event.because
    }
    messages = {h.seq: h for h in events if isinstance(h.event, ev.MessageReceived)}
    found: list[Ask] = []
    for happened in events:
        match happened.event:
            case ev.CustomerAsked() | ev.PersonAsked() as e:
                found.append(Ask(happened, e.turn, (e.path, e.attempt), e.text, e.expires))
            case ev.AnswerOffered() as e if e.message in messages and e.message not in own_turns:
                found = [
                    replace(ask, answer=messages[e.message]) if _is(ask, e.turn, e.path, e.attempt) else ask
                    for ask in found
                ]
            case ev.PersonAnswered() as e:
                found = [
                    replace(ask, answer=happened) if _is(ask, e.turn, e.path, e.attempt) else ask
                    for ask in found
                ]
            case ev.WaitExpired() as e:
                found = [
                    replace(ask, end=happened) if _is(ask, e.turn, e.path, e.attempt) else ask
                    for ask in found
                ]
            case ev.TurnFinished() | ev.TurnSuperseded() as e:
                found = [
                    replace(ask, end=happened) if ask.open and ask.turn == e.turn else ask for ask in found
                ]
            case ev.HandedOver():  # stops whatever else goes on
                found = [replace(ask, end=happened) if ask.open else ask for ask in found]
    return found


def _is(ask: Ask, turn: int, path: str, attempt: int) -> bool:
    return ask.open and (ask.turn, ask.key) == (turn, (path, attempt))
