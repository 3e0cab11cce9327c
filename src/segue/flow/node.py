"""Node: anything that can be combined, and the verbs that wrap it.

A node is inert: it says what should happen. `place` puts it at a spot of a flow, given what is visible
there, and answers with a `Place`: the same node with its wires resolved and its path of names.
Whatever does not fit is refused there, which is when the flow is defined.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from segue.errors import DefinitionError
from segue.flow.kinds import Case, Many, spell
from segue.flow.limits import Limits
from segue.flow.receipts import Refused
from segue.flow.wires import Entry, Seen, Where, Wire, caller_line, given_by

if TYPE_CHECKING:
    from segue.flow.person import Person

T_co = TypeVar("T_co", covariant=True)

DAY = 86_400.0

Texts: TypeAlias = str | Mapping[str, str]
"""What a customer reads outside a reply: a text key of the desk, or a table by language."""


@dataclass(frozen=True)
class Place:
    """A node at its spot in a flow."""

    node: "Node[Any]"
    path: str
    gives: frozenset[Case] = frozenset()
    adds: Mapping[Case, Entry] = field(default_factory=dict)
    wires: tuple[Wire, ...] = ()
    children: tuple["Place", ...] = ()
    ends: bool = False
    over: Many | None = None  # the list that an Each goes through, or a Delegate collects
    stem: str = ""  # what begins the paths below an Each or a Delegate, where indices go
    below: str = ""  # what begins the paths in a Flow that stands in another

    @cached_property
    def clears(self) -> tuple[Case, ...]:
        """Cases of which this node gives one and thereby hides the others."""
        return tuple(case for case, entry in self.adds.items() if len(entry.group) > 1)


class Spot:
    """Where a node is being placed: its path so far, and every path already taken in this flow."""

    def __init__(self, prefix: str = "", taken: dict[str, Where] | None = None, *, substitute: bool = False):
        self.prefix = prefix
        self.substitute = substitute
        self._taken: dict[str, Where] = {} if taken is None else taken

    def under(self, name: str, *, substitute: bool = False) -> "Spot":
        """The spot one name further down."""
        return Spot(f"{self.prefix}{name}/", self._taken, substitute=self.substitute or substitute)

    def take(self, name: str, where: Where) -> str:
        """Claim the path of a step here; two equal ones side by side are refused."""
        path = self.prefix + name
        if (other := self._taken.get(path)) is not None:
            ends = f"[{other}] and [{where}]" if other != where else f"both [{where}]"
            raise DefinitionError(
                f"two nodes are called {path!r}, {ends}; give one of them another name with .named(...)"
            )
        self._taken[path] = where
        return path

    def mark(self, anchor: str, verb: str, where: Where) -> str:
        """A path for a timer of a verb, next to the first step it is about."""
        path = f"{anchor}~{verb}"
        while path in self._taken:
            path += "'"
        self._taken[path] = where
        return path


class Node(Generic[T_co]):
    """Anything that can be combined; T_co is what it gives."""

    sleeps = False  # may it wait for somebody to answer?
    thinks = False  # does a model make up what it gives?
    remarks: tuple[str, ...] = ()  # what else a drawing says of it
    acts = False  # does it do something in a back end that must not be done twice?

    where: Where

    def __init__(self, where: Where | None = None) -> None:
        self.where = where or caller_line()

    @property
    def title(self) -> str:
        """A name for drawings and messages."""
        return type(self).__name__

    @property
    def details(self) -> tuple[Any, ...]:
        """What a flow's fingerprint must notice besides title and structure."""
        return ()

    @property
    def inner(self) -> "tuple[Node[Any], ...]":
        """The nodes this one is made of."""
        return ()

    @property
    def reads(self) -> frozenset[Case]:
        """Every case that something in here reads."""
        return frozenset(case for node in self.inner for case in node.reads)

    def place(self, seen: Seen, spot: Spot) -> Place:
        """Resolve this node's wires at a spot where `seen` is visible; DefinitionError if it cannot be."""
        raise NotImplementedError

    # The verbs. Each wraps what stands left of it and returns a new value.

    def retry(
        self, times: int, *, on: type[Exception] | tuple[type[Exception], ...] = Exception, pause: float = 0.2
    ) -> "Retry[T_co]":
        """Try up to `times` times in all, pausing `pause`, then 2·`pause`, 4·`pause` ... seconds."""
        return Retry(self, times, on, pause)

    def within(self, seconds: float) -> "Within[T_co]":
        """Give this at most so many seconds; then it fails, and what it was doing is abandoned."""
        return Within(self, seconds)

    def or_else(self, substitute: "Node[T_co]") -> "OrElse[T_co]":
        """When this fails, do that instead. It sees what was there when this node began."""
        return OrElse(self, substitute)

    def escalate(self, *, to: "Person", says: Texts | None = None) -> "Escalate[T_co]":
        """When this fails, hand the conversation to a person and end the turn."""
        return Escalate(self, to, says)

    def approve(
        self,
        *,
        by: "Person",
        when: "Callable[..., bool] | Limits | None" = None,
        says: Texts = "waiting_for_approval",
        within: float = DAY,
        holds: float = 3600.0,
    ) -> "Approve[T_co]":
        """Ask a person before this action is done: always, `when` the facts it reads say so, or above Limits.

        Gives what the action gives, or Refused. The question stands for `within` seconds, then this fails. An approval
        is for the exact call that was shown, and `holds` for so many seconds.
        """
        return Approve(self, by, when, says, within, holds)

    def named(self, name: str) -> "Named[T_co]":
        """The same under a name of its own, which becomes part of the path of everything in it."""
        return Named(self, name)


class Retry(Node[T_co]):
    """Made by `.retry`."""

    def __init__(
        self, node: Node[T_co], times: int, on: type[Exception] | tuple[type[Exception], ...], pause: float
    ) -> None:
        super().__init__()
        if times < 1:
            raise DefinitionError(
                f".retry({times}) never runs anything; the number counts all attempts [{self.where}]"
            )
        errors = on if isinstance(on, tuple) else (on,)
        self.node, self.times, self.pause = node, times, pause
        self.on = tuple(f"{cls.__module__}.{cls.__qualname__}" for cls in errors)

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.node,)

    @property
    def title(self) -> str:
        return f"retry {self.times}"

    @property
    def details(self) -> tuple[Any, ...]:
        return (self.pause, self.on)

    def place(self, seen: Seen, spot: Spot) -> Place:
        inner = self.node.place(seen, spot)
        return wrapping(self, inner, spot.mark(inner.path, "retry", self.where))


class Within(Node[T_co]):
    """Made by `.within`."""

    def __init__(self, node: Node[T_co], seconds: float) -> None:
        super().__init__()
        if seconds <= 0:
            raise DefinitionError(f".within({seconds}) leaves no time at all [{self.where}]")
        self.node, self.seconds = node, seconds

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.node,)

    @property
    def title(self) -> str:
        return f"within {self.seconds:g} s"

    def place(self, seen: Seen, spot: Spot) -> Place:
        inner = self.node.place(seen, spot)
        if (waiting := _waits(inner)) is not None:
            raise DefinitionError(
                f".within({self.seconds:g}) around {waiting.node.title} would count the time that somebody "
                f"needs to answer; put it around the steps instead [{self.where}]"
            )
        return wrapping(self, inner, spot.mark(inner.path, "within", self.where))


class OrElse(Node[T_co]):
    """Made by `.or_else`."""

    def __init__(self, node: Node[T_co], substitute: Node[T_co]) -> None:
        super().__init__()
        self.node, self.substitute = node, substitute

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.node, self.substitute)

    @property
    def title(self) -> str:
        return "or else"

    def place(self, seen: Seen, spot: Spot) -> Place:
        inner = self.node.place(seen, spot)
        other = self.substitute.place(seen, spot.under("else", substitute=True))
        # What gives several facts at once, as a Parallel does, has none that a substitute could miss.
        if inner.gives and not other.ends and not (other.gives and other.gives <= inner.gives):
            raise DefinitionError(
                f"the substitute {other.path} gives {spell(other.gives) or 'no single fact'}, but what it "
                f"stands in for gives {spell(inner.gives)} [{self.where}]"
            )
        gives, adds = either([inner, other])
        return Place(self, inner.path, gives, adds, children=(inner, other), ends=inner.ends and other.ends)


class Escalate(Node[T_co]):
    """Made by `.escalate`."""

    def __init__(self, node: Node[T_co], to: "Person", says: Texts | None) -> None:
        super().__init__()
        self.node, self.to, self.says = node, to, says

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.node,)

    @property
    def title(self) -> str:
        return f"escalate to {self.to.name}"

    def place(self, seen: Seen, spot: Spot) -> Place:
        inner = self.node.place(seen, spot)
        return wrapping(self, inner, inner.path)


class Approve(Node[T_co | Refused]):
    """Made by `.approve`."""

    sleeps = True

    def __init__(
        self,
        node: Node[T_co],
        by: "Person",
        when: "Callable[..., bool] | Limits | None",
        says: Texts,
        within: float,
        holds: float,
    ) -> None:
        super().__init__()
        if within <= 0 or holds <= 0:
            raise DefinitionError(f".approve leaves no time to answer, or to act on it [{self.where}]")
        self.node, self.by, self.when, self.says = node, by, when, says
        self.patience, self.holds = within, holds

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.node,)

    @property
    def title(self) -> str:
        return f"approved by {self.by.name}"

    @property
    def details(self) -> tuple[Any, ...]:
        limits = str(self.when) if isinstance(self.when, Limits) else self.when is not None
        return (self.patience, self.holds, limits)

    def place(self, seen: Seen, spot: Spot) -> Place:
        inner = self.node.place(seen, spot)
        acting = inner
        while isinstance(acting.node, Retry | Within | Named):
            (acting,) = acting.children
        if not acting.node.acts:
            raise DefinitionError(
                f".approve(by={self.by.name!r}) is about one exact call, so it stands around an action (and its "
                f"retry and within), not around {self.node.title} [{self.where}]"
            )
        (producer,) = next(iter(acting.adds.values())).producers
        gives = acting.gives | {Refused}
        path = spot.mark(acting.path, "approve", self.where)
        return Place(self, path, gives, given_by(producer, gives), acting.wires, children=(inner,))

    @staticmethod
    def action_in(place: Place) -> Place:
        """The place of the action in the place of an Approve."""
        while not place.node.acts:
            (place,) = place.children
        return place


class Named(Node[T_co]):
    """Made by `.named`."""

    def __init__(self, node: Node[T_co], name: str) -> None:
        super().__init__()
        self.node, self.name = node, checked_name(name, self.where)

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.node,)

    @property
    def title(self) -> str:
        return self.name

    def place(self, seen: Seen, spot: Spot) -> Place:
        inner = self.node.place(seen, spot.under(self.name))
        return wrapping(self, inner, inner.path)


def wrapping(node: Node[Any], inner: Place, path: str) -> Place:
    """The place of a verb that gives what it wraps."""
    return Place(node, path, inner.gives, inner.adds, children=(inner,), ends=inner.ends)


def _waits(place: Place) -> Place | None:
    """The first node inside that may sleep until somebody answers."""
    if place.node.sleeps:
        return place
    return next((found for child in place.children if (found := _waits(child))), None)


def checked_name(name: str, where: Where) -> str:
    """A name that may be part of a path."""
    if not name or any(sign in name for sign in "/~.#"):
        raise DefinitionError(f"{name!r} is no name: it must not be empty nor hold / ~ . # [{where}]")
    return name


def either(branches: list[Place]) -> tuple[frozenset[Case], dict[Case, Entry]]:
    """What is there after one of several places was walked, whichever it was."""
    alive = [branch for branch in branches if not branch.ends]
    gives: frozenset[Case] = frozenset()
    if all(branch.gives for branch in alive):  # else some branch leaves nothing to decide on
        gives = gives.union(*(branch.gives for branch in alive))
    # What one branch ends with and another gives on its way would be taken for what that one ends with.
    decided = all(branch.gives >= gives & set(branch.adds) for branch in alive)
    adds: dict[Case, Entry] = {}
    given = dict.fromkeys(case for branch in alive for case in branch.adds)
    for case in sorted(given, key=lambda case: case in gives):  # what they end with was given last
        found = [branch.adds[case] for branch in alive if case in branch.adds]
        producers = tuple(dict.fromkeys(producer for entry in found for producer in entry.producers))
        everywhere = len(found) == len(alive) and all(entry.sure for entry in found)
        if case in gives and decided and not everywhere:
            adds[case] = Entry(producers, gives)
        else:
            adds[case] = Entry(producers, frozenset({case}), maybe=not everywhere)
    return gives, adds
