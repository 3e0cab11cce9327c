"""Who writes to a SQLite journal: one thread, each time everything that is queued in one transaction."""

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segue.errors import JournalUnavailable
from segue.journals.owner import Ownership
from segue.journals.sqlite_file import explained, writer
from segue.journals.sqlite_group import Erase, Group, Leases, Operation


@dataclass(slots=True)
class Stats:
    """What was written since the journal was opened; `largest` is the most operations in one commit."""

    commits: int = 0
    operations: int = 0
    largest: int = 0


class Writer:
    """Owns the file and the one connection that writes to it. What it answers is durable."""

    def __init__(self, path: Path, patience: float, leases: Leases) -> None:
        self.stats = Stats()
        self.incarnation = 0
        self._path = path
        self._patience = patience
        self._leases = leases
        self._exits = ExitStack()

    def open(self) -> None:
        ownership = Ownership(self._path)
        ownership.take()
        self._exits.callback(ownership.release)
        self._connection = writer(self._path, self._patience)
        self._exits.callback(self._connection.close)
        self._exits.callback(self._sweep)
        self._leases.clear()  # whoever held one before is gone
        self._group = Group(self._connection, self._leases)
        self.incarnation = self._group.incarnation()

    def close(self) -> None:
        self._exits.close()

    def do(self, ops: Sequence[Operation]) -> Sequence[Any]:
        connection, group = self._connection, self._group
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            return [explained(error, self._path) for _ in ops]
        try:
            outcomes = group.write(ops)
            connection.execute("COMMIT")
        except Exception as error:
            group.forget()
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if len(ops) == 1:
                return [explained(error, self._path)]
            # One of them is at fault; its neighbours are not. Halves find it in few transactions.
            middle = len(ops) // 2
            return [*self.do(ops[:middle]), *self.do(ops[middle:])]
        group.keep()
        self.stats.commits += 1
        self.stats.operations += len(ops)
        self.stats.largest = max(self.stats.largest, len(ops))
        if any(type(op) is Erase for op in ops) and not self._sweep():
            return [
                self._unswept() if type(op) is Erase and outcome is None else outcome
                for op, outcome in zip(ops, outcomes, strict=True)
            ]
        return outcomes

    def _sweep(self) -> bool:
        """Empty the write-ahead log, where erased bytes live on; False while another program reads it."""
        try:
            (busy, _, _) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:  # everything is in the log as before, and the next checkpoint tries again
            return False
        return not busy

    def _unswept(self) -> JournalUnavailable:
        return JournalUnavailable(
            f"erased, but copies are left in {self._path.name}-wal, which another program reads; "
            f"end that program and erase again"
        )
