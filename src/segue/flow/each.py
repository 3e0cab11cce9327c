"""Each: the same for every item of a list, at the same time."""

from typing import Any, TypeVar

from segue.errors import DefinitionError
from segue.flow.kinds import Kind, Many, spell, spell_case
from segue.flow.node import Node, Place, Spot
from segue.flow.wires import Producer, Seen, Wire, given_by, with_added

T = TypeVar("T")


class Each(Node[list[T]]):
    """Walks its body once for every item of the nearest list that it reads from; gives a list of results."""

    def __init__(self, body: Node[T]) -> None:
        super().__init__()
        self.body = body

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.body,)

    def place(self, seen: Seen, spot: Spot) -> Place:
        many = self._list(seen)
        source = seen[many].producers[0]
        item = Producer(
            f"an item of {many} from {source.name}", source.path, source.where, hearsay=source.hearsay
        )
        below = spot.under("each")
        body = self.body.place(with_added(seen, given_by(item, many.items)), below)
        path = spot.mark(body.path, "each", self.where)
        if body.ends:
            raise DefinitionError(
                f"the body of this Each always ends the turn, so there is nothing to list [{self.where}]"
            )
        listed = frozenset(case for case in body.gives if isinstance(case, type))
        if not listed or listed != body.gives:
            raise DefinitionError(
                f"the body of this Each gives {spell(body.gives) or 'no single fact'}, which cannot be "
                f"listed; end it in one step [{self.where}]"
            )
        producer = Producer(f"each {many}", path, self.where, spot.substitute)
        adds = given_by(producer, [Many(listed)])
        wire = Wire("items", Kind(frozenset({many})), (many,), seen[many].producers)
        return Place(self, path, frozenset(adds), adds, (wire,), (body,), over=many, stem=below.prefix)

    def _list(self, seen: Seen) -> Many:
        lists = [case for case in reversed(list(seen)) if isinstance(case, Many)]
        nearest = next((many for many in lists if many.items & self.body.reads), None)
        if nearest is None:
            there = ", ".join(spell_case(case) for case in lists) or "none"
            raise DefinitionError(
                f"this Each finds no list before it whose items its body reads (lists there: {there}) "
                f"[{self.where}]"
            )
        entry = seen[nearest]
        if not entry.sure:
            who = entry.producers[0]
            how = "on some branches only" if entry.maybe else f"or something else ({spell(entry.group)})"
            raise DefinitionError(
                f"this Each goes through {nearest}, which {who} gives {how}; put it where that "
                f"is surely there [{self.where}]"
            )
        return nearest
