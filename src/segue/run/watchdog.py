"""Watchdog: says which step keeps the event loop from turning, since then nobody is served.

While steps run the loop gives a sign of life every 50 ms; when it has given none for 100 ms, a thread looks at what
the loop's thread is doing. Every callback carries the context it was made in, and so the step it belongs to, also in
tasks that the step made. While the desk rests there are no signs and the thread sleeps.
"""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic, process_time
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from segue.run.events import LoopBlocked

if TYPE_CHECKING:
    from segue.run.engine import Engine
    from segue.run.turn import Turn
    from segue.run.wants import Run

log = logging.getLogger("segue")

BLOCKED: Final = 0.1
"""Seconds without a sign of life after which somebody is named."""

_SIGN: Final = 0.05
_LATE: Final = _SIGN + 0.01
_LOOK: Final = 0.02
_AGAIN: Final = 10  # still the same: said again after ten times as long

STEP: "ContextVar[tuple[Engine, Turn, Run]]" = ContextVar("segue.step")
"""The step that a task belongs to, and whatever tasks it makes."""


@dataclass(slots=True)
class _Seen:
    """What the loop's thread was doing: in which callback, for which step, and where it stood."""

    callback: object = None
    step: "tuple[Engine, Turn, Run] | None" = None
    where: str = ""


class Watchdog:
    """One for an office. `busy` says whether any step runs."""

    def __init__(self, busy: Callable[[], bool]) -> None:
        self._busy = busy
        self._loop: asyncio.AbstractEventLoop
        self._ident = 0
        self._sign = 0.0
        self._awake = False
        self._timer: asyncio.TimerHandle | None = None
        self._blocked: _Seen | None = None
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._end = threading.Event()

    @property
    def resting(self) -> bool:
        """Is there nothing to watch?"""
        return not self._awake

    def open(self) -> None:
        """Watch the loop that runs here, as soon as there is something to watch."""
        self._loop = asyncio.get_running_loop()
        self._ident = threading.get_ident()

    def close(self) -> None:
        """Watch no more; the thread ends by itself."""
        self._end.set()
        self._wake.set()
        if self._timer is not None:
            self._timer.cancel()

    def wake(self) -> None:
        """A step is about to run."""
        if not self._awake and not self._end.is_set():
            self._awake = True
            self._sign = monotonic()
            self._timer = self._loop.call_later(_SIGN, self._turned)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="segue-watchdog", daemon=True)
                self._thread.start()
            self._wake.set()

    def _turned(self) -> None:
        """The loop turns: give the sign, and have written down who kept it from turning before."""
        now = monotonic()
        took, self._sign = now - self._sign - _SIGN, now
        if (seen := self._blocked) is not None:
            self._blocked = None
            log.warning("the event loop turns again after %.0f ms", took * 1000)
            if seen.step is not None:
                engine, turn, run = seen.step
                engine.note(LoopBlocked(turn.number, *run.key, round(took * 1000, 1), seen.where))
        self._awake = self._busy()
        if self._awake:
            self._timer = self._loop.call_later(_SIGN, self._turned)
        else:
            self._wake.clear()

    # In the thread

    def _run(self) -> None:
        while not self._end.is_set():
            self._wake.wait()
            sign = self._sign
            worked = self._sleep(sign + _LATE - monotonic())
            if self._sign == sign and self._awake:
                self._look(sign, worked)

    def _sleep(self, seconds: float) -> float:
        """Sleep; how much longer it was because Python's lock was held (by C code that computes), in seconds.

        A machine with too much to do lets threads oversleep too. Then this process did not compute.
        """
        began, computed = monotonic(), process_time()
        self._end.wait(max(0.0, seconds))
        late = monotonic() - began - max(0.0, seconds)
        return min(late, process_time() - computed) if late > _LOOK else 0.0

    def _look(self, sign: float, worked: float) -> None:
        """The loop is late: see what it does until it turns again, and name what keeps it."""
        seen, sure = self._see(), worked
        tell = BLOCKED
        while self._sign == sign and not self._end.is_set():
            if monotonic() - sign >= tell and sure >= BLOCKED - _LATE and seen.callback is not None:
                self._tell(seen, monotonic() - sign)
                tell *= _AGAIN
            sure += _LOOK + self._sleep(_LOOK)
            now = self._see()
            if now.callback is not seen.callback:
                seen, sure = now, 0.0

    def _tell(self, seen: _Seen, seconds: float) -> None:
        self._blocked = seen
        who = "something"
        if seen.step is not None:
            engine, turn, run = seen.step
            who = f"step {run.key[0]} of {engine.state.id} (turn {turn.number}, attempt {run.key[1]})"
        log.warning("%s blocks the event loop for %.0f ms, at %s", who, seconds * 1000, seen.where)

    def _see(self) -> _Seen:
        frame: FrameType | None = sys._current_frames().get(self._ident)
        return _seen(frame) if frame is not None else _Seen()


def _seen(frame: FrameType) -> _Seen:
    """Read the loop's stack from the inside out, up to the callback that it runs."""
    outer: FrameType | None = frame
    where = ""
    names: set[str] = set()
    while outer is not None and outer.f_code is not _CALLBACK:
        code = outer.f_code
        names.add(code.co_qualname)
        if (
            not where
            and not code.co_filename.startswith(_LIBRARY)
            and "site-packages" not in code.co_filename
        ):
            where = _place(outer)  # whoever uses a library is to be told, not the library
        outer = outer.f_back
    if outer is None:
        return _Seen()
    callback: Any = outer.f_locals["self"]
    step = callback._context.get(STEP)
    if "Engine._work" in names and "call_step" not in names:
        step = None  # the desk itself, between two steps
    return _Seen(callback, step, where or _place(frame))


_CALLBACK: Final = asyncio.Handle._run.__code__
_LIBRARY: Final = (os.path.dirname(os.__file__) + os.sep, "<")


def _place(frame: FrameType) -> str:
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"
