"""What the tests of journals write: real events, sealed and chained."""

import asyncio
from collections.abc import Awaitable, Coroutine, Sequence
from typing import Any

from segue.run.codec import Record, seal
from segue.run.events import MessageReceived
from segue.run.journal import ActionRow, ActionStatus, Append, Journal, Loaded, Parcel

LEASE = 1000


def parcel(id: str = "1", body: bytes = b'"hello"', **rest: Any) -> Parcel:
    values: dict[str, Any] = {"source": "web", "kind": "message", "at": 5}
    return Parcel(id=id, body=body, **(values | rest))


def action(
    identity: str, status: ActionStatus = "open", *, conversation: str = "c", **rest: Any
) -> ActionRow:
    values: dict[str, Any] = {
        "turn": 1,
        "began": 1,
        "seq": 1,
        "action": "refund",
        "object": "",
        "call": "digest of the arguments",
        "generation": 0,
        "at": 100,
    }
    return ActionRow(identity, conversation, status=status, **(values | rest))


class Pen:
    """A writer of one conversation: it makes appends that build on one another."""

    def __init__(self, loaded: Loaded) -> None:
        self.conversation = loaded.head.conversation
        self.token = loaded.head.token
        self.seq = loaded.head.seq
        self.hash = loaded.head.hash

    def append(self, *texts: str, taken: Sequence[str] = (), **rest: Any) -> Append:
        """An event for each text. `taken` names parcels, by their id, that became the last event."""
        expect, records = self.seq, list[Record]()
        for text in texts:
            self.seq += 1
            event = MessageReceived("web", str(self.seq), text=text)
            record, self.hash = seal(self.seq, 100 + self.seq, event, self.hash)
            records.append(record)
        values: dict[str, Any] = {
            "base": 1,
            "owner": "ai",
            "epoch": 0,
            "wake_at": None,
            "at": 100 + self.seq,
            "taken": [("web", id, self.seq) for id in taken],
        }
        return Append(self.conversation, self.token, expect, records, hash=self.hash, **(values | rest))


async def written(journal: Journal, append: Append) -> None:
    """An append as a call like any other, which is made when it is awaited."""
    await journal.append(append)


async def together(*calls: Coroutine[Any, Any, Any]) -> list[Any]:
    """What becomes of calls that are made in the same turn of the loop, in this order."""
    return list(await asyncio.gather(*calls, return_exceptions=True))


async def outcomes(journal: Journal, *appends: Append) -> list[Any]:
    return await together(*(written(journal, append) for append in appends))


async def pen(journal: Journal, conversation: str, *, owner: str = "me", now: int = 0) -> Pen:
    """Claim a conversation, which need not be there yet, in order to write it."""
    loaded = await journal.claim(conversation, owner, now, LEASE, create=True)
    assert loaded is not None
    return Pen(loaded)


async def token(claim: Awaitable[Loaded | None]) -> int | None:
    """What a claim gives to write with, if anything."""
    loaded = await claim
    return loaded.head.token if loaded is not None else None
