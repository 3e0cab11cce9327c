"""Many refunds at once, through a service where anything goes wrong, at a desk that is killed at random moments."""

import random
import time
from dataclasses import dataclass, replace
from pathlib import Path
from signal import SIGKILL

from tests.crash.audit import Findings, audit
from tests.crash.processes import Worker, payments

PATIENCE = 0.3
SETTLES = 1.5
PACE = 0.08
"""Seconds between customers, so that each kill meets some at work."""


@dataclass(frozen=True)
class Load:
    """`seed` decides what goes wrong and when the desk is killed."""

    seed: str
    orders: int = 40
    kills: int = 6


def under_load(folder: Path, kind: str, build: str, load: Load) -> Findings:
    """Every order is refunded in a conversation of its own; points are the kills that met a desk alive."""
    draw = random.Random(load.seed)
    with payments(folder, kind, patience=PATIENCE, settles=SETTLES, seed=load.seed) as service:
        orders = [f"o{n}" for n in range(load.orders)]
        job = replace(service.job(folder / kind.replace(" ", "-"), build, *orders), pace=PACE)
        kills, settled = 0, None
        while settled is None:
            worker = Worker(job)
            if kills < load.kills:
                time.sleep(draw.uniform(0.2, 0.8))
                worker.say(SIGKILL)
            settled = worker.ended()
            kills += settled is None
        return audit(settled.accounts, service.effects()) + Findings(points=kills)
