"""Runs the three services on loopback, in one process and one event loop, until they are told to stop."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import uvicorn

from examples.shop.backend.crm import crm
from examples.shop.backend.faults import Faulty
from examples.shop.backend.lines import Line
from examples.shop.backend.orders import orders
from examples.shop.backend.payments import payments
from examples.shop.backend.seed import seed
from examples.shop.backend.store import Store

HOST = "127.0.0.1"
SERVICES = {"crm": crm, "orders": orders, "payments": payments}


class Server(uvicorn.Server):
    """A server among others: it leaves signals to the process, and says when it is ready."""

    def __init__(self, app: Faulty) -> None:
        # A call that a fault holds up must not hold up the end for long.
        super().__init__(
            uvicorn.Config(
                app,
                http=Line,
                lifespan="off",
                log_level="error",
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    db: Path, ports: tuple[int, ...], *, number: int, today: date | None, fresh: bool, with_parent: bool
) -> None:
    """Seed the file if it is new (or `fresh`), serve, and print one line of JSON when all three are ready."""
    store = Store(db, today)

    def reset() -> None:
        seed(store, store.today, number)
        forget()

    def forget() -> None:
        for service in services:
            service.forget()

    services = [Faulty(make(store), reset) for make in SERVICES.values()]
    if fresh or not store.seeded:
        reset()
    sockets = [listen(port) for port in ports]
    servers = [Server(service) for service in services]
    stop = stop_event(with_parent)
    async with asyncio.TaskGroup() as running:
        for server, sock in zip(servers, sockets, strict=True):
            running.create_task(server.serve([sock]))
        for server in servers:
            await server.ready.wait()
        urls = {
            name: f"http://{HOST}:{sock.getsockname()[1]}"
            for name, sock in zip(SERVICES, sockets, strict=True)
        }
        print(json.dumps({**urls, "pid": os.getpid(), "today": store.today.isoformat()}), flush=True)
        await stop.wait()
        forget()
        for server in servers:
            server.should_exit = True
    store.close()


def listen(port: int) -> socket.socket:
    """An open port before anything is announced, so that 0 can be told as a number."""
    try:
        sock = socket.create_server((HOST, port), backlog=128)
    except OSError as error:
        raise SystemExit(f"cannot listen on {HOST}:{port}: {error.strerror}") from None
    sock.setblocking(False)
    return sock


def stop_event(with_parent: bool) -> asyncio.Event:
    """Set by SIGTERM or SIGINT, and by the end of stdin if a parent holds its other end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def watch() -> None:
        # Not sys.stdin: its lock, held by a daemon thread, would stop the interpreter from closing down.
        while os.read(0, 1024):
            pass
        # The loop may have ended by itself in the meantime.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)

    if with_parent:
        threading.Thread(target=watch, name="parent watch", daemon=True).start()
    return stop
