"""What a SQLite journal says to SQLite when it writes.

Nearly every statement is for many rows. Python gives up its lock several times in each execution and, while
another thread computes, gets it back only after milliseconds; so a commit must need few executions. (It is
faster too: one execution for 64 rows costs less than executemany.)
"""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

ROWS: Final = 64  # in one execution; SQLite before 3.32 binds no more than 999 values


class Many:
    """A statement for up to ROWS rows; `row` is how one of them is written."""

    def __init__(self, statement: str, row: str) -> None:
        self.width = row.count("?")
        # The same string for the same number of rows, so that Python finds the prepared statement at once.
        self.text = cache(lambda rows: statement.format(rows=", ".join([row] * rows)))

    def rows(self, cursor: sqlite3.Cursor, values: Sequence[Any]) -> Iterator[Any]:
        """What it selects for all of these values."""
        for start in range(0, len(values), ROWS):
            part = values[start : start + ROWS]
            yield from cursor.execute(self.text(len(part)), part).fetchall()


FIND: Final = Many("SELECT conversation, number FROM heads WHERE conversation IN ({rows})", "?")
LAST_NUMBER: Final = "SELECT coalesce(max(number), 0) FROM heads"
LAST_PLACE: Final = "SELECT coalesce(max(place), 0) FROM parcels"

OPEN: Final = Many(
    "INSERT INTO heads (number, conversation, hash, opened, touched, seq, base, token, epoch, owner) "
    "VALUES {rows}",
    "(?, ?, ?, ?, ?, 0, 1, 1, 0, 'ai')",
)
CLAIM: Final = Many("UPDATE heads SET token = token + 1 WHERE number IN ({rows})", "?")

HEAD: Final = "conversation, seq, hash, base, token, epoch, owner, wake_at, opened, touched"
HEADS: Final = Many(f"SELECT number, {HEAD} FROM heads WHERE number IN ({{rows}})", "?")
RECORDS: Final = Many(
    # CROSS: the heads first, or every event there is would be looked at.
    "SELECT heads.number, events.seq, envelope, payload FROM heads CROSS JOIN events "
    "ON events.number = heads.number AND events.seq >= heads.base "
    "WHERE heads.number IN ({rows}) ORDER BY heads.number, events.seq",
    "?",
)
INBOX: Final = Many(
    "SELECT number, source, id, kind, body, at FROM parcels WHERE number IN ({rows}) AND seq IS NULL "
    "ORDER BY number, place",
    "?",
)

DELIVER: Final = Many(
    "INSERT INTO parcels (place, number, source, id, kind, body, at, digest) VALUES {rows} "
    "ON CONFLICT (number, source, id) DO NOTHING",
    "(?, ?, ?, ?, ?, ?, ?, ?)",
)
ATTEND: Final = Many("UPDATE heads SET wake_at = 0 WHERE number IN ({rows}) AND wake_at IS NOT 0", "?")
DELIVERED: Final = "SELECT place, at, seq, digest FROM parcels WHERE number = ? AND source = ? AND id = ?"

# Updates, though they are written as inserts: only an insert takes many rows, and does them in their order,
# so that the second append of a conversation meets the head that the first one moved.
MOVE: Final = Many(
    # Every row is that of a head that exists; `opened` stands for the seq that is expected.
    "INSERT INTO heads "
    "(number, conversation, opened, token, seq, hash, base, epoch, owner, touched, wake_at) VALUES {rows} "
    "ON CONFLICT (number) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, base = excluded.base, "
    "epoch = excluded.epoch, owner = excluded.owner, touched = excluded.touched, wake_at = CASE "
    "WHEN EXISTS (SELECT 1 FROM parcels WHERE parcels.number = heads.number AND parcels.seq IS NULL) "
    "THEN 0 ELSE excluded.wake_at END "
    "WHERE heads.token = excluded.token AND heads.seq = excluded.opened",
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
)
TAKE: Final = Many(
    "INSERT INTO parcels (number, source, id, seq, kind, at) "
    "SELECT column1, column2, column3, column4, '', 0 FROM (VALUES {rows}) AS taken WHERE EXISTS "
    "(SELECT 1 FROM parcels WHERE number = column1 AND source = column2 AND id = column3) "
    "ON CONFLICT (number, source, id) DO UPDATE SET seq = excluded.seq, body = NULL "
    "WHERE parcels.seq IS NULL",
    "(?, ?, ?, ?)",
)
RECORD: Final = Many("INSERT INTO events (number, seq, envelope, payload) VALUES {rows}", "(?, ?, ?, ?)")
WAIT: Final = Many(
    "INSERT INTO waits (id, number, kind, queue, since, expires) VALUES {rows}", "(?, ?, ?, ?, ?, ?)"
)
ANSWER: Final = Many("DELETE FROM waits WHERE id IN ({rows})", "?")

ACTION_ROW: Final = (
    "identity, conversation, turn, began, actions.seq, action, object, call, status, generation, at, "
    "amount, currency"
)
_ACTION: Final = f"SELECT number, {ACTION_ROW} FROM actions JOIN heads USING (number)"
ACTIONS: Final = Many(f"{_ACTION} WHERE identity IN ({{rows}})", "?")
HOLDERS: Final = Many(
    f"{_ACTION} WHERE object IN ({{rows}}) AND status IN ('open', 'done') AND status = 'open'", "?"
)
ACT: Final = Many(
    "INSERT INTO actions (number, identity, turn, began, seq, action, object, call, status, generation, at, "
    "amount, currency) VALUES {rows} ON CONFLICT (identity) DO UPDATE SET number = excluded.number, "
    "turn = excluded.turn, began = excluded.began, seq = excluded.seq, action = excluded.action, "
    "object = excluded.object, call = excluded.call, status = excluded.status, "
    "generation = excluded.generation, at = excluded.at, amount = excluded.amount, "
    "currency = excluded.currency",
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
)

ERASE: Final = "UPDATE events SET payload = NULL WHERE number = ? AND seq = ?"
ERASE_DIGEST: Final = "UPDATE parcels SET digest = NULL WHERE number = ? AND seq = ?"
