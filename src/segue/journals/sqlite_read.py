"""Who reads a SQLite journal: one thread, which sees only what is committed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final

from segue.errors import JournalDamaged, NotFound
from segue.journals.leases import Leases
from segue.journals.sqlite_file import explained, reader
from segue.journals.sqlite_group import unknown
from segue.journals.sqlite_load import load
from segue.journals.sqlite_statements import ACTION_ROW
from segue.journals.sqlite_statements import HEAD as _HEAD
from segue.journals.sqlite_verify import verify_some
from segue.run.codec import Record
from segue.run.journal import ActionRow, Head, Loaded, Receipt, Tally, Wait

HEAD: Final = f"SELECT number, {_HEAD} FROM heads WHERE conversation = ?"
HEADS: Final = f"SELECT {_HEAD} FROM heads ORDER BY touched DESC, conversation DESC LIMIT ?"
HEADS_BEFORE: Final = (
    f"SELECT {_HEAD} FROM heads WHERE (touched, conversation) < (?, ?) "
    "ORDER BY touched DESC, conversation DESC LIMIT ?"
)
RECORDS: Final = "SELECT seq, envelope, payload FROM events WHERE number = ? AND seq > ? ORDER BY seq LIMIT ?"
RECEIPT: Final = (
    "SELECT parcels.seq, at FROM heads JOIN parcels USING (number) "
    "WHERE conversation = ? AND source = ? AND id = ?"
)
DUE: Final = "SELECT conversation FROM heads WHERE wake_at <= ? ORDER BY wake_at, number"
NEXT_DUE: Final = "SELECT min(wake_at) FROM heads WHERE wake_at IS NOT NULL"
_WAIT = "SELECT id, conversation, kind, queue, since, expires FROM waits JOIN heads USING (number)"
WAIT: Final = f"{_WAIT} WHERE id = ?"
WAITS: Final = f"{_WAIT} WHERE kind = ? ORDER BY since, id LIMIT ?"
_ACTION = f"SELECT {ACTION_ROW} FROM actions JOIN heads USING (number)"
ACTION: Final = f"{_ACTION} WHERE identity = ?"
ACTIONS_ON: Final = f"{_ACTION} WHERE object = ? AND status IN ('open', 'done') ORDER BY at, began, identity"
# The sum in two halves: as one it could be more than SQLite counts.
TALLY: Final = (
    "SELECT count(*), coalesce(sum(CASE WHEN currency = ? THEN amount >> 32 END), 0), "
    "coalesce(sum(CASE WHEN currency = ? THEN amount & 0xFFFFFFFF END), 0) "
    "FROM actions WHERE action = ? AND at >= ? AND status IN ('open', 'done')"
)


class Reader:
    """Each method but the first three is one reading, called by `do`."""

    def __init__(self, path: Path, leases: Leases) -> None:
        self._path = path
        self._leases = leases
        self._exits = ExitStack()

    def open(self) -> None:
        self._connection = reader(self._path)
        self._exits.callback(self._connection.close)

    def do(self, ops: Sequence[Callable[[], Any]]) -> Sequence[Any]:
        return [self._answer(call) for call in ops]

    def close(self) -> None:
        self._exits.close()

    def load(self, conversation: str) -> Loaded:
        with self._one_moment():
            number, _ = self._find(conversation)
            loaded = load(self._connection.cursor(), [number])[number]
        if isinstance(loaded, JournalDamaged):
            raise loaded
        return loaded

    def read(self, conversation: str, after: int, limit: int) -> Sequence[Record]:
        with self._one_moment():
            number, _ = self._find(conversation)
            return [Record(*row) for row in self._rows(RECORDS, (number, after, limit))]

    def head(self, conversation: str) -> Head:
        return self._find(conversation)[1]

    def heads(self, limit: int, before: tuple[int, str] | None) -> Sequence[Head]:
        rows = self._rows(HEADS_BEFORE, (*before, limit)) if before else self._rows(HEADS, (limit,))
        return [Head(*row) for row in rows]

    def receipt(self, conversation: str, source: str, id: str) -> Receipt | None:
        found = self._rows(RECEIPT, (conversation, source, id))
        return Receipt(False, True, *found[0]) if found else None

    def due(self, now: int, owner: str, limit: int) -> Sequence[str]:
        found: list[str] = []
        # Read one by one: how many of the first are held by others is not known beforehand.
        with closing(self._connection.execute(DUE, (now,))) as rows:
            for (conversation,) in rows:
                if len(found) >= limit:
                    break
                if self._leases.free(conversation, owner, now):
                    found.append(conversation)
        return found

    def next_due(self) -> int | None:
        wake_at: int | None
        ((wake_at,),) = self._rows(NEXT_DUE)
        return wake_at

    def waits(self, kinds: Sequence[str], limit: int) -> Sequence[Wait]:
        # The index is by kind and age, so each kind is read for itself.
        rows = [row for kind in dict.fromkeys(kinds) for row in self._rows(WAITS, (kind, limit))]
        return sorted((Wait(*row) for row in rows), key=lambda wait: (wait.since, wait.id))[:limit]

    def wait(self, id: str) -> Wait:
        for row in self._rows(WAIT, (id,)):
            return Wait(*row)
        raise NotFound(f"nobody is waited for under {id!r}; it may have been answered already")

    def action(self, identity: str) -> ActionRow | None:
        found = self._rows(ACTION, (identity,))
        return ActionRow(*found[0]) if found else None

    def actions_on(self, object: str) -> Sequence[ActionRow]:
        return [ActionRow(*row) for row in self._rows(ACTIONS_ON, (object,))]

    def tally(self, action: str, currency: str, since: int) -> Tally:
        ((count, high, low),) = self._rows(TALLY, (currency, currency, action, since))
        return Tally(count, (high << 32) + low)

    def verify(self, after: int) -> int | None:
        with self._one_moment():
            return verify_some(self._connection, after)

    def _answer(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:  # raised to its caller
            return explained(error, self._path)

    def _find(self, conversation: str) -> tuple[int, Head]:
        for number, *row in self._rows(HEAD, (conversation,)):
            return number, Head(*row)
        raise unknown(conversation)

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _one_moment(self) -> Iterator[None]:
        """Several readings see the journal as it was at one moment."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:  # after an error of the disk there is none
                self._connection.execute("COMMIT")
