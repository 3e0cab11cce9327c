"""The time. Nothing else in Segue asks the machine for it."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter, time_ns

from segue.flow.builtin import Clock


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def milliseconds_of(clock: Clock) -> Callable[[], int]:
    """A clock as a function that gives milliseconds since 1970."""
    if type(clock) is SystemClock:
        return lambda: time_ns() // 1_000_000
    return lambda: int(clock.now().timestamp() * 1000)


def since(began: float) -> float:
    """Milliseconds since a moment of `perf_counter`, to a tenth."""
    return int((perf_counter() - began) * 10_000) / 10
