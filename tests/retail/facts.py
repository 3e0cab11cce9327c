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
class Acted:
    """What the shop answered to an acting tool: how the order (or the customer) stands now."""

    on: str
    now: str


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """Everything was tried; not everything need have been possible."""

    done: int
    turned_down: int
