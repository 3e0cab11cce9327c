"""Watchdog: says which step keeps the event loop from turning, since then nobody is served.

While steps run the loop gives a sign of life every 50 ms; when it has given none for 100 ms, a thread looks which task
the loop is at, and whose step that is. It looks at no stack: walking the frames of another thread may end the process.
While the desk rests there are no signs and the thread sleeps.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, process_time
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from segue.run.events import LoopBlocked

if TYPE_CHECKING:
    from segue.run.engine import Engine
    from segue.run.turn import Turn
    from segue.run.wants import Act, Run

log = logging.getLogger("segue")

BLOCKED: Final = 0.1
"""Seconds without a sign of life after which somebody is named."""

_SIGN: Final = 0.05
_LATE: Final = _SIGN + 0.01
_LOOK: Final = 0.02
_AGAIN: Final = 10  # still the same: said again after ten times as long

Doing: TypeAlias = "tuple[Engine, Turn, Run | Act]"


@dataclass(slots=True)
class _Seen:
    """What the loop was at: which task, and for which step."""

    task: "asyncio.Task[Any] | None" = None
    step: "Doing | None" = None

    @property
    def where(self) -> str:
        """File and line at which the step begins."""
        return str(self.step[2].step.where).rpartition("/")[2] if self.step is not None else ""


class Watchdog:
    """One for an office. `busy` says whether any step runs, `doing` which step a task is at."""

    def __init__(
        self, busy: Callable[[], bool], doing: "Callable[[asyncio.Task[Any]], Doing | None]"
    ) -> None:
        self._busy = busy
        self._doing = doing
        self._loop: asyncio.AbstractEventLoop
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
        if self._end.is_set():
            return
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
            if monotonic() - sign >= tell and sure >= BLOCKED - _LATE and seen.task is not None:
                self._tell(seen, monotonic() - sign)
                tell *= _AGAIN
            sure += _LOOK + self._sleep(_LOOK)
            now = self._see()
            if now.task is not seen.task:
                seen, sure = now, 0.0

    def _tell(self, seen: _Seen, seconds: float) -> None:
        self._blocked = seen
        who = "a task that is no step of this desk"
        if seen.step is not None:
            engine, turn, run = seen.step
            at = f"turn {turn.number}, attempt {run.key[1]}, {seen.where}"
            who = f"step {run.key[0]} of {engine.state.id} ({at})"
        log.warning("%s blocks the event loop for %.0f ms", who, seconds * 1000)

    def _see(self) -> _Seen:
        task = asyncio.current_task(self._loop)
        return _Seen(task, self._doing(task) if task is not None else None)
