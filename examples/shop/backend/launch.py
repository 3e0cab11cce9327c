"""Starts the back end in a process of its own, for demos and tests: `async with launch() as shop: ...`."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import httpx

from examples.shop.backend.faults import Call, Fault, Mode
from examples.shop.backend.seed import SEED

_ROOT = Path(__file__).parents[3]
_READY_WITHIN = 30.0
_STOPPED_WITHIN = 5.0

Service = Literal["crm", "orders", "payments"]


class NotStarted(Exception):
    """The back end did not come up; its own complaint stands on stderr."""


@dataclass(frozen=True)
class Backend:
    """A running back end: where it is, and how to disturb and watch it."""

    crm: str
    orders: str
    payments: str
    pid: int
    today: date

    def url(self, service: Service) -> str:
        return {"crm": self.crm, "orders": self.orders, "payments": self.payments}[service]

    async def fault(
        self,
        service: Service,
        mode: Mode | None,
        *,
        seconds: float = 5.0,
        times: int | None = None,
        path: str = "/",
        method: str | None = None,
        kind: Literal["other", "garbage"] = "other",
    ) -> None:
        """Switch a fault on in place of the one before, or with None off; what it means stands at `Fault`."""
        fault = Fault(mode=mode, seconds=seconds, times=times, path=path, method=method, kind=kind)
        await self._ask("POST", service, "/_faults", fault.model_dump())

    async def heal(self) -> None:
        """Switch every fault off."""
        for service in ("crm", "orders", "payments"):
            await self.fault(service, None)

    async def calls(self, service: Service) -> list[Call]:
        """What the service was asked, the oldest first."""
        return [Call(**call) for call in await self._ask("GET", service, "/_calls")]

    async def reset(self) -> None:
        """Back to the seeded state: no effects, no faults, no calls, in all three services."""
        await self._ask("POST", "crm", "/_reset")

    async def settle(self) -> None:
        """The nightly bank run, after which pending refunds cannot be reversed."""
        await self._ask("POST", "payments", "/_settle")

    async def _ask(self, method: str, service: Service, path: str, body: object = None) -> Any:
        # The machine's proxy settings are not for loopback, and certificates are not worth loading for it.
        async with httpx.AsyncClient(trust_env=False, verify=False, base_url=self.url(service)) as http:
            answer = await http.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json()


@asynccontextmanager
async def launch(
    db: Path | None = None,
    *,
    ports: tuple[int, int, int] = (0, 0, 0),
    seed: int = SEED,
    today: date | None = None,
    fresh: bool = False,
) -> AsyncIterator[Backend]:
    """Start it, wait until it answers, stop it at the end. Without `db`, nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="shop-") if db is None else nullcontext() as folder:
        file = db or Path(str(folder)) / "shop.sqlite"
        command = [sys.executable, "-m", "examples.shop.backend", "--with-parent"]
        command += ["--db", str(file.absolute()), "--seed", str(seed), "--ports", ",".join(map(str, ports))]
        command += ["--today", today.isoformat()] if today else []
        command += ["--fresh"] if fresh else []
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])},
        )
        try:
            yield await ready(process)
        finally:
            await stop(process)


async def ready(process: asyncio.subprocess.Process) -> Backend:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_READY_WITHIN):
            line = await process.stdout.readline()
    except TimeoutError:
        raise NotStarted(f"the shop's back end was not ready within {_READY_WITHIN:.0f} s") from None
    if not line:
        raise NotStarted(f"the shop's back end ended with code {await process.wait()}")
    said = json.loads(line)
    return Backend(**{**said, "today": date.fromisoformat(said["today"])})


async def stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(_STOPPED_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
