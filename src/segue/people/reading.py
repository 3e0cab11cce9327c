"""Reading: of a long conversation only what its packet needs, so that turn 200 costs little more than turn 2."""

from dataclasses import dataclass

from segue.people.packet import Packet
from segue.people.packing import pack
from segue.run.codec import Happened, Record, unseal
from segue.run.desk import Desk
from segue.run.facts import FactBook
from segue.run.journal import Journal

RECENT = 400
"""Events at the end that are read whole; of those before them, not what single steps did."""

STEPS = frozenset(
    (
        *("StepFinished", "StepFailed", "FactReused", "LateResult", "LoopBlocked", "TimedOut", "Woke"),
        *("ApprovalWeighed", "ProgressShown"),
    )
)
NEVER = frozenset(("ModelAnswered", "ModelFailed", "ToolAnswered", "ToolFailed"))
"""What was asked of models and tools holds prompts, which have no place in a packet."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a packet is made from; `not_read` events were left where they are."""

    events: list[Happened]
    not_read: int = 0


async def packet_of(journal: Journal, conversation: str, desk: Desk | None, book: FactBook) -> Packet:
    """The packet of a conversation as it stands in a journal. NotFound if there is none such."""
    read = await read_for_packet(journal, conversation, book)
    return pack(read.events, conversation=conversation, desk=desk, not_read=read.not_read)


async def read_for_packet(journal: Journal, conversation: str, book: FactBook) -> Read:
    """What its packet needs, in order."""
    records: list[Record] = []
    while found := await journal.read(conversation, records[-1].seq if records else 0):
        records += found
    return select(records, book)


def select(records: list[Record], book: FactBook) -> Read:
    """Those among these that a packet needs."""
    recent = len(records) - RECENT
    events: list[Happened] = []
    not_read = 0
    for place, record in enumerate(records):
        kind = kind_of(record)
        if kind in NEVER:
            continue
        if kind in STEPS and place < recent:
            not_read += 1
            continue
        # The payload of a turn's end is a snapshot, which says nothing that is not said elsewhere.
        events.append(unseal(record._replace(payload=None) if kind == "TurnFinished" else record, book))
    return Read(events, not_read)


def kind_of(record: Record) -> str:
    """An envelope begins with its kind, so that it need not be read to know that."""
    return record.envelope[6 : record.envelope.index(b'"', 6)].decode()
