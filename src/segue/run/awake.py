"""Awake: the conversations that are in memory, how they get there, and when they are forgotten."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection
from typing import TYPE_CHECKING

from segue.errors import JournalUnavailable, NotFound
from segue.run.engine import Engine
from segue.run.fold import State
from segue.run.journal import Parcel
from segue.run.renewals import LEASE
from segue.run.suspects import Suspects

if TYPE_CHECKING:
    from segue.run.office import Office

log = logging.getLogger("segue")

WARM = 512
"""Resting conversations that are kept in memory for their next message."""

AGAIN = (0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts when the journal cannot be written; the last one repeats."""


class Awake:
    """The engines of an office, the one used last at the end."""

    def __init__(self, office: "Office") -> None:
        self.broken: set[str] = set()  # cannot be read, now or in a second; a message tries once more
        self.loading: dict[str, asyncio.Task[None]] = {}
        self._office = office
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._fresh: dict[str, list[Parcel]] = {}  # delivered to what is just being loaded
        self._failures: dict[str, int] = {}
        self._suspects = Suspects()

    @property
    def engines(self) -> Collection[Engine]:
        """All of them."""
        return self._engines.values()

    @property
    def count(self) -> int:
        """How many conversations may be due although there is nothing more to do about them."""
        return len(self._engines) + len(self.broken)

    @property
    def troubled(self) -> bool:
        """Does any conversation wait for the journal to be usable again?"""
        return bool(self._failures)

    def close(self) -> None:
        """Drop everything that is not durable, this instant."""
        self._suspects.close()
        for engine in self._engines.values():
            engine.drop()

    def get(self, conversation: str) -> Engine | None:
        """Its engine, for something that was just delivered."""
        engine = self._engines.get(conversation)
        if engine is not None:
            self._engines.move_to_end(conversation)
        return engine

    def delivered(self, conversation: str, parcel: Parcel) -> bool:
        """Accepted just now, by this process: True where it is being loaded, and goes on with this."""
        if conversation in self.loading:
            self._fresh.setdefault(conversation, []).append(parcel)
            return True
        return False

    def at_work(self, conversation: str) -> bool:
        """Is it being read, or has it something to do?"""
        engine = self._engines.get(conversation)
        return conversation in self.loading or (engine is not None and not engine.resting)

    def attend(self, conversation: str) -> None:
        """A conversation that is due and not busy: a wait expired, or its inbox holds what we were not told of."""
        engine = self._engines.get(conversation)
        if engine is not None:
            try:
                engine.advance()
            except Exception:
                log.exception("%s cannot go on", conversation)
                return
            if not engine.resting:
                return
            self.forget(conversation)
        self.wake(conversation)

    def wake(self, conversation: str) -> None:
        """See to it that this conversation goes on, without waiting for it."""
        if self._office.draining or conversation in self.loading or conversation in self._engines:
            return
        self.loading[conversation] = self._office.in_background(
            self._load(conversation), lambda done: self._loaded(conversation, done)
        )

    def keep(self, conversation: str, engine: Engine) -> None:
        """Hold on to it; of too many, the one that has rested longest is forgotten."""
        self._failures.pop(conversation, None)
        self.broken.discard(conversation)
        self._engines[conversation] = engine
        while len(self._engines) > WARM:
            idle = next((id for id, e in self._engines.items() if e.resting and id != conversation), None)
            if idle is None:
                break
            self.forget(idle)

    def forget(self, conversation: str) -> None:
        """Hold on to it no longer."""
        self._engines.pop(conversation).drop()

    def wrote(self, engine: Engine) -> None:
        """What it recorded is durable."""
        self._failures.pop(engine.state.id, None)
        self.tended(engine)

    def tended(self, engine: Engine) -> None:
        """If it has nothing more to do: be there when its next wait expires, and make room for others."""
        if engine.resting:
            self._office.sweeper.at_expiry(engine.state)
            self._office.sweeper.rests(engine.state.id)
            self._suspects.rests(engine)

    def lost(self, engine: Engine) -> None:
        """Its memory is ahead of the journal: forget it; it is built anew from what is durable."""
        id = engine.state.id
        engine.drop()
        self._suspects.rests(engine)
        if self._engines.get(id) is engine:
            del self._engines[id]
        self._office.sweeper.rests(id)

    def later(self, conversation: str) -> None:
        """Try again in a moment."""
        n = self._failures[conversation] = self._failures.get(conversation, 0) + 1
        self._office.loop.call_later(AGAIN[min(n, len(AGAIN)) - 1], self.wake, conversation)

    async def _load(self, conversation: str) -> None:
        office = self._office
        try:
            claimed = office.now()
            loaded = await office.journal.claim(conversation, office.owner, claimed, LEASE)
            if loaded is None:
                self._failures.pop(conversation, None)
                office.sweeper.within(1.0)  # another desk holds it; see whether it still needs somebody then
                return
            state = State(conversation, office.desk.flows, office.book, office.desk.settle)
            state.load(loaded.head, loaded.records)
            engine = Engine(office, state, loaded.head.token)
            engine.held_until = claimed + LEASE
            self.keep(conversation, engine)
        except NotFound:  # whoever delivers something to it is told
            return
        except JournalUnavailable as error:
            log.error("%s cannot be read: %s", conversation, error)
            self.later(conversation)
            return
        except Exception:
            log.exception("%s cannot go on", conversation)
            self.broken.add(conversation)
            return
        finally:
            self.loading.pop(conversation, None)
            fresh = self._fresh.pop(conversation, [])

        def go_on() -> None:
            # What was there before it was loaded may be what ended the process; what came just now cannot be.
            careful = any(parcel not in fresh for parcel in loaded.inbox)
            engine.resume([*loaded.inbox, *fresh], careful=careful)

        self._suspects.resume(engine, go_on)

    def _loaded(self, conversation: str, task: "asyncio.Task[None]") -> None:
        if self.loading.get(conversation) is task:
            del self.loading[conversation]
        if task.cancelled() and not self._office.draining:  # by a step that cancels whatever there is
            self._fresh.pop(conversation, None)
            self.later(conversation)
        if not self.at_work(conversation):
            self._office.sweeper.rests(conversation)
