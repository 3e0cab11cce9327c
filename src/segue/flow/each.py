"""Each: the same for every item of a list, at the same time."""

from typing import Any

from segue.errors import DefinitionError
from segue.flow.kinds import Many, spell_case
from segue.flow.node import Node, Place, Spot
from segue.flow.wires import Producer, Seen, given_by, with_added


class Each(Node[Any]):
    """Walks its body once for every item of the nearest list that the body reads; gives the list of results."""

    def __init__(self, body: Node[Any]) -> None:
        super().__init__()
        self.body = body

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.body,)

    def place(self, seen: Seen, spot: Spot) -> Place:
        many = self._list(seen)
        source = next(iter(seen[many].producers))
        item = Producer(f"an item of {many} from {source.name}", source.path, source.where)
        below = spot.under("each")
        body = self.body.place(with_added(seen, given_by(item, many.items)), below)
        path = spot.mark(body.path, "each", self.where)
        if body.ends:
            raise DefinitionError(
                f"the body of this Each always ends the turn, so there is nothing to list [{self.where}]"
            )
        if not body.gives or not all(isinstance(case, type) for case in body.gives):
            raise DefinitionError(
                f"the body of this Each gives no single fact that could be listed; end it in one step [{self.where}]"
            )
        given = Many(frozenset(case for case in body.gives if isinstance(case, type)))
        producer = Producer(f"each {spell_case(many)}", path, self.where, spot.substitute)
        return Place(
            self,
            path,
            frozenset({given}),
            given_by(producer, [given]),
            children=(body,),
            over=many,
            stem=below.prefix,
        )

    def _list(self, seen: Seen) -> Many:
        lists = [case for case in reversed(list(seen)) if isinstance(case, Many)]
        wanted = self.body.reads
        for many in lists:
            if seen[many].sure and many.items & wanted:
                return many
        there = ", ".join(str(case) for case in lists) or "none"
        raise DefinitionError(
            f"this Each finds no list before it whose items its body reads (lists there: {there}) [{self.where}]"
        )
