"""The airline's process, and the desk's process, which is killed."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from tests.airline.data import Task

ROOT = Path(__file__).parents[2]

PYTHON = Path(os.environ.get("SEGUE_AIRLINE") or ROOT / ".venv-airline" / "bin" / "python")
"""Of the virtual environment that the airline's package has to itself."""

PATIENCE = 180.0


class Airline:
    """The running server, with one airline for each round and task."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.http = httpx.AsyncClient(base_url=self.address, timeout=PATIENCE)

    async def state(self, round: str, task: Task) -> tuple[str, Counter[str]]:
        """The hash of what the airline knows, and every call that reached it, by how often."""
        found = (await self.http.get(f"/{round}-{task.id}/state")).json()
        return found["hash"], Counter(map(written, found["calls"]))

    async def hold(self, round: str, holds: dict[str, dict[str, Any]]) -> None:
        """Hold these calls, by task; nothing else any more."""
        await self.http.post("/hold", json={f"{round}-{id}": [hold] for id, hold in holds.items()})

    async def all_held(self, round: str, holds: Iterable[str]) -> None:
        """Returns when all these calls are held at once."""
        wanted = {f"{round}-{id}" for id in holds}
        async with asyncio.timeout(PATIENCE):
            while True:
                if wanted <= set((await self.http.get("/held")).json()):
                    return
                await asyncio.sleep(0.05)


@asynccontextmanager
async def airline(tasks: list[Task], rounds: Iterable[str]) -> AsyncIterator[Airline]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    names = [f"{round}-{task.id}" for round in rounds for task in tasks]
    process = await asyncio.create_subprocess_exec(
        PYTHON, str(ROOT / "tests" / "airline" / "server.py"), str(port), *names
    )
    running = Airline(port)
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                if await _answers(running):
                    break
                assert process.returncode is None, "the airline did not start"
                await asyncio.sleep(0.05)
        yield running
    finally:
        await running.http.aclose()
        process.kill()
        await process.wait()


class Victim:
    """The desk's process."""

    def __init__(self, airline: Airline, round: str, folder: Path, *which: str) -> None:
        self._arguments = (f"{airline.address}/{round}", str(folder), *which)

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.airline.victim", *self._arguments),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )

    async def kill(self) -> None:
        assert self.process.returncode is None, "it ended before it could be killed"
        self.process.send_signal(signal.SIGKILL)
        assert await self.process.wait() == -signal.SIGKILL

    async def told(self) -> dict[str, str]:
        """What each customer was told, when the process has ended by itself."""
        out, _ = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        assert self.process.returncode == 0
        found: dict[str, str] = json.loads(out)
        return found


def written(call: dict[str, Any]) -> str:
    return json.dumps([call["tool"], call["arguments"]], sort_keys=True)


async def _answers(airline: Airline) -> bool:
    try:
        return (await airline.http.get("/held")).status_code == 200
    except httpx.TransportError:
        return False
