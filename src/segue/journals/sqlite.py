"""A journal in one SQLite file, owned by one process."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from segue.errors import JournalUnavailable
from segue.journals.lane import Lane
from segue.journals.leases import Leases
from segue.journals.operation import Claim, Deliver, Erase, Operation, Renew
from segue.journals.sqlite_read import Reader
from segue.journals.sqlite_write import Stats, Writer
from segue.run.codec import Record
from segue.run.journal import ActionRow, Append, Head, Loaded, Parcel, Receipt, Tally, Wait

_T = TypeVar("_T")


class SqliteJournal:
    """Durable once the disk says so; whatever is written at one time shares a commit.

    It belongs to the event loop that opened it. `patience` is how many seconds a write waits while another
    program (a back-up, a shell) holds the file.
    """

    shared = False

    def __init__(self, path: str | PathLike[str], *, patience: float = 5.0) -> None:
        leases = Leases()
        self._writer = Writer(Path(path), patience, leases)
        self._reader = Reader(Path(path), leases)
        self._writes: Lane[Operation] = Lane("segue-journal-writes", self._writer)
        self._reads: Lane[Callable[[], Any]] = Lane("segue-journal-reads", self._reader)

    @property
    def stats(self) -> Stats:
        return self._writer.stats

    @property
    def incarnation(self) -> int:
        """One, and one more for each time that the journal was restored from a back-up."""
        return self._writer.incarnation

    async def open(self) -> None:
        await self._writes.start()
        try:
            await self._reads.start()
        except BaseException:
            await self._writes.stop()
            raise

    async def close(self) -> None:
        try:
            await self._reads.stop()
        finally:
            await self._writes.stop()

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        receipt: Receipt = await self._writes.submit(Deliver(conversation, parcel))
        return receipt

    async def claim(
        self, conversation: str, owner: str, now: int, lease: int, *, create: bool = False
    ) -> Loaded | None:
        loaded: Loaded | None = await self._writes.submit(Claim(conversation, owner, now, lease, create))
        return loaded

    async def renew(self, tokens: Sequence[tuple[str, int]], until: int) -> None:
        await self._writes.submit(Renew(tokens, until))

    def append(self, append: Append) -> asyncio.Future[None]:
        records, expect = append.records, append.expect
        if records and (records[0].seq, records[-1].seq) != (expect + 1, expect + len(records)):
            raise ValueError(f"records {records[0].seq} to {records[-1].seq} do not follow {expect}")
        try:
            return self._writes.submit(append)
        except JournalUnavailable as error:
            refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            refused.set_exception(error)
            return refused

    async def load(self, conversation: str) -> Loaded:
        return await self._read(partial(self._reader.load, conversation))

    async def read(self, conversation: str, after: int = 0, limit: int = 1000) -> Sequence[Record]:
        return await self._read(partial(self._reader.read, conversation, after, limit))

    async def head(self, conversation: str) -> Head:
        return await self._read(partial(self._reader.head, conversation))

    async def heads(self, limit: int = 100, before: tuple[int, str] | None = None) -> Sequence[Head]:
        return await self._read(partial(self._reader.heads, limit, before))

    async def receipt(self, conversation: str, source: str, id: str) -> Receipt | None:
        return await self._read(partial(self._reader.receipt, conversation, source, id))

    async def due(self, now: int, owner: str, limit: int = 1000) -> Sequence[str]:
        return await self._read(partial(self._reader.due, now, owner, limit))

    async def next_due(self) -> int | None:
        return await self._read(self._reader.next_due)

    async def waits(self, kinds: Sequence[str] = ("ask", "handover"), limit: int = 1000) -> Sequence[Wait]:
        return await self._read(partial(self._reader.waits, kinds, limit))

    async def wait(self, id: str) -> Wait:
        return await self._read(partial(self._reader.wait, id))

    async def action(self, identity: str) -> ActionRow | None:
        return await self._read(partial(self._reader.action, identity))

    async def actions_on(self, object: str) -> Sequence[ActionRow]:
        return await self._read(partial(self._reader.actions_on, object))

    async def tally(self, action: str, currency: str, since: int) -> Tally:
        return await self._read(partial(self._reader.tally, action, currency, since))

    async def erase(self, conversation: str, seqs: Sequence[int]) -> None:
        """Erase the payloads of these events, from the file too; NotFound if there is no such conversation.

        JournalUnavailable when another program reads the file's log, where copies are left: then erase once
        more when that program has ended.
        """
        await self._writes.submit(Erase(conversation, seqs))

    async def verify(self) -> None:
        """Check every conversation, a few at a time; JournalDamaged names the first event that is wrong."""
        after: int | None = 0
        while after is not None:
            after = await self._read(partial(self._reader.verify, after))

    async def _read(self, call: Callable[[], _T]) -> _T:
        answer: _T = await self._reads.submit(call)
        return answer
