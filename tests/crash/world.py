"""A desk, a payment service and a customer on virtual time; the desk is killed at chosen points and started again.

Killed means: whatever is not durable is lost, and nothing more of it reaches anybody. The service knows nothing of it.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.crash.audit import Account, Findings, account_of, audit
from tests.crash.back_end import BackEnd, Faults
from tests.crash.client import Direct, Payments
from tests.crash.desks import Build
from tests.crash.points import Process, name_of
from tests.crash.service import Effect, Service
from tests.run.watched_office import Unwatched

from segue import Caller, Desk
from segue.run import reception
from segue.run.journal import Append, Parcel, Receipt
from segue.run.memory import MemoryJournal
from segue.run.office import Office
from segue.testing.virtual_time import VirtualLoop, clock_here, run

PATIENCE = 1.0
"""Seconds that the desk waits for an answer of the service."""

SETTLES = 20.0

LONG = 600.0
"""Seconds after which everything is settled, or never will be."""

LAG = 0.004
"""Seconds that the disk takes."""

ORDER, AMOUNT = "A1", 1250


@dataclass(frozen=True)
class Scenario:
    """One refund. `crashes` are the points at which the first process is killed, the second, and so on; `down` is how
    many seconds pass until the next one starts; `dials` how many it takes to connect to the service."""

    back_end: BackEnd
    pay: tuple[str, ...] = ()
    lookup: tuple[str, ...] = ()
    crashes: tuple[int, ...] = ()
    down: float = 0.0
    dials: float = 0.0


@dataclass(frozen=True)
class Played:
    """`passed` are the points that each process came to."""

    scenario: Scenario
    passed: Sequence[Sequence[str]]
    account: Account
    effects: Sequence[Effect]
    findings: Findings

    @property
    def crashes(self) -> int:
        """How many of the processes were really killed."""
        return len(self.passed) - 1


def play(scenario: Scenario, build: Build) -> Played:
    """Let a scenario happen from the first word to the last effect."""
    return run(VirtualLoop(), _World(scenario, build).play())


@cache
def _desk(build: Build, back_end: BackEnd) -> tuple[Desk, Payments]:
    """Made once, as making one takes longer than playing a scenario."""
    payments = Payments()
    return build(back_end, payments, PATIENCE), payments


class _World:
    def __init__(self, scenario: Scenario, build: Build) -> None:
        faults = Faults()
        faults.plan(ORDER, scenario.pay, scenario.lookup)
        self._scenario = scenario
        self._build = build
        self._service = Service(":memory:", scenario.back_end, faults, PATIENCE)
        self._disk = _Disk()
        self._id = ""

    async def play(self) -> Played:
        passed: list[list[str]] = []
        account: Account | None = None
        crashes = deque(self._scenario.crashes)
        while account is None:
            process = Process({crashes.popleft()} if crashes else ())
            passed.append(process.passed)
            account = await self._live(process)
            if account is None:
                await asyncio.sleep(self._scenario.down)
        effects = self._service.effects()
        self._service.close()
        return Played(self._scenario, passed, account, effects, audit([account], effects))

    async def _live(self, process: Process) -> Account | None:
        """One process, to its end; how the request stands, unless it was killed."""
        died = asyncio.get_running_loop().create_future()
        desk, payments = _desk(self._build, self._scenario.back_end)
        payments.connect(Direct(self._service, self._scenario.dials), process)
        office = _MortalOffice(desk, self._disk)

        def die() -> None:
            process.end()
            office.crash()
            died.set_result(None)

        process.stop = die
        self._disk.process = process
        working = asyncio.ensure_future(self._work(office))
        await asyncio.wait((working, died), return_when=asyncio.FIRST_COMPLETED)
        if died.done():
            working.cancel()
            await asyncio.wait((working,))
            await office.__aexit__(None, None, None)
            return None
        return working.result()

    async def _work(self, office: "_MortalOffice") -> Account:
        await office.__aenter__()
        if not self._id:
            self._id = await office.begin(caller=Caller("ada", "verified"))
        await reception.customer_says(office, self._id, "m1", f"refund {ORDER} {AMOUNT}")
        await asyncio.sleep(LONG)
        account = await account_of(office, self._id, ORDER)
        await office.__aexit__(None, None, None)
        return account


class _MortalOffice(Office):
    """An office that writes every single thing down at once, and is gone when told."""

    eager = True

    def __init__(self, desk: Desk, journal: Any) -> None:
        super().__init__(desk, journal, clock_here())
        self.watchdog = Unwatched(lambda: False, lambda task: None)

    def crash(self) -> None:
        self.stop()
        self.feed.close()


class _Disk(MemoryJournal):
    """Takes a moment for every append; what it has not written when its process dies is lost."""

    process: Process

    def __init__(self) -> None:
        super().__init__()
        self._queue: deque[tuple[Process, Append, asyncio.Future[None]]] = deque()
        self._lost: list[
            asyncio.Future[None]
        ] = []  # the dead wait for them, and are not to be collected meanwhile

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        receipt = await super().deliver(conversation, parcel)
        await self.process.reaches("delivered")
        return receipt

    def append(self, append: Append) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        durable: asyncio.Future[None] = loop.create_future()
        if self.process.passes(f"writing {name_of(append)}"):
            self._queue.append((self.process, append, durable))
            loop.call_later(LAG, self._write_next)
        return durable

    def _write_next(self) -> None:
        process, append, durable = self._queue.popleft()
        if process.dead:
            self._lost.append(durable)
            return
        written = super().append(append)
        if not process.passes(f"written {name_of(append)}"):
            self._lost.append(durable)
        elif durable.done():
            return
        elif (error := written.exception()) is not None:
            durable.set_exception(error)
        else:
            durable.set_result(None)
