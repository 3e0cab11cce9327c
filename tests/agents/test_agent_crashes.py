"""A crash after every event of a flow of agents: each answer of a model is paid for once, save those under way."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from segue import (
    Delegate,
    Desk,
    Draft,
    Each,
    Failed,
    Flow,
    Message,
    Node,
    Objection,
    Parallel,
    Refine,
    Reply,
    Route,
    Sequence,
    step,
)
from segue.agents import Agent, Models
from segue.run import reception
from segue.run.journal import Append
from segue.run.memory import MemoryJournal
from segue.testing import Customer, crash_everywhere
from segue.testing.models import Scripted, Use


@dataclass(frozen=True)
class Refund:
    """Money back."""

    order: int


@dataclass(frozen=True)
class Track:
    """Where is it?"""

    order: int


@dataclass(frozen=True)
class Done:
    text: str


@dataclass(frozen=True)
class AskBilling:
    """Ask about money."""

    order: int


@dataclass(frozen=True)
class AskShipping:
    """Ask about parcels."""

    order: int


@dataclass(frozen=True)
class Finding:
    text: str


@dataclass(frozen=True)
class Verdict:
    """What is so."""

    text: str


async def look_up(order: int) -> str:
    return f"order {order}"


def agent(name: str, *reads: Any, gives: Any, tools: bool = False) -> Agent[Any]:
    return Agent(name, reads=reads, gives=gives, instructions=name, tools=[look_up] if tools else ())


TASKS = list[AskBilling | AskShipping]
triage = agent("triage", Message, gives=list[Refund | Track])
refund = agent("refund", Refund, gives=Done, tools=True)
track = agent("track", Track, gives=Done)
supervise = agent("supervise", Message, list[Finding | Failed], gives=TASKS | Verdict)
billing = agent("billing", AskBilling, gives=Finding, tools=True)
shipping = agent("shipping", AskShipping, gives=Finding)
write = agent("write", Message, list[Done], Verdict, list[Objection], gives=Draft)
judge = agent("judge", Draft, gives=list[Objection])

AT_ONCE = {"triage": 1, "refund": 2, "track": 1, "supervise": 1, "billing": 2, "write": 1, "judge": 1}
"""Branches in which an agent may be at work, and so calls of it that a crash may lose."""


@step
async def guess(ask: AskShipping) -> Finding:
    return Finding("on its way")


def models() -> Scripted:
    return Scripted(
        triage=lambda prompt, turn: [Refund(1), Refund(2), Track(3)],
        refund=lambda prompt, turn: [Use("look_up", order=1)] * 2 if turn == 0 else Done(prompt),
        track=lambda prompt, turn: Done(prompt),
        supervise=lambda prompt, turn: (
            Verdict("so") if "Finding" in prompt else [AskBilling(1), AskBilling(2), AskShipping(1)]
        ),
        billing=lambda prompt, turn: Use("look_up", order=5) if turn == 0 else Finding(prompt),
        shipping=lambda prompt, turn: ConnectionError("down"),
        write=lambda prompt, turn: "It is so." if "Objection" in prompt else "Never.",
        judge=lambda prompt, turn: Use("nothing") if "so" in prompt else [Objection("judge", "unkind")],
    )


async def crashes() -> tuple[Counter[str], list[Counter[str]]]:
    """What was paid for without a crash, and what more with each."""
    lives: list[Scripted] = []

    @asynccontextmanager
    async def make() -> AsyncIterator[Desk]:
        lives.append(models())
        each = Each(Route({Refund: refund.retry(2, pause=0), Track: track.within(5)}))
        specialists: dict[type, Node[Any]] = {
            AskBilling: billing,
            AskShipping: shipping.retry(2, pause=0).or_else(guess),
        }
        work = Parallel(Sequence(triage, each), Delegate(supervise, to=specialists))
        body = Sequence(work, Refine(write, against=[judge], at_most=3))
        yield Desk(Flow(body, takes=Message, gives=Reply), tools=[lives[-1]])

    async def story(customer: Customer) -> None:
        assert await customer.says("What is it?") == "It is so."

    await crash_everywhere(make, story)
    undisturbed, *crashed = (life.paid for life in lives)
    return undisturbed, [life - undisturbed for life in crashed]


async def test_of_each_branch_at_most_the_call_that_was_under_way_is_paid_for_twice() -> None:
    undisturbed, more = await crashes()
    assert undisturbed["refund"] == undisturbed["billing"] == 4
    del undisturbed["shipping"]  # it never answers, so nobody pays
    for extra in more:
        del extra["shipping"]
        assert all(count <= AT_ONCE[name] for name, count in extra.items()), extra
    assert any(not extra for extra in more)


async def test_without_the_journal_of_answers_more_is_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segue.run.applying._answered", lambda turn, event: None)
    _, more = await crashes()
    assert any(count > AT_ONCE[name] for extra in more for name, count in extra.items() if name in AT_ONCE)


class Watched(MemoryJournal):
    """Notes which events were handed over together."""

    def __init__(self) -> None:
        super().__init__()
        self.appended: list[list[str]] = []

    def append(self, append: Append) -> Any:
        self.appended.append([record.envelope.decode().split('"')[3] for record in append.records])
        return super().append(append)

    @property
    def answers(self) -> int:
        return sum(kinds.count("ModelAnswered") for kinds in self.appended)


async def test_no_model_is_asked_before_its_last_answer_was_handed_to_the_journal() -> None:
    journal, handed_over = Watched(), []

    async def speak(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        handed_over.append(journal.answers)
        if len(handed_over) < 3:
            return ModelResponse([ToolCallPart("look_up", {"order": len(handed_over)})])
        return ModelResponse([TextPart("Found.")])

    async def look_up(order: int) -> str:
        return "on its way"

    writer = Agent("write", reads=[Message], gives=Draft, instructions="Look it up.", tools=[look_up])
    flow = Flow(Refine(writer, against=[content]), takes=Message, gives=Reply)
    async with Desk(flow, tools=[Models(FunctionModel(speak))]).open(journal) as office:
        id = await office.begin()
        await reception.customer_says(office, id, "m1", "?")
        assert await reception.outcome_of(office, id, "m1", 30)
    assert handed_over == [0, 1, 2]
    assert {"ModelAnswered", "ReplySent"} < set(
        journal.appended[-1]
    )  # the last one shares the reply's commit


@step
async def content(draft: Draft) -> list[Objection]:
    return []
