"""Renewals: a desk keeps the conversations it is at work on, by renewing their leases before they are over."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from segue.errors import JournalError

if TYPE_CHECKING:
    from segue.run.engine import Engine
    from segue.run.office import Office

log = logging.getLogger("segue")

LEASE: Final = 30_000
"""Milliseconds for which a conversation is claimed, and for which a claim is renewed."""

EVERY: Final = LEASE / 3 / 1000
"""Seconds between renewals: two may fail before a lease is over."""


class Renewals:
    """One timer for all conversations, and none while all of them rest.

    A conversation that rests is not renewed, so that another desk on the same journal can take it over when a
    message arrives there. Where its lease is over by the time that it is at work again, it is renewed at once.
    If it was claimed elsewhere meanwhile, renewing changes nothing and the next append is refused.
    """

    def __init__(self, office: "Office", engines: Callable[[], Iterable["Engine"]]) -> None:
        self._office = office
        self._engines = engines
        self._timer: asyncio.TimerHandle | None = None
        self._renewing: asyncio.Task[None] | None = None

    def writes(self, engine: "Engine") -> None:
        """Something is being written into this conversation."""
        if engine.held_until < self._office.now() + LEASE // 2:
            if self._timer is None or self._timer.when() > self._office.loop.time():
                self._ring_in(0.0)
        elif self._timer is None:
            self._ring_in(EVERY)

    def stop(self) -> None:
        """Renew nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._renewing is not None:
            self._renewing.cancel()

    def _ring_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._office.loop.call_later(seconds, self._ring)

    def _ring(self) -> None:
        self._timer = None
        held = [engine for engine in self._engines() if not engine.resting]
        if not held:
            return
        until = self._office.now() + LEASE
        for engine in held:
            engine.held_until = until
        tokens = [(engine.state.id, engine.token) for engine in held]
        self._renewing = self._office.loop.create_task(self._renew(tokens, until))
        self._ring_in(EVERY)

    async def _renew(self, tokens: list[tuple[str, int]], until: int) -> None:
        try:
            await self._office.journal.renew(tokens, until)
        except JournalError as error:  # it will be tried again before the lease is over
            log.error("what is at work cannot be held on to just now: %s", error)
