"""Feed: tells whoever watches a conversation what happened, once it is durable."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeAlias

from segue.run.codec import Happened, Record
from segue.run.journal import Journal

Reader: TypeAlias = Callable[[Sequence[Record]], Sequence[Happened]]

CLOSED = object()


class Feed:
    """Fed by the office with what has become durable; read by following a conversation from any event on."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[asyncio.Queue[object]]] = defaultdict(set)
        self._closed = False

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
        self._closed = True
        for queues in self._watchers.values():
            for queue in queues:
                queue.put_nowait(CLOSED)

    async def follow(
        self, journal: Journal, read: Reader, conversation: str, after: int = 0
    ) -> AsyncIterator[Happened | Exception]:
        """Every event above `after`, those of the past first, each exactly once, in order; then as they come.

        An exception in between says that something cannot be written down just now.
        """
        queue: asyncio.Queue[object] = asyncio.Queue()
        self._watchers[conversation].add(queue)
        try:
            seen = after
            while records := await journal.read(conversation, seen):
                for happened in read(records):
                    seen = happened.seq
                    yield happened
            # What was published before the end is still shown.
            while not (self._closed and queue.empty()) and (item := await queue.get()) is not CLOSED:
                if isinstance(item, Exception):
                    yield item
                elif isinstance(item, Happened) and item.seq > seen:
                    seen = item.seq
                    yield item
        finally:
            self._watchers[conversation].discard(queue)
            if not self._watchers[conversation]:
                del self._watchers[conversation]
