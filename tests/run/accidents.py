"""A journal with the accidents of a disk: slow, full, troubled, and with whatever a crash leaves of what was queued."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from tests.run.seeing import Seen

from segue.errors import JournalUnavailable
from segue.run.journal import Append, Loaded
from segue.testing.virtual_time import VirtualLoop


class Disk:
    """One journal that outlives offices. It may be slow (`lag` ms) and full."""

    def __init__(self, journal: Any, loop: VirtualLoop, seen: Seen, lag: int) -> None:
        self.journal, self.loop, self.seen, self.lag = journal, loop, seen, lag
        self.users = 0
        self.shared = False  # from the first rival on
        self.full_after = -1
        self.full_for = 0
        self.trouble = 0
        self._queue: list[tuple[Append, asyncio.Future[None]]] = []

    async def open(self) -> None:
        if self.users == 0:
            await self._outside(self.journal.open)
        self.users += 1

    async def close(self) -> None:
        self.users -= 1
        if self.users == 0:
            self.commit()
            await self._outside(self.journal.close)

    async def claim(self, conversation: str, *args: Any, **kwargs: Any) -> Loaded | None:
        self.commit()
        self._troubled()
        loaded: Loaded | None = await self._outside(self.journal.claim, conversation, *args, **kwargs)
        if loaded is not None:
            before, token = self.seen.tokens.get(conversation, 0), loaded.head.token
            self.seen.hold(token > before, f"the token of {conversation} went from {before} to {token}")
            self.seen.tokens[conversation] = token
        return loaded

    def append(self, append: Append) -> asyncio.Future[None]:
        future: asyncio.Future[None] = self.loop.create_future()
        self._queue.append((append, future))
        if self.lag:
            self.loop.call_later(self.lag / 1000, self.commit)
        else:
            self.commit()
        return future

    def commit(self, most: int | None = None) -> None:
        """Write what is queued, in order."""
        queue, self._queue = self._queue[:most], self._queue[most:] if most is not None else []
        for append, future in queue:
            if self._is_full():
                _settle(future, JournalUnavailable("the disk is full"))
                continue
            self.loop.outside += 1
            self.journal.append(append).add_done_callback(self._written(append, future))

    def crash(self, writers: set[tuple[str, int]], kept: int) -> None:
        """A process is gone; of all that was queued so many appends reach the disk, and of the others not its own."""
        self.commit(kept)
        self._queue = [
            (one, done) for one, done in self._queue if (one.conversation, one.token) not in writers
        ]

    async def ask(self, name: str, *args: Any) -> Any:
        """Ask the journal something for the harness, whatever trouble offices have with it."""
        self.commit()
        return await self._outside(getattr(self.journal, name), *args)

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.journal, name)

        async def outside(*args: Any, **kwargs: Any) -> Any:
            self.commit()
            self._troubled()
            return await self._outside(call, *args, **kwargs)

        return outside

    def _troubled(self) -> None:
        if self.trouble:
            self.trouble -= 1
            raise JournalUnavailable("the disk is busy")

    async def _outside(self, call: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        if self.lag:
            await asyncio.sleep(0)
        # In a task of its own: when whoever called is gone, a thread that writes goes on all the same.
        task = asyncio.ensure_future(call(*args, **kwargs))
        self.loop.outside += 1
        task.add_done_callback(self._came_back)
        answer = await asyncio.shield(task)
        if self.lag:
            await asyncio.sleep(0)
        return answer

    def _came_back(self, task: "asyncio.Future[Any]") -> None:
        self.loop.outside -= 1
        if not task.cancelled():
            task.exception()  # whoever called may not be there to hear of it

    def _is_full(self) -> bool:
        self.full_after -= 1
        if self.full_after < -1:
            self.full_after = -1
        if self.full_after == -1 and self.full_for:
            self.full_for -= 1
            return True
        return False

    def _written(
        self, append: Append, future: asyncio.Future[None]
    ) -> Callable[[asyncio.Future[None]], None]:
        def done(inner: asyncio.Future[None]) -> None:
            self.loop.outside -= 1
            error = None if inner.cancelled() else inner.exception()
            if error is None:
                for record in append.records:
                    envelope = orjson.loads(record.envelope)
                    if envelope["k"] in ("StepFinished", "StepFailed"):
                        call = (append.conversation, envelope["turn"], envelope["path"], envelope["attempt"])
                        self.seen.results.add(call)
            _settle(future, error)

        return done


def _settle(future: asyncio.Future[None], error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
        future.exception()  # whoever asks hears of it; nobody has to
