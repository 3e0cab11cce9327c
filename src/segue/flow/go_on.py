"""go_on: the branch of a Route in which nothing needs to be done, or nothing else if what it does fails."""

from typing import Any

from segue.errors import DefinitionError
from segue.flow.kinds import spell_case
from segue.flow.node import Node, Place, Spot
from segue.flow.wires import Entry, Seen, Where


class GoOn(Node[Any]):
    """Gives the case that was routed, unchanged, so that whoever comes after the Route can read it."""

    @property
    def title(self) -> str:
        return "go on"

    def place(self, seen: Seen, spot: Spot) -> Place:
        case = next(reversed(list(seen)), None)  # a Route shows its branch the routed case last
        branch = spot.prefix.removesuffix("else/")  # a substitute sees what was there when its node began
        if case is None or not branch.endswith(f"{spell_case(case)}/"):
            raise DefinitionError(f"go_on stands in no branch of a Route, at {spot.prefix or 'the start'}")
        path = spot.take("go on", self.where)
        return Place(self, path, frozenset({case}), {case: Entry(seen[case].producers, frozenset({case}))})


go_on = GoOn(Where(__file__, 1))  # the line that imports it says nothing
"""The branch of a Route in which nothing needs to be done; `node.or_else(go_on)`: if that fails, nothing is."""
