"""Office: a desk at work. It opens the journal and the tools, and gives every conversation its engine.

Whatever comes from outside (a message, a person's answer) is a parcel: delivered durably first, then taken in
by the engine of its conversation. What engines append becomes visible here when it is durable.
"""

import asyncio
import logging
import os
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from segue.errors import BadInput, Draining, StaleWriter
from segue.flow.builtin import Caller, Clock, Message
from segue.run import forks
from segue.run.awake import Awake
from segue.run.clock import milliseconds_of
from segue.run.codec import Happened, Record, unseal
from segue.run.ending import end_tasks
from segue.run.engine import Engine
from segue.run.events import ConversationOpened
from segue.run.feed import Feed
from segue.run.fold import State
from segue.run.ids import new_id
from segue.run.inbox import CUSTOMER
from segue.run.journal import Append, Journal, Parcel, Receipt
from segue.run.masking import mask_json
from segue.run.memory import MemoryJournal
from segue.run.renewals import LEASE, Renewals
from segue.run.sweeper import Sweeper
from segue.run.threads import StepThreads
from segue.run.turn import Turn
from segue.run.wants import Act, Run
from segue.run.watchdog import Watchdog

if TYPE_CHECKING:
    from segue.run.desk import Desk

log = logging.getLogger("segue")

LINGER = 0.020
"""Seconds that the results of cheap steps may wait in order to share a commit."""


class Office:
    """Made by `desk.open(journal)`; an async context manager."""

    eager = False
    """Write down every single thing at once; slower, and what crash tests want."""

    def __init__(self, desk: "Desk", journal: Journal | None, clock: Clock | None) -> None:
        self.desk = desk
        self.journal: Journal = journal if journal is not None else MemoryJournal()
        self.book = desk.book
        self.texts = desk.texts
        self.tools_of = desk.tools.of
        self.allowance = desk.allowance
        self.last_person = desk.last_person
        self.fingerprints = {name: flow.fingerprint for name, flow in desk.flows.items()}
        self.feed = Feed()
        self.owner = f"{os.getpid()}.{secrets.token_hex(4)}"
        self.draining = False
        self.loop: asyncio.AbstractEventLoop
        self.thread = 0
        self.threads: StepThreads
        self.watchdog = Watchdog(self._steps_run, self._step_of)
        self.reserved: set[str] = set()  # what is just being begun: actions, and what they are done to
        self._counted: dict[str, asyncio.Lock] = {}
        self._given_up: set[asyncio.Task[Any]] = set()  # steps that have not ended
        self.now = milliseconds_of(clock or next(t for t in desk.tools.all if isinstance(t, Clock)))
        self.awake = Awake(self)
        self.sweeper = Sweeper(self)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._lingering: dict[Engine, None] = {}
        self._lingers_until: asyncio.TimerHandle | None = None
        self._renewals = Renewals(self, lambda: self.awake.engines)
        self._home: asyncio.Task[Any] | None = None
        self._stack = AsyncExitStack()

    @property
    def flow_for_messages(self) -> Any:
        return self.desk.flow_for_messages

    @property
    def troubled(self) -> bool:
        """Does any conversation wait for the journal to be usable again?"""
        return self.awake.troubled

    @property
    def leaving(self) -> bool:
        """Is whoever opened the office being cancelled? Then so is everything else, and the office closes."""
        return self._home is not None and self._home.cancelling() > 0

    def from_thread(self, tell: Callable[..., None], *what: Any) -> None:
        """Call something on the loop, from whatever thread; nothing when the office is closed by then."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(tell, *what)

    def counted(self, action: str) -> asyncio.Lock:
        """Held while it is counted how many of these there were today, and one more is begun."""
        return self._counted.setdefault(action, asyncio.Lock())

    def called(self, turn: Turn, run: Run) -> None:
        """A step is about to run; for tests that count."""

    async def __aenter__(self) -> "Office":
        self.loop = asyncio.get_running_loop()
        self.thread = threading.get_ident()
        self._home = asyncio.current_task()
        self.threads = StepThreads()
        self.watchdog.open()
        forks.guard(self)
        await self.journal.open()
        self._stack.push_async_callback(self.journal.close)
        try:
            for tool in self.desk.tools.everything():
                if hasattr(tool, "__aenter__"):
                    await self._stack.enter_async_context(tool)
            await self.sweeper.sweep()
        except BaseException:
            self.stop()
            self.threads.close()
            forks.release(self)
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Stop where things stand; whatever is unfinished goes on when the desk is opened again."""
        self.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.feed.close()
        self.threads.close()
        await end_tasks(self._given_up)
        forks.release(self)
        await self._stack.aclose()

    def stop(self) -> None:
        """Drop everything that is not durable, this instant."""
        self.draining = True
        self.watchdog.close()
        self.sweeper.stop()
        self._renewals.stop()
        self.awake.close()
        for task in self._tasks:
            task.cancel()

    async def drain(self, seconds: float) -> bool:
        """Take nothing new and let running turns finish or fall asleep; False when time was up first."""
        self.draining = True
        deadline = self.loop.time() + seconds
        while not all(engine.resting for engine in self.awake.engines):
            if self.loop.time() > deadline:
                return False
            await asyncio.sleep(0.02)
        # What was recorded last may still be on its way to the disk, and is shown only when it is there.
        await asyncio.gather(*(e.written() for e in self.awake.engines), return_exceptions=True)
        return True

    # What comes from outside

    async def begin(
        self,
        *,
        channel: str = "api",
        language: str | None = None,
        caller: Caller | None = None,
        tenant: str = "",
        brand: str = "",
    ) -> str:
        """Open a conversation; its id."""
        self._not_draining()
        id = new_id(self.now())
        claimed = self.now()
        loaded = await self.journal.claim(id, self.owner, claimed, LEASE, create=True)
        assert loaded is not None  # nobody else knows the id yet
        state = State(id, self.desk.flows, self.book, self.desk.settle)
        engine = Engine(self, state, loaded.head.token)
        engine.held_until = claimed + LEASE
        who = caller or Caller()
        claims = orjson.loads(mask_json(orjson.dumps(who.claims)))
        opened = ConversationOpened(
            *(channel, language or self.desk.languages[0], tenant, brand, who.id, who.level, claims)
        )
        engine.record(opened)
        await engine.written()
        self.awake.keep(id, engine)
        return id

    async def deliver(
        self, conversation: str, source: str, id: str, kind: str, body: Mapping[str, Any]
    ) -> Receipt:
        """Put something into a conversation's inbox, card numbers masked. Accepted, durably, when this returns."""
        self._not_draining()
        parcel = Parcel(source, id, kind, mask_json(orjson.dumps(body)[:-1] + b"}"), self.now())
        self.awake.wake(conversation)  # now, so that its claim shares the commit of the delivery
        try:
            receipt = await self.journal.deliver(conversation, parcel)
        except asyncio.CancelledError:
            self.sweeper.within(1.0)  # whoever waited for it gave up; it may have been accepted all the same
            raise
        if receipt.new and self.awake.delivered(conversation, parcel):
            return receipt
        # Also what was delivered before and not taken in yet: whoever delivered it may have given up in between.
        if receipt.seq is None and receipt.same:
            if (loading := self.awake.loading.get(conversation)) is not None:
                await asyncio.wait([loading])
            engine = self.awake.get(conversation)
            if engine is not None:
                engine.take([parcel])
            else:
                self.awake.wake(conversation)
        return receipt

    async def tell(
        self, conversation: str, fact: object, *, id: str | None = None, by: str = "desk"
    ) -> Receipt:
        """Start a turn without a message: the flow that takes such a fact runs, once a person does not own it.

        An id used before by the same source is not taken again. BadInput when no flow is started by it.
        """
        starts = {flow.takes[0] for flow in self.desk.flows.values()} - {Message}
        if type(fact) not in starts:
            there = ", ".join(sorted(start.__name__ for start in starts)) or "none"
            raise BadInput(
                f"no flow of this desk is started by a {type(fact).__name__} (there is: {there}); "
                f"give Desk(...) a Flow(..., takes={type(fact).__name__})"
            )
        if by == CUSTOMER:
            raise BadInput(f"by is {by!r}, which is what customers are called; name who tells this")
        body = {"fact": orjson.Fragment(self.book.given(fact).data)}
        return await self.deliver(conversation, by, id or new_id(self.now()), "fact", body)

    async def follow(self, conversation: str, after: int = 0) -> AsyncIterator[Happened | Exception]:
        """Durable events above `after`, then those to come, each once and in order."""
        await self.journal.head(conversation)  # NotFound before anything is streamed
        async for happened in self.feed.follow(self.journal, self.unseal, conversation, after):
            yield happened

    async def events(self, conversation: str, after: int = 0) -> list[Happened]:
        """All durable events above `after`."""
        found: list[Happened] = []
        while records := await self.journal.read(conversation, after):
            found.extend(self.unseal(records))
            after = found[-1].seq
        return found

    def unseal(self, records: Sequence[Record]) -> list[Happened]:
        """Records as events."""
        return [unseal(record, self.book) for record in records]

    # What engines ask for

    def append(self, engine: Engine, append: Append, happened: list[Happened]) -> "asyncio.Future[None]":
        """Write down what an engine recorded, and show it to whoever watches once it is durable."""
        self._renewals.writes(engine)
        future = self.journal.append(append)
        if future.done():
            self._appended(engine, happened, future)
        else:
            future.add_done_callback(partial(self._appended, engine, happened))
        return future

    def linger(self, engine: Engine) -> None:
        """Let an engine's records wait a moment for those of others."""
        if not self._lingering:
            self._lingers_until = self.loop.call_later(LINGER, self._flush_all)
        self._lingering[engine] = None

    def linger_no_longer(self, engine: Engine) -> None:
        """It has written them down meanwhile; what it records next waits its own moment."""
        self._lingering.pop(engine, None)
        if not self._lingering and self._lingers_until is not None:
            self._lingers_until.cancel()

    def _flush_all(self) -> None:
        for engine in list(self._lingering):
            engine.flush()

    def _appended(self, engine: Engine, happened: list[Happened], future: "asyncio.Future[None]") -> None:
        id = engine.state.id
        error = None if future.cancelled() else future.exception()
        if error is None and not future.cancelled():
            self.feed.publish(id, happened)
            self.awake.wrote(engine)
            return
        if engine.gone:
            return
        self.awake.lost(engine)
        if isinstance(error, StaleWriter):
            log.warning("another writer holds %s", id)
            self.sweeper.within(1.0)
            return
        log.error("%s cannot be written down: %s", id, error)
        if happened[0].seq == 1:
            return  # it was never opened, and whoever wanted to open it is told
        if isinstance(error, Exception):
            self.feed.trouble(id, error)
        self.awake.later(id)

    @property
    def steps(self) -> "list[asyncio.Task[None]]":
        """Steps at work, and those given up that have not ended."""
        return [*self._given_up, *(task for engine in self.awake.engines for task in engine.steps)]

    def give_up(self, task: "asyncio.Task[Any]") -> None:
        """Leave a step behind; it should end, and is heard of no more."""
        task.cancel()
        self._given_up.add(task)
        task.add_done_callback(self._given_up.discard)

    def _steps_run(self) -> bool:
        """Does any step run? Asked while some did, to see to those that ended and did not say so."""
        working = [engine for engine in self.awake.engines if engine.steps or engine.ledger.busy]
        for engine in working:
            engine.tend()
        return any(engine.steps or engine.ledger.busy for engine in working)

    def _step_of(self, task: "asyncio.Task[Any]") -> "tuple[Engine, Turn, Run | Act] | None":
        """Which step a task is at. Called from another thread."""
        for engine in list(self.awake.engines):
            for turn, run, worker in engine.at_work():
                if worker is task:
                    return engine, turn, run
        return None

    def in_background(
        self, work: Coroutine[Any, Any, None], ended: "Callable[[asyncio.Task[None]], None]"
    ) -> "asyncio.Task[None]":
        """Do something beside everything else, until the office closes; `ended` hears of its end."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(ended)
        return task

    def _not_draining(self) -> None:
        if self.draining:
            raise Draining("the desk is shutting down; please try again in a moment")
