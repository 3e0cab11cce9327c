"""Real processes, really killed: a payment service in one, and one worker after another that runs the desk.

Workers are forked from a server that has imported everything already, so that one costs little.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from tests.crash.client import Loopback
from tests.crash.service import MUCH_LATER, Answer, Effect
from tests.crash.worker import Job, Settled, work

ROOT = Path(__file__).parents[2]

LONG = 60.0
"""Seconds that a worker may take before something hangs."""

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(["tests.crash.worker"])


class PaymentsProcess:
    """The payment service, from outside."""

    def __init__(self, url: str, kind: str, patience: float, settles: float) -> None:
        self.url, self.kind, self.patience, self.settles = url, kind, patience, settles

    def plan(self, order: str, pay: tuple[str, ...] = (), lookup: tuple[str, ...] = ()) -> None:
        """Say what happens to the next calls about an order."""
        self._ask("POST", "/faults", {"order": order, "pay": pay, "lookup": lookup})

    def effects(self) -> list[Effect]:
        """Everything that really took place, once nothing more can."""
        time.sleep(MUCH_LATER * self.patience if self.kind != "lookup that settles" else self.settles)
        return [Effect(**one) for one in self._ask("GET", "/effects")["effects"]]

    def job(self, folder: Path, build: str, *orders: str) -> Job:
        """Work for a worker that has to do with this service."""
        folder.mkdir()
        return Job(folder, self.url, self.kind, build, orders, self.patience, self.settles)

    def _ask(self, method: str, target: str, body: Any = None) -> dict[str, Any]:
        async def asking() -> dict[str, Any]:
            async for sign in Loopback(self.url).asks(method, target, body):
                if isinstance(sign, Answer):
                    return sign.body
            raise ConnectionError("the payment service dropped the connection")

        return asyncio.run(asking())


@contextlib.contextmanager
def payments(
    folder: Path, kind: str, *, patience: float, settles: float, seed: str = ""
) -> Iterator[PaymentsProcess]:
    """The payment service in a process of its own, until the block ends."""
    command = [
        sys.executable,
        "-m",
        "tests.crash.payments",
        "--db",
        str(folder / f"{kind}.db"),
        "--kind",
        kind,
    ]
    command += ["--settles", str(settles), "--patience", str(patience), "--seed", seed]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield PaymentsProcess(process.stdout.readline().strip(), kind, patience, settles)
        finally:
            process.stdin.close()


class Worker:
    """One process that runs the desk."""

    def __init__(self, job: Job) -> None:
        self._here, there = _forking.Pipe(duplex=False)
        self.process: ForkServerProcess = _forking.Process(target=work, args=(job, there))
        self.process.start()
        there.close()

    def ended(self) -> Settled | None:
        """Wait for its end: how everything was settled, or None when it was killed first."""
        said = self._heard()
        self.process.join(LONG)
        assert said is None or isinstance(said, Settled), f"a worker failed: {said}"
        return said

    def stopped(self) -> Settled | None:
        """Wait until it stands still; how everything was settled, when it never came to that point."""
        said = self._heard()
        assert said == "stopped" or isinstance(said, Settled), f"a worker failed: {said}"
        return said if isinstance(said, Settled) else None

    def say(self, what: signal.Signals) -> None:
        """Send it a signal."""
        assert self.process.pid is not None
        with contextlib.suppress(ProcessLookupError):  # it has ended already
            os.kill(self.process.pid, what)

    def _heard(self) -> Any:
        with contextlib.suppress(EOFError):
            if not self._here.poll(LONG):
                self.process.kill()
                raise AssertionError(f"a worker did not come to an end within {LONG:g} s")
            return self._here.recv()
        return None


def killed_at(job: Job, *points: int) -> tuple[Settled, int]:
    """Run a worker that is killed at a point, the next one at the next, and at last one that is not."""
    kills = 0
    for point in points:
        settled = Worker(replace(job, last=(point,))).ended()
        if settled is not None:
            return settled, kills
        kills += 1
    settled = Worker(job).ended()
    assert settled is not None, "a worker was killed, and by nobody here"
    return settled, kills
