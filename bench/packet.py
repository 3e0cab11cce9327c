"""What the packet of a long conversation costs: `python -m bench.packet`. CPU of the whole process, in ms.

The turns are those of `acting.py`, on a journal on disk: 200 of them, with an action in each, are some 2,600 events.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

from bench.acting import acting
from bench.turn import Replies, make_desk
from segue.journals.sqlite import SqliteJournal
from segue.people.packing import pack
from segue.people.reading import packet_of, select
from segue.run import reception
from segue.run.codec import Record
from segue.run.collector import seldom_collecting


@dataclass(frozen=True)
class Figures:
    """Medians in ms: all of it, and of that reading the journal, choosing and decoding events, and packing them."""

    turns: int
    events: int
    bytes: int
    packet: float
    reading: float
    decoding: float
    packing: float


async def measure(turns: int = 200, repeat: int = 30) -> Figures:
    desk = make_desk(acting=acting)
    with tempfile.TemporaryDirectory() as folder, seldom_collecting():
        journal = SqliteJournal(Path(folder) / "packet.db")
        async with desk.open(journal) as office:
            replies, conversation = Replies(office), await office.begin()
            for turn in range(turns):
                replied = replies.to(conversation)
                await reception.customer_says(office, conversation, f"m{turn}", f"Refund {turn}, please")
                await replied
            records = await _all(journal, conversation)
            read = select(records, desk.book)

            async def read_all() -> None:
                await _all(journal, conversation)

            async def packet() -> None:
                await packet_of(journal, conversation, desk, desk.book)

            async def decode() -> None:
                select(records, desk.book)

            async def pack_it() -> None:
                pack(read.events, conversation=conversation, desk=desk, not_read=read.not_read)

            made = await packet_of(journal, conversation, desk, desk.book)
            spent = [await _spent(work, repeat) for work in (packet, read_all, decode, pack_it)]
            return Figures(turns, len(records), len(str(made.as_json())), *spent)


async def _all(journal: SqliteJournal, conversation: str) -> list[Record]:
    records: list[Record] = []
    while found := await journal.read(conversation, records[-1].seq if records else 0):
        records += found
    return records


async def _spent(work: Callable[[], Awaitable[None]], repeat: int) -> float:
    spent = []
    for _ in range(repeat):
        began = process_time()
        await work()
        spent.append((process_time() - began) * 1000)
    return round(median(spent), 2)


if __name__ == "__main__":
    for turns in (2, 50, 200):
        print(asyncio.run(measure(turns)))
