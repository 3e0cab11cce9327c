"""What a group of operations does to the tables of a SQLite journal, inside one transaction."""

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from segue.errors import JournalError, NotFound, StaleWriter
from segue.run.codec import GENESIS
from segue.run.journal import Append, Parcel, Receipt


@dataclass(frozen=True, slots=True)
class Deliver:
    conversation: str
    parcel: Parcel


@dataclass(frozen=True, slots=True)
class Claim:
    conversation: str
    owner: str
    now: int
    lease: int
    create: bool


@dataclass(frozen=True, slots=True)
class Renew:
    tokens: Sequence[tuple[str, int]]
    until: int


@dataclass(frozen=True, slots=True)
class Erase:
    conversation: str
    seqs: Sequence[int]


Operation = Append | Deliver | Claim | Renew | Erase


@dataclass(frozen=True, slots=True)
class Lease:
    owner: str
    until: int
    token: int


Leases = dict[str, Lease]

_SALT: Final = 8
_CACHED: Final = 100_000

# An append does not know what else is in the inbox, so the head looks for itself.
_MOVE = """
UPDATE heads SET seq = ?, hash = ?, base = ?, epoch = ?, owner = ?, touched = ?,
    wake_at = CASE WHEN EXISTS (
        SELECT 1 FROM parcels WHERE parcels.number = heads.number AND parcels.seq IS NULL
    ) THEN 0 ELSE ? END
WHERE number = ? AND token = ? AND seq = ?
"""
_RECORD = "INSERT INTO events (number, seq, envelope, payload) VALUES (?, ?, ?, ?)"
_TAKE = """
UPDATE parcels SET seq = ?, body = NULL WHERE number = ? AND source = ? AND id = ? AND seq IS NULL
"""
_REST = """
UPDATE heads SET wake_at = ? WHERE number = ?
    AND NOT EXISTS (SELECT 1 FROM parcels WHERE parcels.number = heads.number AND parcels.seq IS NULL)
"""
_WAIT = "INSERT INTO waits (id, number, kind, queue, since, expires) VALUES (?, ?, ?, ?, ?, ?)"
_DELIVER = """
INSERT INTO parcels (number, source, id, kind, body, at, digest) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (number, source, id) DO NOTHING
"""
_ATTEND = "UPDATE heads SET wake_at = 0 WHERE number = ? AND wake_at IS NOT 0"
_OPEN = """
INSERT INTO heads (conversation, hash, opened, touched, seq, base, token, epoch, owner)
    VALUES (?, ?, ?, ?, 0, 1, 0, 0, 'ai')
"""


class Group:
    """Compares and moves each head in the order of the calls; what follows from that is written in bulk."""

    def __init__(self, connection: sqlite3.Connection, leases: Leases) -> None:
        self._cursor = connection.cursor()
        self._numbers: dict[str, int] = {}
        # Leases are not written down: only this process can hold one, and they end with it.
        self._leases = leases
        self._leased: Leases = {}  # by this transaction
        self._prune_at = _CACHED
        self._records: list[tuple[int, int, bytes, bytes | None]] = []
        self._taken: list[tuple[int, int, str, str]] = []
        self._resting: dict[int, int | None] = {}  # wake_at, once the inbox is found empty
        self._opened: list[tuple[str, int, str, str, int, int | None]] = []
        self._closed: list[tuple[str]] = []

    def incarnation(self) -> int:
        return int(self._row("SELECT value FROM meta WHERE name = 'incarnation'")[0])

    def write(self, ops: Sequence[Operation]) -> list[Any]:
        """What becomes of each operation once this is committed; anything raised concerns all of them."""
        append = self._append  # nearly all operations are this one
        outcomes = [append(op) if isinstance(op, Append) else self._other(op) for op in ops]
        self._flush()
        return outcomes

    def keep(self) -> None:
        """The transaction was committed."""
        if self._leased:
            self._leases.update(self._leased)
            self._leased.clear()
        if len(self._numbers) > _CACHED:
            self._numbers.clear()

    def forget(self) -> None:
        """The transaction was not committed: conversations that it opened are not there."""
        self._numbers.clear()
        self._leased.clear()
        self._records.clear()
        self._taken.clear()
        self._resting.clear()
        self._opened.clear()
        self._closed.clear()

    def _append(self, op: Append) -> StaleWriter | None:
        number = self._number(op.conversation)
        if number is None:
            return StaleWriter(f"there is no conversation {op.conversation!r}; nothing was written")
        records = op.records
        seq = op.expect + len(records)
        head = (seq, op.hash, op.base, op.epoch, op.owner, op.at, op.wake_at, number, op.token, op.expect)
        if self._cursor.execute(_MOVE, head).rowcount != 1:
            return StaleWriter(f"another writer holds {op.conversation!r}; nothing was written")
        self._records += [(number, r.seq, r.envelope, r.payload) for r in records]
        if op.taken:
            self._taken += [(seq, number, source, id) for source, id, seq in op.taken]
        if op.taken or number in self._resting:
            self._resting[number] = op.wake_at
        if op.opened:
            self._opened += [(w.id, number, w.kind, w.queue, w.since, w.expires) for w in op.opened]
        if op.closed:
            self._closed += [(id,) for id in op.closed]
        return None

    def _flush(self) -> None:
        """Write what the moved heads brought with them."""
        cursor = self._cursor
        if self._records:
            cursor.executemany(_RECORD, self._records)
            self._records.clear()
        if self._taken:
            cursor.executemany(_TAKE, self._taken)
            if cursor.rowcount != len(self._taken):
                raise JournalError("a parcel was to be taken that is not in the inbox; nothing was written")
            self._taken.clear()
            cursor.executemany(_REST, [(wake_at, number) for number, wake_at in self._resting.items()])
            self._resting.clear()
        if self._opened:
            cursor.executemany(_WAIT, self._opened)
            self._opened.clear()
        if self._closed:
            cursor.executemany("DELETE FROM waits WHERE id = ?", self._closed)
            self._closed.clear()

    def _other(self, op: Deliver | Claim | Renew | Erase) -> Any:
        match op:
            case Deliver():
                return self._deliver(op.conversation, op.parcel)
            case Claim():
                return self._claim(op)
            case Renew():
                return self._renew(op)
            case Erase():
                return self._erase(op.conversation, op.seqs)

    def _deliver(self, conversation: str, parcel: Parcel) -> Receipt | NotFound:
        number = self._number(conversation)
        if number is None:
            return unknown(conversation)
        row = (
            *(number, parcel.source, parcel.id, parcel.kind, parcel.body, parcel.at),
            _digest(parcel, os.urandom(_SALT)),
        )
        if self._cursor.execute(_DELIVER, row).rowcount == 1:
            self._cursor.execute(_ATTEND, (number,))
            return Receipt(True, at=parcel.at)
        self._flush()  # it may have been taken just before, in this very transaction
        at, seq, digest = self._row(
            "SELECT at, seq, digest FROM parcels WHERE number = ? AND source = ? AND id = ?", row[:3]
        )
        same = digest is None or digest == _digest(parcel, digest[:_SALT])
        return Receipt(False, same, seq, at)

    def _claim(self, op: Claim) -> int | NotFound | None:
        conversation, owner = op.conversation, op.owner
        number = self._number(conversation)
        if number is None:
            if not op.create:
                return unknown(conversation)
            number = self._cursor.execute(_OPEN, (conversation, GENESIS, op.now, op.now)).lastrowid
            assert number is not None
            self._numbers[conversation] = number
        lease = self._leased.get(conversation) or self._leases.get(conversation)
        if lease is not None and lease.owner != owner and lease.until > op.now:
            return None
        self._cursor.execute("UPDATE heads SET token = token + 1 WHERE number = ?", (number,))
        (token,) = self._row("SELECT token FROM heads WHERE number = ?", (number,))
        self._leased[conversation] = Lease(owner, op.now + op.lease, token)
        self._prune(op.now)
        return int(token)

    def _renew(self, op: Renew) -> None:
        for conversation, token in op.tokens:
            lease = self._leased.get(conversation) or self._leases.get(conversation)
            if lease is not None and lease.token == token:
                self._leased[conversation] = Lease(lease.owner, op.until, token)

    def _erase(self, conversation: str, seqs: Sequence[int]) -> NotFound | None:
        self._flush()
        number = self._number(conversation)
        if number is None:
            return unknown(conversation)
        keys = [(number, seq) for seq in seqs]
        self._cursor.executemany("UPDATE events SET payload = NULL WHERE number = ? AND seq = ?", keys)
        # A digest is salted, but a short message could still be guessed from it.
        self._cursor.executemany("UPDATE parcels SET digest = NULL WHERE number = ? AND seq = ?", keys)
        return None

    def _prune(self, now: int) -> None:
        """Forget leases that are over, now and then."""
        if len(self._leases) > self._prune_at:
            for conversation in [name for name, lease in self._leases.items() if lease.until <= now]:
                del self._leases[conversation]
            self._prune_at = 2 * max(len(self._leases), _CACHED)

    def _number(self, conversation: str) -> int | None:
        number = self._numbers.get(conversation)
        if number is None:
            row = self._row("SELECT number FROM heads WHERE conversation = ?", (conversation,))
            if row is not None:
                number = self._numbers[conversation] = row[0]
        return number

    def _row(self, query: str, values: Sequence[Any] = ()) -> Any:
        return self._cursor.execute(query, values).fetchone()


def unknown(conversation: str) -> NotFound:
    return NotFound(f"there is no conversation {conversation!r}")


def _digest(parcel: Parcel, salt: bytes) -> bytes:
    return salt + blake2b(parcel.kind.encode() + b"\0" + parcel.body, digest_size=16, key=salt).digest()
