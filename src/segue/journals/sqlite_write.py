"""Who writes to a SQLite journal: one thread, each time everything that is queued in one transaction."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segue.errors import JournalUnavailable
from segue.journals.leases import Leases
from segue.journals.operation import Erase, Operation
from segue.journals.owner import Ownership
from segue.journals.sqlite_file import explained, is_busy, noted, writer
from segue.journals.sqlite_group import Group


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
        try:
            self._group = Group(self._connection, self._leases)
            self.incarnation = noted(self._connection, "incarnation")
        except sqlite3.Error as error:
            raise explained(error, self._path) from error

    def close(self) -> None:
        self._exits.close()

    def do(self, ops: Sequence[Operation]) -> Sequence[Any]:
        try:
            outcomes = self._together(ops)
        except Exception as error:
            if is_busy(error):  # it has been waited for long enough
                return [explained(error, self._path) for _ in ops]
            outcomes = self._one_by_one(ops)  # one of them is at fault, or the disk is; this finds out
        if any(isinstance(op, Erase) for op in ops) and not self._sweep():
            outcomes = [
                self._unswept() if isinstance(op, Erase) and outcome is None else outcome
                for op, outcome in zip(ops, outcomes, strict=True)
            ]
        return outcomes

    def _together(self, ops: Sequence[Operation]) -> Sequence[Any]:
        with self._transaction():
            outcomes = self._group.write(ops)
        self._count(ops)
        return outcomes

    def _one_by_one(self, ops: Sequence[Operation]) -> Sequence[Any]:
        """In one transaction too, but what one of them meets is not its neighbours' fault."""
        try:
            with self._transaction():
                outcomes = [self._alone(op) for op in ops]
        except Exception as error:
            return [explained(error, self._path) for _ in ops]
        self._count(ops)
        return outcomes

    def _alone(self, op: Operation) -> Any:
        execute = self._connection.execute
        execute("SAVEPOINT one")
        try:
            (outcome,) = self._group.write([op])
        except Exception as error:
            if not self._connection.in_transaction:  # all is rolled back, as when a disk is full
                raise
            execute("ROLLBACK TO one")
            self._group.forget()
            outcome = explained(error, self._path)
        execute("RELEASE one")
        return outcome

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        execute, group = self._connection.execute, self._group
        execute("BEGIN IMMEDIATE")
        try:
            yield
            execute("COMMIT")
        except Exception:
            group.undo()
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise
        group.keep()

    def _count(self, ops: Sequence[Operation]) -> None:
        self.stats.commits += 1
        self.stats.operations += len(ops)
        self.stats.largest = max(self.stats.largest, len(ops))

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
