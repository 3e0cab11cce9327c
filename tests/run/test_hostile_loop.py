"""Steps that block the event loop are named: in the log at once, in the journal and the trace afterwards."""

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import Callable

import pytest
from tests.run.hostile import MALLORY, Found, ask, asynchronous, desk_of, first, instead, is_answered, plain

from segue import Message, Parallel, step
from segue.observe.trace import trace
from segue.run import events as ev
from segue.run.office import Office


def sleeps() -> None:
    time.sleep(0.3)  # what blocks is the subject here


def hashes() -> None:
    hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1_000_000)


def matches() -> None:
    """Holds Python's lock all the time, so that no other thread can look meanwhile."""
    began = time.monotonic()
    length = 18
    while time.monotonic() - began < 0.15:  # until one match alone takes long
        began, length = time.monotonic(), length + 1
        re.match(r"(?:a|a)*b", "a" * length)


def computes() -> None:
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        pass


@pytest.mark.parametrize("block", [sleeps, hashes, matches, computes])
async def test_it_is_named_and_the_others_are_served_again(
    block: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    async def harm() -> Found:
        await asyncio.sleep(0)
        block()
        return Found("it at last")

    desk = desk_of(asynchronous(harm))
    async with desk.open() as office:
        id, happened = await ask(office, MALLORY)
        assert isinstance(happened[-1].event, ev.ReplySent)
        await is_answered(office)

        blocked: ev.LoopBlocked = await first(office, id, ev.LoopBlocked)
        assert (blocked.turn, blocked.path, blocked.attempt) == (1, "bad", 1)
        assert blocked.took >= 50
        assert blocked.where.startswith("hostile.py:")
        told, *_ = [r.message for r in caplog.records if "blocks the event loop" in r.message]
        assert f"step bad of {id} (turn 1, attempt 1, hostile.py:" in told

        read = trace(await office.events(id), desk.flows)
        (stage,) = [s for turn in read.turns for top in turn.stages for s in top.walk() if s.name == "bad"]
        assert stage.remarks == (f"it blocked the event loop for {blocked.took:.0f} ms, at {blocked.where}",)
        assert stage.state == "done"


async def test_a_step_that_waits_and_one_in_a_thread_block_nobody(caplog: pytest.LogCaptureFixture) -> None:
    @step
    async def waits(message: Message) -> Found:
        await asyncio.sleep(0.3)
        return Found("it")

    async with desk_of(waits).open() as office:
        await is_answered(office)

    def in_a_thread() -> Found:
        sleeps()
        return Found("it")

    async with desk_of(plain(in_a_thread)).open() as office:
        id, _ = await ask(office, MALLORY)
        assert not [h for h in await office.events(id) if isinstance(h.event, ev.LoopBlocked)]
    assert "blocks" not in caplog.text


async def test_the_right_one_of_several_steps_at_the_same_time_is_named() -> None:
    class Other(Found):
        pass

    async def harm() -> Found:
        await asyncio.sleep(0.05)
        sleeps()
        return Found("it")

    @step
    async def beside(message: Message) -> Other:
        for _ in range(50):
            await asyncio.sleep(0.005)
        return Other("beside")

    async with desk_of(Parallel(asynchronous(harm), beside)).open() as office:
        id, _ = await ask(office, MALLORY)
        assert (await first(office, id, ev.LoopBlocked)).path == "bad"


async def test_a_loop_that_never_turns_again_is_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    told = asyncio.Event()

    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "blocks the event loop" in record.getMessage():
                release.append(True)

    release: list[bool] = []
    handler = Told()
    logging.getLogger("segue").addHandler(handler)

    async def harm() -> Found:
        while not release:  # until it was named, for as long as that takes
            time.sleep(0.001)  # noqa: ASYNC251
        told.set()
        return Found("it")

    try:
        async with desk_of(asynchronous(harm)).open() as office:
            await ask(office, MALLORY)
    finally:
        logging.getLogger("segue").removeHandler(handler)
    assert told.is_set()


async def test_a_desk_that_rests_is_not_watched() -> None:
    async with desk_of(instead).open() as office:
        await is_answered(office, text="found something else")
        async with asyncio.timeout(20):
            while not office.watchdog.resting:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert _timers(office) == []


def _timers(office: Office) -> list[object]:
    """What the loop has yet to do for the watchdog."""
    scheduled = office.loop._scheduled  # type: ignore[attr-defined]
    return [
        timer
        for timer in scheduled
        if not timer.cancelled() and getattr(timer._callback, "__self__", None) is office.watchdog
    ]
