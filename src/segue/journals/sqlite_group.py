"""What a group of operations does to the tables of a SQLite journal, inside one transaction."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from segue.errors import JournalError, NotFound, StaleWriter
from segue.journals import sqlite_statements as sql
from segue.journals.leases import Lease, Leases
from segue.journals.operation import Claim, Deliver, Erase, Operation, Renew
from segue.journals.sqlite_load import load
from segue.run.codec import GENESIS
from segue.run.journal import ActionRow, Append, Head, Loaded, Parcel, Receipt
from segue.run.standing import Standing

_SALT: Final = 8
_CACHED: Final = 100_000
_blob: Final = bytearray
"""Bytes for Python's sqlite3, which looks for a way to adapt `bytes`; that takes longer than to copy and write them."""


class Group:
    """Writes in bulk. What it raises is about all the operations, or about the only one."""

    def __init__(self, connection: sqlite3.Connection, leases: Leases) -> None:
        self._cursor = connection.cursor()
        self._leases = leases
        self._numbers: dict[str, int] = {}
        # Counted here, because SQLite tells only the last of many; nobody else writes.
        (self._number,) = self._cursor.execute(sql.LAST_NUMBER).fetchone()
        (self._place,) = self._cursor.execute(sql.LAST_PLACE).fetchone()

    def write(self, ops: Sequence[Operation]) -> list[Any]:
        """What becomes of each operation once this is committed."""
        self._find({op.conversation for op in ops if not isinstance(op, Renew)} - self._numbers.keys())
        outcomes: list[Any] = [None] * len(ops)
        for bulk in _bulks(ops):
            for index, op in bulk.others:
                if isinstance(op, Renew):
                    self._renew(op)
                else:
                    outcomes[index] = self._erase(op)
            self._claim(bulk.claims, outcomes)
            self._deliver(bulk.deliveries, outcomes)
            self._append(bulk.appends)
        return outcomes

    def keep(self) -> None:
        """The transaction was committed."""
        self._leases.keep()
        if len(self._numbers) > _CACHED:
            self._numbers.clear()

    def undo(self) -> None:
        """The transaction was not committed."""
        self._leases.undo()
        self.forget()

    def forget(self) -> None:
        """Something was rolled back; it may have opened conversations, whose numbers are void."""
        self._numbers.clear()

    def _claim(self, claims: Sequence[tuple[int, Claim]], outcomes: list[Any]) -> None:
        opened: list[Any] = []
        claimed: dict[int, tuple[int, Claim]] = {}
        for index, op in claims:
            number = self._numbers.get(op.conversation)
            if number is None and not op.create:
                outcomes[index] = unknown(op.conversation)
            elif number is None:
                number = self._number = self._number + 1
                self._numbers[op.conversation] = number
                opened += (number, op.conversation, GENESIS, op.now, op.now)
                outcomes[index] = Loaded(Head(op.conversation, token=1, opened=op.now, touched=op.now))
                self._grant(op, token=1)
            elif self._leases.free(op.conversation, op.owner, op.now):
                claimed[number] = (index, op)
        self._many(sql.OPEN, opened)
        if claimed:
            self._many(sql.CLAIM, list(claimed))
            for number, loaded in load(self._cursor, list(claimed)).items():
                index, op = claimed[number]
                outcomes[index] = loaded
                if isinstance(loaded, Loaded):
                    self._grant(op, loaded.head.token)
        if claims:
            self._leases.prune(claims[0][1].now)

    def _grant(self, op: Claim, token: int) -> None:
        self._leases.grant(op.conversation, Lease(op.owner, op.now + op.lease, token))

    def _deliver(self, deliveries: Sequence[tuple[int, Deliver]], outcomes: list[Any]) -> None:
        rows: list[Any] = []
        sent: list[tuple[int, int, int, Parcel]] = []
        for index, op in deliveries:
            number, parcel = self._numbers.get(op.conversation), op.parcel
            if number is None:
                outcomes[index] = unknown(op.conversation)
                continue
            place = self._place = self._place + 1
            rows += (place, number, parcel.source, parcel.id, parcel.kind, _blob(parcel.body), parcel.at)
            rows.append(_blob(_digest(parcel, os.urandom(_SALT))))
            sent.append((index, place, number, parcel))
        all_new = self._many(sql.DELIVER, rows) == len(sent)
        attend = set()
        for index, place, number, parcel in sent:
            receipt = None if all_new else self._delivered_before(place, number, parcel)
            outcomes[index] = receipt or Receipt(True, at=parcel.at)
            if receipt is None:
                attend.add(number)
        self._many(sql.ATTEND, list(attend))

    def _delivered_before(self, place: int, number: int, parcel: Parcel) -> Receipt | None:
        """None if it has just been put in this place."""
        ((first, at, seq, digest),) = self._cursor.execute(sql.DELIVERED, (number, parcel.source, parcel.id))
        if first == place:
            return None
        # Without a digest, its event was erased, and nobody can tell any more.
        return Receipt(False, digest is None or digest == _digest(parcel, digest[:_SALT]), seq, at)

    def _append(self, appends: Sequence[Append]) -> None:
        moves: list[Any] = []
        taken: list[Any] = []
        records: list[Any] = []
        opened: list[Any] = []
        closed: list[Any] = []
        open_now: set[str] = set()
        acting: list[Append] = []
        for op in appends:
            number = self._numbers.get(op.conversation)
            if number is None:
                raise StaleWriter(f"there is no conversation {op.conversation!r}; nothing was written")
            moves += (number, op.conversation, op.expect, op.token, op.expect + len(op.records))
            moves += (_blob(op.hash), op.base, op.epoch, op.owner, op.at, op.wake_at)
            for seq, envelope, payload in op.records:
                records += (number, seq, _blob(envelope), payload if payload is None else _blob(payload))
            for source, id, seq in op.taken:
                taken += (number, source, id, seq)
            if not open_now.isdisjoint(op.closed):  # what an append before this one opens
                self._wait(opened, closed)
                open_now.clear()
            closed += op.closed
            for wait in op.opened:
                open_now.add(wait.id)
                opened += (wait.id, number, wait.kind, wait.queue, wait.since, wait.expires)
            if op.actions or op.retired:
                acting.append(op)
        # The head looks into the inbox when it is moved, so what is taken must be out of it by then.
        missing = len(taken) // sql.TAKE.width - self._many(sql.TAKE, taken)
        if self._many(sql.MOVE, moves) != len(appends):
            raise StaleWriter(f"another writer holds {appends[0].conversation!r}; nothing was written")
        if missing:
            raise JournalError("a parcel was to be taken that is not in the inbox; nothing was written")
        self._many(sql.RECORD, records)
        self._wait(opened, closed)
        if acting:
            self._act(acting)

    def _wait(self, opened: list[Any], closed: list[Any]) -> None:
        self._many(sql.ANSWER, closed)
        self._many(sql.WAIT, opened)
        opened.clear()
        closed.clear()

    def _act(self, appends: Sequence[Append]) -> None:
        rows = [row for op in appends for row in op.actions]
        named = {row.identity for row in rows}.union(*(op.retired for op in appends))
        objects = {row.object for row in rows if row.object and row.status == "open"}
        standing = Standing([*self._actions(sql.ACTIONS, named), *self._actions(sql.HOLDERS, objects)])
        changed: dict[str, ActionRow] = {}
        for op in appends:
            changed.update(standing.take(op))
        values: list[Any] = []
        for identity, conversation, *rest in changed.values():
            values += (self._numbers[conversation], identity, *rest)
        self._many(sql.ACT, values)

    def _actions(self, statement: sql.Many, keys: Iterable[str]) -> Iterator[ActionRow]:
        for number, *row in statement.rows(self._cursor, list(keys)):
            action = ActionRow(*row)
            self._numbers[action.conversation] = number  # a retired one may be of any conversation
            yield action

    def _renew(self, op: Renew) -> None:
        for conversation, token in op.tokens:
            self._leases.renew(conversation, token, op.until)

    def _erase(self, op: Erase) -> NotFound | None:
        number = self._numbers.get(op.conversation)
        if number is None:
            return unknown(op.conversation)
        keys = [(number, seq) for seq in op.seqs]
        self._cursor.executemany(sql.ERASE, keys)
        # The digest is salted, but a short message could be guessed from it.
        self._cursor.executemany(sql.ERASE_DIGEST, keys)
        return None

    def _find(self, conversations: Iterable[str]) -> None:
        self._numbers.update(sql.FIND.rows(self._cursor, list(conversations)))

    def _many(self, statement: sql.Many, values: list[Any]) -> int:
        """Execute for all rows, and count those that were changed."""
        changed = 0
        step = sql.ROWS * statement.width
        for start in range(0, len(values), step):
            part = values[start : start + step]
            changed += self._cursor.execute(statement.text(len(part) // statement.width), part).rowcount
        return changed


@dataclass(slots=True)
class _Bulk:
    """Operations that may be done kind by kind, in the order of these fields."""

    others: list[tuple[int, Renew | Erase]] = field(default_factory=list)
    claims: list[tuple[int, Claim]] = field(default_factory=list)
    deliveries: list[tuple[int, Deliver]] = field(default_factory=list)
    appends: list[Append] = field(default_factory=list)


def _bulks(ops: Sequence[Operation]) -> Iterator[_Bulk]:
    """Cut where a conversation would otherwise see its calls in another order; nearly always there is one."""
    bulk = _Bulk()
    reached: dict[str, type[Operation]] = {}
    for index, op in enumerate(ops):
        if isinstance(op, Append):
            bulk.appends.append(op)
        elif isinstance(op, Deliver):
            if reached.get(op.conversation) is Append:
                yield bulk
                bulk, reached = _Bulk(), {}
            bulk.deliveries.append((index, op))
        elif isinstance(op, Claim):
            if op.conversation in reached:
                yield bulk
                bulk, reached = _Bulk(), {}
            bulk.claims.append((index, op))
        else:
            yield bulk
            bulk, reached = _Bulk(others=[(index, op)]), {}
            continue
        reached[op.conversation] = type(op)
    yield bulk


def unknown(conversation: str) -> NotFound:
    return NotFound(f"there is no conversation {conversation!r}")


def _digest(parcel: Parcel, salt: bytes) -> bytes:
    data = parcel.kind.encode() + b"\0" + parcel.body
    return salt + blake2b(data, digest_size=16, key=salt).digest()
