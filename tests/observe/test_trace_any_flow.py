"""Whatever a flow is made of, a trace follows it: flows put together by chance, with steps that fail."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import make_dataclass
from typing import Any

import pytest
from tests.observe.small_desk import accept, kinds, lead, outline

from segue import Desk, Draft, Each, Flow, Message, Parallel, Refine, Reply, Route, Sequence, step
from segue.flow.node import Node
from segue.flow.step import Step
from segue.observe.trace import trace
from segue.testing import talk


class Chance:
    """Makes nodes that give a fact of a class, and classes, all with names of their own."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def fact(self) -> type:
        return make_dataclass(self.name("Fact"), [], frozen=True)

    def step(self, gives: Any, *values: Callable[[], Any]) -> Step[Any, Any, Any]:
        """A step that gives one of these values, or fails, or takes too long for those who hurry."""

        async def work(message: Message) -> Any:
            match self.random.randrange(60):
                case n if n < 10:
                    raise OSError("by chance")
                case 10:
                    raise TypeError("by chance")
                case 11 | 12:
                    await asyncio.sleep(0.008)
            return self.random.choice(values)()

        work.__annotations__["return"] = gives
        return step(name=self.name("step"))(work)

    def node(self, gives: type, depth: int) -> Node[Any]:
        """Anything that gives this."""
        if depth == 0:
            return self.step(gives, gives)

        def below(other: type = gives) -> Node[Any]:
            return self.node(other, depth - 1)

        match self.random.randrange(9):
            case 0 | 1:
                return Sequence(below(self.fact()).retry(2, pause=0.001), below())
            case 2:
                return Sequence(Parallel(below(self.fact()), below(self.fact())), below())
            case 3:
                return below().retry(self.random.randint(2, 3), pause=self.random.choice([0, 0.001]))
            case 4:
                return below().or_else(below())
            case 5:
                return below().within(0.004)
            case 6:
                return below().named(self.name("name"))
            case 7:
                one, other = self.fact(), self.fact()
                decide = self.step(one | other, one, other)
                return Sequence(decide, Route({one: below(), other: below()}))
            case _:
                item = self.fact()
                several = self.step(list[item], lambda: [item()] * self.random.randrange(3))  # type: ignore[valid-type]
                one_by_one = self.step_of(item, self.fact())
                return Sequence(several, Each(Sequence(one_by_one, below(self.fact()))), below())

    def step_of(self, reads: type, gives: type) -> Step[Any, Any, Any]:
        async def work(item: Any) -> Any:
            return gives()

        work.__annotations__.update({"item": reads, "return": gives})
        return step(name=self.name("step"))(work)


@step
async def write(message: Message) -> Draft:
    return Draft("done")


@pytest.mark.parametrize("seed", range(60))
async def test_every_event_has_its_place_at_every_moment(seed: int) -> None:
    chance = Chance(seed)
    body = Sequence(chance.node(chance.fact(), 5), Refine(write, against=[accept]))
    desk = Desk(Flow(body.escalate(to=lead), takes=Message, gives=Reply), people={lead: "leads"})
    async with talk(desk) as customer:
        await customer.says("hello")
        events = await customer.events()

    for end in range(1, len(events) + 1):
        for turn in trace(events[:end], desk.flows).turns:
            assert turn.shape == "flow", f"after event {end}: {outline(turn.stages)}"
            if turn.ended is None:
                continue
            recorded = [
                (h.event.path, h.event.attempt)  # type: ignore[attr-defined]
                for h in events[:end]
                if type(h.event).__name__ in ("StepFinished", "StepFailed")
            ]
            shown = [s for s in kinds(turn, "step") if s.state in ("done", "failed")]
            assert sorted((s.path, s.attempt) for s in shown) == sorted(recorded)
            states = {stage.state for top in turn.stages for stage in top.walk()}
            assert not states & {"running", "waiting"}
