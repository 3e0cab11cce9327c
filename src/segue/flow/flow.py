"""Flow: a whole way of handling something: what it takes, what it gives, what it keeps."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from segue.errors import DefinitionError
from segue.flow.action import Action
from segue.flow.builtin import GIVEN, Caller, Conversation, Forgotten, Message, Reply
from segue.flow.kinds import Case, Kind, one_case, spell, spell_case
from segue.flow.node import Named, Node, OrElse, Place, Retry, Spot, Within, checked_name
from segue.flow.step import Step
from segue.flow.wires import Producer, Seen, feed, given_by, with_added

T_co = TypeVar("T_co", covariant=True)

always: float = float("inf")
"""Kept for as long as the facts it was made from stay the same."""


def minutes(count: float) -> float:
    """So many minutes, in seconds."""
    return count * 60.0


class Flow(Node[T_co]):
    """A node that stands on its own: its wires are resolved when it is made.

    `takes` is the fact that starts it (or several, for a flow used inside another), `gives` the one fact it
    ends with. `keeps` says which facts belong to the conversation and for how long (seconds, `minutes(n)` or
    `always`) they may be used again, as long as they were made from equal facts. With `all_or_nothing`, what its
    actions did is undone, the latest first, when it fails afterwards (a saga).
    """

    def __init__(
        self,
        body: Node[Any],
        *,
        takes: type | tuple[type, ...],
        gives: type[T_co],
        keeps: Mapping[type, float] | None = None,
        name: str | None = None,
        all_or_nothing: bool = False,
    ) -> None:
        super().__init__()
        self.body = body
        self.all_or_nothing = all_or_nothing
        self.takes = takes if isinstance(takes, tuple) else (takes,)
        self.gives = gives
        self.keeps = dict(keeps or {})
        if not self.takes:
            raise DefinitionError(f"a Flow takes at least one fact, which starts it [{self.where}]")
        for says, facts in (("takes", self.takes), ("gives", (gives,)), ("keeps", self.keeps)):
            for each in facts:
                one_case(each, whose=f"what the Flow {says} [{self.where}]")
        self.name = checked_name(name or self.takes[0].__name__.lower(), self.where)
        self.root = self._checked(body.place(self._start(), Spot()))
        for kept in self.keeps:
            self._check_kept(kept)
        for action in self.actions.values() if all_or_nothing else ():
            if action.undo is None:
                raise DefinitionError(
                    f"the flow {self.name} is all_or_nothing, but {action.name} [{action.where}] cannot be undone; "
                    f"give it undo=..., or do it after this flow [{self.where}]"
                )

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
                f"the flow {self.name} keeps facts, which only the outermost flow of a desk may do "
                f"[{self.where}]"
            )
        wires = tuple(
            feed(t.__name__, Kind(frozenset({t})), seen, who=f"the flow {self.name}", where=self.where)
            for t in self.takes
        )
        # It sees what it takes and what every flow has, and nothing else.
        visible: Seen = {case: entry for case, entry in seen.items() if case in self.takes or case in GIVEN}
        inner = self._checked(self.body.place(visible, spot.under(self.name, substitute=spot.substitute)))
        # What it gives comes from the step inside, which is whom a reader wants to find.
        adds = {case: inner.adds[case] for case in inner.gives}
        below = spot.under(self.name).prefix
        return Place(
            *(self, inner.path, frozenset(adds), adds, wires), children=(inner,), ends=inner.ends, below=below
        )

    def places(self) -> Iterator[Place]:
        """Every place of this flow, parents before children."""
        return walk_places(self.root)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with structure, verbs and their numbers, names and signatures; not with source text."""
        keeps = sorted((spell_case(case), seconds) for case, seconds in self.keeps.items())
        saga = ("all_or_nothing",) if self.all_or_nothing else ()
        about = (self.name, spell(self.takes), spell_case(self.gives), keeps, *saga)
        digest = hashlib.sha256(repr(about).encode())
        for place in self.places():
            node = place.node
            # With the number of its children, places that follow one another say how they are nested.
            what = (place.path, type(node).__name__, node.title, node.details, len(place.children))
            wires = [(wire.parameter, str(wire.kind)) for wire in place.wires]
            digest.update(repr((what, spell(place.gives), wires)).encode())
        return digest.hexdigest()[:16]

    @cached_property
    def makers(self) -> Mapping[type, Mapping[str, Place]]:
        """Who reads each kept fact, with the verbs around it, by the path of the step; in the flow's order."""
        found: dict[type, dict[str, Place]] = {}
        for step, whole in _with_verbs(self.root, None):
            for case in step.gives:
                if case in self.keeps and not step.adds[case].producers[0].substitute:
                    found.setdefault(case, {})[step.path] = whole
        return found

    @cached_property
    def actions(self) -> Mapping[str, Action[Any, Any]]:
        """What this flow may do, by name."""
        return {p.node.name: p.node for p in self.places() if isinstance(p.node, Action)}

    @cached_property
    def sums_up(self) -> bool:
        """Does anything in it read what History leaves out?"""
        return any(Forgotten in wire.cases for place in self.places() for wire in place.wires)

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
            hint = ""
            if self.gives is Reply:
                hint = "; end it in Refine(...), which makes a Reply of a Draft"
            elif len(root.gives) > 1:
                hint = "; a Route decides between cases"
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
                    instead = " or ".join(["Caller", *self._kept_apart_from(kept)])
                    raise DefinitionError(
                        f"{kept.__name__} is kept, but {step} reads {what}, which {why}; "
                        f"let it read {instead} [{place.node.where}]"
                    )

    def _kept_apart_from(self, kept: type) -> list[str]:
        """Other kept facts that are not made from this one."""
        made_from: dict[type, set[Case]] = {
            case: {read for p in self.places() if case in p.gives for wire in p.wires for read in wire.cases}
            for case in self.keeps
        }
        tainted: set[Case] = {kept}
        for _ in made_from:
            tainted.update(case for case, reads in made_from.items() if reads & tainted)
        return sorted(case.__name__ for case in self.keeps if case not in tainted)


def _with_verbs(place: Place, verb: Place | None) -> Iterator[tuple[Place, Place]]:
    """Every step that is no substitute, and the outermost of the verbs directly around it."""
    if isinstance(place.node, Step) and not place.node.acts:
        yield place, verb or place
    elif isinstance(place.node, Retry | Within | OrElse | Named):
        yield from _with_verbs(place.children[0], verb or place)
    else:
        for child in place.children:
            yield from _with_verbs(child, None)


def walk_places(place: Place) -> Iterator[Place]:
    yield place
    for child in place.children:
        yield from walk_places(child)
