"""A model leads: it hands out tasks, sees every finding, also those that failed, and decides."""

import asyncio
from dataclasses import dataclass
from typing import Any

from segue import (
    Caller,
    Delegate,
    Desk,
    Draft,
    Failed,
    Flow,
    Message,
    Objection,
    Person,
    Refine,
    Reply,
    Sequence,
    step,
)
from segue.agents import Agent
from segue.run.events import HandedOver, StepFinished
from segue.testing import talk
from segue.testing.models import Scripted, Use


@dataclass(frozen=True)
class AskBilling:
    """Ask the specialist for payments."""

    order: int


@dataclass(frozen=True)
class AskShipping:
    """Ask the specialist for parcels."""

    order: int


@dataclass(frozen=True)
class Finding:
    text: str


@dataclass(frozen=True)
class Verdict:
    """What is wrong."""

    text: str


manager = Person("manager")
TASKS = list[AskBilling | AskShipping]

supervise = Agent(
    "supervise",
    reads=[Message, TASKS, list[Finding | Failed]],
    gives=TASKS | Verdict,
    instructions="Find out what went wrong.",
)
bill = Agent("bill", reads=[AskBilling], gives=Finding, instructions="Look at the payments.")
write = Agent("write", reads=[Verdict, Message, list[Objection]], gives=Draft, instructions="Answer.")
judge = Agent("judge", reads=[Draft, Verdict], gives=list[Objection], instructions="Is it kind and true?")


@step
async def ship(ask: AskShipping) -> Finding:
    raise ConnectionError("the carrier is down")


def desk_of(models: Scripted, billing: Any = bill, shipping: Any = ship, at_most: int = 5) -> Desk:
    lead = Delegate(supervise, to={AskBilling: billing, AskShipping: shipping}, at_most=at_most)
    body = Sequence(lead, Refine(write, against=[judge])).escalate(to=manager)
    return Desk(
        Flow(body, takes=Message, gives=Reply), tools=[models], people={manager: "managers"}, name="shop"
    )


VERDICT = Verdict("paid twice")


async def test_the_synthesis_sees_every_finding_also_failed_ones_beside_its_task() -> None:
    models = Scripted(
        supervise=[[AskBilling(1), AskShipping(1)], VERDICT],
        bill=[Finding("paid twice")],
        write=["We are sorry."],
        judge=[Use("nothing")],
    )
    async with talk(desk_of(models)) as customer:
        assert await customer.says("?") == "We are sorry."
    first, second = (asked.prompt for asked in models.asked if asked.agent == "supervise")
    assert "Finding" not in first
    assert second.splitlines()[1:] == [
        '<AskBilling n="1">{"order":1}</AskBilling>',
        '<AskShipping n="2">{"order":1}</AskShipping>',
        '<Finding n="1">{"text":"paid twice"}</Finding>',
        '<Failed n="2">{"task":"AskShipping","why":"ConnectionError: the carrier is down"}</Failed>',
    ]


async def test_a_specialist_gets_the_facts_it_reads_and_nothing_else() -> None:
    models = Scripted(
        supervise=[[AskBilling(1)], VERDICT],
        bill=[Finding("fine")],
        write=["Hello."],
        judge=[Use("nothing")],
    )
    async with talk(desk_of(models), caller=Caller("7", "verified")) as customer:
        await customer.says("my secret is blue")
    prompts = [asked.prompt for asked in models.asked if asked.agent == "bill"]
    assert prompts == ['<AskBilling>{"order":1}</AskBilling>']


async def test_specialists_work_at_the_same_time() -> None:
    met = asyncio.Barrier(2)

    @step
    async def billing(ask: AskBilling) -> Finding:
        await met.wait()
        return Finding("b")

    @step
    async def shipping(ask: AskShipping) -> Finding:
        await met.wait()
        return Finding("s")

    models = Scripted(
        supervise=[[AskBilling(1), AskShipping(1)], VERDICT], write=["Hello."], judge=[Use("nothing")]
    )
    async with talk(desk_of(models, billing, shipping)) as customer:
        assert await customer.says("?") == "Hello."


async def test_a_specialist_may_be_a_whole_flow_with_a_lead_of_its_own() -> None:
    @dataclass(frozen=True)
    class AskBank:
        """Ask the bank."""

        order: int

    @step
    async def bank(ask: AskBank) -> Finding:
        return Finding("the bank says twice")

    inner = Agent(
        "inner",
        reads=[AskBilling, list[Finding | Failed]],
        gives=list[AskBank] | Finding,
        instructions="Ask the bank.",
    )
    billing = Flow(Delegate(inner, to={AskBank: bank}), takes=AskBilling, gives=Finding, name="billing")
    models = Scripted(
        supervise=[[AskBilling(1)], VERDICT],
        inner=[[AskBank(1)], Finding("twice")],
        write=["Hello."],
        judge=[Use("nothing")],
    )
    async with talk(desk_of(models, billing)) as customer:
        assert await customer.says("?") == "Hello."
        paths = [h.event.path for h in await customer.events() if isinstance(h.event, StepFinished)]
    assert "supervise.0.0/AskBilling/billing/inner.0.0/AskBank/bank" in paths


async def test_a_task_that_was_handed_out_before_is_not_done_again() -> None:
    models = Scripted(
        supervise=[[AskBilling(1)], [AskBilling(1), AskBilling(2)], VERDICT],
        bill=[Finding("one"), Finding("two")],
        write=["Hello."],
        judge=[Use("nothing")],
    )
    async with talk(desk_of(models)) as customer:
        assert await customer.says("?") == "Hello."
    assert models.paid["bill"] == 2


async def test_a_lead_that_goes_round_in_circles_ends_with_a_person() -> None:
    models = Scripted(supervise=lambda prompt, turn: AskBilling(1), bill=[Finding("one")])
    async with talk(desk_of(models)) as customer:
        await customer.says("?")
        assert (await customer.event(HandedOver)).reason == "repeated"
    assert models.paid["supervise"] == 2


async def test_a_lead_that_never_decides_ends_after_its_hops() -> None:
    def next_task(prompt: str, turn: int) -> AskBilling:
        return AskBilling(prompt.count("<AskBilling"))

    models = Scripted(supervise=next_task, bill=lambda prompt, turn: Finding("nothing"))
    async with talk(desk_of(models, at_most=3)) as customer:
        await customer.says("?")
        assert (await customer.event(HandedOver)).reason == "hops"
    assert models.paid["supervise"] == 3


async def test_a_judge_that_is_a_model_sends_a_draft_back() -> None:
    models = Scripted(
        supervise=[VERDICT],
        write=["Your fault.", "We are sorry."],
        judge=[[Objection("judge", "unkind")], Use("nothing")],
    )
    async with talk(desk_of(models)) as customer:
        assert await customer.says("?") == "We are sorry."
    assert "unkind" in [asked.prompt for asked in models.asked if asked.agent == "write"][1]
