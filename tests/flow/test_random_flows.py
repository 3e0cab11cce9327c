"""Whatever is put together at random is refused politely, or can be walked whatever happens on the way."""

import inspect
import random
import re
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from tests.flow.walking import Astray, Walker

from segue import (
    DefinitionError,
    Delegate,
    Draft,
    Each,
    Failed,
    Flow,
    Message,
    Objection,
    Parallel,
    Person,
    Refine,
    Reply,
    Route,
    Sequence,
    go_on,
    step,
)
from segue.flow.draw import draw
from segue.flow.explain import explain
from segue.flow.node import Node, Place, Spot
from segue.flow.person import AskCaller, AskPerson
from segue.flow.step import Step
from segue.flow.wires import Producer, Seen, given_by


@dataclass(frozen=True)
class A:
    text: str = ""


@dataclass(frozen=True)
class B:
    text: str = ""


@dataclass(frozen=True)
class C:
    text: str = ""


@dataclass(frozen=True)
class D:
    text: str = ""


@dataclass(frozen=True)
class E:
    text: str = ""


FACTS: list[Any] = [A, B, C, D, E]


def list_of(*items: Any) -> Any:
    """list[A | B | ...], of classes known only here."""
    return list[reduce(or_, items)]  # type: ignore[misc]


lead = Person("lead")


def a_step(name: str, reads: list[Any], gives: Any) -> Any:
    """A step that reads and gives these; it is never called."""

    def function(*facts: Any) -> Any:
        raise AssertionError("walks do not call steps")

    parameters = [
        inspect.Parameter(f"p{i}", inspect.Parameter.POSITIONAL_ONLY, annotation=kind)
        for i, kind in enumerate(reads)
    ]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {**{p.name: p.annotation for p in parameters}, "return": gives}
    return step(name=name)(function)


class Builder:
    """Puts nodes together at random, mostly out of what is there. Names are numbered and never collide."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.count = 0

    def flow(self) -> Flow[Any]:
        body = self.node(4, [Message])
        gives: Any = self.dice.choice(FACTS)
        if self.dice.random() < 0.3:
            last, gives = self.refine([Message]), Reply
        else:
            last = self.some_step([Message], gives)
        return Flow(Sequence(body, last), takes=Message, gives=gives)

    def node(self, depth: int, there: list[Any]) -> Node[Any]:
        """Any node; `there` is what it will find, more or less, and learns what it gives."""
        if depth == 0:
            return self.leaf(there)
        kinds = [self.one, self.sequence, self.decision] * 2
        kinds += [self.sequence, self.parallel, self.each, self.delegate, self.nested]
        return self.with_verbs(depth - 1, self.dice.choice(kinds)(depth - 1, there), there)

    def one(self, depth: int, there: list[Any]) -> Node[Any]:
        return self.leaf(there)

    def leaf(self, there: list[Any]) -> Node[Any]:
        luck = self.dice.random()
        fact = self.dice.choice(FACTS)
        there.append(fact)
        if luck < 0.06:
            return AskPerson(lead, fact, "waiting", 60)
        if luck < 0.12:
            return AskCaller(fact, "which", None, 60)
        if luck < 0.14:
            return lead.takes_over()
        made: Node[Any] = self.some_step(there[:-1], self.gives(fact))
        return made

    def some_step(self, there: list[Any], gives: Any) -> Any:
        reads = [self.reads(there) for _ in range(self.dice.randint(0, 2))]
        self.count += 1
        return a_step(f"s{self.count}", reads, gives)

    def reads(self, there: list[Any]) -> Any:
        kind = self.dice.choice(there if self.dice.random() < 0.9 else FACTS)
        luck = self.dice.random()
        if luck < 0.25:
            return kind | None
        if luck < 0.35:
            return kind | self.dice.choice(FACTS)
        return kind

    def gives(self, fact: Any) -> Any:
        luck = self.dice.random()
        other = self.dice.choice(FACTS)
        if luck < 0.15:
            return fact | other
        if luck < 0.25:
            return list_of(fact, other)
        return fact

    def sequence(self, depth: int, there: list[Any]) -> Node[Any]:
        return Sequence(*[self.node(depth, there) for _ in range(self.dice.randint(1, 4))])

    def parallel(self, depth: int, there: list[Any]) -> Node[Any]:
        seen = list(there)
        parts = [self.node(depth, mine) for mine in (list(seen) for _ in range(2))]
        there += FACTS[:2]
        return Parallel(*parts)

    def decision(self, depth: int, there: list[Any]) -> Node[Any]:
        cases = self.dice.sample(FACTS, 2 if self.dice.random() < 0.8 else 3)
        branches = {case: self.node(depth, [*there, case]) for case in cases}
        if self.dice.random() < 0.3:
            branches[cases[0]] = go_on
        return Sequence(self.some_step(there, reduce(or_, cases)), Route(branches))

    def each(self, depth: int, there: list[Any]) -> Node[Any]:
        fact = self.dice.choice(FACTS)
        body = Sequence(
            self.some_step([*there, fact], self.dice.choice(FACTS)), self.node(depth, [*there, fact])
        )
        first = a_step(f"s{self.count}first", [fact], fact)
        return Sequence(self.some_step(there, list_of(fact)), Each(Sequence(first, body)))

    def delegate(self, depth: int, there: list[Any]) -> Node[Any]:
        task, other, verdict = self.dice.sample(FACTS, 3)
        to = {case: self.some_step([*there, case], fact) for case, fact in ((task, other), (other, verdict))}
        self.count += 1
        reads = [list_of(other, verdict, Failed), *([self.reads(there)] if self.dice.random() < 0.5 else [])]
        leader = a_step(f"lead{self.count}", reads, list_of(task, other) | verdict)
        there.append(verdict)
        return Delegate(leader, to=to, at_most=self.dice.randint(1, 3))

    def nested(self, depth: int, there: list[Any]) -> Node[Any]:
        takes, gives = self.dice.choice(there), self.dice.choice(FACTS)
        self.count += 1
        body = Sequence(self.node(depth, [takes]), self.some_step([takes], gives))
        there.append(gives)
        return Flow(body, takes=takes, gives=gives, name=f"flow{self.count}")

    def refine(self, there: list[Any]) -> Node[Any]:
        write = self.some_step([*there, list[Objection]], Draft)
        if self.dice.random() < 0.4:
            write = Sequence(self.some_step(there, self.dice.choice(FACTS)), write)
        last = self.some_step(there, Draft) if self.dice.random() < 0.5 else None
        guards = [self.guard([*there, self.dice.choice(FACTS)]) for _ in range(self.dice.randint(1, 2))]
        return Refine(write, against=guards, last=last)

    def guard(self, there: list[Any]) -> Any:
        self.count += 1
        reads = [Draft, *([self.reads(there) | None] if self.dice.random() < 0.3 else [])]
        return a_step(f"guard{self.count}", reads, list[Objection])

    def likely(self, node: Node[Any]) -> Any:
        """What it may end with, so that a substitute may, too."""
        if isinstance(node, Sequence):
            return self.likely(node.nodes[-1])
        cases = node.signature.gives.cases if isinstance(node, Step) else []
        return self.dice.choice([case for case in FACTS if case in cases] or FACTS)

    def with_verbs(self, depth: int, node: Node[Any], there: list[Any]) -> Node[Any]:
        luck = self.dice.random()
        if luck < 0.08:
            return node.retry(2)
        if luck < 0.14:
            return node.within(5)
        if luck < 0.26:
            fact = self.likely(node)
            return node.or_else(Sequence(self.node(depth, list(there)), self.some_step(there, fact)))
        if luck < 0.30:
            return node.escalate(to=lead)
        if luck < 0.34:
            self.count += 1
            return node.named(f"n{self.count}")
        return node


def built(dice: random.Random) -> Flow[Any] | None:
    """A flow, or None where it was refused as it should be."""
    try:
        return Builder(dice).flow()
    except DefinitionError as error:
        if not re.search(r"\[.+:\d+\]", str(error)):
            raise Astray(f"nobody knows where that is: {error}") from error
        return None


@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**48), st.integers(0, 2**48))
def test_what_is_not_refused_finds_every_fact_it_reads(seed: int, luck: int) -> None:
    flow = built(random.Random(seed))
    if flow is None:
        return
    note(explain(flow))
    dice = random.Random(luck)
    for trouble in (0.0, 0.1, 0.4):
        Walker(flow, dice, trouble=trouble).go()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**48))
def test_what_is_not_refused_can_be_drawn(seed: int) -> None:
    flow = built(random.Random(seed))
    if flow is not None:
        forms: list[Literal["mermaid", "svg", "json"]] = ["mermaid", "svg", "json"]
        for form in forms:
            assert draw(flow, form)


def test_enough_flows_are_walked_for_that_to_mean_something() -> None:
    flows = [flow for seed in range(300) if (flow := built(random.Random(seed)))]
    kinds = {type(place.node).__name__ for flow in flows for place in flow.places()}
    assert len(flows) > 75
    assert kinds >= {
        "Each",
        "Route",
        "Parallel",
        "Delegate",
        "Refine",
        "Flow",
        "OrElse",
        "Retry",
        "AskCaller",
    }


class Liar(Sequence[Any]):
    """Says that it gives an E, which it does not."""

    def place(self, seen: Seen, spot: Spot) -> Place:
        place = super().place(seen, spot)
        honest = self.nodes[0]
        said = given_by(Producer("liar", place.path, honest.where), [E])
        return replace(place, node=Sequence(*self.nodes), adds={**place.adds, **said})


def test_a_walk_that_misses_a_fact_is_noticed() -> None:
    flow = Flow(
        Sequence(Liar(a_step("gives_a", [Message], A)), a_step("reads_e", [E], B)), takes=Message, gives=B
    )
    with pytest.raises(Astray, match=r"reads_e reads p0: E, and it is not there"):
        Walker(flow, random.Random(1), trouble=0).go()
