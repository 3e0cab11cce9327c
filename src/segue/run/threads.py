"""Threads for `def` steps: a bounded pool that replaces what will not come back.

A thread cannot be stopped. One whose step was given up (over its time, or its turn ended) is left behind, and no
longer counts: another may be started in its place. So steps that hang take the pool from nobody, until as many are
left behind as the bound says; then steps wait for one to come back, and their own limits of time save their turns.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

log = logging.getLogger("segue")

AT_WORK: Final = 16
"""Steps that run at the same time."""

LEFT_BEHIND: Final = 64
"""Threads that may hang besides."""


class StepThreads:
    """Not ThreadPoolExecutor: that waits for every thread when the process ends, for a hanging one for ever."""

    def __init__(self, at_work: int = AT_WORK, left_behind: int = LEFT_BEHIND) -> None:
        self._room = at_work
        self._spare = left_behind
        self._lock = threading.Condition()
        self._todo: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._left: set[Future[Any]] = set()
        self._threads = self._idle = self._made = 0
        self._closed = False
        self._process = os.getpid()

    @property
    def left_behind(self) -> int:
        """Threads whose steps were given up and have not come back."""
        return len(self._left)

    def submit(self, work: Callable[[], Any]) -> "Future[Any]":
        """Do this in a thread as soon as one is free."""
        future: Future[Any] = Future()
        with self._lock:
            self._todo.append((future, work))
            self._lock.notify()
            self._staff()
        return future

    def leave(self, future: "Future[Any]") -> bool:
        """Give up on it; False when it had not begun, or has ended: then nothing comes of it any more."""
        if future.cancel():
            return False
        with self._lock:
            if future.done():
                return False
            self._left.add(future)
            left = len(self._left)
            self._staff()
        if left < self._spare:
            log.warning(
                "a thread is left behind by a step that was given up; %d of at most %d", left, self._spare
            )
        elif left == self._spare:
            log.error("%d threads are left behind; from now on `def` steps wait until one comes back", left)
        return True

    def close(self) -> None:
        """Take nothing more; nobody waits for threads that are at work."""
        with self._lock:
            self._closed = True
            for future, _ in self._todo:
                future.cancel()
            self._todo.clear()
            self._lock.notify_all()

    def _staff(self) -> None:
        """Start a thread if there is more to do than idle ones, and room. The lock is held."""
        if self._todo and self._idle < len(self._todo) and self._threads < self._limit and not self._closed:
            self._threads += 1
            self._made += 1
            threading.Thread(target=self._run, name=f"segue-step-{self._made}", daemon=True).start()

    @property
    def _limit(self) -> int:
        return self._room + min(len(self._left), self._spare)

    def _run(self) -> None:
        while (item := self._next()) is not None:
            future, work = item
            if future.set_running_or_notify_cancel():
                _do(future, work)
                if os.getpid() != self._process:
                    os._exit(70)  # the step forked; its child is no part of the desk
            with self._lock:
                self._left.discard(future)
            del item, future, work

    def _next(self) -> "tuple[Future[Any], Callable[[], Any]] | None":
        """What to do next; None when this thread is to end."""
        with self._lock:
            self._idle += 1
            while not self._todo and not self._closed and self._threads <= self._limit:
                self._lock.wait()
            self._idle -= 1
            if self._closed or self._threads > self._limit:
                self._threads -= 1
                self._lock.notify()  # what this one was woken for is for another
                return None
            return self._todo.popleft()


def _do(future: "Future[Any]", work: Callable[[], Any]) -> None:
    try:
        result = work()
    except (StopIteration, GeneratorExit) as error:  # who waits for a future cannot be told these
        wrapped = RuntimeError(f"the step raised {type(error).__name__}")
        wrapped.__cause__ = error
        future.set_exception(wrapped)
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
