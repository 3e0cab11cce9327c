"""Cell: one conversation in the sandbox, with at most one fault, and what came of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from segue.faults.fault import Fault
from segue.faults.listening import Listener
from segue.faults.sandbox_loop import SandboxLoop, SandboxThreads
from segue.faults.stand_ins import Call, Cast, Line, stand_ins
from segue.faults.verdict import Problem, Verdict, owner_of, problems, spell_effect
from segue.flow.receipts import Approval
from segue.run import reception
from segue.run.desk import Desk
from segue.run.office import Office
from segue.run.receipting import status_of
from segue.run.sandbox import Sandbox, Script
from segue.testing.virtual_time import START, VirtualClock, run

PATIENCE = 600.0
"""Seconds after which a message without an outcome is met with silence; no turn may take so long."""

A_WHILE = 180.0
"""Seconds in which what a person approved is done or handed over."""

AFTERWARDS = 900.0
"""Seconds after the last message until it is asked who owns the conversation: all lookups have had their time."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What came of a script under a fault; of none, `fault` is None.

    `heard` is each message with all that was said after it. `done` are the effects, `receipts` the desk's own record of
    them, `recorded` the calls to tools that are not in the sandbox.
    """

    script: str
    fault: Fault | None
    heard: tuple[tuple[str, tuple[str, ...]], ...]
    done: tuple[str, ...]
    receipts: tuple[str, ...]
    recorded: tuple[str, ...]
    owner: str
    problems: tuple[Problem, ...]

    @property
    def verdict(self) -> Verdict:
        return self.problems[0].verdict if self.problems else "ok"


@dataclass(frozen=True, slots=True)
class Played:
    """A cell, the calls in it that came back, in order, and the tools that the sandbox stands for."""

    cell: Cell
    calls: tuple[Call, ...]
    parts: tuple[str, ...]


def play(desk: Desk, sandbox: Sandbox, script: Script, fault: Fault | None, *, since: float) -> Played:
    """Run a script on virtual time; the clock begins at `since` (seconds since 1970)."""
    loop = SandboxLoop()
    return run(loop, _play(desk, sandbox, script, fault, loop, since))


async def _play(
    desk: Desk, sandbox: Sandbox, script: Script, fault: Fault | None, loop: SandboxLoop, since: float
) -> Played:
    clock = VirtualClock(loop)
    clock.off = since - START
    line = Line(loop, fault, sandbox.raises)
    async with stand_ins(sandbox, loop) as made:
        cast = Cast(made, line, loop, clock)
        sandboxed = cast.play(desk)
        async with _Office(sandboxed, None, clock) as office:
            id = await office.begin(caller=script.caller, language=script.language)
            async with _listening(Listener(office, id, sandboxed, cast)) as listener:
                await _talk(office, id, script, listener, loop)
                state, effects = listener.state, await cast.effects()
                owner = owner_of(state, desk)
                cell = Cell(
                    script.name,
                    fault,
                    tuple((heard.message, tuple(heard.words)) for heard in listener.heard),
                    tuple(map(spell_effect, effects)),
                    tuple(f"{entry.action}: {status_of(entry)}" for entry in state.ledger.values()),
                    tuple(map(str, line.recorded)),
                    owner,
                    tuple(problems(listener, owner, effects)),
                )
    return Played(cell, tuple(line.calls), tuple(cast.parts))


async def _talk(office: Office, id: str, script: Script, listener: Listener, loop: SandboxLoop) -> None:
    for n, text in enumerate(script.says):
        listener.expect(text)
        await reception.customer_says(office, id, f"m{n}", text)
        await reception.outcome_of(office, id, f"m{n}", PATIENCE)
        await loop.let_pass(1.0)
        while script.approves and listener.to_approve:
            wanted = listener.to_approve.pop(0)
            wait = await office.journal.wait(wanted.wait)
            fields = {"granted": True, "call": wanted.call, "note": ""}
            kind = office.book.name_of(Approval)
            await reception.person_answers(office, wait, by="sandbox", id=wait.id, fields=fields, kind=kind)
            await loop.let_pass(A_WHILE)
    await loop.let_pass(AFTERWARDS)


@asynccontextmanager
async def _listening(listener: Listener) -> AsyncIterator[Listener]:
    task = asyncio.get_running_loop().create_task(listener.listen())
    try:
        yield listener
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class _Office(Office):
    """An office whose `def` steps keep virtual time from passing."""

    async def __aenter__(self) -> "Office":
        await super().__aenter__()
        assert isinstance(self.loop, SandboxLoop)
        self.threads = SandboxThreads(self.loop)
        return self
