"""Refine: a draft becomes a reply only when no guard objects to it."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from segue.errors import DefinitionError
from segue.flow.builtin import Draft, Objection, Reply
from segue.flow.kinds import Case, Many, spell
from segue.flow.node import Node, Place, Spot
from segue.flow.wires import Entry, Producer, Seen, given_by, with_added

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
        against: Iterable[Node[list[Objection]]],
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
    def details(self) -> tuple[Any, ...]:
        return (self.at_most, self.last is not None)

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.write, *self.against, *((self.last,) if self.last else ()))

    def place(self, seen: Seen, spot: Spot) -> Place:
        objections = Producer("objections so far", spot.prefix, self.where, spot.substitute)
        known = with_added(seen, given_by(objections, [OBJECTIONS]))
        write = self.write.place(known, spot)
        writers = [write]
        if self.last is not None:
            writers.append(self.last.place(known, spot.under("last")))
        for writer in writers:
            self._must_draft(writer)
        drafted = _whoever_wrote(known, writers)
        guards = [guard.place(drafted, spot.under(_stem(write.path, spot))) for guard in self.against]
        for guard in guards:
            if guard.gives != {OBJECTIONS}:
                raise DefinitionError(
                    f"{guard.path} is a guard and must give list[Objection], but gives "
                    f"{spell(guard.gives) or 'no single fact'} [{guard.node.where}]"
                )
        producer = Producer("Refine", write.path, self.where, spot.substitute)
        adds = given_by(producer, [Reply])
        children = (write, *guards, *writers[1:])
        return Place(self, write.path, frozenset({Reply}), adds, children=children)

    @cached_property
    def rewrites(self) -> bool:
        """Can the writer use objections?"""
        return OBJECTIONS in self.write.reads

    def _must_draft(self, place: Place) -> None:
        if place.gives != {Draft}:
            raise DefinitionError(
                f"{place.path} [{place.node.where}] writes in a Refine and must give a Draft, but gives "
                f"{spell(place.gives) or 'no single fact'} [{self.where}]"
            )


def _whoever_wrote(known: Seen, writers: list[Place]) -> Seen:
    """What guards see: they look at every writer's draft, so they count on no one's other facts."""
    views = [with_added(known, writer.adds) for writer in writers]
    joined: dict[Case, Entry] = {}
    for case in dict.fromkeys(case for view in views for case in view):
        found = [view[case] for view in views if case in view]
        producers = tuple(dict.fromkeys(producer for entry in found for producer in entry.producers))
        alike = len(found) == len(views) and len({(entry.group, entry.maybe) for entry in found}) == 1
        if alike:
            joined[case] = Entry(producers, found[0].group, found[0].maybe, found[0].covers)
        else:
            joined[case] = Entry(producers, frozenset({case}), maybe=True, covers=True)
    return joined


def _stem(path: str, spot: Spot) -> str:
    return path.removeprefix(spot.prefix).partition("/")[0]
