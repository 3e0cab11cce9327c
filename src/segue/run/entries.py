"""Entries: what the ledger of a conversation says of each action that was begun in it."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any, Literal

import orjson

from segue.run.facts import FactBook, Held
from segue.run.journal import ActionRow, ActionStatus

Standing = Literal["open", "done", "not_done", "undone", "replaced"]

KEPT = 10
"""Settled actions that a snapshot carries on; older ones are in the log."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One action: what it is, where in which turn it was begun, and how it stands.

    `identity`, `object` and `call` are digests. `began` and `seq` are the events in which it was begun and was last
    heard of, `at` is when it was begun. While it is open, `look_at` is when to look into it next (0: only a person
    does), `tries` counts calls and lookups that told nothing, `sent` the calls; none is sent after `sends_until`.
    `with_person`: a person was asked to decide. `undid` and `told` are what `ActionBegan` says of what it takes back.
    Times are ms since 1970.
    """

    identity: str
    key: str
    action: str
    object: str
    call: str
    generation: int
    turn: int
    path: str
    attempt: int
    began: int
    seq: int
    at: int
    sends_until: int = 0
    look_at: int = 0
    standing: Standing = "open"
    unknown: bool = False
    with_person: bool = False
    tries: int = 0
    sent: int = 1
    why: str = ""
    amount: int | None = None
    currency: str = ""
    undoes: str = ""
    replaces: tuple[str, ...] = ()
    undid: int = 0
    told: str = ""
    facts: tuple[Held | None, ...] = ()
    fact: Held | None = None
    receipt: Held | None = None

    @property
    def open(self) -> bool:
        return self.standing == "open"

    @property
    def retires(self) -> tuple[str, ...]:
        """Identities that may be done anew once this is done."""
        return (self.undoes, *self.replaces) if self.undoes else self.replaces

    @property
    def key_of_want(self) -> tuple[str, int]:
        """Path and attempt of what wanted it."""
        return self.path, self.attempt


def row_of(entry: Entry, conversation: str) -> ActionRow:
    """What the journal's index says of it."""
    return ActionRow(
        identity=entry.identity,
        conversation=conversation,
        turn=entry.turn,
        began=entry.began,
        seq=entry.seq,
        action=entry.action,
        object=entry.object,
        call=entry.call,
        status=_STATUS[entry.standing],
        generation=entry.generation,
        at=entry.at,
        amount=entry.amount,
        currency=entry.currency,
    )


def bounded(ledger: Mapping[str, Entry]) -> dict[str, Entry]:
    """What is carried on when everything rests: all that is open, and of what is settled the latest, without what
    only a retry would need.
    """
    if not ledger:
        return {}
    settled = [entry for entry in ledger.values() if not entry.open]
    dropped = {entry.identity for entry in settled[:-KEPT]}
    return {
        identity: entry if entry.open else _settled(entry)
        for identity, entry in ledger.items()
        if identity not in dropped
    }


def _settled(entry: Entry) -> Entry:
    return replace(entry, facts=(), fact=None, sends_until=0, look_at=0, tries=0, sent=1, why="", replaces=())


def written(entry: Entry) -> Mapping[str, Any]:
    """For a snapshot; what is as it always is at first is left out."""
    values = {name: getattr(entry, name) for name in Entry.__slots__}
    return {name: value for name, value in values.items() if value != _DEFAULTS.get(name, _REQUIRED)}


def read(values: Mapping[str, Any], book: FactBook) -> Entry:
    """An entry from a snapshot."""

    def held(name: str) -> Held | None:
        return book.written(orjson.dumps(values[name])) if values.get(name) else None

    facts = tuple(book.written(orjson.dumps(fact)) if fact else None for fact in values.get("facts", ()))
    replaces = tuple(values.get("replaces", ()))
    own = {"facts": facts, "fact": held("fact"), "receipt": held("receipt"), "replaces": replaces}
    return Entry(**{**values, **own})


_STATUS: Mapping[Standing, ActionStatus] = {
    "open": "open",
    "done": "done",
    "not_done": "not_done",
    "undone": "retired",
    "replaced": "retired",
}
_REQUIRED = object()
_DEFAULTS = {field.name: field.default for field in fields(Entry) if field.default is not MISSING}
