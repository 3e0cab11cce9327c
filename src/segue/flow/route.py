"""Route: the type of a decision says where to go. An ActionConflict that it does not name goes to a person."""

from collections.abc import Mapping
from typing import Any

from segue.errors import DefinitionError
from segue.flow.kinds import Case, Kind, one_case, spell, spell_case
from segue.flow.node import Node, Place, Spot, either
from segue.flow.receipts import ActionConflict
from segue.flow.wires import Entry, Seen, Wire, inventory


class Route(Node[Any]):
    """Takes the nearest decision among its cases and walks the branch of the one it is."""

    def __init__(self, branches: Mapping[type, Node[Any]]) -> None:
        super().__init__()
        if not branches:
            raise DefinitionError(f"a Route needs at least one branch [{self.where}]")
        for case in branches:
            one_case(case, whose=f"a case of the Route [{self.where}]")
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
        decision = self._decision(seen)
        places = []
        others = {case: entry for case, entry in seen.items() if case not in self.branches}
        for case, node in self.branches.items():
            known = {**others, case: Entry(seen[case].producers, frozenset({case}))}
            places.append(node.place(known, spot.under(spell_case(case))))
        gives, adds = either(places)
        path = spot.mark(places[0].path, "route", self.where)
        ends = all(place.ends for place in places)
        return Place(self, path, gives, adds, (decision,), tuple(places), ends=ends)

    def _decision(self, seen: Seen) -> Wire:
        """What is decided on; the branches are its cases, all of them and nothing besides."""
        last = next((case for case in reversed(list(seen)) if case in self.branches), None)
        if last is None:
            raise DefinitionError(
                f"Route decides between {spell(self.branches)}, and nothing before it gives any of these "
                f"(there is: {inventory(seen)}) [{self.where}]"
            )
        nearest, who = seen[last], seen[last].producers[0]
        if nearest.maybe:
            raise DefinitionError(
                f"Route decides between {spell(self.branches)}, but {spell_case(last)} is given on some "
                f"branches only, by {who}; put the Route where the decision is made [{self.where}]"
            )
        if missing := nearest.group - set(self.branches) - {ActionConflict}:
            who = seen[min(missing, key=spell_case)].producers[0]
            raise DefinitionError(
                f"Route does not say where {spell(missing)} goes, which {who} may give [{self.where}]"
            )
        if unknown := set(self.branches) - nearest.group:
            raise DefinitionError(
                f"Route has a branch for {spell(unknown)}, which {who} never gives "
                f"(it gives {spell(nearest.group)}) [{self.where}]"
            )
        if lost := [case for case in self.branches if case not in seen]:
            raise DefinitionError(
                f"Route decides on {spell(lost)}, which several actions side by side may give; put a Route right "
                f"behind each of them, inside the Parallel [{self.where}]"
            )
        producers = dict.fromkeys(p for case in self.branches for p in seen[case].producers)
        return Wire("decision", Kind(nearest.group), tuple(self.branches), tuple(producers))
