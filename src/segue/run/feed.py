"""Feed: tells whoever watches a conversation what happened, once it is durable."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self, TypeAlias

from segue.run.codec import Happened, Record
from segue.run.journal import Journal

Reader: TypeAlias = Callable[[Sequence[Record]], Sequence[Happened]]

CLOSED = object()


class Feed:
    """Fed by the office with what has become durable; read by following a conversation from any event on."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[asyncio.Queue[object]]] = defaultdict(set)
        self.closed = False

    def publish(self, conversation: str, happened: Sequence[Happened]) -> None:
        """These events are durable now."""
        for queue in self._watchers.get(conversation, ()):
            for one in happened:
                queue.put_nowait(one)

    def trouble(self, conversation: str, what: Exception) -> None:
        """Something cannot be written down just now; watchers hear of it at once, and nothing is lost."""
        for queue in self._watchers.get(conversation, ()):
            queue.put_nowait(what)

    def close(self) -> None:
        """End every follower, those to come too once they have read the past."""
        self.closed = True
        for queues in self._watchers.values():
            for queue in queues:
                queue.put_nowait(CLOSED)

    @contextmanager
    def watch(self, conversation: str) -> "Iterator[Watch]":
        """Whatever becomes durable from now on, while this is open.

        An exception in between says that something cannot be written down just now.
        """
        watch = Watch(self)
        self._watchers[conversation].add(watch.queue)
        try:
            yield watch
        finally:
            self._watchers[conversation].discard(watch.queue)
            if not self._watchers[conversation]:
                del self._watchers[conversation]

    async def follow(
        self, journal: Journal, read: Reader, conversation: str, after: int = 0
    ) -> AsyncIterator[Happened | Exception]:
        """Every event above `after`, those of the past first, each exactly once, in order; then as they come."""
        with self.watch(conversation) as coming:
            seen = after
            while records := await journal.read(conversation, seen):
                for happened in read(records):
                    seen = happened.seq
                    yield happened
            async for item in coming:
                if isinstance(item, Exception):
                    yield item
                elif item.seq > seen:
                    seen = item.seq
                    yield item


class Watch:
    """What becomes durable, one after the other; over when the feed is closed and all that came before is read."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self.queue: asyncio.Queue[object] = asyncio.Queue()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Happened | Exception:
        while (
            not (self._feed.closed and self.queue.empty()) and (item := await self.queue.get()) is not CLOSED
        ):
            if isinstance(item, Happened | Exception):
                return item
        raise StopAsyncIteration
