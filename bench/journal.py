"""What durability costs: CPU and time per append of three records, and of a whole turn, on SQLite.

The floor writes the same records with `executemany`, as many appends to a commit, and nothing else: no
heads, no event loop, no thread. Beside a loop that computes a millisecond at a time without a pause, a commit
must not starve. Then what is looked up among 100,000 conversations. Run it with `python -m bench.journal`;
the last line is JSON.
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
        await asyncio.gather(
            *(journal.claim(name(number), "bench", 0, 1, create=True) for number in range(turns))
        )
        work = [appends(name(number), 1) for number in range(turns)]

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


async def beside_computation(folder: Path, flight: int, turns: int) -> dict[str, float]:
    """How long an append takes while the loop has something to compute all the time."""
    async with opened(folder / "computing.db") as journal:
        await asyncio.gather(
            *(journal.claim(name(number), "bench", 0, 1, create=True) for number in range(turns))
        )
        work = [appends(name(number), 1) for number in range(turns)]
        took: list[float] = []
        done = False

        async def compute() -> None:
            while not done:
                sum(range(50_000))
                await asyncio.sleep(0)

        async def one(number: int) -> None:
            for append in work[number]:
                began = time.perf_counter()
                await journal.append(append)
                took.append(time.perf_counter() - began)

        computing = asyncio.create_task(compute())
        await in_flight(flight, turns, one)
        done = True
        await computing
        took.sort()
        return {
            "median_ms": round(took[len(took) // 2] * 1000, 2),
            "p99_ms": round(took[int(len(took) * 0.99)] * 1000, 2),
        }


async def lookups(folder: Path, conversations: int = 100_000, due: int = 500) -> dict[str, float]:
    async with opened(folder / "lookups.db") as journal:
        for start in range(0, conversations, 1000):
            numbers = range(start, start + 1000)
            await asyncio.gather(*(journal.claim(name(n), "bench", 0, 1, create=True) for n in numbers))
            first = [appends(name(n), 1)[0] for n in numbers]
            wakes = [1 if append.conversation < name(due) else 10**6 + start for append in first]
            await asyncio.gather(
                *(
                    journal.append(append._replace(wake_at=wake_at, at=start + n))
                    for n, (append, wake_at) in enumerate(zip(first, wakes, strict=True))
                )
            )
        figures = {}
        for what, ask, times in (
            ("due_us", lambda: journal.due(10, "bench"), 20),
            ("next_due_us", journal.next_due, 100),
            ("heads_us", lambda: journal.heads(50), 100),
            ("load_us", lambda: journal.load(name(777)), 100),
        ):
            meter = Meter()
            for _ in range(times):
                await ask()
            figures[what] = meter.per(times)["wall_us"]
        return figures


def measure() -> dict[str, dict[str, float]]:
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for flight, turns in ((1, 500), (64, 6400)):
            place = Path(folder, str(flight))
            place.mkdir()
            figures[f"floor_append_{flight}"] = floor(place, flight, turns)
            figures[f"append_{flight}"] = asyncio.run(append_only(place, flight, turns))
            figures[f"turn_{flight}"] = asyncio.run(whole_turn(place, flight, turns))
            figures[f"computing_{flight}"] = asyncio.run(beside_computation(place, flight, flight * 4))
        figures["lookups"] = asyncio.run(lookups(Path(folder)))
    return figures


def main() -> None:
    figures = measure()
    for what, values in figures.items():
        print(f"{what:16}", "  ".join(f"{key} {value:8.2f}" for key, value in values.items()))
    print(json.dumps({"bench": "journal", **figures}))


if __name__ == "__main__":
    main()
