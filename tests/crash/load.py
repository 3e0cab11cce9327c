"""Many refunds at once, through a service where anything goes wrong, at a desk that is killed at random moments."""

import random
import time
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL

from tests.crash.audit import Findings, audit
from tests.crash.processes import Worker, payments

PATIENCE = 0.3
SETTLES = 1.5
PACE = 0.08
"""Seconds between customers, so that each kill meets some at work."""


ORDERS = 20
KILLS = 6


def under_load(folder: Path, kind: str, build: str, *, seed: str) -> Findings:
    """Two conversations ask for each refund; the seed says what goes wrong, and when the desk is killed."""
    draw = random.Random(seed)
    with payments(folder, kind, patience=PATIENCE, settles=SETTLES, seed=seed) as service:
        orders = [f"o{n}" for n in range(ORDERS) for _ in ("once", "twice")]
        job = replace(service.job(folder / kind.replace(" ", "-"), build, *orders), pace=PACE)
        kills, settled = 0, None
        while settled is None:
            worker = Worker(job)
            if kills < KILLS:
                time.sleep(draw.uniform(0.2, 0.8))
                worker.say(SIGKILL)
            settled = worker.ended()
            kills += settled is None
        return audit(settled.accounts, service.effects()) + Findings(points=kills)
