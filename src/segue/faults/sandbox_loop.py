"""The loop on which a desk meets faults: waiting costs nothing, and what works outside the desk has its time."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from time import monotonic
from typing import Any

from segue.run.threads import StepThreads
from segue.testing.virtual_time import VirtualLoop


class SandboxLoop(VirtualLoop):
    """Virtual time; while a stand-in, a thread or a service is at work, it passes as it really does."""

    @contextmanager
    def really(self) -> Iterator[None]:
        """Until this is left, something outside the desk is at work."""
        self.outside += 1
        try:
            yield
        finally:
            self.outside -= 1

    def nothing_ready(self, timeout: float | None) -> list[Any]:
        if not self.outside:
            return super().nothing_ready(timeout)
        began = monotonic()
        ready = self._selector_of_ours.really(timeout)
        self.jump(monotonic() - began)
        return ready

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        future = super().run_in_executor(executor, func, *args)
        self.outside += 1
        future.add_done_callback(self._came_back)
        return future

    def _came_back(self, _: object) -> None:
        self.outside -= 1


class SandboxThreads(StepThreads):
    """Threads for `def` steps, during which the loop's time is real."""

    def __init__(self, loop: SandboxLoop) -> None:
        super().__init__()
        self._loop = loop

    def submit(self, work: Callable[[], Any]) -> "Future[Any]":
        future = super().submit(work)
        self._loop.outside += 1
        future.add_done_callback(lambda done: self._loop.call_soon_threadsafe(self._loop._came_back, done))
        return future
