"""Sweeper: asks the journal what is due, lets it in a few at a time, and comes back when the next thing is."""

import asyncio
import logging
from typing import TYPE_CHECKING

from segue.run.backlog import AT_ONCE, Backlog
from segue.run.fold import State
from segue.run.mailbox import next_expiry
from segue.run.renewals import EVERY

if TYPE_CHECKING:
    from segue.run.office import Office

log = logging.getLogger("segue")

LONGEST = 3600.0
"""Seconds after which it looks at the latest, if anything waits at all: the machine may have slept."""


class Sweeper:
    """One timer for an office, whatever waits."""

    def __init__(self, office: "Office") -> None:
        self._office = office
        self._backlog = Backlog(office.awake.attend, office.awake.at_work)
        self._timer: asyncio.TimerHandle | None = None

    def stop(self) -> None:
        """Come back no more."""
        if self._timer is not None:
            self._timer.cancel()

    async def sweep(self) -> None:
        """See to every conversation that needs attention now, and come back when the next one does."""
        office, awake = self._office, self._office.awake
        pause: float | None = 1.0
        try:
            # What is at work here is due as well until it rests, and must not hide what comes after it.
            due = await office.journal.due(office.now(), office.owner, awake.count + 10 * AT_ONCE)
            due = [conversation for conversation in due if conversation not in awake.broken]
            self._backlog.put(conversation for conversation in due if not awake.at_work(conversation))
            following, now = await office.journal.next_due(), office.now()
            if following is None or following > now:
                pause = None if following is None else max(following - now, 50) / 1000
            elif not due:  # another desk holds it, for as long as its lease is renewed
                pause = EVERY
            if office.journal.shared:  # what another desk accepted, and did not see to before it ended
                pause = min(pause or EVERY, EVERY)
        finally:
            if pause is not None:
                self.within(pause)

    def rests(self, conversation: str) -> None:
        """This one has nothing to do and makes room for the next."""
        self._backlog.rests(conversation)

    def at_expiry(self, state: State) -> None:
        """Be there when the next wait of a conversation expires."""
        expires = next_expiry(state)
        if expires is not None:
            self.within(max(0, expires - self._office.now()) / 1000 + 0.01)

    def within(self, seconds: float) -> None:
        """Come back in so many seconds, or earlier."""
        loop = self._office.loop
        when = loop.time() + min(seconds, LONGEST)
        if self._office.draining:
            return
        if self._timer is not None:
            if loop.time() < self._timer.when() <= when:
                return
            self._timer.cancel()
        self._timer = loop.call_at(when, self._start)

    def _start(self) -> None:
        self._timer = None
        self._office.in_background(self._sweep_again(), self._swept)

    async def _sweep_again(self) -> None:
        try:
            await self.sweep()
        except Exception:
            log.exception("what is due cannot be read just now")

    def _swept(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled():  # by a step that cancels whatever there is
            self.within(1.0)
