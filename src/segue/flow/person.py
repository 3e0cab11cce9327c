"""People in a flow: who takes over, who is asked, and the caller, who is asked too."""

from dataclasses import dataclass
from typing import Any, Never, TypeVar, get_type_hints

from segue.errors import DefinitionError
from segue.flow.builtin import Else, Message, Reply, Withdrawn
from segue.flow.kinds import one_case, spell
from segue.flow.node import DAY, Node, Place, Spot, Texts, checked_name
from segue.flow.step import Step
from segue.flow.wires import Producer, Seen, Where, caller_line, given_by, with_added

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with this job, whoever does it today; the desk says which queue that is."""

    name: str

    def __post_init__(self) -> None:
        checked_name(self.name, caller_line())

    def gives(
        self,
        kind: type[T],
        *,
        asking: Texts = "waiting_for_colleague",
        within: float = DAY,
    ) -> "AskPerson[T]":
        """Ask this person for a fact and go on with it; the customer reads `asking` meanwhile.

        The question stands for `within` seconds; then this fails.
        """
        return AskPerson(self, kind, asking, within)

    def takes_over(self, *, because: str = "asked_for", says: Texts | None = None) -> "TakeOver":
        """Hand the conversation to this person and end the turn."""
        return TakeOver(self, because, says)


@dataclass(frozen=True, slots=True)
class _CallerAsked:
    """The customer, as somebody who can be asked."""

    def gives(
        self,
        kind: type[T],
        *,
        asking: Texts,
        reader: Node[Any] | None = None,
        within: float = DAY,
        remind: float | None = None,
        unanswered: Person | None = None,
    ) -> "AskCaller[T]":
        """Ask the customer for a fact and sleep until the answer.

        `reader` is a step that reads the next `Message` (and any facts) and gives the fact, `Withdrawn` when
        the customer takes the request back, or `Else` when the message is about something else and starts a
        turn of its own. Without one, the whole text is the answer, for a class with a single `str` field.

        After `remind` seconds the question is put once more. After `within` seconds the conversation goes to
        `unanswered`; without anybody there, the customer reads that it is left at that, and it is closed until
        they write again.
        """
        return AskCaller(kind, asking, reader, within, remind, unanswered)


caller = _CallerAsked()
"""The customer, as somebody who can be asked."""


class AskPerson(Node[T_co]):
    """Made by `person.gives(...)`."""

    sleeps = True

    def __init__(self, person: Person, kind: type[T_co], asking: Texts, within: float) -> None:
        super().__init__()
        _check_question(kind, within, person.name, self.where)
        self.person, self.kind, self.asking, self.patience = person, kind, asking, within

    @property
    def title(self) -> str:
        return f"{self.person.name} gives {self.kind.__name__}"

    @property
    def details(self) -> tuple[Any, ...]:
        return (self.patience,)

    def place(self, seen: Seen, spot: Spot) -> Place:
        path = spot.take(f"ask {self.person.name} for {self.kind.__name__}", self.where)
        producer = Producer(self.person.name, path, self.where, spot.substitute)
        return Place(self, path, frozenset({self.kind}), given_by(producer, [self.kind]))


class AskCaller(Node[T_co]):
    """Made by `caller.gives(...)`. Its one child is the reader."""

    sleeps = True

    def __init__(
        self,
        kind: type[T_co],
        asking: Texts,
        reader: Node[Any] | None,
        within: float,
        remind: float | None = None,
        unanswered: Person | None = None,
    ) -> None:
        super().__init__()
        _check_question(kind, within, "caller", self.where)
        if remind is not None and not 0 < remind < within:
            raise DefinitionError(
                f"caller is reminded after {remind:g} seconds of a question that stands for {within:g}; "
                f"remind before it expires [{self.where}]"
            )
        self.kind, self.asking, self.patience = kind, asking, within
        self.reader, self.remind, self.unanswered = reader, remind, unanswered

    @property
    def title(self) -> str:
        return f"caller gives {self.kind.__name__}"

    @property
    def details(self) -> tuple[Any, ...]:
        return (self.patience, self.remind, self.unanswered.name if self.unanswered else None)

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.reader,) if self.reader else ()

    def place(self, seen: Seen, spot: Spot) -> Place:
        path = spot.take(f"ask for {self.kind.__name__}", self.where)
        producer = Producer("caller", path, self.where, spot.substitute, hearsay=True)
        reader = self.reader or whole_text_reader(self.kind, self)
        answer = Producer("the answer", path, self.where, spot.substitute, hearsay=True)
        place = reader.place(
            with_added(seen, given_by(answer, [Message])), spot.under(path.removeprefix(spot.prefix))
        )
        allowed = {self.kind, Withdrawn, Else}
        if self.kind not in place.gives or not place.gives <= allowed:
            raise DefinitionError(
                f"{place.path} reads the answer to a question for {self.kind.__name__}; it must give "
                f"{self.kind.__name__}, and may give Withdrawn and Else, but gives {spell(place.gives)} "
                f"[{reader.where}]"
            )
        return Place(self, path, frozenset({self.kind}), given_by(producer, [self.kind]), children=(place,))


class TakeOver(Node[Never]):
    """Made by `person.takes_over(...)`."""

    def __init__(self, person: Person, because: str, says: Texts | None) -> None:
        super().__init__()
        self.person, self.because, self.says = person, because, says

    @property
    def title(self) -> str:
        return f"{self.person.name} takes over"

    @property
    def details(self) -> tuple[Any, ...]:
        return (self.because,)

    def place(self, seen: Seen, spot: Spot) -> Place:
        path = spot.take(f"to {self.person.name}", self.where)
        return Place(self, path, ends=True)


_TAKEN_BACK = frozenset(
    (
        *("cancel", "cancel that", "never mind", "nevermind", "forget it", "stop", "no thanks"),
        *("abbrechen", "vergiss es", "egal", "hat sich erledigt", "schon gut", "doch nicht", "nein danke"),
        *("olvídalo", "cancelar", "laisse tomber", "annuler"),
    )
)


def _check_question(kind: Any, within: float, who: str, where: Where) -> None:
    one_case(kind, whose=f"what {who} is asked for [{where}]")
    if kind is Reply:
        raise DefinitionError(
            f"{who} is asked for a Reply, but only Refine makes a Reply; ask for a Draft and put the "
            f"question into Refine(...) [{where}]"
        )
    if within <= 0:
        raise DefinitionError(
            f"{who} is asked within={within:g} seconds, which leaves no time at all [{where}]"
        )


def whole_text_reader(kind: type[T], question: "AskCaller[T]") -> Step[Any, Any, Any]:
    """Reads the whole text into the only field of a class; knows the usual ways of taking a request back."""
    fields = list(getattr(kind, "__dataclass_fields__", None) or getattr(kind, "model_fields", {}))
    if len(fields) != 1 or get_type_hints(kind).get(fields[0]) is not str:
        raise DefinitionError(
            f"{kind.__name__} is not made of a single text ({', '.join(fields) or 'no fields'}), so an "
            f"answer cannot be read into it as it is; give caller.gives({kind.__name__}, reader=...) a "
            f"step that reads it [{question.where}]"
        )
    (name,) = fields

    def read_answer(message: Message) -> Any:
        text = message.text.strip()
        if text.casefold().rstrip(".!") in _TAKEN_BACK:
            return Withdrawn()
        return kind(**{name: text})

    read_answer.__annotations__ = {"message": Message, "return": kind | Withdrawn}
    return Step(read_answer, name="read_answer", where=question.where)
