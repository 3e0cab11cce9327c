"""Delegate: a lead hands out tasks, reads what comes back, and decides."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypeVar

from segue.errors import DefinitionError
from segue.flow.builtin import Failed
from segue.flow.kinds import Many, one_case, spell, spell_case
from segue.flow.node import Node, Place, Spot
from segue.flow.step import Step
from segue.flow.wires import Producer, Seen, given_by, with_added

V_co = TypeVar("V_co", covariant=True, default=Any)


class Delegate(Node[V_co]):
    """A lead with specialists.

    The lead is a step `-> list[TaskA | TaskB] | Verdict` that reads `list[Finding | Failed]`: everything its
    specialists have found so far, empty at first. It may read `list[TaskA | TaskB]` too: what it asked for so far, in
    the same order. It is asked again after each round of tasks, `at_most` so many times; tasks of one round are worked
    on at the same time, and one that was asked for before is not done again. A specialist that fails leaves a `Failed`.
    """

    def __init__(
        self, lead: Step[Any, Any, list[Any] | V_co], to: Mapping[type, Node[Any]], at_most: int = 5
    ) -> None:
        super().__init__()
        if not to:
            raise DefinitionError(f"a Delegate needs somebody to delegate to [{self.where}]")
        if at_most < 1:
            raise DefinitionError(f"Delegate(at_most={at_most}) would never ask the lead [{self.where}]")
        if not isinstance(lead, Step):
            raise DefinitionError(
                f"{lead.title} cannot lead a Delegate, only a step can; put verbs around the Delegate "
                f"[{self.where}]"
            )
        for task in to:
            one_case(task, whose=f"a task of the Delegate [{self.where}]")
        self.lead, self.to, self.at_most = lead, dict(to), at_most

    @property
    def title(self) -> str:
        return f"Delegate by {self.lead.title}"

    @property
    def details(self) -> tuple[Any, ...]:
        return (self.at_most, [spell_case(task) for task in self.to])

    @property
    def inner(self) -> tuple[Node[Any], ...]:
        return (self.lead, *self.to.values())

    def place(self, seen: Seen, spot: Spot) -> Place:
        tasks = self._tasks()
        below = spot.under(self.lead.name)
        specialists = []
        for task, node in self.to.items():
            with_task = with_added(seen, given_by(self._lead_as_producer(spot), [task]))
            place = node.place(with_task, below.under(spell_case(task)))
            found = frozenset(case for case in place.gives if isinstance(case, type))
            if not place.ends and (not found or found != place.gives):
                raise DefinitionError(
                    f"the specialist for {spell_case(task)} gives {spell(place.gives) or 'no single fact'}, "
                    f"which cannot be a finding; end it in one step [{self.where}]"
                )
            specialists.append(place)
        kinds = frozenset(c for place in specialists for c in place.gives if isinstance(c, type))
        findings = Many(kinds | {Failed})
        collected = Producer("findings so far", spot.prefix + self.lead.name, self.where, spot.substitute)
        handed_out = Producer("tasks so far", spot.prefix + self.lead.name, self.where, spot.substitute)
        known = with_added(seen, {**given_by(collected, [findings]), **given_by(handed_out, [tasks])})
        lead = self.lead.place(known, spot)
        verdicts = lead.gives - {tasks}
        if not verdicts:
            raise DefinitionError(
                f"{self.lead.name} only ever gives tasks; let it also give a verdict: "
                f"-> {tasks} | Verdict [{self.lead.where}]"
            )
        producer = Producer(
            self.lead.name, lead.path, self.lead.where, spot.substitute, lead.wires, self.lead.thinks
        )
        adds = {**given_by(collected, [findings]), **given_by(producer, verdicts)}
        children = (lead, *specialists)
        return Place(self, lead.path, verdicts, adds, children=children, over=findings, stem=below.prefix)

    def _tasks(self) -> Many:
        gives = self.lead.signature.gives.cases
        tasks = next((case for case in gives if isinstance(case, Many)), None)
        if tasks is None:
            raise DefinitionError(
                f"{self.lead.name} leads this Delegate but gives no list of tasks; let it give "
                f"list[{spell(self.to)}] | Verdict [{self.lead.where}]"
            )
        if missing := tasks.items - set(self.to):
            raise DefinitionError(
                f"Delegate does not say who does {spell(missing)}, which {self.lead.name} "
                f"[{self.lead.where}] may ask for [{self.where}]"
            )
        if idle := set(self.to) - tasks.items:
            raise DefinitionError(
                f"Delegate names somebody for {spell(idle)}, which {self.lead.name} [{self.lead.where}] "
                f"never asks for [{self.where}]"
            )
        return tasks

    def _lead_as_producer(self, spot: Spot) -> Producer:
        path = spot.prefix + self.lead.name
        return Producer(self.lead.name, path, self.lead.where, spot.substitute, hearsay=self.lead.thinks)
