"""Events: everything that happens in a conversation, named in the past tense.

An event has an envelope (what happened, when, where in the flow; no personal data) and a payload (what was
said and found). They are stored apart, so that a payload can be erased. Times are milliseconds since 1970
(UTC); durations are milliseconds; paths are those of the flow.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from operator import attrgetter
from typing import Any, ClassVar, TypeVar

from segue.run.facts import Held

_E = TypeVar("_E", bound="Event")

EVENTS: dict[str, type["Event"]] = {}


def _private(**kwargs: Any) -> Any:
    """A field that belongs to the payload."""
    return field(metadata={"payload": True}, **kwargs)


def _values(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Reads these attributes at once; with a single name, attrgetter gives no tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda event: tuple(getattr(event, name) for name in names)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `PUBLIC` and `PRIVATE` name the fields of envelope and payload."""

    PUBLIC: ClassVar[tuple[str, ...]] = ()
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    DEFAULTS: ClassVar[Mapping[str, Any]] = {}
    public: ClassVar[Callable[[Any], tuple[Any, ...]]]

    @property
    def kind(self) -> str:
        return type(self).__name__


def _event(cls: "type[_E]") -> "type[_E]":
    cls.PUBLIC = tuple(f.name for f in fields(cls) if not f.metadata.get("payload"))
    cls.public = _values(cls.PUBLIC)
    cls.PRIVATE = tuple(f.name for f in fields(cls) if f.metadata.get("payload"))
    cls.DEFAULTS = {f.name: f.default for f in fields(cls) if f.default is not MISSING}
    EVENTS[cls.__name__] = cls
    return cls


# The conversation


@_event
@dataclass(frozen=True, slots=True)
class ConversationOpened(Event):
    channel: str
    language: str
    tenant: str = ""
    brand: str = ""
    caller: str = _private(default="")
    level: str = _private(default="anonymous")
    claims: Mapping[str, str] = _private(default_factory=dict)


@_event
@dataclass(frozen=True, slots=True)
class MessageReceived(Event):
    """A message was taken from the inbox; its id there is (source, id)."""

    source: str
    id: str
    text: str = _private()
    language: str = _private(default="")
    attachments: tuple[Mapping[str, str], ...] = _private(default=())


@_event
@dataclass(frozen=True, slots=True)
class MessagePassedOn(Event):
    """Messages went to the person who owns the conversation; `text` is what the customer read."""

    covers: tuple[int, ...]
    text: str = _private(default="")


@_event
@dataclass(frozen=True, slots=True)
class DeliveryDropped(Event):
    """Something else was delivered that has no place any more, such as an answer nobody waits for."""

    source: str
    id: str
    why: str


@_event
@dataclass(frozen=True, slots=True)
class PersonReplied(Event):
    """A person wrote to the customer. `by` is the author's name at the desk."""

    by: str
    id: str
    text: str = _private()


@_event
@dataclass(frozen=True, slots=True)
class ConversationReturned(Event):
    """A person gave the conversation back; the next message starts a turn again."""

    by: str
    id: str


@_event
@dataclass(frozen=True, slots=True)
class ConversationClosed(Event):
    """Nothing is left to do; a new message opens it again."""

    by: str
    id: str


# A turn


@_event
@dataclass(frozen=True, slots=True)
class TurnStarted(Event):
    """`because` are the sequence numbers of the messages (or facts) that this turn is about."""

    turn: int
    flow: str
    fingerprint: str
    because: tuple[int, ...]
    deadline: int


@_event
@dataclass(frozen=True, slots=True)
class TurnResumed(Event):
    """A process started again in the middle of this turn, for the nth time."""

    turn: int
    n: int
    deadline: int


@_event
@dataclass(frozen=True, slots=True)
class TurnFinished(Event):
    """`outcome` is replied, handed_over, withdrawn or expired. The snapshot is a cache in the log."""

    turn: int
    outcome: str
    snapshot: Mapping[str, Any] | None = _private(default=None)


@_event
@dataclass(frozen=True, slots=True)
class ProgressShown(Event):
    """The customer read what a step is doing."""

    turn: int
    path: str
    text: str = _private()


@_event
@dataclass(frozen=True, slots=True)
class StepFinished(Event):
    """`inputs` is a digest of what it read, where its fact is kept."""

    turn: int
    path: str
    attempt: int
    took: float
    fact: Held = _private()
    inputs: str = ""


@_event
@dataclass(frozen=True, slots=True)
class StepFailed(Event):
    """`reason` is failed, bug, or lost; `kinds` names the error's class and its bases."""

    turn: int
    path: str
    attempt: int
    took: float
    reason: str
    kinds: tuple[str, ...]
    why: str = _private(default="")


@_event
@dataclass(frozen=True, slots=True)
class FactReused(Event):
    """A kept fact was fresh and made from equal facts, so the step was not run."""

    turn: int
    path: str
    attempt: int
    fact: Held = _private()


@_event
@dataclass(frozen=True, slots=True)
class LateResult(Event):
    """A step that had been abandoned came back; what it gave is recorded and dropped."""

    turn: int
    path: str
    attempt: int
    took: float
    why: str = _private(default="")


@_event
@dataclass(frozen=True, slots=True)
class LoopBlocked(Event):
    """A step kept the event loop from turning, for at least `took` ms; `where` is the file and line it stood at."""

    turn: int
    path: str
    attempt: int
    took: float
    where: str = ""


@_event
@dataclass(frozen=True, slots=True)
class TimedOut(Event):
    """A `within` was over; what it was around is abandoned."""

    turn: int
    path: str
    attempt: int


@_event
@dataclass(frozen=True, slots=True)
class Woke(Event):
    """A pause before another attempt was over."""

    turn: int
    path: str
    attempt: int


@_event
@dataclass(frozen=True, slots=True)
class DeadlinePassed(Event):
    """The turn took too long as a whole."""

    turn: int


# Words


@_event
@dataclass(frozen=True, slots=True)
class ReplySent(Event):
    """`covers` are the sequence numbers of the messages whose outcome this is."""

    turn: int
    covers: tuple[int, ...]
    text: str = _private()


@_event
@dataclass(frozen=True, slots=True)
class NoticeSent(Event):
    """The customer was told that this turn waits for somebody else."""

    turn: int
    covers: tuple[int, ...]
    text: str = _private()


@_event
@dataclass(frozen=True, slots=True)
class CustomerAsked(Event):
    turn: int
    path: str
    attempt: int
    covers: tuple[int, ...]
    expires: int
    text: str = _private()


@_event
@dataclass(frozen=True, slots=True)
class AnswerOffered(Event):
    """A message (by its sequence number) was shown to the reader of an open question."""

    turn: int
    path: str
    attempt: int
    message: int


@_event
@dataclass(frozen=True, slots=True)
class PersonAsked(Event):
    """`text` is what the customer reads meanwhile."""

    turn: int
    path: str
    attempt: int
    covers: tuple[int, ...]
    person: str
    wants: str
    expires: int
    text: str = _private()


@_event
@dataclass(frozen=True, slots=True)
class PersonAnswered(Event):
    turn: int
    path: str
    attempt: int
    by: str
    id: str
    fact: Held = _private()


@_event
@dataclass(frozen=True, slots=True)
class WaitExpired(Event):
    """Nobody answered in time."""

    turn: int
    path: str
    attempt: int


@_event
@dataclass(frozen=True, slots=True)
class HandedOver(Event):
    """The conversation went to a person; `text` is what the customer read, `why` is for the person."""

    turn: int
    covers: tuple[int, ...]
    to: str
    reason: str
    path: str = ""
    text: str = _private(default="")
    why: str = _private(default="")
