"""Drives a drawn scenario on virtual time, with everything that may happen to an office, and keeps watch.

What is checked while it runs is here; what is checked when everything rests is in `checking.py`.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from tests.run.accidents import Disk
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
from tests.run.script import Script
from tests.run.seeing import Seen, written
from tests.run.watched_office import WatchedOffice

from segue import Caller, Desk
from segue.errors import BadInput, Conflict, Draining, JournalUnavailable, NotFound
from segue.run import reception
from segue.run.codec import Happened, Record
from segue.run.journal import Wait
from segue.testing.virtual_time import VirtualClock, VirtualLoop

ADA = Caller("ada", "verified")


class Drive:
    """One scenario as it runs. Substitutes for controls: `disk_of` and `office_of`."""

    def __init__(self, scenario: Scenario, loop: VirtualLoop, journal: Any) -> None:
        self.scenario, self.loop = scenario, loop
        self.renovated = False
        self.clock_was_set = any(isinstance(one, SetClock) for one in scenario.happenings)
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
            await self.loop.let_pass(60.0 if self.clock_was_set else 5.0)
        heads = [await self.disk.head(id) for id in self.ids]
        raise AssertionError(f"it never comes to rest: {heads}")

    async def restart(self) -> None:
        """Close every office in order and open one anew."""
        for office in self.offices:
            await self._close(office)
        self.offices.clear()
        self.disk.shared = False
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
            self.disk.shared = True
            self.offices[0].sweeper.within(0)
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
        key = (conversation, id)
        self.seen.texts.setdefault(key, text)
        try:
            await reception.customer_says(self.offices[0], conversation, id, text)
        except Conflict:
            known = self.seen.texts[key] if key in self.seen.accepted else None
            assert text != known, f"{text!r} was refused under its own id {id!r}"
        except (Draining, JournalUnavailable):
            pass  # it may have been written down or not
        else:
            if key not in self.seen.accepted:
                self.seen.accepted.add(key)
                self.seen.texts[key] = text
            known = self.seen.texts[key]
            assert text == known, f"{text!r} was accepted under the id of {known!r}"

    async def _answer(self, wait: Wait) -> None:
        (asked,) = self.offices[0].unseal(await self.disk.ask("read", wait.conversation, _seq(wait) - 1, 1))
        kind = asked.event.wants  # type: ignore[attr-defined]
        self._sent += 1
        id, office = f"a{self._sent}", self.offices[0]
        # The time to answer may be over, and a changed desk does not know any more what was asked for.
        refused = BadInput if self.renovated else NotFound
        with suppress(Draining, JournalUnavailable, refused):
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
