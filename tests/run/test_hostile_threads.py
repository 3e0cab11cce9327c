"""`def` steps that hang or raise what no thread should: the others get their threads all the same."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.run.hostile import (
    ADA,
    MALLORY,
    Found,
    ask,
    desk_of,
    first,
    instead,
    is_answered,
    is_with_a_person,
    plain,
)

from segue import Desk
from segue.run import events as ev
from segue.run import reception
from segue.run.threads import AT_WORK, StepThreads

ROOT = Path(__file__).parents[2]


def hanging(released: threading.Event) -> Any:
    def hang() -> Found:
        released.wait()
        return Found("too late")

    return plain(hang)


async def test_more_steps_hang_than_there_are_threads_and_the_others_are_answered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    released = threading.Event()
    async with desk_of(hanging(released).within(0.05).or_else(instead)).open() as office:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_WORK + 4):
                    group.create_task(is_answered(office, MALLORY, "found something else"))
            assert office.threads.left_behind == AT_WORK + 4
            await is_answered(office, ADA)
            assert "a thread is left behind by a step that was given up; 20 of at most 64" in caplog.text
        finally:
            released.set()


async def test_a_thread_that_comes_back_is_recorded_as_late_and_counts_no_more() -> None:
    released = threading.Event()
    async with desk_of(hanging(released).within(0.5).or_else(instead)).open() as office:
        id, _ = await ask(office, MALLORY)
        assert office.threads.left_behind == 1
        released.set()
        assert (await first(office, id, ev.LateResult)).path == "bad"
        assert office.threads.left_behind == 0


async def test_a_turn_whose_step_hangs_ends_when_it_took_too_long_and_its_thread_is_replaced() -> None:
    released = threading.Event()
    flow = desk_of(hanging(released)).flows["f"]
    desk = Desk(flow, people={next(iter(desk_of(instead).people)): "leads"}, allowance=0.1)
    async with desk.open() as office:
        try:
            _, happened = await ask(office, MALLORY)
            await is_with_a_person(office, happened, "deadline")
            assert office.threads.left_behind == 1
        finally:
            released.set()


def test_when_the_bound_is_reached_steps_wait_and_go_on_when_a_thread_comes_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    released, began = threading.Event(), threading.Semaphore(0)

    def hang() -> None:
        began.release()
        released.wait()

    threads = StepThreads(at_work=2, left_behind=3)
    hung = []
    for _ in range(5):
        hung.append(threads.submit(hang))
        assert began.acquire(timeout=20)
        if len(hung) <= 3:
            assert threads.leave(hung[-1])
    waits = threads.submit(lambda: "done")
    assert not threads.leave(hung[0]) or threads.left_behind == 3
    assert "3 threads are left behind; from now on" in caplog.text
    assert not waits.done()
    released.set()
    assert waits.result(20) == "done"
    for future in hung:
        future.result(20)
    assert threads.left_behind == 0
    threads.close()


def test_a_step_given_up_before_it_began_never_begins() -> None:
    released, ran = threading.Event(), threading.Event()
    threads = StepThreads(at_work=1)
    busy = threads.submit(released.wait)
    waiting = threads.submit(ran.set)
    assert not threads.leave(waiting)
    released.set()
    assert threads.submit(lambda: "next").result(20) == "next"
    assert busy.result(20)
    assert not ran.is_set()
    threads.close()


def test_threads_end_when_the_pool_is_closed() -> None:
    threads = StepThreads()
    named = [threads.submit(threading.current_thread) for _ in range(4)]
    found = {future.result(20) for future in named}
    threads.close()
    for thread in found:
        thread.join(20)
        assert not thread.is_alive()


def _raises(error: BaseException) -> Callable[[], Found]:
    def harm() -> Found:
        raise error

    return harm


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (StopIteration(3), "StopIteration"),
        (SystemExit(3), "SystemExit: 3"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (GeneratorExit(), "GeneratorExit"),
        (asyncio.CancelledError(), "cancelled from inside"),
        (RecursionError("too deep"), "too deep"),
    ],
)
async def test_whatever_a_thread_raises_is_a_failure_of_its_step_alone(
    error: BaseException, why: str
) -> None:
    async with desk_of(plain(_raises(error))).open() as office:
        id, happened = await ask(office, MALLORY)
        failed: ev.StepFailed = await first(office, id, ev.StepFailed)
        assert why in failed.why
        await is_with_a_person(office, happened, failed.reason)
        await is_answered(office)


async def test_an_office_closes_while_threads_hang() -> None:
    released, began = threading.Event(), threading.Event()

    def hang() -> Found:
        began.set()
        released.wait()
        return Found("too late")

    async with desk_of(plain(hang)).open() as office:
        id = await office.begin(caller=MALLORY)
        await reception.customer_says(office, id, "m", "hello")
        await asyncio.to_thread(began.wait, 20)
    assert not released.is_set()  # it came back without waiting
    released.set()


def test_a_process_ends_while_threads_hang() -> None:
    program = """
import asyncio, threading
from tests.run.hostile import MALLORY, ask, desk_of, plain

began = threading.Event()

def hang():
    began.set()
    threading.Event().wait()

async def main():
    async with desk_of(plain(hang)).open() as office:
        asking = asyncio.create_task(ask(office, MALLORY))
        await asyncio.to_thread(began.wait)
        asking.cancel()
    print("closed", flush=True)

asyncio.run(main())
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        *(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])},
    )
    assert (ended.returncode, ended.stdout) == (0, "closed\n"), ended.stderr
