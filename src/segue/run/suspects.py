"""Suspects: turns that were at work when the process ended, more than once, go on one at a time.

One of them may be what ends it. Were they resumed together, each crash would count against all of them, and whoever
was in bad company would be taken for what keeps crashing. Those that were resumed least often go first, so that the
innocent are answered before the guilty one is tried again.
"""

import asyncio
import heapq
from collections.abc import Callable
from typing import Final

from segue.run.engine import Engine

PATIENCE: Final = 5.0
"""Seconds after which the next one goes on although the one before is still at work."""


class Suspects:
    """Those that wait, and the one that is being tried."""

    def __init__(self) -> None:
        self._line: list[tuple[int, int, Engine, Callable[[], None]]] = []
        self._count = 0
        self._tried: Engine | None = None
        self._timer: asyncio.TimerHandle | None = None

    def resume(self, engine: Engine, go_on: Callable[[], None]) -> None:
        """Let it go on: at once if it is no suspect, else when its time has come."""
        resumes = max((turn.resumes for turn in engine.state.running), default=0)
        if resumes == 0:
            go_on()
            return
        self._count += 1
        heapq.heappush(self._line, (resumes, self._count, engine, go_on))
        if self._tried is None and self._timer is None:
            # Not before those have joined that are read at the same time.
            self._timer = asyncio.get_running_loop().call_later(0.05, self._next)

    def rests(self, engine: Engine) -> None:
        """It came to an end, or will not go on; if it was the one being tried, the next one is."""
        if engine is self._tried:
            self._next()

    def close(self) -> None:
        """Nobody goes on any more."""
        self._line.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _next(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._tried = self._timer = None
        while self._line and self._tried is None:
            _, _, engine, go_on = heapq.heappop(self._line)
            if not engine.gone:
                self._tried = engine
                self._timer = asyncio.get_running_loop().call_later(PATIENCE, self._next)
                go_on()
