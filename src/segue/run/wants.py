"""What a walk wants done. The engine does it and answers with an event of the same path and attempt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from segue.flow.action import Action
from segue.flow.node import Approve, Place, Texts
from segue.flow.step import Step
from segue.run import events
from segue.run.facts import Held
from segue.run.outcome import Scope

Key: TypeAlias = tuple[str, int]
"""Path and attempt."""


class Run(NamedTuple):
    """Run this step. Answered by StepFinished or StepFailed."""

    key: Key
    place: Place
    step: Step[Any, Any, Any]
    scope: Scope
    inputs: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    """How an approval stands for the call with this digest: by whom, until when; by nobody where none is needed."""

    rule: Approve[Any]
    call: str
    by: str = ""
    until: int = 0


class Act(NamedTuple):
    """Do this, once. Answered when the ledger knows how it came out."""

    key: Key
    place: Place
    step: Action[Any, Any]
    scope: Scope
    approved: Approved | None = None
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Weigh:
    """Say whether the call of this action needs an approval. Answered by ApprovalWeighed."""

    key: Key
    rule: Approve[Any]
    place: Place
    scope: Scope


@dataclass(frozen=True, slots=True)
class Hurry:
    """The time for this action is over: wait for its answer no longer, look it up. No answer."""

    key: Key


@dataclass(frozen=True, slots=True)
class Reuse:
    """Use this kept fact instead of running the step. Answered by FactReused."""

    key: Key
    fact: Held


@dataclass(frozen=True, slots=True)
class Wake:
    """Say when this moment (ms since 1970) has come. Answered by TimedOut (`over`) or Woke."""

    key: Key
    at: int
    over: bool


@dataclass(frozen=True, slots=True)
class AskCustomer:
    """Ask the customer and sleep. CustomerAsked, then AnswerOffered or WaitExpired."""

    key: Key
    says: Texts
    patience: float
    remind: float | None = None


@dataclass(frozen=True, slots=True)
class AskPersonFor:
    """Ask a person and sleep. PersonAsked, then PersonAnswered or WaitExpired."""

    key: Key
    person: str
    kind: type
    says: Texts
    patience: float
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drop:
    """Nobody waits for this any more: abandon the step, forget the timer, close the question."""

    key: Key


@dataclass(frozen=True, slots=True)
class StillOpen:
    """The message was no answer: the question stays open, the message starts a turn of its own. No answer."""

    key: Key


Want: TypeAlias = Run | Act | Weigh | Hurry | Reuse | Wake | AskCustomer | AskPersonFor | Drop | StillOpen

ANSWERS: Mapping[type, tuple[type[events.Event], ...]] = {
    Run: (events.StepFinished, events.StepFailed),
    Act: (
        *(events.ActionDone, events.ActionNotDone, events.ActionUnknown, events.ActionDeclined),
        *(events.FactReused, events.StepFailed),
    ),
    Weigh: (events.ApprovalWeighed, events.StepFailed),
    Reuse: (events.FactReused,),
    Wake: (events.TimedOut, events.Woke),
    AskCustomer: (events.AnswerOffered, events.WaitExpired),
    AskPersonFor: (events.PersonAnswered, events.WaitExpired),
}
"""The events that may answer each kind of want."""
