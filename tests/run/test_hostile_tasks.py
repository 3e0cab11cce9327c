"""Steps that misuse asyncio: they fail alone, are recorded when they come late, and hold up no shutdown."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from tests.run.hostile import (
    ADA,
    MALLORY,
    Found,
    ask,
    asynchronous,
    desk_of,
    first,
    instead,
    is_answered,
    is_with_a_person,
)

from segue import Message, Parallel, step
from segue.run import ending, reception
from segue.run import events as ev
from segue.run.memory import MemoryJournal
from segue.run.office import Office

# Giving up


async def test_one_that_withstands_its_cancellation_is_replaced_and_its_late_result_dropped() -> None:
    woken = asyncio.Event()

    async def harm() -> Found:
        while not woken.is_set():
            with suppress(asyncio.CancelledError):
                await woken.wait()
        return Found("too late")

    async with desk_of(asynchronous(harm).within(0.02).or_else(instead)).open() as office:
        id, happened = await ask(office, MALLORY)
        assert isinstance(happened[-1].event, ev.ReplySent)
        await is_answered(office, text="found it")
        woken.set()
        assert (await first(office, id, ev.LateResult)).path == "bad"
        assert [h.event.text for h in await office.events(id) if isinstance(h.event, ev.ReplySent)] == [
            "found something else"
        ]


async def never_ends() -> Found:
    while True:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


async def never_ends_at_all() -> Found:
    for _ in range(1000):  # not for ever, or the test itself could not end
        with suppress(BaseException):
            await asyncio.Event().wait()
    return Found("nothing")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("harm", [never_ends, never_ends_at_all])
async def test_an_office_closes_although_a_step_will_not_end(
    harm: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ending, "GRACE", 0.05)
    began = asyncio.Event()

    async def hang() -> Found:
        began.set()
        found: Found = await harm()
        return found

    async with desk_of(asynchronous(hang)).open() as office:
        id = await office.begin(caller=MALLORY)
        await reception.customer_says(office, id, "m", "hello")
        await began.wait()
        tasks = office.steps
    assert "does not end although it was cancelled" in caplog.text
    assert not set(tasks) & asyncio.all_tasks()  # so asyncio.run does not wait for it either
    for task in tasks:  # whoever could not be ended
        while not task.done():
            task.cancel()
            await asyncio.sleep(0)


# Raising


class Odd(BaseException):
    pass


@dataclass(frozen=True)
class Other:
    what: str


async def _generator() -> AsyncIterator[int]:
    yield 1
    raise RuntimeError("generators can fail too")


async def reads_a_generator() -> Found:
    async for _ in _generator():
        pass
    return Found("nothing")


def raising(error: BaseException) -> Callable[[], Any]:
    async def harm() -> Found:
        raise error

    return harm


async def recurses() -> Found:
    return await recurses()


async def gathers_what_exits() -> Found:
    async def fails() -> None:
        raise Odd("in a task of its own")

    await asyncio.gather(fails(), asyncio.sleep(0))
    return Found("nothing")


async def closes_the_loop() -> Found:
    asyncio.get_running_loop().close()
    return Found("nothing")


async def runs_another_loop() -> Found:
    asyncio.get_running_loop().run_until_complete(asyncio.sleep(0))
    return Found("nothing")


async def awaits_itself() -> Found:
    task = asyncio.current_task()
    assert task is not None
    await task
    return Found("nothing")


async def cancels_itself_and_goes_on() -> Found:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    return Found("nothing")


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize(
    ("harm", "reason", "why"),
    [
        (raising(SystemExit(3)), "bug", "SystemExit: 3"),
        (raising(KeyboardInterrupt()), "bug", "KeyboardInterrupt"),
        (raising(GeneratorExit()), "bug", "GeneratorExit"),
        (raising(Odd("x")), "bug", "Odd: x"),
        (raising(StopIteration()), "failed", "StopIteration"),
        (raising(StopAsyncIteration()), "failed", "StopAsyncIteration"),
        (raising(asyncio.CancelledError()), "failed", "cancelled from inside"),
        (raising(TimeoutError()), "failed", "TimeoutError"),
        (raising(BaseExceptionGroup("several", [Odd(), ValueError()])), "bug", "several"),
        (raising(MemoryError()), "failed", "MemoryError"),
        (reads_a_generator, "failed", "generators can fail too"),
        (recurses, "bug", "RecursionError"),
        (gathers_what_exits, "bug", "in a task of its own"),
        (closes_the_loop, "failed", "Cannot close a running event loop"),
        (runs_another_loop, "failed", "already running"),
        (awaits_itself, "failed", "await on itself"),
    ],
)
async def test_whatever_a_step_raises_a_person_goes_on_and_the_others_are_answered(
    harm: Callable[[], Any], reason: str, why: str
) -> None:
    async with desk_of(asynchronous(harm)).open() as office:
        id, happened = await ask(office, MALLORY)
        failed: ev.StepFailed = await first(office, id, ev.StepFailed)
        assert why in failed.why
        assert failed.reason == reason
        await is_with_a_person(office, happened, reason)
        await is_answered(office)


async def test_a_cancellation_asked_for_and_never_met_does_not_hit_the_next_step() -> None:
    async with desk_of(asynchronous(cancels_itself_and_goes_on)).open() as office:
        _, happened = await ask(office, MALLORY)
        assert happened
        await is_answered(office)


async def test_a_task_that_exits_with_what_a_coroutine_cannot_catch_ends_its_turn_alone() -> None:
    async def exits() -> None:
        raise GeneratorExit

    async def harm() -> Found:
        await asyncio.create_task(exits())
        return Found("nothing")

    async with desk_of(asynchronous(harm)).open() as office:
        _, happened = await ask(office, MALLORY)
        await is_with_a_person(office, happened, "bug")
        await is_answered(office)
        async with asyncio.timeout(20):
            while not office.watchdog.resting:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


# Tasks left behind


async def test_tasks_that_are_forgotten_and_fail_later_disturb_nobody() -> None:
    async def leaks() -> None:
        await asyncio.sleep(0.01)
        raise ValueError("nobody hears this")

    async def harm() -> Found:
        for _ in range(500):
            asyncio.create_task(leaks(), name="leaks")  # noqa: RUF006
        return Found("it and left 500 tasks")

    heard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: heard.append(context))
    async with desk_of(asynchronous(harm)).open() as office:
        _, happened = await ask(office, MALLORY)
        assert isinstance(happened[-1].event, ev.ReplySent)
        await is_answered(office)
        while any(task.get_name() == "leaks" for task in asyncio.all_tasks()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        gc.collect()
        await is_answered(office)
    assert len(heard) == 500  # asyncio's own complaint, and nothing of ours


async def test_tasks_left_behind_do_not_hold_up_the_end() -> None:
    tasks = []

    async def harm() -> Found:
        tasks.append(asyncio.create_task(asyncio.Event().wait()))
        return Found("it")

    async with desk_of(asynchronous(harm)).open() as office:
        await ask(office, MALLORY)
    (task,) = tasks
    assert not task.done()
    task.cancel()


async def test_cancelling_every_task_of_the_desk_leaves_everybody_with_an_owner() -> None:
    mine = asyncio.current_task()

    async def harm() -> Found:
        for task in asyncio.all_tasks() - {mine}:
            task.cancel()
        return Found("nothing")

    @step
    async def beside(message: Message) -> Other:
        return Other("nothing")

    # What runs beside it has not even begun when it is cancelled.
    async with desk_of(Parallel(beside, asynchronous(harm))).open() as office:
        id = await office.begin(caller=MALLORY)
        await reception.customer_says(office, id, "m", "hello")
        failed: ev.StepFailed = await first(office, id, ev.StepFailed)
        assert (failed.path, failed.why) == ("beside", "it was cancelled from inside")
        await first(office, id, ev.HandedOver)
        await is_with_a_person(office, await office.events(id), "failed")
        await is_answered(office)


async def test_what_is_due_is_looked_at_again_although_looking_was_cancelled() -> None:
    class Journal(MemoryJournal):
        asked = 0

        async def due(self, now: int, owner: str, limit: int = 1000) -> Sequence[str]:
            self.asked += 1
            return await super().due(now, owner, limit)

    journal = Journal()
    async with desk_of(instead).open(journal) as office:
        office.sweeper._start()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        async with asyncio.timeout(20):
            while journal.asked < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_a_conversation_whose_loading_was_cancelled_is_loaded_again() -> None:
    desk = desk_of(instead)
    async with desk.open() as office:
        journal = office.journal
        id = await office.begin(caller=ADA)
    async with desk.open(journal) as office:
        await _say_and_cancel_the_loading(office, id)
        assert await reception.outcome_of(office, id, "m", 20)


async def _say_and_cancel_the_loading(office: Office, id: str) -> None:
    await reception.customer_says(office, id, "m", "hello")
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


# What else there is to break


async def test_a_step_that_sets_what_everybody_shares_is_survived() -> None:
    level = logging.getLogger("segue").level

    async def harm() -> Found:
        logging.getLogger("segue").setLevel(logging.CRITICAL)
        asyncio.get_running_loop().set_debug(True)
        asyncio.get_running_loop().slow_callback_duration = 0
        return Found("it")

    try:
        async with desk_of(asynchronous(harm)).open() as office:
            await ask(office, MALLORY)
            await is_answered(office)
    finally:
        logging.getLogger("segue").setLevel(level)
