"""One process owns a journal file; a second one is told which."""

import os
from contextlib import suppress
from pathlib import Path
from weakref import WeakSet

from segue.errors import JournalInUse, JournalUnavailable

try:
    import fcntl
except (
    ImportError
):  # Windows has no lock that is freed reliably when its holder is killed and can be read meanwhile
    fcntl = None  # type: ignore[assignment]


class Ownership:
    """The lock beside a journal, held until `release` or until the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        # Two names of one file must not have two locks.
        self._journal = path.resolve()
        self._path = self._journal.with_name(self._journal.name + ".lock")
        self._handle: int | None = None

    def take(self) -> None:
        """Become the owner; JournalInUse names who is, JournalUnavailable says why nobody can be."""
        if fcntl is None:
            raise JournalUnavailable(
                "a SQLite journal needs Linux or macOS (on Windows: WSL); elsewhere use PostgreSQL"
            )
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise JournalUnavailable(f"{self._path} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(handle, 0)
            os.pwrite(handle, b"%d\n" % os.getpid(), 0)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            os.close(handle)
            who = f"process {holder}" if holder else "another process"
            raise JournalInUse(
                f"{self._journal} is in use by {who}; stop it, or talk to it over HTTP instead of opening "
                f"its journal"
            ) from None
        except OSError as error:
            os.close(handle)
            raise JournalUnavailable(f"{self._path} cannot be locked: {error.strerror}") from error
        self._handle = handle
        _held.add(self)

    def release(self) -> None:
        """Let go. The file stays: were it deleted, two processes could hold locks of the same name."""
        if self._handle is not None:
            with suppress(OSError):  # somebody else closed it
                os.close(self._handle)
            self._handle = None


_held: "WeakSet[Ownership]" = WeakSet()


def _let_go() -> None:
    """A lock is shared with forked children: one that outlives its parent would keep the journal from everybody."""
    for ownership in list(_held):
        ownership.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)
