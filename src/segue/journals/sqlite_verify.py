"""Whether a SQLite journal still says what was written to it.

Everything but events is an index of them: a head's seq and hash are those of its last event, a parcel's seq
is that of the event which names its source and id, a wait is open while its asking has no answer. Envelopes
are never erased, so all of this could be computed anew from them; what is still in the inbox could not.
"""

import sqlite3
from contextlib import closing
from hashlib import blake2b
from typing import Any, Final

import orjson

from segue.errors import JournalDamaged
from segue.run.codec import GENESIS, HASH

_AT_ONCE: Final = 50


def verify_some(connection: sqlite3.Connection, after: int) -> int | None:
    """Check the next conversations and give the number to go on from; None after the last.

    JournalDamaged names the conversation and the event.
    """
    heads = connection.execute(
        "SELECT number, conversation, seq, hash FROM heads WHERE number > ? ORDER BY number LIMIT ?",
        (after, _AT_ONCE),
    ).fetchall()
    until = heads[-1][0] if heads else None
    chains = {number: _Chain(conversation) for number, conversation, _, _ in heads}
    events = connection.execute(
        "SELECT number, seq, envelope, payload FROM events "
        "WHERE number > ? AND (? IS NULL OR number <= ?) ORDER BY number, seq",
        (after, until, until),
    )
    with closing(events):  # left open, it would keep the write-ahead log from being emptied
        for number, *event in events:
            if number not in chains:
                raise JournalDamaged(
                    f"there are events of a conversation without a head (its number is {number})"
                )
            chains[number].add(*event)
    for number, _, seq, hash in heads:
        chains[number].end(seq, hash)
    return until


class _Chain:
    """The events of one conversation, one after the other."""

    def __init__(self, conversation: str) -> None:
        self._conversation = conversation
        self._seq = 0
        self._hash = GENESIS

    def add(self, seq: int, envelope: Any, payload: Any) -> None:
        if seq != self._seq + 1:
            raise self._damaged(self._seq + 1, "is missing")
        try:
            said = orjson.loads(envelope)
            before, of_payload = said["b"], said.get("h")
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise self._damaged(seq, f"cannot be read ({error})") from error
        if before != self._hash.hex():
            raise self._damaged(self._seq, f"was changed, or event {seq} was")
        if payload is not None and of_payload != _hash(payload).hex():
            raise self._damaged(seq, "has another payload than it was written with")
        self._seq, self._hash = seq, _hash(envelope)

    def end(self, seq: int, hash: bytes) -> None:
        if self._seq != seq:
            raise self._damaged(min(self._seq, seq) + 1, f"is not where the head says that it ends, at {seq}")
        if self._hash != hash:
            raise self._damaged(seq, "was changed, or the head was")

    def _damaged(self, seq: int, what: str) -> JournalDamaged:
        return JournalDamaged(f"conversation {self._conversation!r}: event {seq} {what}")


def _hash(data: bytes | str) -> bytes:
    return blake2b(data.encode() if isinstance(data, str) else data, digest_size=HASH).digest()
