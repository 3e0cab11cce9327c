"""Parallel: at the same time; none sees the others, whoever comes after sees all."""

from typing import Any

from segue.errors import DefinitionError
from segue.flow.kinds import Case, spell_case
from segue.flow.node import Node, Place, Spot
from segue.flow.receipts import OUTCOMES
from segue.flow.wires import Entry, Seen


class Parallel(Node[Any]):
    """Runs its nodes at the same time. When one fails the others finish first, and their facts are kept."""

    def __init__(self, *nodes: Node[Any]) -> None:
        super().__init__()
        if len(nodes) < 2:
            raise DefinitionError(f"a Parallel needs at least two nodes [{self.where}]")
        self.nodes = nodes

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return self.nodes

    def place(self, seen: Seen, spot: Spot) -> Place:
        places = tuple(node.place(seen, spot) for node in self.nodes)
        adds: dict[Case, Entry] = {}
        aside: set[Case] = set()
        for place in places:
            for case, entry in place.adds.items():
                if case in OUTCOMES and case in adds:
                    aside.add(case)  # of two actions; a Route right behind each has seen to it
                    continue
                if case in adds:
                    one, other = adds[case].producers[0], entry.producers[0]
                    raise DefinitionError(
                        f"two steps give {spell_case(case)} in this Parallel, {one} and {other}, "
                        f"and nothing says which is meant [{self.where}]"
                    )
                adds[case] = entry
        adds = {case: entry for case, entry in adds.items() if case not in aside}
        ends = any(place.ends for place in places)
        return Place(self, places[0].path, frozenset(), adds, children=places, ends=ends)
