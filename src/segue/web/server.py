"""Server: a desk on a port, until it is told to stop; then it finishes what it has begun."""

import asyncio
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from segue.errors import SegueError
from segue.journals.sqlite import SqliteJournal
from segue.run.collector import seldom_collecting
from segue.run.desk import Desk
from segue.run.journal import Journal
from segue.run.office import Office
from segue.web.app import create_app
from segue.web.signin import SignIn
from segue.web.tokens import secret_beside

DRAIN = 25.0
"""Seconds that running turns have to finish or fall asleep; what is left goes on at the next start."""

LAST = 3
"""Seconds that open connections have after that."""


class CannotListen(SegueError):
    """The port is taken, or not ours to take."""


def serve(
    desk: Desk,
    db: str | Path | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    operator_token: str | None = None,
    secret: bytes | None = None,
    sign_in: SignIn | None = None,
    title: str | None = None,
    suggestions: Mapping[str, Sequence[str]] | None = None,
    writers: bool = False,
    drain: float = DRAIN,
) -> None:
    """Serve a desk until SIGTERM or SIGINT; the journal is the SQLite file `db`, or in memory without one.

    Only this machine reaches it unless `host` says otherwise. Port 0 is any free one. Where it is, and the
    operators' token if none was given, are printed, a line each. With `writers` the page says below each reply
    whether a language model wrote it. Raises what keeps it from starting.
    """
    token = operator_token or secrets.token_urlsafe(24)
    journal: Journal | None = None
    if db is not None:
        journal = SqliteJournal(db)
        secret = secret or secret_beside(Path(db))
    app = create_app(
        *(desk, journal),
        operator_token=token,
        secret=secret,
        sign_in=sign_in,
        title=title,
        suggestions=suggestions,
        writers=writers,
    )
    with _listening(host, port) as listening:
        asyncio.run(_run(app, listening, host, None if operator_token else token, drain))


async def _run(app: FastAPI, listening: socket.socket, host: str, token: str | None, drain: float) -> None:
    office: Office = app.state.office
    name = f"[{host}]" if ":" in host else host
    async with office:
        server = Server(app, office, drain, lambda: _say(name, listening.getsockname()[1], token))
        with seldom_collecting():
            await server.serve([listening])


class Server(uvicorn.Server):
    """Uvicorn, on an office that is open already, with a stop that lets the desk finish first."""

    def __init__(
        self, app: FastAPI, office: Office, drain: float = DRAIN, when_ready: Callable[[], None] | None = None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=LAST,
            )
        )
        self._office = office
        self._drain = drain
        self._when_ready = when_ready
        self._stopping: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._when_ready is not None:
            self._when_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal drains; the second one ends at once what is still open."""
        if self._stopping is None:
            self._office.loop.call_soon_threadsafe(self.stop)
        else:
            self.should_exit = self.force_exit = True

    def stop(self) -> None:
        """Take nothing new, finish what runs, end the streams, then leave."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._stop())

    async def _stop(self) -> None:
        try:
            await self._office.drain(self._drain)
        finally:
            self._office.feed.close()
            self.should_exit = True


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise CannotListen(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another port"
        ) from error


def _say(host: str, port: int, token: str | None) -> None:
    print(f"Segue is at http://{host}:{port}", flush=True)
    if token is not None:
        print(f"operator token: {token}", flush=True)
