"""A lane: operations go from an event loop to one thread in groups, and their outcomes come back in groups."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from typing import Any, Final, Generic, Protocol, TypeVar

from segue.errors import JournalInUse, JournalUnavailable

Op = TypeVar("Op")
_Op = TypeVar("_Op", contravariant=True)
_LATE: Final = 0.005  # seconds
_REST: Final = 0.0005

_Futures = list[asyncio.Future[Any]]


class Work(Protocol[_Op]):
    """What a lane does; all of it is called in the lane's thread."""

    def open(self) -> None:
        """Make ready."""

    def do(self, ops: Sequence[_Op]) -> Sequence[Any]:
        """What became of each operation, in their order. An exception among them is raised to its caller."""

    def close(self) -> None:
        """Let go of everything, also when opening failed half-way."""


class Lane(Generic[Op]):
    """Its thread gets what came in during one turn of the loop, or while it was busy with the group before.

    The loop forms the groups: a thread that helped itself would take a few operations at a time from a busy
    loop, fight it for Python's lock, and commit several times as often.
    """

    def __init__(self, name: str, work: Work[Op]) -> None:
        self._name = name
        self._work = work
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None  # while operations are taken
        self._groups: SimpleQueue[tuple[_Futures, list[Op] | None]] = SimpleQueue()
        self._futures: _Futures = []
        self._ops: list[Op] = []
        self._busy = False
        self._late: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Raises what opening raised; then there is no thread."""
        if self._thread is not None:
            raise JournalInUse("the journal is open already")
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[Any] = loop.create_future()
        # A daemon, so that a journal which nobody closes does not keep the process from ending.
        thread = threading.Thread(target=self._run, args=(loop, opened), name=self._name, daemon=True)
        self._thread, self._groups = thread, SimpleQueue()
        thread.start()
        try:
            await opened
        except BaseException:  # cancelled, too: who was not told that it is open will not close it
            await self._end(thread, loop)
            raise
        self._loop, self._busy = loop, False

    async def stop(self) -> None:
        """Do what has come in, close, and wait for the thread to end."""
        thread, loop = self._thread, self._loop
        self._loop = None  # from here on nothing comes in
        if thread is not None and loop is not None:
            self._hand_over()
            await self._end(thread, loop)

    def submit(self, op: Op) -> asyncio.Future[Any]:
        """What will become of an operation; JournalUnavailable if the lane does not run."""
        if self._loop is None:
            raise JournalUnavailable("the journal is not open")
        future: asyncio.Future[Any] = self._loop.create_future()
        self._futures.append(future)
        self._ops.append(op)
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._hand_over)
        return future

    def _hand_over(self) -> None:
        if self._ops:
            self._groups.put((self._futures, self._ops))
            self._futures, self._ops = [], []
            if self._loop is not None:
                self._late = self._loop.call_later(_LATE, self._let_in, self._loop)
        else:
            self._busy = False

    def _let_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """A loop that never rests takes Python's lock back before another thread wakes up to take it.

        So it rests a little, again and again, while a group is not done: seconds become milliseconds.
        """
        time.sleep(_REST)
        self._late = loop.call_later(_REST * 4, self._let_in, loop)

    async def _end(self, thread: threading.Thread, loop: asyncio.AbstractEventLoop) -> None:
        closed: asyncio.Future[Any] = loop.create_future()
        self._groups.put(([closed], None))
        try:
            if not loop.is_closed():
                await asyncio.wait([closed])
        finally:
            thread.join()
            self._thread = None
        if closed.done():
            closed.result()

    def _run(self, loop: asyncio.AbstractEventLoop, opened: asyncio.Future[Any]) -> None:
        work, groups = self._work, self._groups
        told = self._tell(loop, [opened], _outcomes(work.open))
        while told:
            futures, ops = groups.get()
            if ops is None:
                self._tell(loop, futures, _outcomes(work.close))
                return
            told = self._tell(loop, futures, _outcomes(partial(work.do, ops), len(ops)))
        work.close()

    def _tell(self, loop: asyncio.AbstractEventLoop, futures: _Futures, outcomes: Sequence[Any]) -> bool:
        """False when the loop is closed: then nobody is left to be told, or to ask."""
        try:
            loop.call_soon_threadsafe(self._resolve, futures, outcomes)
        except RuntimeError:
            return False
        return True

    def _resolve(self, futures: _Futures, outcomes: Sequence[Any]) -> None:
        if self._late is not None:
            self._late.cancel()
        for future, outcome in zip(futures, outcomes, strict=False):
            if future.done():  # its caller was cancelled
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
        self._hand_over()


def _outcomes(call: Callable[[], Sequence[Any] | None], count: int = 1) -> Sequence[Any]:
    """Whatever goes wrong is raised to who waits for it, in the loop's thread."""
    try:
        return call() or [None]
    except Exception as error:
        return [error] * count
