"""Reading: of a long conversation only what its packet needs, so that turn 200 costs little more than turn 2."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from segue.people.packet import Packet
from segue.people.packing import pack
from segue.run.codec import Happened, Record, unseal
from segue.run.desk import Desk
from segue.run.facts import FactBook
from segue.run.journal import Journal

RECENT = 300
"""Events at the end, and before the last handover, that are read whole; of others not what single steps did."""

ACTS = 40
"""Actions whose events are read also where they are settled; of older ones only what is open."""

LINES = 100
"""Messages and replies that are read; of older ones only what answers a question."""

STEPS = frozenset(
    (
        *("StepFinished", "StepFailed", "FactReused", "LateResult", "LoopBlocked", "TimedOut", "Woke"),
        *("ApprovalWeighed", "ProgressShown"),
    )
)
TURNS = frozenset(("TurnStarted", "TurnFinished", "TurnSuperseded"))
ASKS = frozenset(("CustomerAsked", "PersonAsked"))
SAID = frozenset(("MessageReceived", "ReplySent", "CustomerReminded", "NoticeSent"))
ACTIONS = frozenset(("ActionBegan", "ActionAgain", "ActionUnknown", "ActionDone", "ActionNotDone"))
SETTLED = frozenset(("ActionDone", "ActionNotDone"))
NEVER = frozenset(("ModelAnswered", "ModelFailed", "ToolAnswered", "ToolFailed"))
"""What was asked of models and tools holds prompts, which have no place in a packet."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a packet is made from; `not_read` events were left where they are."""

    events: list[Happened]
    not_read: int = 0


async def packet_of(journal: Journal, conversation: str, desk: Desk | None, book: FactBook) -> Packet:
    """The packet of a conversation as it stands in a journal. NotFound if there is none such."""
    records: list[Record] = []
    while found := await journal.read(conversation, records[-1].seq if records else 0):
        records += found
    read = select(records, book)
    return pack(read.events, conversation=conversation, desk=desk, not_read=read.not_read)


def select(records: Sequence[Record], book: FactBook) -> Read:
    """Those among these that a packet needs, in order."""
    kinds = [_kind(record) for record in records]
    recent = len(kinds) - RECENT
    handover = next((place for place in reversed(range(len(kinds))) if kinds[place] == "HandedOver"), 0)
    before = handover - RECENT
    settled, unsaid = _settled(records, kinds), _unsaid(records, kinds)
    # Where nobody was asked anything, nobody asks which turn began with a message, or how it ended.
    needless = STEPS if ASKS & {*kinds} else STEPS | TURNS
    events: list[Happened] = []
    for place, (record, kind) in enumerate(zip(records, kinds, strict=True)):
        far = place < recent and not before <= place < handover
        if kind in NEVER or place in settled or (far and (kind in needless or place in unsaid)):
            continue
        # The payload of a turn's end is a snapshot, which says nothing that is not said elsewhere.
        events.append(unseal(record._replace(payload=None) if kind == "TurnFinished" else record, book))
    return Read(events, len(records) - len(events))


def _settled(records: Sequence[Record], kinds: Sequence[str]) -> set[int]:
    """Where it is told of actions that were settled before the latest ones began."""
    begun = [place for place, kind in enumerate(kinds) if kind == "ActionBegan"]
    since = begun[-ACTS] if len(begun) >= ACTS else 0
    told = {place: _said_by(records[place], "identity") for place in range(since) if kinds[place] in ACTIONS}
    over = {identity: kinds[place] in SETTLED for place, identity in told.items()}  # by the last word on each
    return {place for place, identity in told.items() if over[identity]}


def _unsaid(records: Sequence[Record], kinds: Sequence[str]) -> set[int]:
    """Where something was said that is older than the transcript of a packet, and answers nothing."""
    said = [place for place, kind in enumerate(kinds) if kind in SAID]
    answers = {
        _said_by(record, "message") - records[0].seq
        for record, kind in zip(records, kinds, strict=True)
        if kind == "AnswerOffered"
    }
    return {*said[: max(len(said) - LINES, 0)]} - answers


def _kind(record: Record) -> str:
    """An envelope begins with its kind, so that it need not be read to know that."""
    return record.envelope[6 : record.envelope.index(b'"', 6)].decode()


def _said_by(record: Record, field: str) -> Any:
    return orjson.loads(record.envelope)[field]
