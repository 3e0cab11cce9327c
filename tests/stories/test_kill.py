"""The real server, killed with -9 several times under a few hundred conversations."""

import asyncio
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.stories.served import make

from segue.journals.sqlite import SqliteJournal
from segue.run import events as ev
from segue.run.codec import Happened
from segue.testing import check_outcomes

ROOT = Path(__file__).parents[2]
CONVERSATIONS = 200
KILLS = 4
MESSAGES = ("a", "refund b and c", "the second one", "d and e")


class Server:
    """The server process; killed and started again on the same port and journal."""

    def __init__(self, db: Path) -> None:
        self.db = db
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.stories.served", str(self.db), str(self.port)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 30)
        assert b"127.0.0.1" in line, "the server did not start"

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 40)


class Crowd:
    """Customers who all talk at once, and send a message again until it was accepted."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.accepted: dict[str, list[str]] = {}
        self.count = 0
        self.progress = asyncio.Condition()
        self.http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{server.port}", timeout=20, limits=httpx.Limits(max_connections=40)
        )

    async def insist(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        while True:
            try:
                answer = await self.http.request(method, path, **options)
            except httpx.TransportError:
                await asyncio.sleep(0.05)  # the server is down just now
                continue
            if answer.status_code == 503:
                await asyncio.sleep(0.05)
                continue
            assert answer.status_code < 300, answer.text
            found: dict[str, Any] = answer.json()
            return found

    async def talk(self) -> None:
        opened = await self.insist("POST", "/api/conversations", json={"channel": "api"})
        id, headers = opened["id"], {"Authorization": f"Bearer {opened['token']}"}
        self.accepted[id] = []
        for n, text in enumerate(MESSAGES):
            body = {"message_id": f"m{n}", "text": text}
            while True:
                path = f"/api/conversations/{id}/messages?wait=10"
                said = await self.insist("POST", path, json=body, headers=headers)
                if said["outcome"] is not None:
                    break
            self.accepted[id].append(f"m{n}")
            async with self.progress:
                self.count += 1
                self.progress.notify_all()

    async def reach(self, count: int) -> None:
        async with self.progress:
            await self.progress.wait_for(lambda: self.count >= count)


@pytest.mark.slow
async def test_every_accepted_message_has_exactly_one_outcome(tmp_path: Path) -> None:
    server = Server(tmp_path / "journal.db")
    await server.start()
    crowd = Crowd(server)
    async with asyncio.TaskGroup() as group:
        for _ in range(CONVERSATIONS):
            group.create_task(crowd.talk())
        total = CONVERSATIONS * len(MESSAGES)
        for kill in range(1, KILLS + 1):
            await crowd.reach(kill * total // (KILLS + 1))
            assert await server.kill() == -signal.SIGKILL
            await server.start()
    await crowd.http.aclose()
    assert await server.kill(signal.SIGTERM) == 0

    resumed = 0
    async with make().open(SqliteJournal(tmp_path / "journal.db")) as office:
        for id, messages in crowd.accepted.items():
            events = await office.events(id)
            check_outcomes(events)
            taken = [h.event.id for h in events if isinstance(h.event, ev.MessageReceived)]
            assert taken == messages
            resumed += sum(isinstance(h.event, ev.TurnResumed) for h in events)
    assert resumed > 0, "no kill met a turn at work, so this has proved nothing"


def test_the_check_itself_fails_when_an_outcome_is_missing_or_doubled() -> None:
    message = Happened(1, 0, ev.MessageReceived("customer", "m", "a"))
    reply = ev.ReplySent(1, (1,), "b")
    check_outcomes([message, Happened(2, 0, reply)])
    with pytest.raises(AssertionError, match="has 0 outcomes"):
        check_outcomes([message])
    with pytest.raises(AssertionError, match="has 2 outcomes"):
        check_outcomes([message, Happened(2, 0, reply), Happened(3, 0, reply)])
