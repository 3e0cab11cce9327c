"""A clock that a test moves, and an office that is woken by it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from segue import Desk
from segue.run.journal import Journal
from segue.run.office import Office


class SetClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class Moved:
    """An office in whose world time passes when the test says so."""

    def __init__(self, office: Office, clock: SetClock) -> None:
        self.office = office
        self.clock = clock

    async def later(self, **time: float) -> None:
        """So much time passes; whatever is due by then is woken."""
        self.clock.time += timedelta(**time)
        await self.office.sweeper.sweep()


@asynccontextmanager
async def moved(desk: Desk, journal: Journal | None = None, clock: Any = None) -> AsyncIterator[Moved]:
    """The desk at work, under a clock that stands still."""
    clock = clock or SetClock()
    async with desk.open(journal, clock=clock) as office:
        yield Moved(office, clock)
