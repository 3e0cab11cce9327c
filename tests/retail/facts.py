"""What the desk of the retail domain goes by: the task, and what came of each of its actions."""

from collections.abc import Mapping
from dataclasses import dataclass

Arguments = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One action of a task as tau2 writes it down: a tool and its arguments."""

    tool: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """What is to be done for a customer, one thing after the other."""

    id: str
    actions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """Ask one of the shop's reading tools.

    With the number of the action, since the same question later is another one: the answer may have changed.
    """

    number: int
    tool: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Looked:
    """What a reading tool answered."""

    answer: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    order_id: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """An exchange was asked for; the difference is due when the items arrive."""

    order_id: str
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """A return was asked for; the customer is told by mail where to send the items."""

    order_id: str
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemsChanged:
    order_id: str
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaymentChanged:
    order_id: str
    payment_method_id: str


@dataclass(frozen=True, slots=True)
class OrderAddressChanged:
    order_id: str


@dataclass(frozen=True, slots=True)
class UserAddressChanged:
    user_id: str


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A person at the shop has the customer now."""

    summary: str


Finding = (
    Looked
    | Cancelled
    | Exchanged
    | Returned
    | ItemsChanged
    | PaymentChanged
    | OrderAddressChanged
    | UserAddressChanged
    | PassedOn
)


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """Everything was tried; not everything need have been possible."""

    done: int
    turned_down: int
