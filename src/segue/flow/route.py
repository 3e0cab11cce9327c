"""Route: the type of a decision says where to go."""

from collections.abc import Mapping
from typing import Any

from segue.errors import DefinitionError
from segue.flow.kinds import Case, spell, spell_case
from segue.flow.node import Node, Place, Spot, either
from segue.flow.wires import Entry, Seen, with_added


class Route(Node[Any]):
    """Takes the nearest decision among its cases and walks the branch of the one it is."""

    def __init__(self, branches: Mapping[type, Node[Any]]) -> None:
        super().__init__()
        if not branches:
            raise DefinitionError(f"a Route needs at least one branch [{self.where}]")
        self.branches = dict(branches)

    @property
    def title(self) -> str:
        return f"Route {spell(self.branches)}"

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return tuple(self.branches.values())

    @property
    def reads(self) -> frozenset[Case]:
        return super().reads | frozenset(self.branches)

    def place(self, seen: Seen, spot: Spot) -> Place:
        self._check(seen)
        places = []
        for case, node in self.branches.items():
            producers = seen[case].producers
            known = with_added(seen, {case: Entry(producers, frozenset({case}))})
            places.append(node.place(known, spot.under(spell_case(case))))
        gives, adds = either(places)
        path = spot.mark(places[0].path, "route", self.where)
        ends = all(place.ends for place in places)
        return Place(self, path, gives, adds, children=tuple(places), ends=ends)

    def _check(self, seen: Seen) -> None:
        """The branches are the cases of the nearest decision, all of them and nothing besides."""
        nearest = next((seen[case] for case in reversed(list(seen)) if case in self.branches), None)
        if nearest is None:
            raise DefinitionError(
                f"Route decides between {spell(self.branches)}, and nothing before it gives any of these "
                f"(there is: {', '.join(spell_case(case) for case in seen) or 'nothing'}) [{self.where}]"
            )
        who = nearest.producers[0]
        if missing := nearest.group - set(self.branches):
            raise DefinitionError(
                f"Route does not say where {spell(missing)} goes, which {who.name} [{who.where}] may give "
                f"[{self.where}]"
            )
        if unknown := set(self.branches) - nearest.group:
            raise DefinitionError(
                f"Route has a branch for {spell(unknown)}, which {who.name} [{who.where}] never gives "
                f"(it gives {spell(nearest.group)}) [{self.where}]"
            )
        if nearest.maybe:
            raise DefinitionError(
                f"Route decides on {spell(nearest.group)}, but that is given on some branches only [{self.where}]"
            )
