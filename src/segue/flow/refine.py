"""Refine: a draft becomes a reply only when no guard objects to it."""

from collections.abc import Iterable
from typing import Any

from segue.errors import DefinitionError
from segue.flow.builtin import Draft, Objection, Reply
from segue.flow.kinds import Many
from segue.flow.node import Node, Place, Spot
from segue.flow.step import Step
from segue.flow.wires import Producer, Seen, given_by, with_added

OBJECTIONS = Many(frozenset({Objection}))


class Refine(Node[Reply]):
    """Lets `write` make a Draft and every guard in `against` look at it.

    A guard is a step that reads the Draft and gives `list[Objection]`, empty when it has none. A writer that
    reads `list[Objection]` is asked again, `at_most` so many times in all; one that cannot use them is asked
    once. Then `last` may write, which is checked too. What still meets objections is a failure.
    """

    def __init__(
        self,
        write: Node[Draft],
        *,
        against: Iterable[Step[Any, Any, list[Objection]]],
        at_most: int = 2,
        last: Node[Draft] | None = None,
    ) -> None:
        super().__init__()
        self.write, self.last, self.at_most = write, last, at_most
        self.against = tuple(against)
        if not self.against:
            raise DefinitionError(f"a Refine needs at least one guard in against=[...] [{self.where}]")
        if at_most < 1:
            raise DefinitionError(f"Refine(at_most={at_most}) would never write anything [{self.where}]")

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.write, *self.against, *((self.last,) if self.last else ()))

    def place(self, seen: Seen, spot: Spot) -> Place:
        objections = Producer("objections so far", spot.prefix, self.where, spot.substitute)
        known = with_added(seen, given_by(objections, [OBJECTIONS]))
        write = self.write.place(known, spot)
        self._must_draft(write)
        drafted = with_added(known, write.adds)
        guards = tuple(guard.place(drafted, spot.under(_stem(write.path, spot))) for guard in self.against)
        for guard in guards:
            if guard.gives != {OBJECTIONS}:
                raise DefinitionError(
                    f"{guard.node.title} is a guard and must give list[Objection] [{guard.node.where}]"
                )
        places = [write, *guards]
        if self.last is not None:
            last = self.last.place(known, spot.under("last"))
            self._must_draft(last)
            places.append(last)
        producer = Producer("Refine", write.path, self.where, spot.substitute)
        adds = given_by(producer, [Reply])
        return Place(self, write.path, frozenset({Reply}), adds, children=tuple(places))

    @property
    def rewrites(self) -> bool:
        """Can the writer use objections?"""
        return OBJECTIONS in self.write.reads

    def _must_draft(self, place: Place) -> None:
        if place.gives != {Draft}:
            raise DefinitionError(f"{place.path} writes in a Refine and must give a Draft [{self.where}]")


def _stem(path: str, spot: Spot) -> str:
    return path.removeprefix(spot.prefix).partition("/")[0]
