"""Trigger: what made a person necessary, as it stands at the end of these events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from segue.flow.kinds import stable_name
from segue.flow.receipts import Approval
from segue.people.asks import Ask
from segue.people.reasons import ReasonCode, code_of
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.journal import Owner
from segue.run.waits import HANDOVER


@dataclass(frozen=True, slots=True)
class Trigger:
    """Where a person came in: the event (0: nowhere), who they are, since when, and by when they are to see to it.

    `reason` is the desk's own word, `detail` what is only for the person. `turn` is the one it happened in, 0 where
    none did. `seqs` are the events that tell it; `replied`: they wrote to the customer since.
    """

    code: ReasonCode
    event: int = 0
    person: str = ""
    since: int = 0
    due: int | None = None
    reason: str = ""
    detail: str = ""
    path: str = ""
    turn: int = 0
    seqs: tuple[int, ...] = ()
    replied: bool = False


def trigger_of(events: Sequence[Happened], asks: Sequence[Ask]) -> tuple[Trigger, Owner]:
    """A handover that was not given back, or who was asked longest; and who has the conversation."""
    found, owner = Trigger("none"), _AI
    for happened in events:
        match happened.event:
            case ev.HandedOver() as e:
                found, owner = _handed_over(happened, e), _HUMAN
            case ev.HandoverOverdue() as e if e.handover == found.event:
                found = replace(found, person=e.to, due=e.expires, seqs=(*found.seqs, happened.seq))
            case ev.PersonReplied() as e:
                if owner != "human":
                    found = Trigger(
                        *("stepped_in", happened.seq, e.by, happened.at), turn=_last_turn(events, happened.seq),
                        seqs=(happened.seq,),
                    )  # fmt: skip
                elif found.event:
                    due = max(found.due or 0, happened.at + HANDOVER)  # they take care of it
                    found = replace(found, due=due, replied=True)
                owner = _HUMAN
            case ev.ConversationReturned():
                found, owner = Trigger("none"), _AI
            case ev.ConversationClosed():
                found, owner = Trigger("none"), _CLOSED
            case ev.MessageReceived() | ev.FactTold() if owner == "closed":
                owner = _AI
    if found.event == 0:
        asked = next((ask for ask in asks if ask.open and ask.asked), None)
        found = _asked(asked) if asked is not None else replace(found, turn=_last_turn(events))
    return found, owner


_AI: Owner = "ai"
_HUMAN: Owner = "human"
_CLOSED: Owner = "closed"


def _handed_over(happened: Happened, event: ev.HandedOver) -> Trigger:
    return Trigger(
        *(code_of(event.reason), happened.seq, event.to, happened.at, event.expires or None),
        *(event.reason, event.why, event.path, event.turn, (happened.seq,)),
    )


def _asked(ask: Ask) -> Trigger:
    event = ask.asked
    assert event is not None
    approval = event.wants == stable_name(Approval).name
    because = str(event.about.get("because", "")) if event.about else ""
    return Trigger(
        *("approval" if approval else "question", ask.put.seq, event.person, ask.put.at, event.expires),
        *(event.wants, because, event.path, event.turn, (ask.put.seq,)),
    )


def _last_turn(events: Sequence[Happened], before: int | None = None) -> int:
    turns = (
        h.event.turn
        for h in events
        if isinstance(h.event, ev.TurnStarted) and (before is None or h.seq < before)
    )
    return max(turns, default=0)
