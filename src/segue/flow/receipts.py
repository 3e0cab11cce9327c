"""Receipts: what is known of each action of a conversation, as guards and customers need it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from segue.flow.kinds import fact

Status = Literal["done", "not_done", "unknown", "undone", "pending", "scheduled"]
"""How an action stands: `pending` waits for an approval or is under way, `scheduled` will surely happen."""


@fact(name="segue.Receipt")
@dataclass(frozen=True, slots=True)
class Receipt:
    """One action of this conversation: what it was, what it was done to, and how it stands.

    `kinds` are the words a guard knows it by (`refund`, `cancellation`, ... or an action's own); when none are
    given they are read from the action's name. `object` is what it was done to, as customers know it: an order
    number. `values` are further strings that a reply may repeat: an address, a date of delivery, a total.
    `approved_by` names the person who allowed it; until `undo_until` it can be taken back.
    """

    action: str
    kinds: tuple[str, ...] = ()
    object: str = ""
    amount: Decimal | None = None
    currency: str = ""
    at: datetime | None = None
    status: Status = "done"
    reference: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    approved_by: str = ""
    undo_until: datetime | None = None


@fact(name="segue.Receipts")
@dataclass(frozen=True, slots=True)
class Receipts:
    """Every receipt of this conversation, oldest first."""

    items: tuple[Receipt, ...] = ()

    @classmethod
    def of(cls, receipts: Iterable[Receipt]) -> "Receipts":
        return cls(tuple(receipts))


@fact(name="segue.AlreadyDone")
@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """The very same was done on another occasion, and was not done again."""

    receipt: Receipt


@fact(name="segue.ActionConflict")
@dataclass(frozen=True, slots=True)
class ActionConflict:
    """What bears the same identity was done, or is under way, with other arguments: something contradicts itself."""

    receipt: Receipt
    asked: str


@fact(name="segue.Approval")
@dataclass(frozen=True, slots=True)
class Approval:
    """What a person says to an action that needs approval; `call` is the digest of what they were shown."""

    granted: bool
    call: str
    note: str = ""


@fact(name="segue.Refused")
@dataclass(frozen=True, slots=True)
class Refused:
    """A person did not approve of an action, so nothing was done."""

    action: str
    by: str
    note: str = ""


OUTCOMES: frozenset[type] = frozenset((AlreadyDone, ActionConflict, Refused))
"""What an action, or its approval, may come to besides what it gives."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A segment of a draft that says how an action stands; its words are ours, so it cannot lie."""

    receipt: Receipt
