"""Facts and tools that every flow has without saying so, and the small types steps answer with."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar, runtime_checkable

from segue.flow.kinds import fact
from segue.flow.receipts import Claim, Receipts
from segue.flow.saying import say

_T = TypeVar("_T")

Level = Literal["anonymous", "claimed", "verified"]
Speaker = Literal["customer", "desk", "person"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; `url` is where the channel keeps it."""

    name: str
    media_type: str
    url: str


@fact(name="segue.Message")
@dataclass(frozen=True, slots=True)
class Message:
    """What the customer wrote: one part, or several where fragments were taken together."""

    parts: tuple[str, ...]
    language: str = "en"
    attachments: tuple[Attachment, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.parts)


@fact(name="segue.Conversation")
@dataclass(frozen=True, slots=True)
class Conversation:
    """Where this conversation takes place."""

    id: str
    channel: str = "chat"
    language: str = "en"
    tenant: str = ""
    brand: str = ""


@fact(name="segue.Caller")
@dataclass(frozen=True, slots=True)
class Caller:
    """Who is talking, and how well that is known. Set from verified facts, never by a step or a model."""

    id: str = ""
    level: Level = "anonymous"
    claims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript."""

    speaker: Speaker
    text: str


@fact(name="segue.History")
@dataclass(frozen=True, slots=True)
class History:
    """The last lines before this turn, oldest first; `summary` is of those before them, where somebody makes one."""

    lines: tuple[Line, ...] = ()
    summary: str = ""


@fact(name="segue.Forgotten")
@dataclass(frozen=True, slots=True)
class Forgotten:
    """Lines that are in History no more and not in its summary yet, oldest first; and the summary so far."""

    lines: tuple[Line, ...] = ()
    summary: str = ""


@fact(name="segue.Summary")
@dataclass(frozen=True, slots=True)
class Summary:
    """What was said before the lines in History: given by any step, it is what History tells from then on."""

    text: str


@fact(name="segue.NothingNew")
@dataclass(frozen=True, slots=True)
class NothingNew:
    """There is not enough to sum up yet, or it could not be."""


class Facts:
    """Everything that was given before this step on its path, for guards and for whoever takes over."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values.values())

    def get(self, kind: type[_T]) -> _T | None:
        """The nearest fact of this class, or None."""
        return next((value for value in self if isinstance(value, kind)), None)


@fact(name="segue.Draft")
@dataclass(frozen=True, slots=True)
class Draft:
    """A text that wants to become a reply; only Refine can make it one.

    `claims` are the receipts that its text tells of in our words, which `Draft.of` puts there.
    """

    text: str
    claims: tuple[Claim, ...] = ()

    @classmethod
    def of(cls, *segments: str | Claim, language: str) -> "Draft":
        """A draft of segments: texts as they are, and claims in the words of their receipts."""
        told = [part if isinstance(part, str) else say(part.receipt, language) for part in segments]
        return cls("".join(told), tuple(part for part in segments if isinstance(part, Claim)))


@fact(name="segue.Objection")
@dataclass(frozen=True, slots=True)
class Objection:
    """Why a draft must not be sent as it is."""

    guard: str
    why: str


@fact(name="segue.Reply")
@dataclass(frozen=True, slots=True)
class Reply:
    """A draft that passed every guard."""

    text: str


@fact(name="segue.Failed")
@dataclass(frozen=True, slots=True)
class Failed:
    """What a lead reads in place of a finding when a specialist could not do its task."""

    task: str
    why: str


@fact(name="segue.Withdrawn")
@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The customer took the request back instead of answering."""


@fact(name="segue.Else")
@dataclass(frozen=True, slots=True)
class Else:
    """The customer wrote about something else instead of answering."""


@runtime_checkable
class Clock(Protocol):
    """The time, as a tool, so that tests can set it."""

    def now(self) -> datetime:
        """The present moment, with time zone UTC."""
        ...


@runtime_checkable
class Progress(Protocol):
    """Tells the customer what is going on while a step works."""

    def say(self, text: str) -> None:
        """Show a text key of the desk (or a plain text); shown as soon as it is durable."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a call to a model or a tool; `answer` and `question` are what JSON can say.

    Of a model: `tokens` are (in, out, of those in: from a cache), `micros` is the price in millionths of a US
    dollar, None where it is not known, and `waited` is for how many ms a limit held the call back.
    """

    answer: Any
    question: Any = None
    model: str = ""
    tokens: tuple[int, int, int] = (0, 0, 0)
    micros: int | None = None
    waited: int = 0


@runtime_checkable
class Calls(Protocol):
    """What a step asks of models and tools, each once: written down, and found again when the step is run again."""

    @property
    def used(self) -> float:
        """Which share of the budget is gone; from 1 on, no model is asked any more."""
        ...

    @property
    def small_from(self) -> float:
        """From which share on the small model is asked."""
        ...

    async def model(self, name: str, ask: Callable[[], Awaitable[Asked]], *, call: str = "") -> Any:
        """Ask a model, or find what it answered: the n-th time a step asks it, or under a name for the `call`.

        BudgetSpent when models may cost no more.
        """
        ...

    async def tool(self, name: str, ask: Callable[[], Awaitable[Asked]], *, call: str = "") -> Any:
        """The same of a tool."""
        ...


GIVEN: tuple[type, ...] = (Conversation, Caller, History, Forgotten, Facts, Receipts)
"""What a flow may read without anything before it giving it."""
