"""Matrix: every script of a desk's sandbox, undisturbed and under every fault at every call."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from segue.faults.cell import Cell, play
from segue.faults.fault import KINDS, Fault, Kind, breaks, changes
from segue.faults.stand_ins import Call, NothingToRun
from segue.run.desk import Desk

CALLS = 3
"""How many calls of one method in one script are disturbed, each on its own."""

DECLARE = (
    "declare stand-ins for its tools and what customers say to them: "
    "Desk(..., sandbox=Sandbox(FakeBank, scripts=[Script('I want my money back for 1001')]))"
)


@dataclass(frozen=True, slots=True)
class Matrix:
    """All cells, in the order of scripts, calls and faults. `never_called` are tools that no script reached."""

    cells: tuple[Cell, ...]
    never_called: tuple[str, ...]

    @property
    def bad(self) -> list[Cell]:
        """Those that must not be."""
        return [cell for cell in self.cells if cell.problems]


def run_matrix(desk: Desk, *, only: str | None = None) -> Matrix:
    """Try a desk out; with `only`, faults strike that tool alone. NothingToRun when there is nothing to try."""
    sandbox = desk.sandbox
    if sandbox is None:
        raise NothingToRun(f"{desk.name} has no sandbox, and live back ends are never tried out; {DECLARE}")
    if desk.flow_for_messages is None:
        raise NothingToRun(f"{desk.name} takes no messages, so nobody can say a script to it")
    since, cells = time.time(), []
    reached: set[str] = set()
    parts: Sequence[str] = ()
    with _quiet():
        for script in sandbox.scripts:
            calm = play(desk, sandbox, script, None, since=since)
            parts = calm.parts
            if only is not None and only not in parts:
                raise NothingToRun(f"nothing in the sandbox stands for {only!r} (it has: {', '.join(parts)})")
            reached |= {call.tool for call in calm.calls}
            cells.append(calm.cell)
            for fault in _faults(calm.calls, only):
                cells.append(play(desk, sandbox, script, fault, since=since).cell)
    return Matrix(tuple(cells), tuple(part for part in parts if part not in reached))


def _faults(calls: Sequence[Call], only: str | None) -> Iterator[Fault]:
    """Every fault that would make a difference, in the order of the calls."""
    for call in calls:
        if only not in (None, call.tool) or call.nth > CALLS:
            continue
        for kind in KINDS:
            if not _matters(kind, call):
                continue
            yield Fault(call.tool, call.method, call.nth, kind, "once")
            if call.nth == 1:
                yield Fault(call.tool, call.method, 1, kind, "always")
                if breaks(kind):
                    yield Fault(call.tool, call.method, 1, kind, "outage")


def _matters(kind: Kind, call: Call) -> bool:
    if kind == "slow":
        return call.waits
    return changes(kind, call.answer, call.returns)


@contextmanager
def _quiet() -> Iterator[None]:
    """Hundreds of failures are about to happen on purpose; nobody need read them in a log."""
    log = logging.getLogger("segue")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before
