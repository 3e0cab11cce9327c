"""Desks of flows that nobody would write: those of tests/flow/test_random_flows.py, with steps that run."""

import random
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from tests.flow.test_random_flows import Builder, lead
from tests.run.random_desks import acts
from tests.run.script import Acts, Script

from segue import DefinitionError, Desk, Draft, Failed, Flow, Message, Objection, Reply, Sequence
from segue.flow.kinds import Case, Many, spell_case
from segue.flow.node import Place
from segue.flow.step import Step
from segue.testing.virtual_time import VirtualClock

TEXTS = {"which": {"en": "Which one?"}, "waiting": {"en": "Wait, please."}}


@dataclass(frozen=True)
class WildPlan:
    """The first flow from this seed on that is not refused; its steps have these acts by turns."""

    seed: int
    acts: tuple[Acts, ...] = ((),)

    def build(self, script: Script, clock: VirtualClock) -> Desk:
        flow = next(flow for n in range(1000) if (flow := _flow(random.Random(self.seed + n))) is not None)
        for n, place in enumerate(flow.places()):
            if isinstance(place.node, Step) and place.node.name != "read_answer":
                _wind_up(place.node, place, self.acts[n % len(self.acts)], script)
        return Desk(flow, tools=[clock], people={lead: "leads"}, texts=TEXTS, allowance=60.0)


def wild_plans() -> st.SearchStrategy[WildPlan]:
    return st.builds(WildPlan, st.integers(0, 2**32), st.lists(acts(2), min_size=1, max_size=5).map(tuple))


def _flow(dice: random.Random) -> Flow[Any] | None:
    builder = Builder(dice)
    try:
        body = Sequence(builder.node(4, [Message]), builder.refine([Message]))
        return Flow(body.escalate(to=lead), takes=Message, gives=Reply, name="support")
    except DefinitionError:
        return None


def _wind_up(step: Step[Any, Any, Any], place: Place, acts: Acts, script: Script) -> None:
    """Give a step something to do: its own function is never meant to be called."""
    cases = sorted(place.gives, key=spell_case)

    def give(which: int) -> Any:
        return _value(cases[(which + script.calls[step.name]) % len(cases)], which, script.calls[step.name])

    async def work(*facts: Any) -> Any:
        return await script.play(step.name, acts, give)

    step.function = work


def _value(case: Case, which: int, salt: int) -> Any:
    if isinstance(case, Many):
        few = which if Objection in case.items else which + 1
        items = sorted(case.items, key=spell_case)
        return [_value(items[(n + salt) % len(items)], which, n) for n in range(few)]
    words = {Draft: ("text",), Objection: ("guard", "why"), Failed: ("task", "why")}.get(case)
    return case(*(words or (f"{salt}",)))
