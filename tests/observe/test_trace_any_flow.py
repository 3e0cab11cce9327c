"""Whatever a flow is made of, a trace follows it: flows put together by chance, with steps that fail."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import make_dataclass
from typing import Any

import pytest
from tests.observe.small_desk import accept, kinds, lead, outline

from segue import (
    Absent,
    ActionKey,
    AlreadyDone,
    Approval,
    DefinitionError,
    Desk,
    Draft,
    Each,
    Flow,
    Message,
    NotDone,
    Parallel,
    Refine,
    Refused,
    Reply,
    Route,
    Sequence,
    action,
    go_on,
    step,
)
from segue.flow.node import Node
from segue.flow.step import Step
from segue.observe.trace import trace
from segue.run.events import ActionBegan, PersonAsked
from segue.testing import talk
from segue.testing.virtual_time import VirtualLoop, clock_here, run


class Chance:
    """Makes nodes that give a fact of a class, and classes, all with names of their own."""

    def __init__(self, seed: int, *, acts: bool = False) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.acts: set[str] | None = set() if acts else None  # the keys under which something was done

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

        match self.random.randrange(9 if self.acts is None else 13):
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
            case 9 | 10 | 11 | 12:
                return self.acting(gives)
            case _:
                item = self.fact()
                several = self.step(list[item], lambda: [item()] * self.random.randrange(3))  # type: ignore[valid-type]
                one_by_one = self.step_of(item, self.fact())
                return Sequence(several, Each(Sequence(one_by_one, below(self.fact()))), below())

    def flow(self) -> Flow[Reply]:
        """One with actions; what does not fit together (two of them side by side, say) is drawn anew."""
        while True:
            body = Sequence(self.node(self.fact(), 4), Refine(write, against=[accept]))
            with contextlib.suppress(DefinitionError):
                flow = Flow(body.escalate(to=lead), takes=Message, gives=Reply)
                if flow.actions:
                    return flow

    def acting(self, gives: type) -> Node[Any]:
        """An action that gives this, which may be refused, get lost on either way, or be tried again or approved."""
        done = self.acts
        assert done is not None

        async def found(message: Message, *, key: ActionKey) -> Any:
            return gives() if key.text in done else Absent()

        async def act(message: Message, *, key: ActionKey) -> Any:
            chance = self.random.randrange(10)
            if chance < 2:
                raise NotDone("by chance")
            if chance == 2:
                raise TimeoutError("on the way there")
            done.add(key.text)
            if chance == 3:
                raise TimeoutError("on the way back")
            if chance == 4:
                await asyncio.sleep(5)
            return gives()

        found.__annotations__["return"] = gives | Absent
        act.__annotations__["return"] = gives
        name = self.name("act")
        can: dict[str, Any] = self.random.choice(
            [{"repeats_safely": True}, {"lookup": found, "settles_within": 0.3}, {"lookup": found}, {}]
        )
        node: Node[Any] = action(identity=lambda: name, name=name, **can)(act)
        node = node.retry(2, pause=0.001) if self.random.randrange(2) else node
        node = node.within(self.random.choice([0.004, 1.0])) if self.random.randrange(2) else node
        branches: dict[type, Node[Any]] = {gives: go_on, AlreadyDone: self.step_of(AlreadyDone, gives)}
        if self.random.randrange(2):
            node = node.approve(by=lead, when=lambda: bool(self.random.randrange(2)), within=20)
            branches[Refused] = self.step_of(Refused, gives)
        return Sequence(node, Route(branches))

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


@pytest.mark.parametrize("seed", range(60))
def test_so_have_those_of_actions_and_of_people_who_approve(seed: int) -> None:
    async def story() -> None:
        chance = Chance(seed, acts=True)
        flow = chance.flow()
        async with talk(Desk(flow, people={lead: "leads"}, tools=[clock_here()]), patience=500) as customer:
            await customer.says("hello")
            while (
                not (events := await customer.events()) or type(events[-1].event).__name__ != "TurnFinished"
            ):
                await asyncio.sleep(3)
                for wait in [wait for wait in await customer.waiting() if wait.kind == "ask"]:
                    about = [
                        h.event.about for h in await customer.events() if isinstance(h.event, PersonAsked)
                    ][-1]
                    if chance.random.randrange(4):
                        granted = chance.random.randrange(3) > 0
                        await customer.person_gives(Approval, granted=granted, call=about["call"], by=wait.id)
            await asyncio.sleep(200)  # what outlived the turn comes out
            events = await customer.events()
        for end in range(1, len(events) + 1):
            for turn in trace(events[:end], customer.desk.flows).turns:
                assert turn.shape == "flow", f"after event {end}: {outline(turn.stages)}"
        began = [h.event for h in events if isinstance(h.event, ActionBegan)]
        acts = [stage for stage in kinds(turn, "action") if stage.sent]
        assert sorted((s.path, s.attempt) for s in acts) == sorted((e.path, e.attempt) for e in began)

    run(VirtualLoop(), story())
