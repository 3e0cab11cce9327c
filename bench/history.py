"""A journal of a desk that has been at work for long: so many conversations, some of them in the middle of a turn.

A real desk has one conversation. What it wrote is written again for each of the others, through the journal's own
calls: under another name, sealed and chained anew. An unfinished one is the same, cut off after an append, as a
crash would have left it.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from segue import Desk
from segue.journals.sqlite import SqliteJournal
from segue.run import events as ev
from segue.run import reception
from segue.run.codec import GENESIS, Happened, Record, seal
from segue.run.fold import State
from segue.run.ids import new_id
from segue.run.journal import Append, Parcel, Receipt, Wait
from segue.run.mailbox import wakes_at
from segue.run.memory import MemoryJournal

AT_ONCE = 500
"""Conversations that are written together."""


class Recorder(MemoryJournal):
    """Keeps what it is asked to write."""

    def __init__(self) -> None:
        super().__init__()
        self.parcels: list[Parcel] = []
        self.appends: list[Append] = []

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        self.parcels.append(parcel)
        return await super().deliver(conversation, parcel)

    def append(self, append: Append) -> asyncio.Future[None]:
        self.appends.append(append)
        return super().append(append)


@dataclass(frozen=True)
class Model:
    """A conversation to write again: what was delivered and taken, what happened, who is waited for at the end."""

    parcels: Sequence[Parcel]
    happened: Sequence[Happened]
    last: Append
    taken: Sequence[tuple[str, str, int]]
    waits: Sequence[Wait]

    def again(self, id: str, token: int) -> Append:
        """All of it in one append, to a conversation of another name."""
        before, records = GENESIS, list[Record]()
        for seq, at, event in self.happened:
            record, before = seal(seq, at, _renamed(event, id), before)
            records.append(record)
        opened = [replace(w, conversation=id, id=_named(w.id, id)) for w in self.waits]
        return self.last._replace(
            conversation=id,
            token=token,
            expect=0,
            records=records,
            hash=before,
            taken=self.taken,
            opened=opened,
            closed=(),
        )


async def models(desk: Desk, text: str, cut: type[ev.Event], nth: int) -> tuple[Model, Model]:
    """A conversation of one message, whole, and cut off after the append with the nth event of a kind."""
    journal = Recorder()
    async with desk.open(journal) as office:
        office.eager = True
        id = await office.begin()
        await reception.customer_says(office, id, "m", text)
        assert await reception.outcome_of(office, id, "m", 30)
        await office.drain(5)
        happened = await office.events(id)

    def model(appends: Sequence[Append]) -> Model:
        until = appends[-1].expect + len(appends[-1].records)
        taken = [one for append in appends for one in append.taken]
        closed = {id for append in appends for id in append.closed}
        waits = [wait for append in appends for wait in append.opened if wait.id not in closed]
        return Model(journal.parcels, happened[:until], appends[-1], taken, waits)

    seen = 0
    for count, append in enumerate(journal.appends, 1):
        kinds = [type(happened[record.seq - 1].event) for record in append.records]
        seen += kinds.count(cut)
        if seen >= nth:
            return model(journal.appends), model(journal.appends[:count])
    raise AssertionError(f"there was no {cut.__name__} number {nth}")


async def write(path: Path, desk: Desk, whole: Model, cut: Model, count: int, unfinished: int) -> None:
    """So many conversations; those that are unfinished lie anywhere among them."""
    chance = random.Random(1)
    cut_off = set(chance.sample(range(count), unfinished))
    journal = SqliteJournal(path)
    await journal.open()
    try:
        for start in range(0, count, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, count))
            made = {new_id(whole.last.at): cut if number in cut_off else whole for number in numbers}
            await asyncio.gather(*(journal.claim(id, "bench", 0, 1, create=True) for id in made))
            delivered = (journal.deliver(id, parcel) for id, m in made.items() for parcel in m.parcels)
            await asyncio.gather(*delivered)
            await asyncio.gather(*(journal.append(m.again(id, 1)) for id, m in made.items()))
        await journal.verify()
        for id in chance.sample([head.conversation for head in await journal.heads(count)], 20):
            await _check(journal, desk, id)
        assert len(await journal.due(2**60, "anybody", count)) == unfinished
    finally:
        await journal.close()


async def _check(journal: SqliteJournal, desk: Desk, id: str) -> None:
    """Does its head say what a state says that is rebuilt from its events?"""
    loaded = await journal.load(id)
    for records in (loaded.records, await journal.read(id)):
        state = State(id, desk.flows, desk.book)
        state.load(loaded.head, records)
        said = (state.seq, state.hash, state.owner, wakes_at(state), state.conversation.id)
        assert said == (loaded.head.seq, loaded.head.hash, loaded.head.owner, loaded.head.wake_at, id)


def _renamed(event: ev.Event, id: str) -> ev.Event:
    if isinstance(event, ev.TurnFinished) and event.snapshot is not None:
        snapshot: dict[str, Any] = dict(event.snapshot)
        snapshot["conversation"] = {**snapshot["conversation"], "id": id}
        snapshot["waits"] = [[_named(wait[0], id), *wait[1:]] for wait in snapshot["waits"]]
        return replace(event, snapshot=snapshot)
    return event


def _named(wait: str, id: str) -> str:
    return f"{id}.{wait.rpartition('.')[2]}"
