"""Who reads a SQLite journal: one thread, which sees only what is committed."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from segue.errors import JournalDamaged, NotFound
from segue.journals.sqlite_file import explained, reader
from segue.journals.sqlite_group import Leases, unknown
from segue.run.codec import Record
from segue.run.journal import Head, Loaded, Parcel, Receipt, Wait

_HEAD = "conversation, seq, hash, base, token, epoch, owner, wake_at, opened, touched"
_WAIT = "id, conversation, kind, queue, since, expires"
_WAITS = f"SELECT {_WAIT} FROM waits JOIN heads USING (number)"


class Reader:
    """Every method is called in the reader's thread."""

    def __init__(self, path: Path, leases: Leases) -> None:
        self._path = path
        self._leases = leases
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        self._connection = reader(self._path)

    def do(self, calls: Sequence[Callable[[], Any]]) -> Sequence[Any]:
        return [self._answer(call) for call in calls]

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def load(self, conversation: str) -> Loaded:
        with self._one_moment():
            number, head = self._find(conversation)
            records = self._records(
                "SELECT seq, envelope, payload FROM events WHERE number = ? AND seq >= ? ORDER BY seq",
                (number, head.base),
            )
            inbox = self._rows(
                "SELECT source, id, kind, body, at FROM parcels WHERE number = ? AND seq IS NULL "
                "ORDER BY place",
                (number,),
            )
        if len(records) != head.seq - head.base + 1:
            raise JournalDamaged(
                f"{conversation!r} should have events {head.base} to {head.seq}, and {len(records)} of them are there"
            )
        return Loaded(head, records, [Parcel(*row) for row in inbox])
