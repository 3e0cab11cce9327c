"""What durability costs: CPU and time per append of three records, and of a whole turn, on SQLite.

The floor writes the same records with `executemany`, as many appends to a commit, and nothing else: no
heads, no event loop, no thread. Run it with `python -m bench.journal`; the last line is JSON.
"""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from segue.journals.sqlite import SqliteJournal
from segue.journals.sqlite_file import writer
from segue.run.codec import Record
from segue.run.journal import Append, Parcel

APPENDS = 4  # of one turn
RECORDS = 3  # of one append
ENVELOPE, PAYLOAD = 140, 160
HASH = bytes(16)


class Meter:
    """CPU of the whole process, all threads, and time, per unit of work."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def per(self, units: int) -> dict[str, float]:
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        return {"cpu_us": round(cpu / units * 1e6, 1), "wall_us": round(wall / units * 1e6, 1)}


def records(first: int) -> list[Record]:
    return [Record(first + n, os.urandom(ENVELOPE), os.urandom(PAYLOAD)) for n in range(RECORDS)]


def name(number: int) -> str:
    """Ordered by time and of the length of a ULID."""
    return f"{number:026d}"


def appends(conversation: str, token: int, taken: Sequence[tuple[str, str, int]] = ()) -> list[Append]:
    """Those of one turn."""
    return [
        Append(
            conversation,
            token,
            n * RECORDS,
            records(n * RECORDS + 1),
            HASH,
            at=n,
            base=1,
            owner="ai",
            epoch=0,
            wake_at=0 if n < APPENDS - 1 else None,
            taken=taken if n == 0 else (),
        )
        for n in range(APPENDS)
    ]


def floor(folder: Path, flight: int, turns: int) -> dict[str, float]:
    connection = writer(folder / "floor.db", 5)
    work = [appends(name(number), 1) for number in range(turns)]
    meter = Meter()
    for start in range(0, turns, flight):
        for n in range(APPENDS):
            rows = [
                (start + number, r.seq, r.envelope, r.payload)
                for number, turn in enumerate(work[start : start + flight])
                for r in turn[n].records
            ]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO events (number, seq, envelope, payload) VALUES (?, ?, ?, ?)", rows
            )
            connection.execute("COMMIT")
    figures = meter.per(turns * APPENDS)
    connection.close()
    return figures


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[SqliteJournal]:
    journal = SqliteJournal(path)
    await journal.open()
    try:
        yield journal
    finally:
        await journal.close()


async def in_flight(flight: int, turns: int, one: Callable[[int], Awaitable[None]]) -> None:
    numbers = iter(range(turns))

    async def worker() -> None:
        for number in numbers:
            await one(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(flight):
            group.create_task(worker())


async def append_only(folder: Path, flight: int, turns: int) -> dict[str, float]:
    async with opened(folder / "appends.db") as journal:
        tokens = await asyncio.gather(
            *(journal.claim(name(number), "bench", 0, 1, create=True) for number in range(turns))
        )
        work = [appends(name(number), token or 0) for number, token in enumerate(tokens)]

        async def one(number: int) -> None:
            for append in work[number]:
                await journal.append(append)

        before, meter = journal.stats.commits, Meter()
        await in_flight(flight, turns, one)
        figures = meter.per(turns * APPENDS)
        return {**figures, "per_commit": round(turns * APPENDS / (journal.stats.commits - before), 1)}


async def whole_turn(folder: Path, flight: int, turns: int) -> dict[str, float]:
    """A new conversation, one delivery, a claim, the events of a turn; each waited for."""
    async with opened(folder / "turns.db") as journal:
        work = [appends(name(number), 1, [("bench", "1", 1)]) for number in range(turns)]
        parcel = Parcel("bench", "1", "message", os.urandom(PAYLOAD), 0)

        async def one(number: int) -> None:
            await journal.claim(name(number), "bench", 0, 1, create=True)
            await journal.deliver(name(number), parcel)
            for append in work[number]:
                await journal.append(append)

        before, meter = journal.stats.commits, Meter()
        await in_flight(flight, turns, one)
        figures = meter.per(turns)
        return {**figures, "commits": round((journal.stats.commits - before) / turns, 2)}


def measure() -> dict[str, dict[str, float]]:
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for flight, turns in ((1, 500), (64, 6400)):
            place = Path(folder, str(flight))
            place.mkdir()
            figures[f"floor_append_{flight}"] = floor(place, flight, turns)
            figures[f"append_{flight}"] = asyncio.run(append_only(place, flight, turns))
            figures[f"turn_{flight}"] = asyncio.run(whole_turn(place, flight, turns))
    return figures


def main() -> None:
    figures = measure()
    for what, values in figures.items():
        print(f"{what:16}", "  ".join(f"{key} {value:8.1f}" for key, value in values.items()))
    print(json.dumps({"bench": "journal", **figures}))


if __name__ == "__main__":
    main()
