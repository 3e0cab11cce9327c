"""A lane: a thread of its own that does everything that is queued at once, and answers it at once."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, Protocol, TypeVar

from segue.errors import JournalInUse, JournalUnavailable

Op = TypeVar("Op")
_Op = TypeVar("_Op", contravariant=True)

_Asked = tuple[asyncio.Future[Any], Any]


class Work(Protocol[_Op]):
    """What a lane does; all of it is called in the lane's thread."""

    def open(self) -> None:
        """Make ready."""

    def do(self, ops: Sequence[_Op]) -> Sequence[Any]:
        """What became of each operation, in their order. An exception among them is raised to its caller."""

    def close(self) -> None:
        """Let go of everything, also when opening failed half-way."""


_STOP: Final = object()


class Lane(Generic[Op]):
    """Carries operations from one event loop to one thread."""

    def __init__(self, name: str, work: Work[Op]) -> None:
        self._name = name
        self._work = work
        self._queue: SimpleQueue[_Asked] = SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    async def start(self) -> None:
        """Raises what opening raised; then there is no thread."""
        if self._thread is not None:
            raise JournalInUse("the journal is open already")
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[Any] = loop.create_future()
        # A daemon, so that a journal which nobody closes does not keep the process from ending.
        self._thread = threading.Thread(target=self._run, args=(loop, opened), name=self._name, daemon=True)
        self._loop = loop
        self._thread.start()
        try:
            await opened
        except BaseException:  # cancelled, too: who was not told that it is open will not close it
            await self.stop()
            raise

    async def stop(self) -> None:
        """Do what is queued, close, and wait for the thread to end."""
        thread, loop = self._thread, self._loop
        self._thread = self._loop = None  # from here on nothing is taken
        if thread is None or loop is None:
            return
        closed: asyncio.Future[Any] = loop.create_future()
        self._queue.put((closed, _STOP))
        if not loop.is_closed():
            await asyncio.wait([closed])
        thread.join()
        if closed.done():
            closed.result()

    def submit(self, op: Op) -> asyncio.Future[Any]:
        """Queue an operation; JournalUnavailable if the lane does not run."""
        if self._loop is None:
            raise JournalUnavailable("the journal is not open")
        future: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put((future, op))
        return future

    def _run(self, loop: asyncio.AbstractEventLoop, opened: asyncio.Future[Any]) -> None:
        heard = _tell(loop, [opened], [_outcome(self._work.open)])
        closed: list[asyncio.Future[Any]] = []
        while heard and not closed:
            futures, ops = self._take()
            if ops[-1] is _STOP:
                ops.pop()
                closed.append(futures.pop())
            if ops:
                heard = _tell(loop, futures, self._work.do(ops))
        _tell(loop, closed, [_outcome(self._work.close)])

    def _take(self) -> tuple[list[asyncio.Future[Any]], list[Any]]:
        """Wait for an operation, and take all that are queued by then."""
        future, op = self._queue.get()
        futures, ops = [future], [op]
        try:
            while True:
                future, op = self._queue.get_nowait()
                futures.append(future)
                ops.append(op)
        except Empty:
            return futures, ops


def _outcome(call: Callable[[], None]) -> Exception | None:
    try:
        call()
    except Exception as error:  # raised to whoever waits for it, in the loop's thread
        return error
    return None


def _tell(
    loop: asyncio.AbstractEventLoop, futures: list[asyncio.Future[Any]], outcomes: Sequence[Any]
) -> bool:
    """False when the loop is closed: then nobody is left to be told, or to ask."""
    try:
        loop.call_soon_threadsafe(_resolve, futures, outcomes)
    except RuntimeError:
        return False
    return True


def _resolve(futures: list[asyncio.Future[Any]], outcomes: Sequence[Any]) -> None:
    for future, outcome in zip(futures, outcomes, strict=False):
        if future.done():  # its caller was cancelled
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
