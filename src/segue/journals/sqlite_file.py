"""The file of a SQLite journal: its tables, how it is opened, and what its errors mean."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from segue.errors import JournalDamaged, JournalError, JournalNewer, JournalUnavailable

FORMAT: Final = 1
_OLDEST: Final = (3, 24)  # the first with ON CONFLICT DO UPDATE
APPLICATION: Final = 0x5365_6775  # "Segu": tells a journal from any other SQLite file
_LOG: Final = 32 + 1000 * (24 + 4096)
"""Bytes of the write-ahead log when SQLite goes back to its beginning: a thousand pages."""

# What belongs to customers stands only in rowid tables whose rows are never deleted. A page of another kind
# of table, and one that rows were deleted from, is rebuilt with its neighbours, and copies of what was moved
# stay behind in their unused parts, where secure_delete does not overwrite them. It is also the fastest
# layout: appends of many conversations fill the same few pages. (Of actions copies may stay behind, because
# their rows grow when they are settled: those say nothing but digests, names of actions and amounts.)
_TABLES: Final = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE heads (
        number INTEGER PRIMARY KEY, conversation TEXT NOT NULL UNIQUE,
        seq INTEGER NOT NULL, hash BLOB NOT NULL, base INTEGER NOT NULL, token INTEGER NOT NULL,
        epoch INTEGER NOT NULL, owner TEXT NOT NULL, wake_at INTEGER,
        opened INTEGER NOT NULL, touched INTEGER NOT NULL
    )
    """,
    "CREATE INDEX heads_touched ON heads (touched)",
    "CREATE INDEX heads_wake_at ON heads (wake_at) WHERE wake_at IS NOT NULL",
    """
    CREATE TABLE events (
        number INTEGER NOT NULL, seq INTEGER NOT NULL, envelope BLOB NOT NULL, payload BLOB
    )
    """,
    "CREATE UNIQUE INDEX events_seq ON events (number, seq)",
    # In the inbox until it has a seq. Then its body is gone, and the digest is there to tell an equal one.
    """
    CREATE TABLE parcels (
        place INTEGER PRIMARY KEY, number INTEGER NOT NULL, source TEXT NOT NULL, id TEXT NOT NULL,
        kind TEXT NOT NULL, body BLOB, at INTEGER NOT NULL, digest BLOB, seq INTEGER
    )
    """,
    "CREATE UNIQUE INDEX parcels_id ON parcels (number, source, id)",
    "CREATE INDEX parcels_inbox ON parcels (number) WHERE seq IS NULL",
    """
    CREATE TABLE waits (
        id TEXT PRIMARY KEY, number INTEGER NOT NULL, kind TEXT NOT NULL, queue TEXT NOT NULL,
        since INTEGER NOT NULL, expires INTEGER
    ) WITHOUT ROWID
    """,
    "CREATE INDEX waits_since ON waits (kind, since)",
)

# Journals were made without it before there were actions, and get it when they are opened.
_ACTIONS: Final = (
    """
    CREATE TABLE IF NOT EXISTS actions (
        identity TEXT NOT NULL UNIQUE, number INTEGER NOT NULL, turn INTEGER NOT NULL,
        began INTEGER NOT NULL, seq INTEGER NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL,
        call TEXT NOT NULL, status TEXT NOT NULL, generation INTEGER NOT NULL,
        at INTEGER NOT NULL, amount INTEGER, currency TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS actions_object ON actions (object, at, began, identity) "
    "WHERE status IN ('open', 'done')",
    "CREATE INDEX IF NOT EXISTS actions_at ON actions (action, at)",
)

_ZEROS: Final = bytes(4096)


def writer(path: Path, patience: float) -> sqlite3.Connection:
    """A connection that writes; makes the journal if there is none."""
    if sqlite3.sqlite_version_info < _OLDEST:
        raise JournalUnavailable(
            f"this Python has SQLite {sqlite3.sqlite_version}, and a journal needs 3.24 or later"
        )
    _look_at(path)
    with suppress(OSError):  # SQLite says better what is wrong
        # The log gets the same rights; whoever wants others to read a journal may say so afterwards.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, timeout=patience, cached_statements=512)
    try:
        _check_or_make(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise explained(error, path) from error
    except JournalError:
        connection.close()
        raise
    return connection


def reader(path: Path) -> sqlite3.Connection:
    """A connection that sees what is committed, and cannot write."""
    uri = path.absolute().as_uri() + "?mode=ro"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error as error:
        raise explained(error, path) from error
    return connection


def noted(connection: sqlite3.Connection, name: str) -> int:
    """What the journal says about itself."""
    for (value,) in connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchall():
        return int(value)
    raise JournalDamaged(f"the journal does not say its {name}; restore a back-up")


def is_busy(error: Exception) -> bool:
    """Whether another program held the file for longer than one waits."""
    return _code(error) == sqlite3.SQLITE_BUSY


def explained(error: Exception, path: Path) -> Exception:
    """What an error of SQLite means to who uses a journal; any other error is returned as it is."""
    if not isinstance(error, sqlite3.Error):
        return error
    code = _code(error)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
        return JournalDamaged(f"{path} is damaged: {error}; stop, and restore a back-up")
    if code in _NOT_NOW:
        return JournalUnavailable(f"{path} cannot be {_NOT_NOW[code]} just now: {error}")
    if code == sqlite3.SQLITE_CONSTRAINT:
        return JournalError(f"this contradicts what {path.name} holds, and was not written: {error}")
    return error


_NOT_NOW: Final = {
    sqlite3.SQLITE_FULL: "written (no space is left)",
    sqlite3.SQLITE_READONLY: "written (it is read-only)",
    sqlite3.SQLITE_PERM: "written",
    sqlite3.SQLITE_BUSY: "written (another program holds it)",
    sqlite3.SQLITE_LOCKED: "written (another program holds it)",
    sqlite3.SQLITE_IOERR: "read or written",
    sqlite3.SQLITE_PROTOCOL: "read or written (its log cannot be locked)",
    sqlite3.SQLITE_TOOBIG: "written (something in it is too big)",
    sqlite3.SQLITE_CANTOPEN: "opened",
    sqlite3.SQLITE_NOMEM: "used",
}


def _code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF


def _look_at(path: Path) -> None:
    """Refuse what is not a file of ours before SQLite touches it."""
    if path.is_dir():
        raise JournalUnavailable(f"{path} is a folder; name a file in it")
    try:
        with path.open("rb") as file:
            beginning = file.read(16)
    except FileNotFoundError:
        return
    except OSError as error:
        raise JournalUnavailable(f"{path} cannot be read: {error.strerror}") from error
    if beginning and beginning != b"SQLite format 3\0":
        raise JournalDamaged(f"{path} is not a journal: it does not begin as a SQLite file does")


def _check_or_make(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION and tables:
        raise JournalDamaged(f"{path} is a SQLite file, but not a journal of Segue")
    if tables:
        format = noted(connection, "format")
        if format > FORMAT:
            raise JournalNewer(
                f"{path} has format {format}, and this version of Segue knows {FORMAT}; install a newer one"
            )
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise JournalUnavailable(f"{path} cannot have a write-ahead log here; put it on a local disk")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS does not flush the drive otherwise
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")  # nothing of a customer in files of its own
    # 8 MB: more was measured to save no CPU, and would be held by every desk that waits.
    connection.execute("PRAGMA cache_size = -8000")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    connection.execute("BEGIN IMMEDIATE")
    if not tables:
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("INSERT INTO meta VALUES ('incarnation', 1)")
    for statement in _ACTIONS:
        connection.execute(statement)
    # Written each time, so that a journal that cannot be written does not look open.
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('format', ?)", (FORMAT,))
    _lengthen(path.resolve().with_name(f"{path.resolve().name}-wal"))
    connection.execute("COMMIT")


def _lengthen(log: Path) -> None:
    """Make the log as long as it will be: commits that lengthen a file cost a turn a fifth more, for hundreds of turns.

    What stands in it after a crash stays, and zeros behind it are nothing to SQLite, as is whatever an older
    use of the log left there. Called inside a transaction, so that no other program writes to it meanwhile.
    """
    with suppress(OSError), log.open("ab", buffering=0) as file:
        before = file.tell()
        try:
            # A page at a time: the kernel may keep as one what is written at once, and commits would handle all of it.
            for _ in range(before, _LOG, len(_ZEROS)):
                file.write(_ZEROS)
            os.fsync(file.fileno())
        except OSError:  # what is left of the disk is for commits
            file.truncate(before)
