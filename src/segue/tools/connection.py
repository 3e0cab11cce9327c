"""A connection to an MCP server: one session, held by a task of its own.

The SDK's contexts must be left in the task that entered them, while any step may open or lose a connection.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, TextIO

import anyio
import httpx2
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import (
    CONNECTION_CLOSED,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    CallToolResult,
    EmbeddedResource,
    ResourceLink,
    TextContent,
    TextResourceContents,
    Tool,
    ToolListChangedNotification,
)

from segue.run.mishaps import words_of
from segue.tools.result import Answer
from segue.tools.reviewed import Definition
from segue.tools.target import Lost, Rejected, Stdio, Target

LARGEST = 32_000_000
"""Bytes of an answer over HTTP that are read at all."""

PAGES = 100
"""Pages of a list of tools: a server that never ends its list is not listened to for ever."""


class Connection:
    """An open session with a server."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._client: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
        self._enough = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.stale = False  # has the server said that its tools are others now?

    async def open(self, within: float) -> None:
        """Connect; whatever stands in the way is raised, TimeoutError after so many seconds."""
        self._task = asyncio.get_running_loop().create_task(self._hold())
        try:
            async with asyncio.timeout(within):
                await asyncio.shield(self._client)
        except BaseException:
            self.leave()
            raise

    @property
    def alive(self) -> bool:
        return self._task is not None and not self._task.done() and not self._enough.is_set()

    async def tools(self) -> list[Definition]:
        """What the server offers now."""
        client, found, cursor = self._client.result(), list[Definition](), None
        self.stale = False
        for _ in range(PAGES):
            page = await client.list_tools(cursor=cursor, cache_mode="refresh")
            found += map(_definition, page.tools)
            cursor = page.next_cursor
            if cursor is None:
                return found
        raise ConnectionError(f"its list of tools has more than {PAGES} pages")

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Answer:
        """Call a tool; Rejected when the server says that it did not begin, Lost when it is gone."""
        try:
            result = await self._client.result().call_tool(tool, dict(arguments))
        except MCPError as error:
            if error.code in (INVALID_PARAMS, METHOD_NOT_FOUND):
                raise Rejected(error.message) from error
            if error.code in (CONNECTION_CLOSED, INVALID_REQUEST):  # the latter: it has forgotten our session
                raise Lost(error.message) from error
            raise
        except (
            OSError,
            httpx2.TransportError,
            anyio.ClosedResourceError,
            anyio.BrokenResourceError,
        ) as error:
            raise Lost(words_of(error)) from error
        return _answer(result)

    def leave(self) -> "asyncio.Task[None] | None":
        """Close it; a process that does not want to end takes a few seconds, which nobody needs to wait for."""
        self._enough.set()
        if self._task is not None and not self._client.done():
            self._task.cancel()
        return self._task

    async def _hold(self) -> None:
        try:
            async with AsyncExitStack() as stack:
                transport = await stack.enter_async_context(_transport(self._target))
                client = Client(transport, message_handler=self._told, cache=None)
                self._client.set_result(await stack.enter_async_context(client))
                await self._enough.wait()
        except BaseException as error:  # into the future, for whoever opens it
            if isinstance(error, asyncio.CancelledError):
                raise
            if not self._client.done():
                self._client.set_exception(_innermost(error))
                self._client.exception()  # looked at, also when nobody waits any more

    async def _told(self, message: Any) -> None:
        self.stale = self.stale or isinstance(message, ToolListChangedNotification)


@asynccontextmanager
async def _transport(target: Target) -> AsyncIterator[Any]:
    """What the SDK reaches a server with."""
    if isinstance(target, Stdio):
        parameters = StdioServerParameters(
            command=target.command,
            args=[*target.args],
            env=dict(target.env),
            # One byte that is no UTF-8 would otherwise end the whole connection.
            encoding_error_handler="replace",
        )
        with _complaints() as complaints:
            yield stdio_client(parameters, errlog=complaints)
        return
    timeout = httpx2.Timeout(30, read=None)  # how long an answer may take, each call says itself
    hooks = {"response": [_bound]}
    async with httpx2.AsyncClient(headers=dict(target.headers), timeout=timeout, event_hooks=hooks) as client:
        yield streamable_http_client(target.url, http_client=client, max_sse_event_size=LARGEST)


async def _bound(response: httpx2.Response) -> None:
    """Let an answer that is too large be cut off while it comes in, and not when it is there."""
    if "event-stream" not in response.headers.get("content-type", ""):  # the SDK bounds each event
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _BoundedStream(response.stream)


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._inner:
            size += len(part)
            if size > LARGEST:
                raise httpx2.ReadError(f"the answer has more than {LARGEST} bytes")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


@contextmanager
def _complaints() -> Iterator[TextIO]:
    """Where a process writes its complaints: to our own, unless something that is no file stands for them."""
    try:
        sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):
        with open(os.devnull, "w") as nowhere:
            yield nowhere
    else:
        yield sys.stderr


def _definition(tool: Tool) -> Definition:
    annotations = tool.annotations.model_dump(by_alias=True, exclude_none=True) if tool.annotations else {}
    return Definition(
        name=tool.name,
        inputSchema=tool.input_schema,
        title=tool.title or "",
        description=tool.description or "",
        outputSchema=tool.output_schema,
        annotations=annotations,
    )


def _answer(result: CallToolResult) -> Answer:
    return Answer("\n".join(map(_text, result.content)), result.structured_content, result.is_error)


def _text(block: Any) -> str:
    """A part of an answer; what is no text is named and left out."""
    if isinstance(block, TextContent):
        return block.text
    if isinstance(block, EmbeddedResource):
        if isinstance(block.resource, TextResourceContents):
            return block.resource.text
        kind, size = block.resource.mime_type, len(block.resource.blob) * 3 // 4
    elif isinstance(block, ResourceLink):
        return f"[a link to {block.uri}]"
    else:  # an image or a sound
        kind, size = block.mime_type, len(block.data) * 3 // 4
    return f"[{kind or 'binary data'} of {size} bytes, left out]"


def _innermost(error: BaseException) -> BaseException:
    """What went wrong: task groups put it into groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
