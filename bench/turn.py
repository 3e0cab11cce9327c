"""The six-step turn, and what it costs: classify, three lookups at once, act, write, check.

Every result is about 300 bytes. CPU is that of the whole process, per turn.
"""

import asyncio
import gc
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from segue import Desk, Draft, Flow, Message, Objection, Parallel, Refine, Reply, Sequence, step
from segue.journals.sqlite import SqliteJournal
from segue.run import events as ev
from segue.run import reception
from segue.run.codec import Happened
from segue.run.journal import Journal
from segue.run.memory import MemoryJournal
from segue.run.office import Office

TEXT = "x" * 270


@dataclass(frozen=True, slots=True)
class Intent:
    text: str


@dataclass(frozen=True, slots=True)
class Customer:
    text: str


@dataclass(frozen=True, slots=True)
class Orders:
    text: str


@dataclass(frozen=True, slots=True)
class Articles:
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    text: str


def make_desk(seconds: float = 0.0) -> Desk:
    """The desk, with steps that take so many seconds."""

    async def work() -> None:
        if seconds:
            await asyncio.sleep(seconds)

    @step
    async def classify(message: Message) -> Intent:
        await work()
        return Intent(TEXT)

    @step
    async def find_customer(intent: Intent) -> Customer:
        await work()
        return Customer(TEXT)

    @step
    async def find_orders(intent: Intent) -> Orders:
        await work()
        return Orders(TEXT)

    @step
    async def find_articles(intent: Intent) -> Articles:
        await work()
        return Articles(TEXT)

    @step
    async def act(intent: Intent, customer: Customer, orders: Orders, articles: Articles) -> Done:
        await work()
        return Done(TEXT)

    @step
    async def write(done: Done) -> Draft:
        await work()
        return Draft(TEXT)

    @step
    async def check(draft: Draft) -> list[Objection]:
        return []

    body = Sequence(
        classify, Parallel(find_customer, find_orders, find_articles), act, Refine(write, against=[check])
    )
    return Desk(Flow(body, takes=Message, gives=Reply, name="bench"))


@dataclass(frozen=True)
class Figures:
    """Of one measurement: CPU milliseconds and commits per turn, and how many of those were waited for."""

    cpu: float
    made: float
    waited: float

    @property
    def per_second(self) -> float:
        return 1000 / self.cpu


class Replies:
    """Tells when a reply has become durable, without a task for each customer; counts what waited for a commit."""

    def __init__(self, office: Office) -> None:
        self.waiting: dict[str, asyncio.Future[None]] = {}
        self.outputs = 0
        self._loop = office.loop
        self._publish = office.feed.publish
        office.feed.publish = self.publish  # type: ignore[method-assign, assignment]

    def publish(self, conversation: str, happened: list[Happened]) -> None:
        if any(isinstance(one.event, ev.ReplySent) for one in happened):
            self.outputs += 1
            if (future := self.waiting.pop(conversation, None)) is not None:
                future.set_result(None)
        self._publish(conversation, happened)

    def to(self, conversation: str) -> asyncio.Future[None]:
        future = self.waiting[conversation] = self._loop.create_future()
        return future


async def measure(*, durable: bool, in_flight: int, turns: int, seconds: float = 0.0) -> Figures:
    """So many turns, in conversations of ten turns each, so many of them at once."""
    desk = make_desk(seconds)
    async with opened(durable=durable) as journal, desk.open(journal) as office:
        replies = Replies(office)

        async def customer(turns: int) -> None:
            for turn in range(turns):
                if turn % 10 == 0:
                    conversation = await office.begin()
                replied = replies.to(conversation)
                await reception.customer_says(office, conversation, f"m{turn}", "Where is my parcel?")
                await replied

        await customer(10)  # warm up
        commits, replies.outputs = _commits(journal), 0
        gc.collect()
        began = process_time()
        await asyncio.gather(*(customer(turns // in_flight) for _ in range(in_flight)))
        spent = process_time() - began
        done = turns // in_flight * in_flight
        made = (_commits(journal) - commits) / done
        waited = (replies.outputs + done) / done if durable else 0.0  # a delivery and a reply
        return Figures(spent * 1000 / done, made, waited)


@dataclass(frozen=True)
class Growth:
    """CPU milliseconds and bytes of a turn early and late in one conversation; cold: read from disk before."""

    early_cpu: float
    late_cpu: float
    cold_cpu: float
    early_bytes: float
    late_bytes: float


async def measure_growth(turns: int = 200, repeat: int = 20) -> Growth:
    """Turns 1 to 10 and the last ten of `repeat` conversations, and one turn after a restart."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "growth.db"
        early = late = early_bytes = late_bytes = 0.0
        async with make_desk().open(SqliteJournal(db)) as office:
            replies = Replies(office)
            ids = [await office.begin() for _ in range(repeat)]

            async def run(first: int, last: int) -> float:
                began = process_time()
                for turn in range(first, last):
                    for id in ids:
                        replied = replies.to(id)
                        await reception.customer_says(office, id, f"m{turn}", "Where is my parcel?")
                        await replied
                return (process_time() - began) * 1000 / (last - first) / repeat

            async def size(first: int, last: int) -> float:
                total, turn = 0, 0
                for id in ids:
                    for record in await office.journal.read(id, 0, 10**6):
                        turn = 0 if record.seq == 1 else turn + (b'"MessageReceived"' in record.envelope)
                        if first < turn <= last:
                            total += len(record.envelope) + len(record.payload or b"")
                return total / (last - first) / repeat

            early = await run(0, 10)
            await run(10, turns - 10)
            late = await run(turns - 10, turns)
            early_bytes, late_bytes = await size(0, 10), await size(turns - 10, turns)
        async with make_desk().open(SqliteJournal(db)) as office:
            replies = Replies(office)
            began = process_time()
            for id in ids:
                replied = replies.to(id)
                await reception.customer_says(office, id, "cold", "Where is my parcel?")
                await replied
            cold = (process_time() - began) * 1000 / repeat
        return Growth(early, late, cold, early_bytes, late_bytes)


@asynccontextmanager
async def opened(*, durable: bool) -> AsyncIterator[Journal]:
    with tempfile.TemporaryDirectory() as folder:
        yield SqliteJournal(Path(folder) / "bench.db") if durable else MemoryJournal()


def _commits(journal: Journal) -> int:
    return journal.stats.commits if isinstance(journal, SqliteJournal) else 0
