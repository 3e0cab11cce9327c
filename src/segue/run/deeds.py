"""Deeds: every action of a conversation as its events tell it, with all that a person needs who has to decide."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from segue.flow.receipts import Receipt, Status
from segue.flow.saying import say
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.facts import Held

Standing = Literal["under_way", "unknown", "with_person", "done", "not_done", "undone", "replaced"]
"""How it stands; until it is settled nobody can do it again, and `with_person` a person is to find out."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One call, one lookup, or what was said instead of them: when it ended (ms since 1970), and what came of it."""

    at: int
    what: Literal["call", "lookup", "person", ""]
    came: str
    took: float


@dataclass(frozen=True, slots=True)
class Deed:
    """One action that was begun. `arguments` are the facts it read; None where one was erased or left out.

    `key` is what its back end was handed, `sent` how often. `approved_by` is the person who allowed it, `settled_by`
    the person who said how it came out. `undoes` is the identity of what it takes back. Times are ms since 1970.
    `seqs` are the events that tell all this.
    """

    identity: str
    key: str
    action: str
    turn: int
    path: str
    began: int
    receipt: Receipt
    standing: Standing = "under_way"
    settled: int | None = None
    sent: int = 1
    tried: tuple[Tried, ...] = ()
    arguments: tuple[Held | None, ...] = ()
    approved_by: str = ""
    settled_by: str = ""
    undoes: str = ""
    seqs: tuple[int, ...] = ()

    @property
    def open(self) -> bool:
        return self.standing in ("under_way", "unknown", "with_person")

    def as_json(self) -> dict[str, Any]:
        """For operators, with its receipt in words."""
        receipt = self.receipt
        return {
            "identity": self.identity,
            "action": self.action,
            "standing": self.standing,
            "told": say(receipt, "en"),
            "object": receipt.object,
            "amount": str(receipt.amount) if receipt.amount is not None else None,
            "currency": receipt.currency,
            "reference": receipt.reference,
            "undo_until": _ms(receipt),
            "approved_by": self.approved_by,
            "settled_by": self.settled_by,
            "undoes": self.undoes,
            "turn": self.turn,
            "path": self.path,
            "began": self.began,
            "settled": self.settled,
            "key": self.key,
            "sent": self.sent,
            "arguments": [_readable(fact) for fact in self.arguments if fact is not None],
            "tried": [
                {"at": one.at, "what": one.what, "came": one.came, "took": one.took} for one in self.tried
            ],
        }


def deeds(events: Iterable[Happened]) -> list[Deed]:
    """Every action that was begun in these events, oldest first; one that was done anew stands there again."""
    found: list[Deed] = []
    latest: dict[str, int] = {}
    for happened in events:
        event: Any = happened.event
        if isinstance(event, ev.ActionBegan):
            latest[event.identity] = len(found)
            found.append(_begun(happened.seq, happened.at, event))
        elif isinstance(event, _ABOUT) and event.identity in latest:
            index = latest[event.identity]
            found[index] = _then(found[index], happened)
            for retired in getattr(event, "retires", ()):
                if retired in latest:
                    standing: Standing = "undone" if retired == found[index].undoes else "replaced"
                    found[latest[retired]] = _retired(found[latest[retired]], standing, happened.seq)
    return found


_ABOUT = (ev.ActionAgain, ev.ActionUnknown, ev.ActionDone, ev.ActionNotDone)


def _begun(seq: int, at: int, event: ev.ActionBegan) -> Deed:
    receipt = (
        event.receipt.value if isinstance(event.receipt, Held) else Receipt(event.action, status="pending")
    )
    return Deed(
        *(event.identity, event.key, event.action, event.turn, event.path, at, receipt),
        arguments=event.facts,
        approved_by=event.approved_by,
        undoes=event.undoes,
        seqs=(seq,),
    )


def _then(deed: Deed, happened: Happened) -> Deed:
    at = happened.at
    deed = replace(deed, seqs=(*deed.seqs, happened.seq))
    match happened.event:
        case ev.ActionAgain() as event:
            return replace(deed, sent=event.n)
        case ev.ActionUnknown() as event:
            standing: Standing = "with_person" if event.told or deed.standing == "with_person" else "unknown"
            new = event.how or not deed.tried or deed.tried[-1].came != event.why
            tried = _tried(at, event.how, event.why, event.took) if new else ()
            receipt = replace(deed.receipt, status="unknown")
            return replace(deed, standing=standing, receipt=receipt, tried=(*deed.tried, *tried))
        case ev.ActionDone() as event:
            receipt = event.receipt.value if isinstance(event.receipt, Held) else deed.receipt
            done = replace(deed, standing="done", receipt=replace(receipt, status="done"))
            return _settled(done, at, event, "it was done")
        case ev.ActionNotDone() as event:
            not_done = replace(deed, standing="not_done", receipt=replace(deed.receipt, status="not_done"))
            return _settled(not_done, at, event, event.why)
    return deed


def _settled(deed: Deed, at: int, event: ev.ActionDone | ev.ActionNotDone, came: str) -> Deed:
    tried = (*deed.tried, *_tried(at, event.how, came, event.took))
    return replace(deed, settled=at, settled_by=event.by, tried=tried)


def _retired(deed: Deed, standing: Standing, seq: int) -> Deed:
    status: Status = "undone" if standing == "undone" else deed.receipt.status
    receipt = replace(deed.receipt, status=status)
    return replace(deed, standing=standing, receipt=receipt, seqs=(*deed.seqs, seq))


def _tried(at: int, how: str, came: str, took: float) -> tuple[Tried, ...]:
    what = _WHAT.get(how, "")
    if how == "absent":
        came = "its back end knows nothing of it"
    return (Tried(at, what, came, took),) if what or came else ()


_WHAT: dict[str, Literal["call", "lookup", "person", ""]] = {
    **{"called": "call", "refused": "call", "silent": "call"},
    **{"found": "lookup", "absent": "lookup", "lookup": "lookup", "told": "person"},
}


def _readable(fact: Held) -> dict[str, Any]:
    written = orjson.loads(fact.data)
    return {"fact": fact.name, "value": written.get("d", written)}


def _ms(receipt: Receipt) -> int | None:
    return round(receipt.undo_until.timestamp() * 1000) if receipt.undo_until is not None else None
