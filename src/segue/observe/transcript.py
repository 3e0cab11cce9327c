"""Transcript: what a customer may see of a conversation, and nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from segue.flow.receipts import Receipt
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.facts import Held

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
    "receipt",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing on the customer's screen.

    `seq` orders them and is what a client resumes from; `at` is ms since 1970; `covers` are the messages (by
    seq) whose outcome this is; `message_id` is the client's own id of a message. `person` is who wrote it.

    A receipt says that something was done, under `reference`, and until when it can be undone (`undo_until`, ms since
    1970). When it was undone, another takes its place: `replaces` is the seq of the one before.
    """

    seq: int
    at: int
    kind: Kind
    text: str
    covers: tuple[int, ...] = ()
    message_id: str = ""
    person: str = ""
    reference: str = ""
    undo_until: int | None = None
    replaces: int = 0


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
        case ev.ActionDone(told=text) as e if text:
            return _receipt(seq, at, e)
    return None


def _receipt(seq: int, at: int, done: ev.ActionDone) -> Shown:
    if done.undid or not isinstance(done.receipt, Held):
        return Shown(seq, at, "receipt", done.told, replaces=done.undid)
    receipt: Receipt = done.receipt.value
    until = round(receipt.undo_until.timestamp() * 1000) if receipt.undo_until is not None else None
    return Shown(seq, at, "receipt", done.told, reference=receipt.reference, undo_until=until)


def transcript(events: Iterable[Happened]) -> Iterator[Shown]:
    """The conversation as the customer sees it."""
    return (shown for happened in events if (shown := as_customer_sees(happened)))


def receipts(events: Iterable[Happened]) -> Sequence[Shown]:
    """What was done for the customer, oldest first, each as it stands now."""
    found: dict[int, Shown] = {}
    for shown in transcript(events):
        if shown.kind == "receipt":
            found[shown.replaces or shown.seq] = shown
    return [*found.values()]
