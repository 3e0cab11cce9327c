"""A process stands still in the middle of a refund, is thought dead, and goes on when another one has taken over."""

import time
from dataclasses import replace
from pathlib import Path
from signal import SIGCONT, SIGKILL

from tests.crash.audit import Account, Findings, audit
from tests.crash.killed import PATIENCE, SETTLES
from tests.crash.processes import Worker, payments
from tests.crash.shared_journal import served
from tests.crash.worker import Job

MEANWHILE = PATIENCE / 2
"""Seconds after which the first process goes on, when it does so while the other one is at work."""

GAP = "connected"
"""Where it has looked at the clock for the last time and has not written to the wire. Nobody can help a process that
stands still exactly there, if its back end honours no keys."""


def stopped_everywhere(folder: Path, kind: str, build: str) -> Findings:
    """Stand still at every point of a refund but the gap, and go on: once meanwhile and once afterwards."""
    return sum((found for point, found in stopped_at_each(folder, kind, build) if point != GAP), Findings())


def stopped_at_each(folder: Path, kind: str, build: str, *, only: str = "") -> list[tuple[str, Findings]]:
    """By point, in order, what came of standing still there."""
    with payments(folder, kind, patience=PATIENCE, settles=SETTLES) as service:
        passed = _undisturbed(service.job(folder / "undisturbed", build, "undisturbed"))
        accounts: list[tuple[str, Account]] = []
        for nth, point in enumerate(passed, 1):
            for afterwards in (False, True) if only in ("", point) else ():
                job = service.job(folder / f"{nth}{afterwards}", build, f"o{nth}{afterwards}")
                accounts.append((point, _goes_on(job, nth, afterwards)))
        effects = service.effects()
    return [
        (
            point,
            Findings(points=1) + audit([one], [effect for effect in effects if effect.order == one.order]),
        )
        for point, one in accounts
    ]


def _undisturbed(job: Job) -> tuple[str, ...]:
    with served(job.folder) as journal:
        settled = Worker(replace(job, journal=journal)).ended()
    assert settled is not None
    return settled.passed


def _goes_on(job: Job, point: int, afterwards: bool) -> Account:
    """Stop there, take over, go on; how the refund stands by the one that took over."""
    with served(job.folder) as journal:
        job = replace(job, journal=journal)
        first = Worker(replace(job, last=(point,), then="stop"))
        if (settled := first.stopped()) is not None:
            return settled.accounts[0]
        second = Worker(job)
        if not afterwards:
            time.sleep(MEANWHILE)
            first.say(SIGCONT)
        settled = second.ended()
        assert settled is not None
        first.say(SIGCONT)
        time.sleep(PATIENCE)  # whatever it still had to send is sent by now
        first.say(SIGKILL)
        first.ended()
        return settled.accounts[0]
