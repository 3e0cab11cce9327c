"""For tests of desks: talk to one as a customer, and crash it after everything it writes down.

    async with talk(desk) as customer:
        assert "on its way" in await customer.says("Where is my order 1001?")

A story is an `async def` that takes a `Customer`. `crash_everywhere` runs it undisturbed, then once more for
every append to the journal, with a crash right after it and a new start on the same journal.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from segue.errors import Draining, NotFound
from segue.flow.builtin import Caller
from segue.observe.transcript import Shown, as_customer_sees, transcript
from segue.run import reception
from segue.run.codec import Happened
from segue.run.desk import Desk
from segue.run.engine import Engine
from segue.run.events import (
    Event,
    LoopBlocked,
    ModelAnswered,
    ModelFailed,
    ToolAnswered,
    ToolFailed,
    TurnResumed,
)
from segue.run.journal import Append, Journal, Wait
from segue.run.memory import MemoryJournal
from segue.run.office import Office
from segue.run.turn import Turn
from segue.run.wants import Run

PATIENCE = 10.0
"""Seconds after which a test gives up waiting for an answer, unless it says otherwise."""

SPOKEN = ("reply", "question", "notice", "handover", "person")

WITHIN = (LoopBlocked, ModelAnswered, ModelFailed, ToolAnswered, ToolFailed)
"""What happens while a step goes on."""

E = TypeVar("E", bound=Event)

Called: TypeAlias = tuple[int, str, int]
"""Turn, path and attempt of a step."""


class Customer:
    """Somebody who talks to a desk, and tries again with the same id when the desk is gone for a moment."""

    def __init__(
        self, desk: Desk, journal: Journal, crash_after: int | None, patience: float = PATIENCE
    ) -> None:
        self.desk = desk
        self.patience = patience
        self.journal = journal
        self.id = ""
        self.appends = 0
        self.crashes = 0
        self.called: Counter[Called] = Counter()
        self.interrupted: set[Called] = set()
        self._crash_after = crash_after
        self._sent = 0
        self._answered = 0
        self._heard = 0
        self._office: _Office | None = None
        self._ready = asyncio.Event()
        self._restarts: set[asyncio.Task[None]] = set()

    async def says(self, text: str, *, language: str = "") -> str:
        """Write a message and wait for its outcome: the text of the reply, question or notice."""
        outcome = await self.outcome(text, language=language)
        return outcome[-1].text

    async def outcome(self, text: str, *, language: str = "") -> list[Shown]:
        """Write a message; everything shown from then up to and with its outcome."""
        self._sent += 1
        id = f"m{self._sent}"
        while True:
            office = await self.office()
            try:
                await reception.customer_says(office, self.id, id, text, language=language)
                happened = await reception.outcome_of(office, self.id, id, self.patience)
            except (Draining, NotFound):
                if office.alive:
                    raise
                continue
            if happened:
                self._heard = max(self._heard, happened[-1].seq)
                return list(transcript(happened))
            if office.alive:
                raise AssertionError(f"no outcome for {text!r} within {self.patience:g} s")

    async def hears(self) -> str:
        """The next thing said to the customer that no message of theirs was waiting for."""
        while True:
            office = await self.office()
            try:
                async with asyncio.timeout(self.patience):
                    async for happened in office.follow(self.id, self._heard):
                        if isinstance(happened, Exception):
                            continue
                        self._heard = happened.seq
                        shown = as_customer_sees(happened)
                        if shown is not None and shown.kind in SPOKEN and shown.text:
                            return shown.text
            except TimeoutError as error:
                if office.alive:
                    raise AssertionError(f"nothing was said within {self.patience:g} s") from error

    async def transcript(self) -> list[Shown]:
        """The conversation as the customer sees it."""
        return list(transcript(await self.events()))

    async def events(self) -> list[Happened]:
        """Everything that happened."""
        return await (await self.office()).events(self.id)

    async def event(self, kind: type[E]) -> E:
        """The first event of a kind, awaited if need be."""
        office = await self.office()
        async with asyncio.timeout(self.patience):
            async for happened in office.follow(self.id):
                if isinstance(happened, Happened) and isinstance(happened.event, kind):
                    return happened.event
        raise AssertionError(f"no {kind.__name__} before the desk closed")

    async def waiting(self) -> list[Wait]:
        """Who waits for a person in this conversation."""
        waits = await reception.waiting(await self.office())
        return [wait for wait in waits if wait.conversation == self.id]

    async def person(self, text: str = "", *, by: str = "kim", id: str = "", then: Any = "keep") -> None:
        """A person answers the conversation that was handed over."""
        wait = await self._wait("handover")
        self._answered += 1
        id = id or f"{by}:{self._answered}"
        await self._persist(lambda o: reception.person_replies(o, wait, by=by, id=id, text=text, then=then))

    async def person_gives(self, kind: type, by: str = "kim", **fields: Any) -> None:
        """A person answers what a turn asked for."""
        wait, name = await self._wait("ask"), self.desk.book.name_of(kind)
        await self._persist(
            lambda o: reception.person_answers(o, wait, by=by, id=wait.id, fields=fields, kind=name)
        )

    def crash(self) -> None:
        """The desk dies now, as after kill -9, and starts again on the same journal."""
        if self._office is not None and self._office.alive:
            self._crash(self._office)

    async def office(self) -> "_Office":
        """The office as it is now; waits while it is being started again."""
        while self._office is None or not self._office.alive:
            self._ready.clear()
            await asyncio.wait_for(self._ready.wait(), self.patience)
        return self._office

    # How the office dies and comes back

    async def _start(self) -> None:
        office = _Office(self.desk, self.journal, self)
        await office.__aenter__()
        self._office = office
        self._ready.set()

    async def _stop(self) -> None:
        await asyncio.gather(*self._restarts)
        if self._office is not None:
            await self._office.__aexit__(None, None, None)

    def _appended(self, office: "_Office") -> None:
        self.appends += 1
        if self.appends == self._crash_after:
            self._crash(office)

    def _crash(self, office: "_Office") -> None:
        self.crashes += 1
        office.crash()
        task = asyncio.get_running_loop().create_task(self._restart(office))
        self._restarts.add(task)

    async def _restart(self, office: "_Office") -> None:
        await office.__aexit__(None, None, None)
        await self._start()

    async def _wait(self, kind: str) -> Wait:
        async with asyncio.timeout(self.patience):
            while True:
                found = [wait for wait in await self.waiting() if wait.kind == kind]
                if found:
                    return found[0]
                await asyncio.sleep(0.005)

    async def _persist(self, deliver: Callable[[Office], Awaitable[Any]]) -> None:
        while True:
            office = await self.office()
            try:
                await deliver(office)
                return
            except Draining:
                if office.alive:
                    raise


class _Office(Office):
    """An office that writes everything down at once, counts, and dies when told."""

    eager = True

    def __init__(self, desk: Desk, journal: Journal, customer: Customer) -> None:
        super().__init__(desk, journal, None)
        self.alive = True
        self._customer = customer
        self._busy: dict[Called, None] = {}

    def called(self, turn: Turn, run: Run) -> None:
        call = (turn.number, *run.key)
        self._customer.called[call] += 1
        self._busy[call] = None

    def append(self, engine: Engine, append: Append, happened: list[Happened]) -> "asyncio.Future[None]":
        if not self.alive:
            dead: asyncio.Future[None] = self.loop.create_future()
            dead.cancel()
            return dead
        for one in happened:
            event: Any = one.event
            if not isinstance(event, WITHIN):
                self._busy.pop(
                    (getattr(event, "turn", 0), getattr(event, "path", ""), getattr(event, "attempt", 0)),
                    None,
                )
        future = super().append(engine, append, happened)
        self._customer._appended(self)
        return future

    def crash(self) -> None:
        """Be gone, as after kill -9: whatever is not in the journal is lost."""
        self.alive = False
        self._customer.interrupted.update(self._busy)
        self.stop()
        self.feed.close()


@asynccontextmanager
async def talk(
    desk: Desk,
    *,
    caller: Caller | None = None,
    language: str | None = None,
    journal: Journal | None = None,
    crash_after: int | None = None,
    patience: float = PATIENCE,
) -> AsyncIterator[Customer]:
    """A conversation with a desk of its own; crashes right after the given append, counted from 1.

    `patience` is for how many seconds an answer is waited for before the test fails.
    """
    customer = Customer(desk, journal or MemoryJournal(), crash_after, patience)
    await customer._start()
    try:
        customer.id = await (await customer.office()).begin(caller=caller, language=language)
        customer.appends = 0
        yield customer
    finally:
        await customer._stop()


@dataclass(frozen=True)
class Report:
    """What crashing a story everywhere came to."""

    points: int
    resumes: int
    called: Mapping[Called, int] = field(default_factory=dict)


Story: TypeAlias = Callable[[Customer], Awaitable[None]]
Setting: TypeAlias = Callable[[], AbstractAsyncContextManager[Desk]]


async def crash_everywhere(setting: Setting, story: Story, **talking: Any) -> Report:
    """Run a story undisturbed, then with a crash and a new start after every append.

    `setting` makes the desk anew, with whatever it needs. Besides the story's own assertions it is checked
    each time that every message has exactly one outcome, that the customer was told the same things, each as
    often as without the crash, and that no step ran again whose result was in the journal: a step may run twice
    only if it was running when the crash came.
    """
    points = await _once(setting, story, None, talking)
    resumes = 0
    for point in range(1, points.appends + 1):
        crashed = await _once(setting, story, point, talking)
        resumes += crashed.resumes
        doubled, missing = crashed.said - points.said, points.said - crashed.said
        assert not doubled, f"said too often, with a crash after append {point}: {list(doubled)}"
        assert not missing, f"never said, with a crash after append {point}: {list(missing)}"
    return Report(points.appends, resumes, points.called)


@dataclass(frozen=True)
class _Run:
    appends: int
    resumes: int
    called: Mapping[Called, int]
    said: Counter[str]


async def _once(setting: Setting, story: Story, point: int | None, talking: Mapping[str, Any]) -> _Run:
    async with setting() as desk, talk(desk, crash_after=point, **talking) as customer:
        try:
            await story(customer)
        except BaseException as error:
            error.add_note(f"(with a crash after append {point})" if point else "(undisturbed)")
            raise
        events = await customer.events()
        check_outcomes(events)
        for call, count in customer.called.items():
            allowed = 2 if call in customer.interrupted else 1
            assert count <= allowed, f"{call} ran {count} times, with a crash after append {point}"
        resumes = sum(isinstance(happened.event, TurnResumed) for happened in events)
        said = Counter(one.text for one in transcript(events) if one.kind in SPOKEN)
        return _Run(customer.appends, resumes, dict(customer.called), said)


def check_outcomes(events: list[Happened]) -> None:
    """Every message taken in has exactly one outcome; AssertionError names one that has none or two."""
    shown = list(transcript(events))
    outcomes = Counter(seq for one in shown for seq in one.covers)
    for one in shown:
        if one.kind == "message":
            assert outcomes[one.seq] == 1, f"message {one.seq} has {outcomes[one.seq]} outcomes"
