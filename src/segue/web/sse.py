"""Server-sent events: how a stream is spelled, kept alive, and ended."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import StreamingResponse

from segue.errors import BadInput, Draining
from segue.run.codec import Happened
from segue.run.office import Office

HEARTBEAT = 15.0
"""Seconds of silence after which a sign of life is sent, so that no proxy takes the line for dead."""

COMMENT = ": still here\n\n"

RETRY = 1000
"""Milliseconds after which a client should connect again."""

HIGHEST = 2**53
"""The last sequence number that every client can spell."""

_LINES = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Sent:
    """One event of a stream. Without `id` it is transient: who resumes does not get it again."""

    data: str
    event: str = ""
    id: int | None = None

    def __str__(self) -> str:
        lines = [f"data: {line}" for line in _LINES.split(self.data)]
        if self.event:
            lines.insert(0, f"event: {self.event}")
        if self.id is not None:
            lines.insert(0, f"id: {self.id}")
        return "\n".join(lines) + "\n\n"


def resume_after(request: Request, after: int) -> int:
    """From which event on: what the client saw last, else what the address says."""
    last = request.headers.get("last-event-id", "").strip()
    if not last:
        return after
    if not last.isascii() or not last.isdecimal() or len(last) > 16:
        raise BadInput("Last-Event-ID must be the id of an event of this stream")
    return int(last)


async def stream(
    office: Office,
    conversation: str,
    after: int,
    show: Callable[[Happened | Exception], Sent | None],
    heartbeat: float = HEARTBEAT,
    beat: str = COMMENT,
) -> StreamingResponse:
    """Everything after an event, then whatever happens, as `show` spells it, until the desk shuts down.

    `beat` is sent after `heartbeat` seconds without anything.
    """
    if office.draining:
        raise Draining("the desk is shutting down; please connect again in a moment")
    await office.journal.head(conversation)  # NotFound while it can still be said
    body = _body(office.follow(conversation, after), show, heartbeat, beat)
    return StreamingResponse(body, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _body(
    happening: AsyncIterator[Happened | Exception],
    show: Callable[[Happened | Exception], Sent | None],
    heartbeat: float,
    beat: str,
) -> AsyncGenerator[str, None]:
    yield f"retry: {RETRY}\n\n"
    following: asyncio.Task[Happened | Exception] | None = None
    try:
        while True:
            following = following or asyncio.ensure_future(anext(happening))
            done, _ = await asyncio.wait({following}, timeout=heartbeat)
            if not done:
                yield beat
                continue
            try:
                happened = following.result()
            except StopAsyncIteration:
                yield f"retry: {RETRY}\n\n"
                return
            finally:
                following = None
            if (sent := show(happened)) is not None:
                yield str(sent)
    finally:
        if following is not None:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        if isinstance(happening, AsyncGenerator):
            await happening.aclose()
