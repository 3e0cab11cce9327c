"""Steps that misbehave: each ends in an honest message and an owner, and the desk goes on."""

import asyncio
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest

from segue import Caller, Desk, Draft, Flow, Message, Objection, Person, Refine, Reply, Sequence, step
from segue.run import events as ev
from segue.run import reception
from segue.testing import Customer, talk

lead = Person("lead")


@dataclass(frozen=True)
class Found:
    what: Any


@step
async def write(found: Found) -> Draft:
    return Draft(f"found {found.what}")


@step
async def fine(draft: Draft) -> list[Objection]:
    return []


def desk_with(bad: Any) -> Desk:
    flow = Flow(
        Sequence(bad, Refine(write, against=[fine])).escalate(to=lead), takes=Message, gives=Reply, name="f"
    )
    return Desk(flow, people={lead: "leads"})


async def failure(customer: Customer) -> ev.StepFailed:
    events = [happened.event for happened in await customer.events()]
    return next(event for event in events if isinstance(event, ev.StepFailed))


@step
async def raises(message: Message) -> Found:
    raise ValueError("out of stock")


@step
async def has_a_bug(message: Message) -> Found:
    return message.no_such_attribute  # type: ignore[attr-defined,no-any-return]


@step
async def gives_something_else(message: Message) -> Found:
    return "a string"  # type: ignore[return-value]


@step
async def gives_nothing(message: Message) -> Found:
    return None  # type: ignore[return-value]


@step
async def gives_what_cannot_be_written(message: Message) -> Found:
    return Found(threading.Lock())


@step
async def exits(message: Message) -> Found:
    raise SystemExit(3)


@step
async def cancels_itself(message: Message) -> Found:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(0)
    return Found("never")


@pytest.mark.parametrize(
    ("bad", "reason", "why"),
    [
        (raises, "failed", "ValueError: out of stock"),
        (has_a_bug, "bug", "no_such_attribute"),
        (gives_something_else, "bug", "it gave a str, but says that it gives Found"),
        (gives_nothing, "bug", "it gave None, but says that it gives Found"),
        (gives_what_cannot_be_written, "bug", "lock"),
        (exits, "bug", "SystemExit: 3"),
        (cancels_itself, "failed", "cancelled from inside"),
    ],
)
async def test_it_goes_to_a_person_and_says_why(bad: Any, reason: str, why: str) -> None:
    async with talk(desk_with(bad)) as customer:
        assert "colleague" in await customer.says("hello")
        failed = await failure(customer)
        assert failed.reason == reason
        assert why in failed.why
        (wait,) = await customer.waiting()
        assert wait.queue == "lead"


async def test_a_bug_is_neither_retried_nor_replaced() -> None:
    replaced = has_a_bug.retry(3).or_else(raises.named("other"))
    async with talk(desk_with(replaced)) as customer:
        await customer.says("hello")
        failed = [h.event for h in await customer.events() if isinstance(h.event, ev.StepFailed)]
        assert [event.path for event in failed] == ["has_a_bug"]


async def test_a_step_that_hangs_is_left_behind_and_its_substitute_answers() -> None:
    @step
    async def hangs(message: Message) -> Found:
        await asyncio.Event().wait()
        return Found("never")

    @step
    async def instead(message: Message) -> Found:
        return Found("something else")

    async with talk(desk_with(hangs.within(0.02).or_else(instead))) as customer:
        assert await customer.says("hello") == "found something else"


async def test_a_step_that_swallows_its_cancellation_is_recorded_late_and_dropped() -> None:
    woken = asyncio.Event()

    @step
    async def stubborn(message: Message) -> Found:
        while not woken.is_set():
            try:
                await woken.wait()
            except asyncio.CancelledError:
                continue
        return Found("too late")

    @step
    async def instead(message: Message) -> Found:
        return Found("in time")

    async with talk(desk_with(stubborn.within(0.02).or_else(instead))) as customer:
        assert await customer.says("hello") == "found in time"
        woken.set()
        assert (await customer.event(ev.LateResult)).path == "stubborn"
        assert await customer.says("again") == "found too late"  # awake now, and in time


async def test_a_plain_function_runs_beside_the_loop() -> None:
    threads: list[str] = []

    @step
    def plain(message: Message) -> Found:
        threads.append(threading.current_thread().name)
        time.sleep(0.001)
        return Found("by thread")

    async with talk(desk_with(plain)) as customer:
        assert await customer.says("hello") == "found by thread"
        assert threads[0].startswith("segue-step")


async def test_the_desk_goes_on_with_others_while_one_hangs() -> None:
    released = asyncio.Event()

    @step
    async def hangs_for_some(message: Message, caller: Caller) -> Found:
        if caller.id == "slow":
            await released.wait()
        return Found(caller.id)

    async with desk_with(hangs_for_some).open() as office:
        slow = await office.begin(caller=Caller("slow", "verified"))
        quick = await office.begin(caller=Caller("quick", "verified"))
        await reception.customer_says(office, slow, "m", "hello")
        await reception.customer_says(office, quick, "m", "hello")
        assert await reception.outcome_of(office, quick, "m", 5)
        assert not await reception.outcome_of(office, slow, "m")
        released.set()
        assert await reception.outcome_of(office, slow, "m", 5)


async def test_a_thread_that_comes_back_late_is_recorded_and_dropped() -> None:
    released = threading.Event()

    @step
    def blocks(message: Message) -> Found:
        released.wait(5)
        return Found("too late")

    @step
    async def instead(message: Message) -> Found:
        return Found("in time")

    async with talk(desk_with(blocks.within(0.02).or_else(instead))) as customer:
        assert await customer.says("hello") == "found in time"
        released.set()
        assert (await customer.event(ev.LateResult)).path == "blocks"
