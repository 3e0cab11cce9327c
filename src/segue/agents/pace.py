"""Pace: so many requests in any minute and no more."""

from collections import deque

MINUTE = 60.0


class Pace:
    """A window that slides, so that there are never more in any sixty seconds. It is told the time."""

    def __init__(self, per_minute: int | None) -> None:
        self._sent: deque[float] | None = None if per_minute is None else deque(maxlen=per_minute)

    def next_at(self) -> float:
        """When the next request may be sent."""
        if self._sent is None or len(self._sent) != self._sent.maxlen:
            return 0.0
        return self._sent[0] + MINUTE

    def sent(self, now: float) -> None:
        """One was sent."""
        if self._sent is not None:
            self._sent.append(now)
