"""Drives a drawn scenario on virtual time, with everything that may happen to an office, and keeps watch.

What is checked while it runs is here; what is checked when everything rests is in `checking.py`.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from tests.run import not_yet
from tests.run.happenings import (
    Answer,
    Crash,
    Full,
    Happening,
    Renovate,
    Rival,
    Say,
    Scenario,
    SetClock,
    Stop,
    Through,
    Time,
    Trouble,
)
from tests.run.happenings import Reply as Writes
from tests.run.random_desks import Pool, Script
from tests.run.virtual_time import VirtualClock, VirtualLoop

from segue import Caller, Desk
from segue.errors import BadInput, Conflict, Draining, JournalUnavailable
from segue.run import events as ev
from segue.run import reception
from segue.run.codec import Happened, Record
from segue.run.engine import Engine
from segue.run.fold import State
from segue.run.journal import Append, Wait
from segue.run.office import Office
from segue.run.turn import Turn
from segue.run.wants import Run

ADA = Caller("ada", "verified")

Called = tuple[str, int, str, int]
"""Conversation, turn, path and attempt of a step."""


@dataclass
class Seen:
    """What the harness saw happen, independently of what the journal says."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)  # what was said under an id
    accepted: set[tuple[str, str]] = field(default_factory=set)
    answers: set[tuple[str, str]] = field(default_factory=set)  # conversation and id of what people sent
    tokens: dict[str, int] = field(default_factory=dict)
    results: set[Called] = field(default_factory=set)  # whose results are durable
    called: Counter[Called] = field(default_factory=Counter)
    told: dict[str, dict[int, Any]] = field(default_factory=dict)  # what followers were shown
    states: dict[str, dict[bytes, Any]] = field(default_factory=dict)  # of engines at their appends, by hash
    trouble: list[BaseException] = field(default_factory=list)

    def hold(self, true: bool, otherwise: str) -> None:
        """An assertion that counts though an office, which must survive everything, survives this one too."""
        if not true:
            self.trouble.append(AssertionError(otherwise))


class Disk:
    """One journal that outlives offices. It may be slow (`lag` ms) and full."""

    def __init__(self, journal: Any, loop: VirtualLoop, seen: Seen, lag: int) -> None:
        self.journal, self.loop, self.seen, self.lag = journal, loop, seen, lag
        self.users = 0
        self.full_after = -1
        self.full_for = 0
        self.trouble = 0
        self._queue: list[tuple[Append, asyncio.Future[None]]] = []

    async def open(self) -> None:
        if self.users == 0:
            await self._outside(self.journal.open)
        self.users += 1

    async def close(self) -> None:
        self.users -= 1
        if self.users == 0:
            self.commit()
            await self._outside(self.journal.close)

    async def claim(self, conversation: str, *args: Any, **kwargs: Any) -> int | None:
        self.commit()
        self._troubled()
        token: int | None = await self._outside(self.journal.claim, conversation, *args, **kwargs)
        if token is not None:
            before = self.seen.tokens.get(conversation, 0)
            self.seen.hold(token > before, f"the token of {conversation} went from {before} to {token}")
            self.seen.tokens[conversation] = token
        return token

    def append(self, append: Append) -> asyncio.Future[None]:
        future: asyncio.Future[None] = self.loop.create_future()
        self._queue.append((append, future))
        if self.lag:
            self.loop.call_later(self.lag / 1000, self.commit)
        else:
            self.commit()
        return future

    def commit(self, most: int | None = None) -> None:
        """Write what is queued, in order."""
        queue, self._queue = self._queue[:most], self._queue[most:] if most is not None else []
        for append, future in queue:
            if self._is_full():
                _settle(future, JournalUnavailable("the disk is full"))
                continue
            self.loop.outside += 1
            self.journal.append(append).add_done_callback(self._written(append, future))

    def crash(self, writers: set[tuple[str, int]], kept: int) -> None:
        """A process is gone; of all that was queued so many appends reach the disk, and of the others not its own."""
        self.commit(kept)
        self._queue = [
            (one, done) for one, done in self._queue if (one.conversation, one.token) not in writers
        ]

    async def ask(self, name: str, *args: Any) -> Any:
        """Ask the journal something for the harness, whatever trouble offices have with it."""
        trouble, self.trouble = self.trouble, 0
        answer = await getattr(self, name)(*args)
        self.trouble = trouble
        return answer

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.journal, name)

        async def outside(*args: Any, **kwargs: Any) -> Any:
            self.commit()
            self._troubled()
            return await self._outside(call, *args, **kwargs)

        return outside

    def _troubled(self) -> None:
        if self.trouble:
            self.trouble -= 1
            raise JournalUnavailable("the disk is busy")

    async def _outside(self, call: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        if self.lag:
            await asyncio.sleep(0)
        self.loop.outside += 1
        try:
            answer = await call(*args, **kwargs)
        finally:
            self.loop.outside -= 1
        if self.lag:
            await asyncio.sleep(0)
        return answer

    def _is_full(self) -> bool:
        self.full_after -= 1
        if self.full_after < -1:
            self.full_after = -1
        if self.full_after == -1 and self.full_for:
            self.full_for -= 1
            return True
        return False

    def _written(
        self, append: Append, future: asyncio.Future[None]
    ) -> Callable[[asyncio.Future[None]], None]:
        def done(inner: asyncio.Future[None]) -> None:
            self.loop.outside -= 1
            error = None if inner.cancelled() else inner.exception()
            if error is None:
                for record in append.records:
                    envelope = orjson.loads(record.envelope)
                    if envelope["k"] in ("StepFinished", "StepFailed"):
                        call = (append.conversation, envelope["turn"], envelope["path"], envelope["attempt"])
                        self.seen.results.add(call)
            _settle(future, error)

        return done


def _settle(future: asyncio.Future[None], error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
        future.exception()  # whoever asks hears of it; nobody has to


class WatchedOffice(Office):
    """An office that counts, dies when told, and whose steps run in no thread."""

    def __init__(self, drive: "Drive", number: int) -> None:
        self._drive = drive
        self._pool = Pool(drive.script)
        super().__init__(drive.desk, drive.disk, drive.clock)
        self.eager = drive.scenario.eager
        self.number = number
        self.alive = True
        self.called_by: set[tuple[int, Called]] = set()  # with the token, of which every engine has its own

    @property
    def pool(self) -> Any:
        return self._pool

    @pool.setter
    def pool(self, threads: Any) -> None:
        threads.shutdown()

    def called(self, turn: Turn, run: Run) -> None:
        engine = next(e for e in self._engines.values() if e.state.turns.get(turn.number) is turn)
        call = (engine.state.id, turn.number, *run.key)
        seen = self._drive.seen
        if engine.token == seen.tokens[engine.state.id]:  # who lost it does not know yet, and writes nothing
            seen.hold(call not in seen.results, f"{call} runs again, and its result is in the journal")
        seen.hold((engine.token, call) not in self.called_by, f"{call} runs twice")
        self.called_by.add((engine.token, call))
        self._drive.seen.called[call] += 1

    def append(self, engine: Engine, append: Append, happened: list[Happened]) -> "asyncio.Future[None]":
        self._drive.seen.hold(self.alive, "something that a crash ended still writes")
        states = self._drive.seen.states.setdefault(engine.state.id, {})
        states[engine.state.hash] = describe(engine.state)
        future = super().append(engine, append, happened)
        self._drive.appended(self)
        return future

    def crash(self, kept: int = 0) -> None:
        """Be gone, as after kill -9."""
        self.alive = False
        self.stop()
        self.feed.close()
        self._drive.disk.crash({(id, engine.token) for id, engine in self._engines.items()}, kept)

    def forget(self, id: str) -> None:
        """Drop an engine whose conversation another office writes now."""
        self._engines.pop(id).drop()

    @property
    def engines(self) -> dict[str, Engine]:
        return dict(self._engines)

    @property
    def resting(self) -> bool:
        troubled = self.troubled and (not_yet.OFFICES_LOOK_AROUND or not self._drive.rivals)
        return not self._loading and not troubled and all(e.resting for e in self._engines.values())


class Drive:
    """One scenario as it runs. Substitutes for controls: `disk_of` and `office_of`."""

    def __init__(self, scenario: Scenario, loop: VirtualLoop, journal: Any) -> None:
        self.scenario, self.loop = scenario, loop
        self.renovated = False
        self.rivals = any(isinstance(one, Rival) for one in scenario.happenings)
        self.script = Script()
        self.clock = VirtualClock(loop)
        self.desk: Desk = scenario.desk.build(self.script, self.clock)
        self.seen = Seen()
        self.disk = self.make_disk(journal)
        self.offices: list[WatchedOffice] = []
        self.ids: list[str] = []
        self.waits: dict[str, Wait] = {}
        self._opened = 0
        self._crash_after = 0
        self._kept = 0
        self._sent = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._outside: dict[asyncio.Task[None], WatchedOffice] = {}
        self.script.on_call = self._called

    def make_disk(self, journal: Any) -> Disk:
        return Disk(journal, self.loop, self.seen, self.scenario.lag)

    def make_office(self) -> WatchedOffice:
        self._opened += 1
        return WatchedOffice(self, self._opened)

    async def play(self) -> None:
        """Begin, and let everything happen that was drawn."""
        await self.present()
        for n in range(self.scenario.customers):
            id = await self.offices[0].begin(caller=ADA)
            self.ids.append(id)
            self.seen.told[id] = {}
            self._follow(self.offices[0], id)
            assert n < 3
        for happening in self.scenario.happenings:
            await self.present()
            await self.happen(happening)
            if happening.rounds < 0:
                await self.loop.idle()
            else:
                await self.loop.rounds(happening.rounds)
            self._raise_trouble()

    async def happen(self, happening: Happening) -> None:
        match happening:
            case Say(id, text, who, patience):
                task = self._outwards(self._say(self.ids[who % len(self.ids)], id, text))
                if patience >= 0:
                    await self.loop.rounds(patience)
                    task.cancel()
            case Answer(which):
                if wait := await self._wait("ask", which):
                    self._outwards(self._answer(wait))
            case Writes(text, then, which):
                if (wait := await self._wait("handover", which)) and (text or then != "keep"):
                    self._outwards(self._write(wait, text, then))
            case Through(which):
                self.script.let_through(which)
            case Time(seconds):
                await self.loop.let_pass(seconds)
            case Crash(0, kept):
                self.offices[0].crash(kept)
            case Crash(after, kept):
                self._crash_after, self._kept = after, kept
            case Full(after, times):
                self.disk.full_after, self.disk.full_for = after, times
            case Rival():
                await self._rival()
            case Stop():
                await self._close(self.offices.pop(0))
            case Renovate():
                for office in self.offices:
                    await self._close(office)
                self.offices.clear()
                self.renovated = True
                if self.scenario.other is not None:
                    self.desk = self.scenario.other.build(self.script, self.clock)
            case Trouble(times):
                self.disk.trouble = times
            case SetClock(seconds):
                self.clock.off += seconds

    async def present(self) -> None:
        """Whatever died is swept away, and some office is open."""
        for office in [office for office in self.offices if not office.alive]:
            self.offices.remove(office)
            await self._close(office)
        if not self.offices:
            await self._open()

    async def look_around(self) -> None:
        """Every office sees what is due, and what others have delivered."""
        if not_yet.OFFICES_LOOK_AROUND or not self.rivals:
            return
        for office in self.offices:
            for id, engine in office.engines.items():
                loaded = await self.disk.load(id)
                if loaded.head.token == engine.token:
                    engine.take(loaded.inbox)
                elif engine.resting:
                    office.forget(id)
            await office.sweep()

    async def settle(self) -> None:
        """Let everything through, and time pass, until nothing is left to do; AssertionError if that never is."""
        self._crash_after = self.disk.full_for = self.disk.trouble = 0
        for _ in range(80):
            await self.present()
            while self.script.gates:
                self.script.let_through(0)
                await self.loop.idle()
            await self.loop.idle()
            self._raise_trouble()
            if not self._outside and await self._at_rest():
                return
            # When the clock was set forward, an office may notice only at its next look, within the hour.
            await self.loop.let_pass(60.0 if self.clock.off else 5.0)
            await self.look_around()
        heads = [await self.disk.head(id) for id in self.ids]
        raise AssertionError(f"it never comes to rest: {heads}")

    async def restart(self) -> None:
        """Close every office in order and open one anew."""
        for office in self.offices:
            await self._close(office)
        self.offices.clear()
        await self._open()

    async def end(self) -> None:
        """Close everything."""
        for office in self.offices:
            await self._close(office)
        self.offices.clear()
        self._raise_trouble()

    async def records(self, id: str) -> list[Record]:
        """What the journal holds of a conversation, from the first event on."""
        found: list[Record] = []
        while more := await self.disk.read(id, len(found)):
            found.extend(more)
        return found

    async def events(self, id: str) -> list[Happened]:
        """The same as events."""
        return self.offices[0].unseal(await self.records(id))

    def appended(self, office: WatchedOffice) -> None:
        if self._crash_after > 0:
            self._crash_after -= 1
            if self._crash_after == 0:
                office.crash(self._kept)

    # Offices

    async def _open(self) -> None:
        office = self.make_office()
        self.offices.append(office)
        try:
            await office.__aenter__()
        except JournalUnavailable:  # somebody starts it again
            self.offices.remove(office)
            await self._open()
            return
        for id in self.ids:
            self._follow(office, id)

    async def _close(self, office: WatchedOffice) -> None:
        for task in [task for task, at in self._outside.items() if at is office]:
            task.cancel()
        await office.__aexit__(None, None, None)
        office.alive = False

    async def _rival(self) -> None:
        if len(self.offices) > 1:
            self.offices[0].crash()
        else:
            await self._open()
            self.offices.reverse()  # the new one is talked to from now on

    async def _at_rest(self) -> bool:
        if not all(office.resting for office in self.offices):
            return False
        now = self.offices[0].now()
        for id in self.ids:
            loaded = await self.disk.load(id)
            if loaded.inbox or (loaded.head.wake_at is not None and loaded.head.wake_at <= now):
                return False
        return True

    def _called(self) -> None:
        if self._crash_after < 0:
            self._crash_after = 0
            self.offices[0].crash(self._kept)

    # Those outside

    def _outwards(self, talk: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = self.loop.create_task(talk)
        self._outside[task] = self.offices[0]
        task.add_done_callback(self._came_back)
        return task

    def _came_back(self, task: "asyncio.Task[None]") -> None:
        self._outside.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.seen.trouble.append(error)

    async def _say(self, conversation: str, id: str, text: str) -> None:
        first = self.seen.texts.setdefault((conversation, id), text)
        try:
            await reception.customer_says(self.offices[0], conversation, id, text)
        except Conflict:
            assert text != first, "the same message was called another"
            return
        except (Draining, JournalUnavailable):
            return
        if text == first:
            self.seen.accepted.add((conversation, id))
        elif (conversation, id) not in self.seen.accepted:
            self.seen.texts[conversation, id] = text  # the first one was never accepted
            self.seen.accepted.add((conversation, id))
        else:
            raise AssertionError(f"{text!r} was accepted under the id of {first!r}")

    async def _answer(self, wait: Wait) -> None:
        (asked,) = self.offices[0].unseal(await self.disk.ask("read", wait.conversation, _seq(wait) - 1, 1))
        kind = asked.event.wants  # type: ignore[attr-defined]
        self._sent += 1
        id, office = f"a{self._sent}", self.offices[0]
        unknown = (BadInput,) if self.renovated else ()  # this desk does not know any more what was asked for
        with suppress(Draining, JournalUnavailable, *unknown):
            await reception.person_answers(office, wait, by="kim", id=id, fields={"text": "yes"}, kind=kind)
            self.seen.answers.add((wait.conversation, id))

    async def _write(self, wait: Wait, text: str, then: Any) -> None:
        self._sent += 1
        id, office = f"r{self._sent}", self.offices[0]
        with suppress(Draining, JournalUnavailable):
            await reception.person_replies(office, wait, by="kim", id=id, text=text, then=then)
            self.seen.answers.add((wait.conversation, id))

    async def _wait(self, kind: str, which: int) -> Wait | None:
        for wait in await self.disk.ask("waits"):
            self.waits[wait.id] = wait
        found = [wait for wait in self.waits.values() if wait.kind == kind]
        return found[-1 - which % len(found)] if found else None

    def _follow(self, office: WatchedOffice, id: str) -> None:
        task = self.loop.create_task(self._hear(office, id, max(self.seen.told[id], default=0)))
        self._tasks.add(task)
        task.add_done_callback(self._heard)

    def _heard(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.seen.trouble.append(error)

    async def _hear(self, office: WatchedOffice, id: str, after: int) -> None:
        told = self.seen.told[id]
        last = after
        with suppress(JournalUnavailable):  # the office closed while the past was read
            async for happened in office.follow(id, after):
                if isinstance(happened, Exception):
                    continue
                assert happened.seq > last, f"event {happened.seq} was shown after event {last}"
                last = happened.seq
                shown = written(happened.event)
                before = told.setdefault(happened.seq, shown)
                assert before == shown, f"event {happened.seq} was shown as two different things"

    def _raise_trouble(self) -> None:
        for error in self.seen.trouble:
            raise error


def _seq(wait: Wait) -> int:
    return int(wait.id.rpartition(".")[2])


def written(event: ev.Event) -> tuple[str, Any]:
    """An event as it is written down."""
    fields = {name: getattr(event, name) for name in (*event.PUBLIC, *event.PRIVATE)}
    return event.kind, orjson.loads(orjson.dumps(fields, default=lambda held: orjson.Fragment(held.data)))


def describe(state: State) -> dict[str, Any]:
    """A state as plain values that can be compared and read."""
    return {
        "seq": state.seq,
        "hash": state.hash,
        "owner": (state.owner, state.epoch),
        "about": (state.conversation, state.caller, state.spoken),
        "lines": list(state.lines),
        "kept": {cls.__name__: (k.fact.data, k.path, k.inputs, k.at) for cls, k in state.kept.items()},
        "messages": {seq: held.value for seq, held in state.messages.items()},
        "uncovered": list(state.uncovered),
        "declined": set(state.declined),
        "waits": dict(state.waits),
        "progress": state.progress if state.progress[0] in state.turns else None,
        "last turn": state.last_turn,
        "turns": {number: describe_turn(turn) for number, turn in state.turns.items()},
    }


def describe_turn(turn: Turn) -> dict[str, Any]:
    """A turn, and what it wants, in order."""
    return {
        "times": (turn.deadline, turn.allowance, turn.resumes),
        "messages": list(turn.messages),
        "asked": set(turn.asked),
        "outcome": repr(turn.outcome),
        "wants": [(type(want).__name__, *key) for key, want in turn.wants.items()],
    }
