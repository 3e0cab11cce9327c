"""What is needed to go on with conversations, read from the tables of a SQLite journal."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence

from segue.errors import JournalDamaged
from segue.journals import sqlite_statements as sql
from segue.run.codec import Record
from segue.run.journal import Head, Loaded, Parcel


def load(cursor: sqlite3.Cursor, numbers: Sequence[int]) -> Mapping[int, Loaded | JournalDamaged]:
    """By number, inside one transaction; what is wrong with one of them is not its neighbours' fault."""
    records: dict[int, list[Record]] = defaultdict(list)
    for number, *record in sql.RECORDS.rows(cursor, numbers):
        records[number].append(Record(*record))
    inbox: dict[int, list[Parcel]] = defaultdict(list)
    for number, *parcel in sql.INBOX.rows(cursor, numbers):
        inbox[number].append(Parcel(*parcel))
    return {
        number: _checked(Loaded(Head(*head), records[number], inbox[number]))
        for number, *head in sql.HEADS.rows(cursor, numbers)
    }


def _checked(loaded: Loaded) -> Loaded | JournalDamaged:
    head, found = loaded.head, len(loaded.records)
    if found == head.seq - head.base + 1:
        return loaded
    return JournalDamaged(
        f"{head.conversation!r} should have events {head.base} to {head.seq}, and {found} of them are there"
    )
