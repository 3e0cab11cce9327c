"""Virtual time: an event loop on which hours cost nothing, and a run with the same draws is the same run.

Time stands still until whoever drives the loop lets it pass; then it jumps from timer to timer. `idle` waits until
nothing is left to do at the present moment.
"""

import asyncio
import selectors
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, TypeVar

T = TypeVar("T")

START = 1_700_000_000
"""Seconds since 1970 at which every loop begins."""

TIRELESS = 20_000
"""Timers that may fire while one stretch of time passes; more is polling."""

_GLANCE = 0.002  # seconds of real time; only a journal that writes in a thread is ever waited for


class Restless(AssertionError):
    """Something wakes up again and again though there is nothing to do."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """`outside` counts calls that a thread is busy with: meanwhile no time passes."""

    def __init__(self) -> None:
        self.moment = 0.0
        self.outside = 0
        self.turns = 0
        self._idlers: list[asyncio.Future[None]] = []
        self._jumps = 0
        self._selector_of_ours = _Selector(self)
        super().__init__(self._selector_of_ours)

    def time(self) -> float:
        return self.moment

    async def idle(self) -> None:
        """Wait until nothing can be done before somebody acts or time passes."""
        idler = self.create_future()
        self._idlers.append(idler)
        await idler

    async def rounds(self, count: int) -> None:
        """Let the loop go round so many times."""
        for _ in range(count):
            await asyncio.sleep(0)

    async def let_pass(self, seconds: float) -> None:
        """Let time pass, with everything that comes due on the way."""
        self._jumps = 0
        await asyncio.sleep(seconds)
        await self.idle()

    def nothing_ready(self, timeout: float | None) -> list[Any]:
        """Called by the selector when nothing can be done now; `timeout` is when the next timer is due."""
        if self.outside:
            ready = self._selector_of_ours.really(_GLANCE)
            # A writer's thread may wait for a timer of its own; those are short.
            if not ready and timeout is not None and timeout < 0.02:
                self.jump(timeout)
            return ready
        if self._idlers:
            idlers, self._idlers = self._idlers, []
            for idler in idlers:
                if not idler.done():
                    idler.set_result(None)
            return []
        if timeout is None:
            raise AssertionError("everybody waits, and nothing will ever happen")
        self._jumps += 1
        if self._jumps > TIRELESS:
            raise Restless(f"{TIRELESS} timers fired while nothing happened")
        self.jump(timeout)
        return []

    def jump(self, seconds: float) -> None:
        """Timers fire a little late, as in life, and never early, as they might after rounding."""
        self.moment = round(self.moment + seconds + 1e-6, 6)


class VirtualClock:
    """The Clock tool that shows a loop's time; it may be `off` by some seconds."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self.off = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(START + self._loop.moment + self.off, UTC)


def clock_here() -> VirtualClock:
    """The clock of the loop that runs here."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return VirtualClock(loop)


def turns() -> int:
    """How often the loop that runs here has woken up so far."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop.turns


def run(loop: VirtualLoop, main: Awaitable[T]) -> T:
    """Run this on the loop; whatever is left over afterwards is cancelled and awaited."""
    try:
        return loop.run_until_complete(main)
    finally:
        loop.run_until_complete(_clear_up(asyncio.all_tasks(loop)))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _clear_up(left: set[asyncio.Task[Any]]) -> None:
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._loop.turns += 1
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        return self._loop.nothing_ready(timeout)

    def really(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait in real time."""
        return super().select(timeout)
