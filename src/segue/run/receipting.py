"""Receipting: what receipts say: of an action about to be done, done, or otherwise known to a conversation."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from segue.flow.action import Action
from segue.flow.receipts import Receipt, Receipts, Status
from segue.flow.saying import has_words, say
from segue.run.entries import Entry
from segue.run.facts import FactBook, Held
from segue.run.intent import UNIT, Intent

if TYPE_CHECKING:
    from segue.run.fold import State

log = logging.getLogger("segue")


UNDO = ("undo",)
"""The kind of every action that takes another one back: reversing a refund is no refund."""


def begun(intent: Intent, now: int, approved_by: str, *, undoes: str = "") -> Receipt:
    """What is known before it is done. `now` is ms since 1970; `undoes` is the identity that it takes back."""
    amount = None if intent.amount is None else Decimal(intent.amount) / UNIT
    action = intent.action
    return Receipt(
        *(action.name, UNDO if undoes else action.kinds, intent.label, amount, intent.currency, _moment(now)),
        status="pending",
        approved_by=approved_by,
    )


def done(action: Action[Any, Any], entry: Entry, result: Any, now: int, book: FactBook) -> Held:
    """The receipt of an action that was done; what the action itself says of it comes before what we know."""
    if action.receipt is not None:
        try:
            values = [held.value if held is not None else None for held in entry.facts]
            own = action.of(action.receipt, values, result)
            return book.hold(_joined(action, own, receipt_of(entry), now), {Receipt})
        except Exception:  # it was done, whatever becomes of its receipt
            log.exception("receipt= of %s failed", action.name)
    return book.hold(_joined(action, Receipt(action.name), receipt_of(entry), now), {Receipt})


def _joined(action: Action[Any, Any], own: Receipt, first: Receipt, now: int) -> Receipt:
    until = _moment(now) + timedelta(seconds=action.undo_within) if action.undo_within else None
    return replace(
        first,
        kinds=first.kinds if first.kinds == UNDO else own.kinds or first.kinds,
        object=own.object or first.object,
        amount=first.amount if own.amount is None else own.amount,
        currency=own.currency or first.currency,
        reference=own.reference,
        values=own.values,
        at=_moment(now),
        status="done",
        undo_until=until,
    )


def receipts_of(state: "State") -> Receipts:
    """Every receipt of a conversation as it stands, oldest first.

    With what has to be approved, what a person refused, and what was found to be done on another occasion. What takes
    something back is told by the receipt of that, which says that it was undone.
    """
    found = [receipt_of(entry) for entry in state.ledger.values() if not entry.undoes]
    found += [wait.receipt for wait in state.waits.values() if wait.receipt is not None]
    for turn in state.turns.values():
        found += [receipt for receipt in turn.known if receipt not in found]
    return Receipts(tuple(found))


def receipt_of(entry: Entry) -> Receipt:
    """The receipt of an entry as it stands."""
    receipt: Receipt = entry.receipt.value if entry.receipt is not None else Receipt(entry.action)
    return replace(receipt, status=status_of(entry))


def told(entry: Entry, receipt: Receipt, language: str) -> str:
    """What the customer reads of an action that was done; empty where we have no words for what it is.

    Of one that takes another back it is that this was undone, which was put into words when it was begun.
    """
    if entry.undoes:
        return entry.told
    return say(receipt, language) if has_words(receipt, language) else ""


def status_of(entry: Entry) -> Status:
    """How an action stands, as a customer may be told."""
    if entry.open:
        return "unknown" if entry.unknown else "pending"
    if entry.standing in ("undone", "replaced"):
        return "undone"
    return "done" if entry.standing == "done" else "not_done"


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
