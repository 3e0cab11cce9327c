"""The six-step turn, and what it costs: classify, three lookups at once, act, write, check.

Every result is about 300 bytes. CPU is that of the whole process, per turn, and Python's collector is set as
`segue serve` sets it, here and for the floor.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from time import process_time
from typing import Any, NamedTuple

from segue import Desk, Draft, Flow, Message, Node, Objection, Parallel, Refine, Reply, Sequence, step
from segue.journals.sqlite import SqliteJournal
from segue.run import events as ev
from segue.run import reception
from segue.run.codec import Happened
from segue.run.collector import seldom_collecting
from segue.run.journal import Append, Journal, Loaded, Parcel, Receipt
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


class Bodies(NamedTuple):
    """What the steps do; the floor calls the same functions."""

    classify: Callable[[Message], Coroutine[Any, Any, Intent]]
    find_customer: Callable[[Intent], Coroutine[Any, Any, Customer]]
    find_orders: Callable[[Intent], Coroutine[Any, Any, Orders]]
    find_articles: Callable[[Intent], Coroutine[Any, Any, Articles]]
    act: Callable[[Intent, Customer, Orders, Articles], Coroutine[Any, Any, Done]]
    write: Callable[[Done], Coroutine[Any, Any, Draft]]
    check: Callable[[Draft], Coroutine[Any, Any, list[Objection]]]


def bodies(seconds: float) -> Bodies:
    """Each takes so many seconds, but the check."""

    async def work() -> None:
        if seconds:
            await asyncio.sleep(seconds)

    async def classify(message: Message) -> Intent:
        await work()
        return Intent(TEXT)

    async def find_customer(intent: Intent) -> Customer:
        await work()
        return Customer(TEXT)

    async def find_orders(intent: Intent) -> Orders:
        await work()
        return Orders(TEXT)

    async def find_articles(intent: Intent) -> Articles:
        await work()
        return Articles(TEXT)

    async def act(intent: Intent, customer: Customer, orders: Orders, articles: Articles) -> Done:
        await work()
        return Done(TEXT)

    async def write(done: Done) -> Draft:
        await work()
        return Draft(TEXT)

    async def check(draft: Draft) -> list[Objection]:
        return []

    return Bodies(classify, find_customer, find_orders, find_articles, act, write, check)


def make_desk(seconds: float = 0.0, acting: Node[Any] | None = None) -> Desk:
    """The desk, with steps that take so many seconds; `acting` stands in for the step that acts."""
    does = bodies(seconds)
    body = Sequence(
        step(does.classify),
        Parallel(step(does.find_customer), step(does.find_orders), step(does.find_articles)),
        acting or step(does.act),
        Refine(step(does.write), against=[step(does.check)]),
    )
    return Desk(Flow(body, takes=Message, gives=Reply, name="bench"))


@dataclass(frozen=True)
class Figures:
    """Of one measurement: CPU milliseconds and commits made, per turn."""

    cpu: float
    made: float

    @property
    def per_second(self) -> float:
        return 1000 / self.cpu


class Replies:
    """Tells when a reply has become durable, without a task for each customer."""

    def __init__(self, office: Office) -> None:
        self.waiting: dict[str, asyncio.Future[None]] = {}
        self._loop = office.loop
        self._publish = office.feed.publish
        office.feed.publish = self.publish  # type: ignore[method-assign, assignment]

    def publish(self, conversation: str, happened: list[Happened]) -> None:
        if conversation in self.waiting:
            for _, _, event in reversed(happened):
                if type(event) is ev.ReplySent:
                    self.waiting.pop(conversation).set_result(None)
                    break
        self._publish(conversation, happened)

    def to(self, conversation: str) -> asyncio.Future[None]:
        future = self.waiting[conversation] = self._loop.create_future()
        return future


async def customers(office: Office, in_flight: int, turns: int) -> None:
    """So many turns, in conversations of ten turns each, so many of them at once."""
    replies = Replies(office)

    async def customer(turns: int) -> None:
        for turn in range(turns):
            if turn % 10 == 0:
                conversation = await office.begin()
            replied = replies.to(conversation)
            await reception.customer_says(office, conversation, f"m{turn}", "Where is my parcel?")
            await replied

    await asyncio.gather(*(customer(turns // in_flight) for _ in range(in_flight)))


async def measure(*, durable: bool, in_flight: int, turns: int, seconds: float = 0.0) -> Figures:
    async with opened(durable=durable) as journal, make_desk(seconds).open(journal) as office:
        await customers(office, 1, 10)  # warm up
        commits = _commits(journal)
        with seldom_collecting():
            began = process_time()
            await customers(office, in_flight, turns)
            spent = process_time() - began
        done = turns // in_flight * in_flight
        return Figures(spent * 1000 / done, (_commits(journal) - commits) / done)


async def measure_waits(*, turns: int = 20, seconds: float = 0.0) -> float:
    """Commits per turn that it could not go on without, one turn at a time in one conversation."""
    with tempfile.TemporaryDirectory() as folder:
        journal = WatchedJournal(Path(folder) / "waits.db")
        async with make_desk(seconds).open(journal) as office:
            replies = Replies(office)
            conversation = await office.begin()
            journal.awaited.clear()
            for turn in range(turns):
                replied = replies.to(conversation)
                await reception.customer_says(office, conversation, f"m{turn}", "Where is my parcel?")
                await replied
            return len(journal.awaited) / turns


class WatchedJournal(SqliteJournal):
    """Notes each commit that somebody waits for; to be asked while one turn runs at a time.

    Deliveries and claims are waited for. So is an append whose reply the customer waits for, and any that
    more than the office's own callback, which shows what has become durable, is hung on.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.awaited: set[int] = set()

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        receipt = await super().deliver(conversation, parcel)
        self.awaited.add(self.stats.commits)
        return receipt

    async def claim(
        self, conversation: str, owner: str, now: int, lease: int, *, create: bool = False
    ) -> Loaded | None:
        loaded = await super().claim(conversation, owner, now, lease, create=create)
        self.awaited.add(self.stats.commits)
        return loaded

    def append(self, append: Append) -> asyncio.Future[None]:
        watched = _Watched()
        replies = any(b'"ReplySent"' in record.envelope for record in append.records)

        def committed(done: "asyncio.Future[None]") -> None:
            if replies or watched.callbacks > 1:
                self.awaited.add(self.stats.commits)
            if (error := done.exception()) is not None:
                watched.set_exception(error)
            else:
                watched.set_result(None)

        super().append(append).add_done_callback(committed)
        return watched


class _Watched(asyncio.Future[None]):
    """Counts who wants to be told."""

    callbacks = 0

    def add_done_callback(self, *args: Any, **kwargs: Any) -> None:
        self.callbacks += 1
        super().add_done_callback(*args, **kwargs)


@dataclass(frozen=True)
class Growth:
    """Milliseconds of CPU and bytes of a turn, early and late in one conversation; cold: after a restart."""

    early_cpu: float  # turn 5
    late_cpu: float  # turn 200, warm
    cold_cpu: float  # turn 200, of another conversation, in a process that has just opened the journal
    early_bytes: float  # turns 1 to 10
    late_bytes: float  # turns 191 to 200
    cold_bytes: float


async def measure_growth(turns: int = 200, repeat: int = 40) -> Growth:
    """Medians over conversations, one turn at a time; half of them have their last turn after a restart."""
    with tempfile.TemporaryDirectory() as folder, seldom_collecting():
        db = Path(folder) / "growth.db"
        async with make_desk().open(SqliteJournal(db)) as office:
            replies = Replies(office)
            ids = [await office.begin() for _ in range(repeat)]
            warm, cold = ids[: repeat // 2], ids[repeat // 2 :]
            for turn in range(1, turns):
                spent = [await _spent(office, replies, id, turn) for id in ids]
                if turn == 5:
                    early_cpu = median(spent)
            late_cpu = median([await _spent(office, replies, id, turns) for id in warm])
        async with make_desk().open(SqliteJournal(db)) as office:
            replies = Replies(office)
            cold_cpu = median([await _spent(office, replies, id, turns) for id in cold])
            sizes = {id: await _sizes(office, id) for id in ids}
        return Growth(
            early_cpu,
            late_cpu,
            cold_cpu,
            early_bytes=median(fmean(sizes[id][:10]) for id in ids),
            late_bytes=median(fmean(sizes[id][-10:]) for id in warm),
            cold_bytes=median(sizes[id][-1] for id in cold),
        )


async def _spent(office: Office, replies: Replies, conversation: str, turn: int) -> float:
    """CPU milliseconds of the whole process for one turn."""
    began = process_time()
    replied = replies.to(conversation)
    await reception.customer_says(office, conversation, f"m{turn}", "Where is my parcel?")
    await replied
    return (process_time() - began) * 1000


async def _sizes(office: Office, conversation: str) -> list[int]:
    """Bytes of each turn's records."""
    sizes: list[int] = []
    for record in await office.journal.read(conversation, 1, 10**6):
        if b'"MessageReceived"' in record.envelope:
            sizes.append(0)
        sizes[-1] += len(record.envelope) + len(record.payload or b"")
    return sizes


@asynccontextmanager
async def opened(*, durable: bool) -> AsyncIterator[Journal]:
    with tempfile.TemporaryDirectory() as folder:
        yield SqliteJournal(Path(folder) / "bench.db") if durable else MemoryJournal()


def _commits(journal: Journal) -> int:
    return journal.stats.commits if isinstance(journal, SqliteJournal) else 0
