"""Flow: a whole way of handling something: what it takes, what it gives, what it keeps."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from segue.errors import DefinitionError
from segue.flow.builtin import GIVEN, Caller, Conversation, Message, Reply
from segue.flow.kinds import Case, Kind, spell, spell_case
from segue.flow.node import Node, Place, Spot
from segue.flow.step import Step
from segue.flow.wires import Producer, Seen, feed, given_by, with_added

T = TypeVar("T")

always: float = float("inf")
"""Kept for as long as the facts it was made from stay the same."""


def minutes(count: float) -> float:
    """So many minutes, in seconds."""
    return count * 60.0


class Flow(Node[T]):
    """A node that stands on its own: its wires are resolved when it is made.

    `takes` is the fact that starts it (or several, for a flow used inside another), `gives` the one fact it
    ends with. `keeps` says which facts belong to the conversation and for how long (seconds, `minutes(n)` or
    `always`) they may be used again, as long as they were made from equal facts.
    """

    def __init__(
        self,
        body: Node[Any],
        *,
        takes: type | tuple[type, ...],
        gives: type[T],
        keeps: Mapping[type, float] | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__()
        self.body = body
        self.takes = takes if isinstance(takes, tuple) else (takes,)
        self.gives = gives
        self.keeps = dict(keeps or {})
        self.name = name or self.takes[0].__name__.lower()
        self.root = self._checked(body.place(self._start(), Spot()))
        for kept in self.keeps:
            self._check_kept(kept)

    @property
    def title(self) -> str:
        return self.name

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.body,)

    @property
    def reads(self) -> frozenset[Case]:
        return frozenset(self.takes)

    def place(self, seen: Seen, spot: Spot) -> Place:
        if self.keeps:
            raise DefinitionError(
                f"the flow {self.name} keeps facts, which only the outermost flow of a desk may do [{self.where}]"
            )
        wires = tuple(
            feed(t.__name__, Kind(frozenset({t})), seen, who=f"the flow {self.name}", where=self.where)
            for t in self.takes
        )
        # It sees what it takes and what every flow has, and nothing else.
        visible: Seen = {case: entry for case, entry in seen.items() if case in self.takes or case in GIVEN}
        inner = self._checked(self.body.place(visible, spot.under(self.name, substitute=spot.substitute)))
        producer = Producer(self.name, inner.path, self.where, spot.substitute, wires)
        gives: frozenset[Case] = frozenset({self.gives})
        adds = {} if inner.ends else given_by(producer, gives)
        return Place(self, inner.path, gives, adds, wires, children=(inner,), ends=inner.ends)

    def places(self) -> Iterator[Place]:
        """Every place of this flow, parents before children."""
        return walk_places(self.root)

    @property
    def fingerprint(self) -> str:
        """Changes with structure, verbs and their numbers, names and signatures; not with source text."""
        digest = hashlib.sha256(repr((self.name, spell(self.takes), self.gives.__name__)).encode())
        for place in self.places():
            about = (place.path, type(place.node).__name__, place.node.title, spell(place.gives))
            wires = [(wire.parameter, str(wire.kind)) for wire in place.wires]
            digest.update(repr((about, wires)).encode())
        return digest.hexdigest()[:16]

    def _start(self) -> Seen:
        seen: Seen = {}
        for case in (*GIVEN, *self.takes):
            seen = with_added(seen, given_by(Producer(case.__name__, "", None), [case]))
        return seen

    def _checked(self, root: Place) -> Place:
        if root.ends:
            return root
        if root.gives != {self.gives}:
            given = spell(root.gives) or "no single fact"
            hint = (
                "; end it in Refine(...), which makes a Reply of a Draft"
                if self.gives is Reply
                else "; a Route decides between cases"
            )
            raise DefinitionError(
                f"the flow {self.name} should give {self.gives.__name__}, but it ends with {given}{hint} "
                f"[{self.where}]"
            )
        return root

    def _check_kept(self, kept: type) -> None:
        """A kept fact may be made only of what does not change from message to message."""
        lasting = {Caller, Conversation, *self.keeps}
        makers = [place for place in self.places() if kept in place.gives and isinstance(place.node, Step)]
        if not makers:
            raise DefinitionError(
                f"{kept.__name__} is kept, but no step of {self.name} gives it [{self.where}]"
            )
        for place in makers:
            if any(p.substitute and p.path == place.path for p in place.adds[kept].producers):
                continue  # used in its turn and not kept
            for wire in place.wires:
                if fleeting := [case for case in wire.cases if case not in lasting]:
                    what, step = spell_case(fleeting[0]), place.node.title
                    why = "changes every turn" if fleeting[0] is Message else "is not kept itself"
                    raise DefinitionError(
                        f"{kept.__name__} is kept, but {step} reads {what}, which {why}; "
                        f"let it read {_suggest(lasting - {kept})} [{place.node.where}]"
                    )


def walk_places(place: Place) -> Iterator[Place]:
    yield place
    for child in place.children:
        yield from walk_places(child)


def _suggest(lasting: set[type]) -> str:
    return " or ".join(sorted(cls.__name__ for cls in lasting - {Conversation}))
