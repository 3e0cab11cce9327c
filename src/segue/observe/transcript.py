"""Transcript: what a customer may see of a conversation, and nothing else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from segue.run import events as ev
from segue.run.codec import Happened

Kind: TypeAlias = Literal[
    "message",
    "progress",
    "reply",
    "question",
    "notice",
    "handover",
    "passed_on",
    "person",
    "closed",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing on the customer's screen.

    `seq` orders them and is what a client resumes from; `at` is ms since 1970; `covers` are the messages (by
    seq) whose outcome this is; `message_id` is the client's own id of a message. `person` is who wrote it.
    """

    seq: int
    at: int
    kind: Kind
    text: str
    covers: tuple[int, ...] = ()
    message_id: str = ""
    person: str = ""


def as_customer_sees(happened: Happened) -> Shown | None:
    """What of an event is for the customer's eyes; None for most."""
    seq, at = happened.seq, happened.at
    match happened.event:
        case ev.MessageReceived() as e:
            return Shown(seq, at, "message", e.text, message_id=e.id)
        case ev.ProgressShown() as e:
            return Shown(seq, at, "progress", e.text)
        case ev.ReplySent() as e:
            return Shown(seq, at, "reply", e.text, e.covers)
        case ev.CustomerAsked() as e:
            return Shown(seq, at, "question", e.text, e.covers)
        case ev.CustomerReminded() as e:
            return Shown(seq, at, "question", e.text)
        case ev.PersonAsked() | ev.NoticeSent() as e:
            return Shown(seq, at, "notice", e.text, e.covers)
        case ev.HandoverOverdue() as e:
            return Shown(seq, at, "notice", e.text)
        case ev.HandedOver() as e:
            return Shown(seq, at, "handover", e.text, e.covers)
        case ev.MessagePassedOn() as e:
            return Shown(seq, at, "passed_on", e.text, e.covers)
        case ev.PersonReplied() as e:
            return Shown(seq, at, "person", e.text, person=e.by)
        case ev.ConversationClosed():
            return Shown(seq, at, "closed", "")
    return None


def transcript(events: Iterable[Happened]) -> Iterator[Shown]:
    """The conversation as the customer sees it."""
    return (shown for happened in events if (shown := as_customer_sees(happened)))
