"""What an action adds to a turn: the turn of `turn.py`, with its fourth step made an action."""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from bench.turn import TEXT, Articles, Customer, Done, Intent, Orders, Replies, WatchedJournal, make_desk
from segue import AlreadyDone, Desk, Message, Route, Sequence, action, go_on, step
from segue.run import reception
from segue.run.journal import Append


@dataclass(frozen=True, slots=True)
class Occasion:
    """Makes each turn's action a different one."""

    text: str


@step
async def begin(message: Message) -> Occasion:
    return Occasion(message.text)


@action(identity=lambda occasion: occasion.text, repeats_safely=True)
async def act(
    occasion: Occasion, intent: Intent, customer: Customer, orders: Orders, articles: Articles
) -> Done:
    return Done(TEXT)


@step
async def done_before(already: AlreadyDone) -> Done:
    return Done(TEXT)


acting = Sequence(begin, act, Route({Done: go_on, AlreadyDone: done_before}))


@dataclass(frozen=True)
class Costs:
    """Of a turn, one at a time: appends made, commits waited for, milliseconds of CPU."""

    appends: float
    waited: float
    cpu: float


class Counting(WatchedJournal):
    """Counts appends too."""

    appends = 0

    def append(self, append: Append) -> "asyncio.Future[None]":
        self.appends += 1
        return super().append(append)


async def costs(desk: Desk, turns: int = 40) -> Costs:
    """The costs of a turn of this desk, in one conversation after the first turn."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Counting(Path(folder) / "acting.db")
        async with desk.open(journal) as office:
            replies, spent = Replies(office), list[float]()
            conversation = await office.begin()
            for turn in range(turns + 1):
                if turn == 1:
                    journal.awaited.clear()
                    journal.appends = 0
                began = process_time()
                replied = replies.to(conversation)
                await reception.customer_says(office, conversation, f"m{turn}", f"Refund {turn}, please")
                await replied
                spent.append((process_time() - began) * 1000)
            return Costs(journal.appends / turns, len(journal.awaited) / turns, median(spent))


async def measure() -> dict[str, Any]:
    """With and without, in one run."""
    return {"without": await costs(make_desk()), "with": await costs(make_desk(acting=acting))}


if __name__ == "__main__":
    for name, found in asyncio.run(measure()).items():
        print(f"{name:8} {found}")
