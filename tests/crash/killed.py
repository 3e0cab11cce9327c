"""Real processes, killed with SIGKILL at the points of a refund, with a real service and a journal on a disk."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.crash.audit import Account, Findings, audit
from tests.crash.back_end import FAULTS
from tests.crash.processes import killed_at, payments

PATIENCE = 0.1
SETTLES = 0.8

AT_ONCE = 6
"""Workers beside one another; what they do most is wait."""


def killed_everywhere(folder: Path, kind: str, build: str, *, seed: str, refunds: int) -> Findings:
    """So many refunds, each killed at a point and then once more; every point meets every fault in turn."""
    draw = random.Random(f"{seed}/{kind}")
    with payments(folder, kind, patience=PATIENCE, settles=SETTLES) as service:
        undisturbed, _ = killed_at(service.job(folder / "undisturbed", build, "undisturbed"))
        length = len(undisturbed.passed)
        met = [(fault, point) for fault in FAULTS for point in range(1, length + 1)]
        draw.shuffle(met)

        def refund(n: int, again: int) -> tuple[Account, int]:
            order, (fault, point) = f"o{n}", met[n % len(met)]
            service.plan(order, (fault,))
            settled, kills = killed_at(service.job(folder / order, build, order), point, again)
            return settled.accounts[0], kills

        again = [draw.randint(1, length) for _ in range(refunds)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = list(pool.map(refund, range(refunds), again))
        effects = service.effects()
    accounts = [*undisturbed.accounts, *(account for account, _ in done)]
    return audit(accounts, effects) + Findings(points=sum(kills for _, kills in done))
