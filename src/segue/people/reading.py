"""Reading: of a long conversation only what its packet needs, so that turn 200 costs little more than turn 2."""

from collections.abc import Sequence
from dataclasses import dataclass

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

LINES = 150
"""Messages and replies that are read; of older ones only what answers a question."""

STEPS = frozenset(
    (
        *("StepFinished", "StepFailed", "FactReused", "LateResult", "LoopBlocked", "TimedOut", "Woke"),
        *("ApprovalWeighed", "ProgressShown"),
    )
)
SAID = frozenset(("MessageReceived", "ReplySent", "CustomerReminded", "NoticeSent"))
ACTIONS = frozenset(("ActionBegan", "ActionAgain", "ActionUnknown", "ActionDone", "ActionNotDone"))
SETTLED = frozenset(("ActionDone", "ActionNotDone"))
OFFER = "AnswerOffered"
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
    begun = [place for place, kind in enumerate(kinds) if kind == "ActionBegan"]
    since = begun[-ACTS] if len(begun) >= ACTS else 0
    old = {place: _identity(records[place]) for place in range(since) if kinds[place] in ACTIONS}
    settled = {identity for place, identity in old.items() if kinds[place] in SETTLED}
    said = [place for place, kind in enumerate(kinds) if kind in SAID]
    unsaid = {*said[:-LINES]} if len(said) > LINES else set[int]()
    unsaid -= {
        _answering(record) - records[0].seq
        for record, kind in zip(records, kinds, strict=True)
        if kind == OFFER
    }
    events: list[Happened] = []
    not_read = 0
    for place, (record, kind) in enumerate(zip(records, kinds, strict=True)):
        if kind in NEVER:
            continue
        far = place < recent and not before <= place < handover
        if (far and (kind in STEPS or place in unsaid)) or old.get(place) in settled:
            not_read += 1
            continue
        # The payload of a turn's end is a snapshot, which says nothing that is not said elsewhere.
        events.append(unseal(record._replace(payload=None) if kind == "TurnFinished" else record, book))
    return Read(events, not_read)


def _kind(record: Record) -> str:
    """An envelope begins with its kind, so that it need not be read to know that."""
    return record.envelope[6 : record.envelope.index(b'"', 6)].decode()


def _answering(record: Record) -> int:
    return int(orjson.loads(record.envelope)["message"])


def _identity(record: Record) -> str:
    return str(orjson.loads(record.envelope)["identity"])
