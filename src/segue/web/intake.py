"""Intake: what is held for every request before anything reads it, and for every answer that leaves."""

from collections.abc import Callable
from typing import Any

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 256 * 1024
"""Bytes of a request's body."""

PATIENCE = 64
"""How many times that much is read, and thrown away, before the line is cut."""

SECURITY = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Intake:
    """Refuses what is too large or no JSON before it is parsed, and adds the headers of every answer."""

    def __init__(
        self, app: ASGIApp, on_surprise: Callable[[Request, Exception], Response], largest: int = LARGEST
    ) -> None:
        self.app = app
        self.on_surprise = on_surprise
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sender = _WithHeaders(send)
        try:
            await self._let_in(scope, receive, sender)
        except Exception as error:  # the last place where it can be said politely
            if sender.started:
                raise
            await self.on_surprise(Request(scope), error)(scope, receive, sender)

    async def _let_in(self, scope: Scope, receive: Receive, sender: Send) -> None:
        if scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, sender)
            return
        headers = Headers(scope=scope)
        body = await _read(receive, headers, self.largest)
        if body is None:
            await _refuse(
                sender, 413, "too_large", f"a request may have {self.largest // 1024} kB; this one has more"
            )
        elif scope["path"].startswith("/api/") and body and not _is_json(headers):
            await _refuse(sender, 415, "not_json", "send JSON, with Content-Type: application/json")
        else:
            await self.app(scope, _Replay(body, receive), sender)


class _WithHeaders:
    """Adds what every answer has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store")
        await self._send(message)


class _Replay:
    """Gives a body that was read once more; then whatever else the server has to say."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


async def _read(receive: Receive, headers: Headers, largest: int) -> bytes | None:
    """The whole body, however it is sent; None when it is larger than that.

    What is too much is read all the same, up to a point, and thrown away: many clients do not look at an
    answer before they have sent everything.
    """
    length = headers.get("content-length", "")
    announced = int(length) if length.isdecimal() and len(length) < 16 else 0
    if announced > largest * PATIENCE or (announced > largest and "expect" in headers):
        return None
    parts: list[bytes] = []
    size = 0
    while size <= largest * PATIENCE:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            break
        body: bytes = message.get("body", b"")
        size += len(body)
        if size <= largest:
            parts.append(body)
        if not message.get("more_body", False):
            break
    return b"".join(parts) if size <= largest else None


def _is_json(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


async def _refuse(send: Send, status: int, error: str, detail: str) -> None:
    body = orjson.dumps({"error": error, "detail": detail})
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
