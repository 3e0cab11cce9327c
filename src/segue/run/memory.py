"""A journal in memory: for tests, for trying things out, and as the plainest reading of the protocol."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from segue.errors import ActionTaken, JournalError, NotFound, StaleWriter
from segue.run.codec import Record
from segue.run.journal import ActionRow, Append, Head, Loaded, Parcel, Receipt, Tally, Wait
from segue.run.standing import Standing


class MemoryJournal:
    """Durable for as long as this object lives."""

    shared = False

    def __init__(self) -> None:
        self._heads: dict[str, Head] = {}
        self._leases: dict[str, tuple[str, int]] = {}
        # Plain tuples of a record's parts: Python's collector need not look at them again and again.
        self._records: dict[str, list[tuple[Any, ...]]] = {}
        self._inbox: dict[str, dict[tuple[str, str], Parcel]] = {}
        self._receipts: dict[tuple[str, str, str], tuple[Parcel, int | None]] = {}
        self._waits: dict[str, Wait] = {}
        self._standing = Standing()

    async def open(self) -> None:
        """One process owns this journal, so whoever held a lease before is gone."""
        self._leases.clear()

    async def close(self) -> None:
        """Nothing to do."""

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        head = await self.head(conversation)
        key = (conversation, parcel.source, parcel.id)
        if before := self._receipts.get(key):
            first, seq = before
            return Receipt(False, first.body == parcel.body and first.kind == parcel.kind, seq, first.at)
        self._receipts[key] = (parcel, None)
        self._inbox[conversation][parcel.source, parcel.id] = parcel
        self._heads[conversation] = head._replace(wake_at=0)
        return Receipt(True, at=parcel.at)

    async def claim(
        self, conversation: str, owner: str, now: int, lease: int, *, create: bool = False
    ) -> Loaded | None:
        if conversation not in self._heads:
            if not create:
                raise _unknown(conversation)
            self._heads[conversation] = Head(conversation, opened=now, touched=now)
            self._records[conversation] = []
            self._inbox[conversation] = {}
        if not self._free(conversation, owner, now):
            return None
        head = self._heads[conversation]
        self._heads[conversation] = head._replace(token=head.token + 1)
        self._leases[conversation] = (owner, now + lease)
        return await self.load(conversation)

    async def renew(self, tokens: Sequence[tuple[str, int]], until: int) -> None:
        for conversation, token in tokens:
            head = self._heads.get(conversation)
            if head is not None and head.token == token and conversation in self._leases:
                self._leases[conversation] = (self._leases[conversation][0], until)

    async def load(self, conversation: str) -> Loaded:
        head = await self.head(conversation)
        records = await self.read(conversation, head.base - 1, head.seq)
        return Loaded(head, records, tuple(self._inbox[conversation].values()))

    def append(self, append: Append) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        head = self._heads.get(append.conversation)
        if head is None or (head.token, head.seq) != (append.token, append.expect):
            done.set_exception(StaleWriter(f"another writer holds {append.conversation}"))
            return done
        inbox = self._inbox[append.conversation]
        if (append.taken or append.opened) and (wrong := self._contradiction(append, inbox)):
            done.set_exception(JournalError(f"{wrong}; nothing was written"))
            return done
        if append.actions or append.retired:
            try:
                self._standing.take(append)
            except ActionTaken as taken:
                done.set_exception(taken)
                return done
        self._records[append.conversation].extend(map(tuple, append.records))
        for source, id, seq in append.taken:
            del inbox[source, id]
            key = (append.conversation, source, id)
            self._receipts[key] = (self._receipts[key][0], seq)
        for closed in append.closed:
            self._waits.pop(closed, None)
        for wait in append.opened:
            self._waits[wait.id] = wait
        self._heads[append.conversation] = Head(
            append.conversation,
            append.expect + len(append.records),
            append.hash,
            append.base,
            head.token,
            append.epoch,
            append.owner,
            0 if inbox else append.wake_at,
            head.opened,
            append.at,
        )
        done.set_result(None)
        return done

    async def read(self, conversation: str, after: int = 0, limit: int = 1000) -> Sequence[Record]:
        await self.head(conversation)
        return tuple(Record(*parts) for parts in self._records[conversation][after : after + limit])

    async def head(self, conversation: str) -> Head:
        head = self._heads.get(conversation)
        if head is None:
            raise _unknown(conversation)
        return head

    async def heads(self, limit: int = 100, before: tuple[int, str] | None = None) -> Sequence[Head]:
        ordered = sorted(self._heads.values(), key=lambda h: (h.touched, h.conversation), reverse=True)
        return [h for h in ordered if before is None or (h.touched, h.conversation) < before][:limit]

    async def receipt(self, conversation: str, source: str, id: str) -> Receipt | None:
        found = self._receipts.get((conversation, source, id))
        return Receipt(False, True, found[1], found[0].at) if found else None

    async def due(self, now: int, owner: str, limit: int = 1000) -> Sequence[str]:
        due = [
            head
            for head in self._heads.values()
            if head.wake_at is not None and head.wake_at <= now and self._free(head.conversation, owner, now)
        ]
        return [head.conversation for head in sorted(due, key=lambda head: head.wake_at or 0)][:limit]

    async def next_due(self) -> int | None:
        return min((h.wake_at for h in self._heads.values() if h.wake_at is not None), default=None)

    async def waits(self, kinds: Sequence[str] = ("ask", "handover"), limit: int = 1000) -> Sequence[Wait]:
        found = [wait for wait in self._waits.values() if wait.kind in kinds]
        return sorted(found, key=lambda wait: (wait.since, wait.id))[:limit]

    async def wait(self, id: str) -> Wait:
        if id not in self._waits:
            raise NotFound(f"nobody is waited for under {id!r}; it may have been answered already")
        return self._waits[id]

    async def action(self, identity: str) -> ActionRow | None:
        return self._standing.rows.get(identity)

    async def actions_on(self, object: str) -> Sequence[ActionRow]:
        found = [row for row in self._standing.rows.values() if row.object == object and _counts(row)]
        return sorted(found, key=lambda row: (row.at, row.began, row.identity))

    async def tally(self, action: str, currency: str, since: int) -> Tally:
        rows = self._standing.rows.values()
        found = [row for row in rows if row.action == action and row.at >= since and _counts(row)]
        return Tally(len(found), sum(row.amount or 0 for row in found if row.currency == currency))

    def _contradiction(self, append: Append, inbox: Mapping[tuple[str, str], Parcel]) -> str | None:
        taken = {(source, id) for source, id, _ in append.taken}
        if len(taken) < len(append.taken) or not inbox.keys() >= taken:
            return "a parcel was to be taken that is not in the inbox"
        if not append.opened:
            return None
        opened = {wait.id for wait in append.opened}
        if len(opened) < len(append.opened) or any(
            id in self._waits and id not in append.closed for id in opened
        ):
            return "a wait was to be opened that is open already"
        return None

    def _free(self, conversation: str, owner: str, now: int) -> bool:
        holder, until = self._leases.get(conversation, (owner, 0))
        return holder == owner or until <= now


def _counts(row: ActionRow) -> bool:
    return row.status in ("open", "done")


def _unknown(conversation: str) -> NotFound:
    return NotFound(f"there is no conversation {conversation!r}")
