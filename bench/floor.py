"""The floor: the same turn with nothing but asyncio, orjson and SQLite.

The same functions as in the measured turn, awaited in the same order and three at once; each result is encoded and
given to one writer thread, which commits whatever has come in (WAL, synchronous FULL); the turn waits once, for its
last result.
The results of a conversation are numbered, under a primary key of conversation and number: without one, a log
could be written but not read back. There is no inbox, no order of events to keep, nothing to resume, nobody
to tell, nothing hashed.
"""

import asyncio
import sqlite3
import tempfile
import threading
from collections.abc import Awaitable
from pathlib import Path
from time import process_time
from typing import TypeVar

import orjson

from bench.turn import bodies
from segue import Message, Reply
from segue.run.collector import seldom_collecting

_T = TypeVar("_T")


class Writer:
    """Appends rows, commits in groups."""

    def __init__(self, path: Path) -> None:
        self._loop = asyncio.get_running_loop()
        self._wake = threading.Condition()
        self._rows: list[tuple[str, int, str, bytes]] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._stopped = False
        self._path = path
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def append(self, conversation: str, seq: int, step: str, data: bytes) -> None:
        with self._wake:
            self._rows.append((conversation, seq, step, data))

    def durable(self) -> asyncio.Future[None]:
        future: asyncio.Future[None] = self._loop.create_future()
        with self._wake:
            self._waiting.append(future)
            self._wake.notify()
        return future

    def stop(self) -> None:
        with self._wake:
            self._stopped = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        db = sqlite3.connect(self._path, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute(
            "CREATE TABLE results "
            "(conversation TEXT, seq INTEGER, step TEXT, data BLOB, PRIMARY KEY (conversation, seq))"
        )
        while True:
            with self._wake:
                while not (self._waiting or self._stopped):
                    self._wake.wait()
                rows, self._rows = self._rows, []
                waiting, self._waiting = self._waiting, []
            if not waiting:
                break
            db.execute("BEGIN")
            db.executemany("INSERT INTO results VALUES (?, ?, ?, ?)", rows)
            db.execute("COMMIT")
            self._loop.call_soon_threadsafe(_resolve, waiting)
        db.close()


class Conversation:
    """Numbers what is appended to it, and says of which step it is: lookups come back in any order."""

    def __init__(self, name: str, writer: Writer) -> None:
        self._name = name
        self._writer = writer
        self._seq = 0

    def append(self, step: str, result: object) -> None:
        self._seq += 1
        self._writer.append(self._name, self._seq, step, orjson.dumps(result))


async def measure(*, in_flight: int, turns: int, seconds: float = 0.0) -> float:
    """CPU milliseconds per turn, in conversations of ten turns each, so many of them at once."""

    does = bodies(seconds)

    async def done(conversation: Conversation, step: str, result: Awaitable[_T]) -> _T:
        given = await result
        conversation.append(step, given)
        return given

    async def turn(conversation: Conversation) -> None:
        message = Message(("Where is my parcel?",))
        conversation.append("message", message)
        intent = await done(conversation, "classify", does.classify(message))
        found = await asyncio.gather(
            done(conversation, "find_customer", does.find_customer(intent)),
            done(conversation, "find_orders", does.find_orders(intent)),
            done(conversation, "find_articles", does.find_articles(intent)),
        )
        acted = await done(conversation, "act", does.act(intent, *found))
        draft = await done(conversation, "write", does.write(acted))
        await done(conversation, "check", does.check(draft))
        conversation.append("reply", Reply(draft.text))
        await writer.durable()

    async def customer(name: str, turns: int) -> None:
        for number in range(turns):
            if number % 10 == 0:
                conversation = Conversation(f"{name}.{number}", writer)
            await turn(conversation)

    with tempfile.TemporaryDirectory() as folder:
        writer = Writer(Path(folder) / "floor.db")
        await customer("warm", 10)
        with seldom_collecting():
            began = process_time()
            await asyncio.gather(*(customer(f"c{n}", turns // in_flight) for n in range(in_flight)))
            spent = process_time() - began
        writer.stop()
    return spent * 1000 / (turns // in_flight * in_flight)


def _resolve(waiting: list[asyncio.Future[None]]) -> None:
    for future in waiting:
        if not future.done():
            future.set_result(None)
