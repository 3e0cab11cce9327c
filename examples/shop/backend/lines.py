"""Which TCP connection carries which request, so that a fault can cut it in the middle."""

import asyncio

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_lines: dict[object, asyncio.Transport] = {}


class Line(H11Protocol):
    """uvicorn's HTTP protocol, which also remembers its open connections."""

    # uvicorn narrows the type of the transport in the same way.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _lines[self.client, self.server] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _lines.pop((self.client, self.server), None)
        super().connection_lost(exc)


def is_open(scope: Scope) -> bool:
    return (scope["client"], scope["server"]) in _lines


async def cut(scope: Scope, receive: Receive) -> None:
    """Drop the caller's connection without an answer, and wait until it is gone."""
    _lines[scope["client"], scope["server"]].abort()
    while (await receive())["type"] != "http.disconnect":
        pass
