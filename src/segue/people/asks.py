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
    still_open: dict[tuple[int, str, int], int] = {}  # where it stands in `found`

    def answered(key: tuple[int, str, int], by: Happened) -> None:
        if (index := still_open.pop(key, None)) is not None:
            found[index] = replace(found[index], answer=by)

    def ended(by: Happened, turn: int | None = None) -> None:
        for key in [key for key in still_open if turn in (None, key[0])]:
            index = still_open.pop(key)
            found[index] = replace(found[index], end=by)

    for happened in events:
        match happened.event:
            case ev.CustomerAsked() | ev.PersonAsked() as e:
                still_open[e.turn, e.path, e.attempt] = len(found)
                found.append(Ask(happened, e.turn, e.text, e.expires))
            case ev.AnswerOffered() as e if e.message in messages and e.message not in own_turns:
                answered((e.turn, e.path, e.attempt), messages[e.message])
            case ev.PersonAnswered() as e:
                answered((e.turn, e.path, e.attempt), happened)
            case ev.WaitExpired() as e if (e.turn, e.path, e.attempt) in still_open:
                index = still_open.pop((e.turn, e.path, e.attempt))
                found[index] = replace(found[index], end=happened)
            case ev.TurnFinished() | ev.TurnSuperseded() as e:
                ended(happened, e.turn)
            case ev.HandedOver():  # stops whatever else goes on
                ended(happened)
    return found
