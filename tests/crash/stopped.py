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


def stopped_everywhere(folder: Path, kind: str, build: str) -> dict[str, Findings]:
    """Stand still at every point of a refund and go on, once meanwhile and once afterwards: by point, what came of it.

    Only processes that did stand still are counted as points.
    """
    found: dict[str, Findings] = {}
    with payments(folder, kind, patience=PATIENCE, settles=SETTLES) as service:
        passed = _undisturbed(service.job(folder / "undisturbed", build, "undisturbed"))
        accounts: list[tuple[str, Account]] = []
        for nth, point in enumerate(passed, 1):
            for afterwards in (False, True):
                job = service.job(folder / f"{nth}{afterwards}", build, f"o{nth}{afterwards}")
                accounts.append((point, _goes_on(job, nth, afterwards)))
        effects = service.effects()
    for point, account in accounts:
        its = [effect for effect in effects if effect.order == account.order]
        found[point] = found.get(point, Findings()) + audit([account], its) + Findings(points=1)
    return found


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
        first.stopped()
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
