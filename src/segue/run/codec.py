"""From events to records and back: envelope and payload, salted and chained.

The envelope holds a salted hash of the payload and the hash of the envelope before it, so that a payload
can be erased and the chain of a conversation still proves that nothing else was changed.
"""

import os
from hashlib import blake2b
from struct import Struct
from typing import Any, NamedTuple

import orjson

from segue.errors import JournalDamaged, JournalNewer
from segue.run.events import EVENTS, Event
from segue.run.facts import FactBook, Held

FORMAT = 1
SALT = 16
HASH = 16
GENESIS = bytes(HASH)


class Record(NamedTuple):
    """One event as a journal keeps it. `payload` is None where there is none, or once it was erased."""

    seq: int
    envelope: bytes
    payload: bytes | None


class Happened(NamedTuple):
    """One event as it is read: its number in the conversation, its time, itself."""

    seq: int
    at: int
    event: Event


def seal(seq: int, at: int, event: Event, before: bytes) -> tuple[Record, bytes]:
    """The record of an event and its hash, which the next one needs as `before` (16 bytes)."""
    envelope = event.envelope(at)
    payload = None
    if event.PRIVATE:
        payload = _payload(event)
        envelope["h"] = blake2b(payload, digest_size=HASH).hexdigest()
    envelope["b"] = before.hex()
    data = orjson.dumps(envelope)[:-1] + b"}"
    return Record(seq, data, payload), blake2b(data, digest_size=HASH).digest()


def unseal(record: Record, book: FactBook) -> Happened:
    """Read a record. Fields of an erased payload are empty."""
    try:
        envelope: dict[str, Any] = orjson.loads(record.envelope)
        kind, at = envelope["k"], envelope["at"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise JournalDamaged(f"event {record.seq} cannot be read: {error}") from error
    cls = EVENTS.get(kind)
    if cls is None:
        raise JournalNewer(f"event {record.seq} is a {kind}, which this version of Segue does not know")
    values = {name: envelope[name] for name in cls.PUBLIC if name in envelope}
    if record.payload is not None:
        try:
            content: dict[str, Any] = orjson.loads(record.payload[SALT:])
        except orjson.JSONDecodeError as error:
            raise JournalDamaged(f"the payload of event {record.seq} cannot be read: {error}") from error
        for name in cls.HELD:
            content[name] = _read_facts(content.get(name), book)
        values.update(content)
    else:
        values.update({name: "" for name in cls.PRIVATE if name not in cls.DEFAULTS})
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = tuple(value)
    return Happened(record.seq, at, cls(**values))


def _read_facts(written: Any, book: FactBook) -> Any:
    if isinstance(written, list):
        return tuple(_read_facts(one, book) for one in written)
    return book.written(orjson.dumps(written)) if isinstance(written, dict) else written


def hash_of(record: Record) -> bytes:
    """The hash that the next envelope names."""
    return blake2b(record.envelope, digest_size=HASH).digest()


_SALTS = Struct(f"{SALT}s" * 256)
_salts: list[bytes] = []


def _draw_salts() -> None:
    """Sixteen bytes of chance each; drawn many at a time, since each draw is a call to the system."""
    _salts.extend(_SALTS.unpack(os.urandom(_SALTS.size)))


def _payload(event: Event) -> bytes:
    if not _salts:
        _draw_salts()
    if event.ONLY_FACT:
        fact: Held = event.fact  # type: ignore[attr-defined]
        return b'%b{"fact":%b}' % (_salts.pop(), fact.data)
    return _salts.pop() + orjson.dumps(
        {name: getattr(event, name) for name in event.PRIVATE}, default=_written
    )


def _written(value: Any) -> Any:
    if isinstance(value, Held):
        return orjson.Fragment(value.data)
    raise TypeError(f"{type(value).__name__} cannot stand in an event")


# A forked process must not draw the salts that its parent draws.
os.register_at_fork(after_in_child=_salts.clear)
