"""Events: everything that happens in a conversation, named in the past tense.

An event has an envelope (what happened, when, where in the flow; no personal data) and a payload (what was
said and found). They are stored apart, so that a payload can be erased. Times are milliseconds since 1970
(UTC); durations are milliseconds; paths are those of the flow.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, TypeVar, dataclass_transform

from segue.run.facts import Held

_E = TypeVar("_E", bound="Event")

EVENTS: dict[str, type["Event"]] = {}

_FACTS = (Held, Held | None, tuple[Held | None, ...])


def _private(**kwargs: Any) -> Any:
    """A field that belongs to the payload."""
    return field(metadata={"payload": True}, **kwargs)


class Event:
    """Something that happened. `PUBLIC` and `PRIVATE` name the fields of envelope and payload."""

    __slots__ = ()

    PUBLIC: ClassVar[tuple[str, ...]] = ()
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    HELD: ClassVar[tuple[str, ...]] = ()  # the fields that are facts, or tuples of facts
    DEFAULTS: ClassVar[Mapping[str, Any]] = {}
    ONLY_FACT: ClassVar[bool] = False  # is the payload a fact and nothing else?

    @property
    def kind(self) -> str:
        return type(self).__name__

    def envelope(self, at: int) -> dict[str, Any]:
        """What stands in the envelope; every class of events has its own."""
        raise NotImplementedError


@dataclass_transform(frozen_default=True, field_specifiers=(_private,))
def _event(cls: type[_E]) -> type[_E]:
    """A frozen dataclass that knows which of its fields make the envelope and which the payload."""
    cls = dataclass(slots=True, frozen=True)(cls)
    cls.PUBLIC = tuple(f.name for f in fields(cls) if not f.metadata.get("payload"))  # type: ignore[arg-type]
    cls.PRIVATE = tuple(f.name for f in fields(cls) if f.metadata.get("payload"))  # type: ignore[arg-type]
    cls.HELD = tuple(f.name for f in fields(cls) if f.type in _FACTS)  # type: ignore[arg-type]
    cls.DEFAULTS = {f.name: f.default for f in fields(cls) if f.default is not MISSING}  # type: ignore[arg-type]
    cls.ONLY_FACT = cls.PRIVATE == ("fact",)
    cls.envelope = _reader(cls.__name__, cls.PUBLIC)  # type: ignore[assignment]
    EVENTS[cls.__name__] = cls
    return cls


def _reader(kind: str, names: tuple[str, ...]) -> Callable[[Any, int], dict[str, Any]]:
    """Makes the envelope of an event and its time; written out field by field, as this runs for every event."""
    values = "".join(f", {name!r}: event.{name}" for name in names)
    made: Callable[[Any, int], dict[str, Any]] = eval(
        f"lambda event, at: {{'k': {kind!r}, 'at': at{values}}}"
    )
    return made


# The conversation


@_event
class ConversationOpened(Event):
    channel: str
    language: str
    tenant: str = ""
    brand: str = ""
    caller: str = _private(default="")
    level: str = _private(default="anonymous")
    claims: Mapping[str, str] = _private(default_factory=dict)


@_event
class MessageReceived(Event):
    """A message was taken from the inbox; its id there is (source, id)."""

    source: str
    id: str
    text: str = _private()
    language: str = _private(default="")
    attachments: tuple[Mapping[str, str], ...] = _private(default=())


@_event
class FactTold(Event):
    """Something outside happened that a flow is there for; its id in the inbox is (source, id)."""

    source: str
    id: str
    fact: Held = _private()


@_event
class MessagePassedOn(Event):
    """Messages went to the person who owns the conversation; `text` is what the customer read."""

    covers: tuple[int, ...]
    text: str = _private(default="")


@_event
class DeliveryDropped(Event):
    """Something else was delivered that has no place any more, such as an answer nobody waits for."""

    source: str
    id: str
    why: str


@_event
class PersonReplied(Event):
    """A person wrote to the customer. `by` is the author's name at the desk."""

    by: str
    id: str
    text: str = _private()


@_event
class ConversationReturned(Event):
    """A person gave the conversation back; the next message starts a turn again."""

    by: str
    id: str


@_event
class ConversationClosed(Event):
    """Nothing is left to do; a new message opens it again."""

    by: str
    id: str


# A turn


@_event
class TurnStarted(Event):
    """`because` are the sequence numbers of the messages (or facts) that this turn is about."""

    turn: int
    flow: str
    fingerprint: str
    because: tuple[int, ...]
    deadline: int


@_event
class TurnResumed(Event):
    """A process started again in the middle of this turn, for the nth time."""

    turn: int
    n: int
    deadline: int


@_event
class TurnFinished(Event):
    """`outcome` is replied, handed_over, withdrawn or expired. The snapshot is a cache in the log."""

    turn: int
    outcome: str
    snapshot: Mapping[str, Any] | None = _private(default=None)


@_event
class TurnSuperseded(Event):
    """The customer went on writing before the turn had acted; the next turn is about all of it."""

    turn: int


@_event
class ProgressShown(Event):
    """The customer read what a step is doing."""

    turn: int
    path: str
    text: str = _private()


@_event
class StepFinished(Event):
    """`inputs` is a digest of what it read, where its fact is kept."""

    turn: int
    path: str
    attempt: int
    took: float
    fact: Held = _private()
    inputs: str = ""


@_event
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
class ModelAnswered(Event):
    """A step asked a model, which answered. `call` is what it is about, and the n-th of these.

    `tokens` are (in, out, of those in: from a cache); `micros` is the price in millionths of a US dollar, None where it
    is not known; `waited` is how many ms of `took` it was held back by a limit of ours or of the provider.
    """

    turn: int
    path: str
    attempt: int
    call: str
    model: str
    took: float
    tokens: tuple[int, int, int]
    micros: int | None = None
    waited: int = 0
    question: Any = _private(default=None)
    answer: Any = _private(default=None)


@_event
class ModelFailed(Event):
    """A step asked a model and got nothing it could use; what that cost is not known."""

    turn: int
    path: str
    attempt: int
    call: str
    model: str
    took: float
    kinds: tuple[str, ...]
    why: str = _private(default="")


@_event
class ToolAnswered(Event):
    """A step's model asked for a tool that works inside the step, which gave something."""

    turn: int
    path: str
    attempt: int
    call: str
    tool: str
    took: float
    question: Any = _private(default=None)
    answer: Any = _private(default=None)


@_event
class ToolFailed(Event):
    """A tool that works inside a step failed."""

    turn: int
    path: str
    attempt: int
    call: str
    tool: str
    took: float
    kinds: tuple[str, ...]
    why: str = _private(default="")


@_event
class FactReused(Event):
    """A fact that was kept, or found by a turn since superseded, was made from equal facts; no step was run."""

    turn: int
    path: str
    attempt: int
    fact: Held = _private()


@_event
class LateResult(Event):
    """A step that had been abandoned came back; what it gave is recorded and dropped."""

    turn: int
    path: str
    attempt: int
    took: float
    why: str = _private(default="")


@_event
class LoopBlocked(Event):
    """A step kept the event loop from turning, for at least `took` ms; `where` is the file and line it begins at."""

    turn: int
    path: str
    attempt: int
    took: float
    where: str = ""


@_event
class TimedOut(Event):
    """A `within` was over; what it was around is abandoned."""

    turn: int
    path: str
    attempt: int


@_event
class Woke(Event):
    """A pause before another attempt was over."""

    turn: int
    path: str
    attempt: int


@_event
class DeadlinePassed(Event):
    """The turn took too long as a whole."""

    turn: int


# Actions: what is done in a back end. They are known by their identity, in whatever turn they are done.


@_event
class ActionBegan(Event):
    """About to be done, with a call that is not sent after `sends_until`. `facts` are its arguments, in order.

    `object`, `call` and `identity` are digests; `amount` is in ten-thousandths of `currency`; `undoes` is the identity
    that this takes back, `replaces` are those that are free again when this is done. `receipt` is what will be its
    receipt, as far as it is known. Of one that takes another back, `undid` is the event in which that was done, and
    `told` what the customer reads of that once it is undone.
    """

    turn: int
    path: str
    attempt: int
    action: str
    identity: str
    key: str
    object: str
    call: str
    generation: int
    sends_until: int
    amount: int | None = None
    currency: str = ""
    undoes: str = ""
    approved_by: str = ""
    replaces: tuple[str, ...] = ()
    undid: int = 0
    facts: tuple[Held | None, ...] = _private(default=())
    receipt: Held | None = _private(default=None)
    told: str = _private(default="")


@_event
class ActionAgain(Event):
    """The same call is sent once more, under the same key: it was surely not done, or the back end honours the key."""

    turn: int
    path: str
    attempt: int
    identity: str
    n: int
    sends_until: int


@_event
class ActionDone(Event):
    """Surely done. `how` is called, found (by its lookup) or told (by the person `by`).

    `told` is what the customer reads of it; where it takes another back (done in event `undid`), that this was undone.
    """

    turn: int
    path: str
    attempt: int
    identity: str
    took: float
    how: str = "called"
    by: str = ""
    retires: tuple[str, ...] = ()
    undid: int = 0
    fact: Held | None = _private(default=None)
    receipt: Held | None = _private(default=None)
    told: str = _private(default="")


@_event
class ActionNotDone(Event):
    """Surely not done. `how` is refused, late (it was never sent), absent (its lookup is sure) or told."""

    turn: int
    path: str
    attempt: int
    identity: str
    took: float
    kinds: tuple[str, ...]
    how: str = "refused"
    by: str = ""
    why: str = _private(default="")


@_event
class ActionUnknown(Event):
    """It is not known how it came out. `look_at` is when it is looked into next, 0: by nobody but a person.

    `how` is silent (a call told nothing certain), lookup (its lookup failed), absent (its lookup knows nothing of it,
    which may change), or empty when nothing could be asked. `told`: a person is to decide; until then nobody can do it
    again.
    """

    turn: int
    path: str
    attempt: int
    identity: str
    took: float
    tries: int
    look_at: int
    told: bool = False
    how: str = ""
    why: str = _private(default="")


@_event
class ActionDeclined(Event):
    """It was not begun: `fact` is AlreadyDone or ActionConflict."""

    turn: int
    path: str
    attempt: int
    identity: str
    fact: Held = _private()


@_event
class ApprovalWeighed(Event):
    """Does this call need an approval? `because` is empty (no), always, when, or the limit that it is above."""

    turn: int
    path: str
    attempt: int
    call: str
    because: str = ""
    about: Mapping[str, Any] = _private(default_factory=dict)


# Words


@_event
class ReplySent(Event):
    """`covers` are the sequence numbers of the messages whose outcome this is."""

    turn: int
    covers: tuple[int, ...]
    text: str = _private()


@_event
class NoticeSent(Event):
    """The customer was told that this turn waits for somebody else."""

    turn: int
    covers: tuple[int, ...]
    text: str = _private()


@_event
class CustomerAsked(Event):
    """`remind` is when the customer is reminded once; 0: never."""

    turn: int
    path: str
    attempt: int
    covers: tuple[int, ...]
    expires: int
    text: str = _private()
    remind: int = 0


@_event
class CustomerReminded(Event):
    """The open question was put once more."""

    turn: int
    path: str
    attempt: int
    text: str = _private()


@_event
class AnswerOffered(Event):
    """A message (by its sequence number) was shown to the reader of an open question."""

    turn: int
    path: str
    attempt: int
    message: int


@_event
class PersonAsked(Event):
    """`text` is what the customer reads meanwhile; `about` is what is to be approved, for the person."""

    turn: int
    path: str
    attempt: int
    covers: tuple[int, ...]
    person: str
    wants: str
    expires: int
    text: str = _private()
    about: Mapping[str, Any] = _private(default_factory=dict)


@_event
class PersonAnswered(Event):
    turn: int
    path: str
    attempt: int
    by: str
    id: str
    fact: Held = _private()


@_event
class WaitExpired(Event):
    """Nobody answered in time."""

    turn: int
    path: str
    attempt: int


@_event
class HandedOver(Event):
    """The conversation went to a person; `text` is what the customer read, `why` is for the person."""

    turn: int
    covers: tuple[int, ...]
    to: str
    reason: str
    path: str = ""
    text: str = _private(default="")
    why: str = _private(default="")
    expires: int = 0


@_event
class HandoverOverdue(Event):
    """Nobody took care in time of what event `handover` handed over; it is with `to` now, until it expires."""

    handover: int
    to: str
    expires: int
    text: str = _private()
