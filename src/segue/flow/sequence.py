"""Sequence: one after the other; each sees what those before it gave."""

from typing import Any, TypeVar

from segue.errors import DefinitionError
from segue.flow.kinds import Case
from segue.flow.node import Node, Place, Spot
from segue.flow.wires import Entry, Seen, with_added

T_co = TypeVar("T_co", covariant=True)


class Sequence(Node[T_co]):
    """Runs its nodes in order and gives what the last one gives."""

    def __init__(self, *nodes: *tuple[*tuple[Node[Any], ...], Node[T_co]]) -> None:
        super().__init__()
        if not nodes:
            raise DefinitionError(f"a Sequence needs at least one node [{self.where}]")
        self.nodes: tuple[Node[Any], ...] = nodes

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return self.nodes

    def place(self, seen: Seen, spot: Spot) -> Place:
        places: list[Place] = []
        adds: dict[Case, Entry] = {}
        for node in self.nodes:
            if places and places[-1].ends:
                raise DefinitionError(
                    f"{node.title} [{node.where}] can never run: {places[-1].path} before it always ends "
                    f"the turn [{self.where}]"
                )
            place = node.place(seen, spot)
            places.append(place)
            seen = with_added(seen, place.adds)
            adds = dict(with_added(adds, place.adds))
        last = places[-1]
        return Place(self, places[0].path, last.gives, adds, children=tuple(places), ends=last.ends)
