"""A journal that several processes write at once: it is in memory, in the process that serves it to them.

Whoever opens it frees all leases, as whoever takes over does that thinks the one before is dead. Only the token then
fences the one that is not.
"""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from segue.run.journal import Append
from segue.run.memory import MemoryJournal


class SharedJournal:
    """A journal served at this address. Its calls block the loop, for as long as memory takes."""

    shared = False

    def __init__(self, address: str) -> None:
        self._served = Client(address)

    def append(self, append: Append) -> asyncio.Future[None]:
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            written.set_result(self._ask("append", append))
        except Exception as error:
            written.set_exception(error)
        return written

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def ask(*args: Any, **kwargs: Any) -> Any:
            return self._ask(name, *args, **kwargs)

        return ask

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        self._served.send((name, args, kwargs))
        worked, answer = self._served.recv()
        if not worked:
            raise answer
        return answer


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a journal from threads of this process; its address."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    journal = MemoryJournal()

    async def call(name: str, args: Any, kwargs: Any) -> Any:
        return await getattr(journal, name)(*args, **kwargs)

    def serve(client: Connection) -> None:
        with contextlib.suppress(EOFError, ConnectionError):  # it was killed
            while True:
                asked = client.recv()
                try:
                    client.send((True, asyncio.run_coroutine_threadsafe(call(*asked), loop).result()))
                except Exception as error:
                    client.send((False, error))

    def accept() -> None:
        with contextlib.suppress(OSError):  # the listener was closed
            while True:
                threading.Thread(target=serve, args=(listener.accept(),), daemon=True).start()

    with Listener(str(folder / "journal.socket")) as listener:
        threading.Thread(target=accept, daemon=True).start()
        try:
            yield str(listener.address)
        finally:
            loop.call_soon_threadsafe(loop.stop)
