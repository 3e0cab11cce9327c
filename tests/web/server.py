"""A desk on a real port, for tests: in this process, or in one of its own that can be killed."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from segue import Desk
from segue.errors import JournalUnavailable
from segue.journals.sqlite import SqliteJournal
from segue.run.journal import Append, Journal, Parcel, Receipt
from segue.run.memory import MemoryJournal
from segue.run.office import Office
from segue.web import create_app
from segue.web.server import Server

ROOT = Path(__file__).parent.parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
SECRET = bytes(range(32))
OPERATOR = "operators"
PATIENCE = 10.0
"""Seconds after which a test gives up."""


@dataclass
class Event:
    """One event of a stream."""

    id: str = ""
    event: str = ""
    data: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.data)


@dataclass
class Talk:
    """A customer's client in one conversation."""

    http: httpx.AsyncClient
    id: str
    token: str
    sent: int = 0

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    @property
    def path(self) -> str:
        return f"/api/conversations/{self.id}"

    async def send(
        self, text: Any, message_id: Any = None, wait: float | None = None, **more: Any
    ) -> httpx.Response:
        """Send a message; the whole answer."""
        self.sent += 1
        body = {"message_id": f"m{self.sent}" if message_id is None else message_id, "text": text, **more}
        query = "" if wait is None else f"?wait={wait}"
        return await self.http.post(f"{self.path}/messages{query}", json=body, headers=self.headers)

    async def says(self, text: str) -> str:
        """Send a message and wait: what came of it."""
        answer = (await self.send(text, wait=PATIENCE)).json()
        assert answer["outcome"], f"nothing came of {text!r}"
        return str(answer["replies"][-1]["text"])

    async def items(self) -> list[dict[str, Any]]:
        """What the customer sees."""
        answer = await self.http.get(self.path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    @asynccontextmanager
    async def stream(
        self, query: str = "", headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[AsyncIterator[Event]]:
        """The events of the conversation as they come."""
        async with self.http.stream(
            "GET", f"{self.path}/stream{query}", headers={**self.headers, **(headers or {})}
        ) as answer:
            assert answer.status_code == 200, await answer.aread()
            yield events_of(answer)


async def events_of(answer: httpx.Response) -> AsyncIterator[Event]:
    """Read a stream of events as a browser does; its end is the end of the connection."""
    current, some = Event(), False
    async for line in _lines(answer):
        if not line:
            if some:
                yield current
            current, some = Event(), False
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                current.data += ("\n" if some and current.data else "") + value
                some = True
            elif name in ("id", "event"):
                setattr(current, name, value)


async def _lines(answer: httpx.Response) -> AsyncIterator[str]:
    """Lines as the standard has them; httpx would also end one at other signs, such as U+2028."""
    rest = b""
    async for part in answer.aiter_bytes():
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            yield line.decode()


async def until(events: AsyncIterator[Event], *kinds: str) -> list[Event]:
    """Events up to and with the first of these kinds."""
    found: list[Event] = []

    async def read() -> None:
        async for event in events:
            found.append(event)
            if event.event in kinds:
                return
        raise AssertionError(f"the stream ended before {kinds}, after {found}")

    await asyncio.wait_for(read(), PATIENCE)
    return found


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; it fails when it does not come to."""
    for _ in range(int(PATIENCE / 0.01)):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to hold")


@dataclass
class Running:
    """A server in this process."""

    url: str
    office: Office
    http: httpx.AsyncClient
    server: Server
    operator: dict[str, str] = field(default_factory=lambda: {"authorization": f"Bearer {OPERATOR}"})

    def cut(self) -> None:
        """Cut every line there is."""
        for connection in [*self.server.server_state.connections]:
            connection.transport.abort()

    async def talk(self, **body: Any) -> Talk:
        """Open a conversation."""
        answer = await self.http.post("/api/conversations", json=body)
        assert answer.status_code == 201, answer.text
        opened = answer.json()
        return Talk(self.http, opened["id"], opened["token"])


@asynccontextmanager
async def running_server(
    desk: Desk,
    db: Path | None = None,
    *,
    journal: Journal | None = None,
    port: int = 0,
    drain: float = 5.0,
    **settings: Any,
) -> AsyncIterator[Running]:
    """Serve a desk on loopback; on SQLite when `db` is given, else on `journal` or in memory."""
    app = create_app(
        *(desk, SqliteJournal(db) if db is not None else journal),
        operator_token=OPERATOR,
        secret=SECRET,
        **settings,
    )
    office: Office = app.state.office
    with socket.create_server(("127.0.0.1", port)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        ready = asyncio.Event()
        async with office, httpx.AsyncClient(base_url=url, timeout=PATIENCE * 2) as http:
            server = Server(app, office, drain, ready.set)
            serving = asyncio.create_task(server.serve([listening]))
            await asyncio.wait_for(ready.wait(), PATIENCE)
            try:
                yield Running(url, office, http, server)
            finally:
                await http.aclose()
                server.stop()
                await asyncio.wait_for(serving, PATIENCE * 2)


class ServerProcess:
    """The small desk in a process of its own; killed and started again on the same port and file."""

    def __init__(self, db: Path) -> None:
        self.db = db
        self.port = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.web.small_desk", str(self.db), str(self.port)),
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env=ENVIRONMENT,
        )
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE * 2)
        assert line.startswith(b"Segue is at http://"), line
        self.port = int(line.rpartition(b":")[2])

    async def kill(self) -> None:
        """As with kill -9."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def terminate(self) -> int:
        """With SIGTERM; the exit code."""
        assert self._process is not None
        self._process.terminate()
        return await asyncio.wait_for(self._process.wait(), PATIENCE * 2)

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait for it to end by itself; the exit code."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), PATIENCE * 2)

    async def __aenter__(self) -> "ServerProcess":
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._process is not None and self._process.returncode is None:
            await self.kill()


class BrittleJournal(MemoryJournal):
    """A journal in memory that cannot be written while `deaf` (deliveries) or `mute` (events) is set.

    `slow` is how many seconds events take to be durable.
    """

    def __init__(self) -> None:
        super().__init__()
        self.deaf = False
        self.mute = False
        self.slow = 0.0

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        if self.deaf:
            raise JournalUnavailable("/var/lib/desk/journal.db: database or disk is full")
        return await super().deliver(conversation, parcel)

    def append(self, append: Append) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        if self.slow:
            later: asyncio.Future[None] = loop.create_future()
            written = super().append(append)
            loop.call_later(self.slow, lambda: later.set_result(written.result()))
            return later
        if not self.mute:
            return super().append(append)
        failed: asyncio.Future[None] = loop.create_future()
        failed.set_exception(JournalUnavailable("/var/lib/desk/journal.db: database or disk is full"))
        return failed
