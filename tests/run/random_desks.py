"""Desks drawn at random that really run, and a script that says how each of their steps behaves.

A plan is a tree of small dataclasses, so that a counterexample can be read; its `build` makes a Desk of it. What is
drawn can be wired: every node gives a fact of a class of its own.
"""

import inspect
from collections import Counter
from dataclasses import dataclass, field, make_dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

from hypothesis import strategies as st
from tests.run.script import Act, Acts, Script

from segue import (
    Caller,
    Delegate,
    Desk,
    Draft,
    Each,
    Else,
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
    Withdrawn,
    always,
    caller,
    step,
)
from segue.flow.builtin import Asked, Calls, Forgotten, Summary
from segue.flow.node import Node
from segue.testing.virtual_time import VirtualClock

FACTS = [
    make_dataclass(f"F{n}", [("text", str, "")], frozen=True, namespace={"__module__": __name__})
    for n in range(80)
]
globals().update({cls.__name__: cls for cls in FACTS})

lead = Person("lead")


@dataclass(frozen=True)
class Known:
    text: str


@dataclass(frozen=True)
class Bound:
    text: str


# Plans


@dataclass(frozen=True)
class Do:
    acts: Acts = ()
    plain: bool = False  # a `def`, which runs in the pool


@dataclass(frozen=True)
class Think:
    """A step that asks a model twice, each time with the next of these acts."""

    acts: Acts = ()


@dataclass(frozen=True)
class AskCustomer:
    acts: Acts | None = (
        None  # of its reader: give takes, other declines, third withdraws; None: the built-in one
    )
    within: int = 600


@dataclass(frozen=True)
class AskLead:
    within: int = 600


@dataclass(frozen=True)
class TakeOver:
    pass


@dataclass(frozen=True)
class Then:
    first: "Plan"
    then: "Plan"


@dataclass(frozen=True)
class Both:
    left: "Plan"
    right: "Plan"


@dataclass(frozen=True)
class EachOf:
    count: int
    body: "Plan"


@dataclass(frozen=True)
class Choose:
    acts: Acts
    left: "Plan"
    right: "Plan"


@dataclass(frozen=True)
class Hand:
    """A Delegate whose lead gives tasks in so many rounds."""

    rounds: int
    tasks: int
    body: "Plan"


@dataclass(frozen=True)
class Again:
    node: "Plan"
    times: int = 2
    pause: int = 0


@dataclass(frozen=True)
class InTime:
    node: "Plan"
    seconds: int = 2


@dataclass(frozen=True)
class OrElse:
    node: "Plan"
    substitute: "Plan"


@dataclass(frozen=True)
class Escalated:
    node: "Plan"


@dataclass(frozen=True)
class Nested:
    node: "Plan"


Plan: TypeAlias = (
    Do
    | Think
    | AskCustomer
    | AskLead
    | TakeOver
    | Then
    | Both
    | EachOf
    | Choose
    | Hand
    | Again
    | InTime
    | OrElse
    | Escalated
    | Nested
)


@dataclass(frozen=True)
class Writing:
    acts: Acts = ()
    objections: tuple[int, ...] = ()  # by draft
    at_most: int = 1
    last: Acts | None = None


@dataclass(frozen=True)
class DeskPlan:
    body: Plan = field(default_factory=Do)
    writing: Writing = field(default_factory=Writing)
    keeps: int | None = None  # seconds for which Known is fresh
    knowing: Acts = ()
    summing: Acts | None = None
    escalated: bool = True
    name: str = "support"

    def build(self, script: "Script", clock: VirtualClock) -> Desk:
        """The desk of this plan, with steps that play the script."""
        flow = _Builder(script).flow(self)
        return Desk(flow, tools=[clock], people={lead: "leads"}, texts=TEXTS, allowance=60.0)


# How they are drawn

_ACTS: list[Act] = [
    *("give", "give", "give", "give", "give", "give", "wait", "wait", "wait", "wait"),
    *("fail", "fail", "other", "other", "wait, fail", "swallow", "third", "third"),
    *("wrong", "bug", "cancel"),
]


def acts(most: int = 3) -> st.SearchStrategy[Acts]:
    return st.lists(st.sampled_from(_ACTS), max_size=most).map(tuple)


_LEAVES: list[type] = [Do, Do, Think, AskCustomer, AskCustomer, AskLead]
_FORKS: list[type] = [Then, Both, EachOf, Choose, Again, OrElse, InTime, InTime, Hand, Escalated, Nested]


@st.composite
def plans(draw: st.DrawFn, depth: int = 3) -> Plan:
    """A tree of at most so many nodes above one another."""
    kinds = _LEAVES + _FORKS if depth else _LEAVES
    below = plans(depth - 1) if depth else st.nothing()
    kind: Any = draw(st.sampled_from(kinds))
    fields: dict[type, tuple[st.SearchStrategy[Any], ...]] = {
        Do: (acts(), st.sampled_from([False, False, True])),
        Think: (acts(),),
        AskCustomer: (st.none() | acts(), st.sampled_from([600, 40, 90_000])),
        AskLead: (st.sampled_from([600, 40, 90_000]),),
        EachOf: (st.integers(0, 3), below),
        Choose: (acts(2), below, below | st.just(TakeOver())),
        Again: (below, st.integers(2, 3), st.sampled_from([0, 1, 5])),
        InTime: (below, st.sampled_from([1, 3, 10])),
        Hand: (st.integers(0, 2), st.integers(1, 2), below),
        **dict.fromkeys((Then, Both, OrElse), (below, below)),
        **dict.fromkeys((Escalated, Nested), (below,)),
    }
    plan: Plan = kind(*(draw(one) for one in fields[kind]))
    return plan


def desks(*names: str) -> st.SearchStrategy[DeskPlan]:
    writing = st.builds(
        Writing,
        acts=acts(2),
        objections=st.lists(st.integers(0, 1), max_size=3).map(tuple),
        at_most=st.integers(1, 2),
        last=st.none() | acts(1),
    )
    return st.builds(
        DeskPlan,
        body=plans(),
        writing=writing,
        keeps=st.none() | st.sampled_from([20, 10_000]),
        knowing=acts(2),
        summing=st.none() | acts(2),
        escalated=st.booleans(),
        name=st.sampled_from(names or ("support",)),
    )


# How they are built


TEXTS = {"which": {"en": "Which one?"}}


class _Builder:
    def __init__(self, script: Script) -> None:
        self.script = script
        self.count = 0
        self.facts = iter(FACTS)

    def flow(self, plan: DeskPlan) -> Flow[Any]:
        nodes: list[Node[Any]] = []
        keeps: dict[type, float] = {}
        if plan.keeps is not None:
            keeps = {Known: plan.keeps, Bound: always}
            nodes += [
                self.step(Known, plan.knowing, reads=Caller).retry(2),
                self.step(Bound, (), reads=Known),
            ]
        if plan.summing is not None:
            nodes.append(self.step(Summary, plan.summing, reads=Forgotten))
        nodes += [self.node(plan.body, self.fact()), self.refine(plan.writing)]
        body: Node[Any] = Sequence(*nodes)
        if plan.escalated:
            body = body.escalate(to=lead)
        return Flow(body, takes=Message, gives=Reply, keeps=keeps, name=plan.name)

    def fact(self) -> Any:
        return next(self.facts)

    def name(self) -> str:
        self.count += 1
        return f"s{self.count}"

    def node(self, plan: Plan, gives: Any) -> Node[Any]:
        match plan:
            case Do(acts, plain):
                made: Node[Any] = self.step(gives, acts, plain=plain)
                return made
            case Think(acts):
                return self.think(gives, acts)
            case AskCustomer(acts, within):
                reader = None if acts is None else self.step((gives, Else, Withdrawn), acts)
                return caller.gives(gives, asking="which", reader=reader, within=within).named(self.name())
            case AskLead(within):
                return lead.gives(gives, within=within).named(self.name())
            case TakeOver():
                return lead.takes_over().named(self.name())
            case Then(first, then):
                return Sequence(self.node(first, self.fact()), self.node(then, gives))
            case Both(left, right):
                both = Parallel(self.node(left, self.fact()), self.node(right, self.fact()))
                return Sequence(both, self.step(gives, ()))
            case EachOf(count, body):
                return self.each(count, body, gives)
            case Choose(acts, left, right):
                one, other = self.fact(), self.fact()
                decide = self.step((one, other), acts)
                return Sequence(decide, Route({one: self.node(left, gives), other: self.node(right, gives)}))
            case Hand(rounds, tasks, body):
                return self.hand(rounds, tasks, body, gives)
            case Again(node, times, pause):
                return self.node(node, gives).retry(times, pause=pause)
            case InTime(node, seconds):
                inner = self.node(node, gives)
                return inner if _sleeps(inner) else inner.within(seconds)
            case OrElse(node, substitute):
                return self.node(node, gives).or_else(self.node(substitute, gives))
            case Escalated(node):
                return self.node(node, gives).escalate(to=lead)
            case Nested(node):
                return Flow(self.node(node, gives), takes=Message, gives=gives, name=self.name())

    def think(self, gives: Any, acts: Acts) -> Node[Any]:
        name, script = self.name(), self.script

        async def ask() -> Asked:
            said = await script.play(name, acts, lambda which: f"{name} ({script.calls[name]})")
            return Asked(said if isinstance(said, str) else "odd", tokens=(1, 1, 0), micros=1)

        async def thinks(message: Message, *, calls: Calls) -> Any:
            return gives(" and ".join([await calls.model("m", ask) for _ in range(2)]))

        thinks.__annotations__["return"] = gives
        made: Node[Any] = step(name=name)(thinks)
        return made

    def each(self, count: int, body: Plan, gives: Any) -> Node[Any]:
        item = self.fact()
        name = self.name()

        async def several(message: Message) -> Any:
            return [item(f"{name}.{n}") for n in range(count)]

        first = step(name=name)(_annotated(several, message=Message, gives=_list_of(item)))
        one = self.step(self.fact(), (), reads=item)
        return Sequence(first, Each(Sequence(one, self.node(body, self.fact()))), self.step(gives, ()))

    def hand(self, rounds: int, tasks: int, body: Plan, gives: Any) -> Node[Any]:
        task, finding = self.fact(), self.fact()
        name = self.name()

        async def leads(found: Any) -> Any:
            so_far = len(found) // tasks
            if so_far >= rounds:
                return gives(f"{name} after {len(found)}")
            return [task(f"{name}.{so_far}.{n}") for n in range(tasks)]

        kinds: Any = _list_of(task) | gives
        leader = step(name=name)(_annotated(leads, found=_list_of(finding, Failed), gives=kinds))
        special = Sequence(self.node(body, self.fact()), self.step(finding, (), reads=task))
        return Delegate(leader, to={task: special}, at_most=2)

    def refine(self, plan: Writing) -> Node[Any]:
        drafts = Counter[str]()

        async def guards(draft: Draft) -> list[Objection]:
            n = drafts["n"]
            drafts["n"] += 1
            return [Objection("guard", "no")] * (plan.objections[n] if n < len(plan.objections) else 0)

        write = self.step(Draft, plan.acts, reads=list[Objection] if plan.at_most > 1 else Message)
        last = None if plan.last is None else self.step(Draft, plan.last)
        return Refine(write, against=[step(name="guard")(guards)], at_most=plan.at_most, last=last)

    def step(self, gives: Any, acts: Acts, *, reads: Any = Message, plain: bool = False) -> Any:
        cases = gives if isinstance(gives, tuple) else (gives,)
        name, script = self.name(), self.script

        def value(fact: Any, which: int) -> Any:
            case = cases[min(which, len(cases) - 1)]
            said = fact.text if hasattr(fact, "text") else type(fact).__name__
            again = f" again ({script.calls[name]})" if script.calls[name] > 1 else ""
            return case() if case in (Else, Withdrawn) else case(f"{name} of {said}{again}")

        async def work(fact: Any) -> Any:
            return await script.play(name, acts, lambda which: value(fact, which))

        def plain_work(fact: Any) -> Any:
            return script.play_plain(name, acts, lambda which: value(fact, which))

        return step(name=name)(
            _annotated(plain_work if plain else work, fact=reads, gives=reduce(or_, cases))
        )


def _annotated(function: Any, *, gives: Any, **reads: Any) -> Any:
    function.__annotations__ = {**reads, "return": gives}
    function.__signature__ = inspect.Signature(
        [
            inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=k)
            for n, k in reads.items()
        ]
    )
    return function


def _list_of(*kinds: Any) -> Any:
    """list[A | B | ...], of classes known only here."""
    return list[reduce(or_, kinds)]  # type: ignore[misc]


def _sleeps(node: Node[Any]) -> bool:
    return getattr(node, "sleeps", False) or any(_sleeps(inner) for inner in node.inner)
