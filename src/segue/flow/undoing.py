"""Undoing: what was done is taken back, the latest first, by the actions that their actions name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segue.flow.action import Action
from segue.flow.builtin import Reply
from segue.flow.flow import Flow
from segue.flow.kinds import Case, Kind, fact
from segue.flow.node import Node, Place, Spot
from segue.flow.receipts import Receipt
from segue.flow.wires import Producer, Seen, given_by, with_added

NAME = "undo"
"""What the flow is called in which an operator takes back what a conversation did."""


@dataclass(frozen=True, slots=True)
class UndoStep:
    """One action to be taken back: its identity, and what it read and gave, as it is on disk."""

    identity: str
    action: str
    facts: tuple[str, ...]
    receipt: Receipt


@fact(name="segue.UndoAsked")
@dataclass(frozen=True, slots=True)
class UndoAsked:
    """Somebody at the desk wants these taken back, in this order."""

    by: str
    steps: tuple[UndoStep, ...]


class UndoAll(Node[Reply]):
    """The body of that flow. It tells the customer what was taken back, in the words of the receipts."""

    def __init__(self, actions: Mapping[str, Action[Any, Any]]) -> None:
        super().__init__()
        self.actions = dict(actions)

    @property
    def title(self) -> str:
        return "take back"

    @property
    def details(self) -> tuple[Any, ...]:
        return (sorted(self.actions),)

    def place(self, seen: Seen, spot: Spot) -> Place:
        path = spot.take("taken back", self.where)
        producer = Producer("taken back", path, self.where)
        return Place(self, path, frozenset({Reply}), given_by(producer, [Reply]))


def undo_flow(flows: Mapping[str, Flow[Any]]) -> Flow[Reply] | None:
    """The flow that takes back what these flows do; None where nothing can be taken back."""
    actions = {
        name: one for flow in flows.values() for name, one in flow.actions.items() if one.undo is not None
    }
    return Flow(UndoAll(actions), takes=UndoAsked, gives=Reply, name=NAME) if actions else None


def undo_place(action: Action[Any, Any], path: str) -> Place:
    """Where the undo of an action stands that was done at this path: it sees what that read and gave."""
    assert action.undo is not None
    done = Producer(action.name, path, action.where)
    seen: Seen = {}
    for kind in (*action.signature.facts.values(), Kind(frozenset({action.result}))):
        seen = with_added(seen, _surely(done, kind))
    place = action.undo.place(seen, Spot(f"{path}~undo/"))
    return place


def _surely(producer: Producer, kind: Kind) -> Seen:
    """Whatever of it was there; what was not is known to be absent when it comes to it."""
    found: dict[Case, Any] = {}
    for case in kind.cases:
        found.update(given_by(producer, [case]))
    return found
