"""Faults that can be switched on while a service runs, and the log of what it was asked.

`POST /_faults` sets one fault (or none), `GET /_calls` reads the log, `POST /_reset` puts the whole shop back
to where it began. Paths that begin with an underscore are never disturbed and never logged.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from examples.shop.backend.lines import cut, is_open
from examples.shop.backend.refusal import body
from examples.shop.backend.tamper import garbage, of_another

Mode = Literal["slow", "down", "busy", "wrong", "lost", "error"]


class Fault(BaseModel):
    """What goes wrong, with which calls, how often.

    slow:  work begins after `seconds`, or when the fault is taken away, even if the caller has gone by then
    down:  the connection is dropped and nothing is done
    busy:  503, nothing is done
    wrong: done, but the answer is about something else (`kind` other) or no JSON (`kind` garbage)
    lost:  done, but the connection is dropped before the answer
    error: 500, nothing is done
    """

    model_config = ConfigDict(extra="forbid")

    mode: Mode | None = None
    seconds: float = 5.0
    times: int | None = None
    path: str = "/"
    method: str | None = None
    kind: Literal["other", "garbage"] = "other"


@dataclass
class Call:
    method: str
    path: str
    query: str
    key: str | None
    status: int | None = None
    """What the service decided; None if it was not asked."""
    sent: bool = False
    """Whether the caller was given that answer."""
    fault: Mode | None = None


class Faulty:
    """A service with faults around it."""

    def __init__(self, app: ASGIApp, reset: Callable[[], None]) -> None:
        self._app = app
        self._reset = reset
        self._fault = Fault()
        self._changed = asyncio.Event()
        self._calls: deque[Call] = deque(maxlen=10_000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in ("/_faults", "/_calls", "/_reset"):
            response = await self._admin(Request(scope, receive))
            await response(scope, receive, send)
        elif scope["path"].startswith("/_"):
            await self._app(scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    def set(self, fault: Fault) -> None:
        """From now on, this. Calls that a slow fault holds up go on."""
        self._fault = fault
        self._changed.set()
        self._changed = asyncio.Event()

    def forget(self) -> None:
        self.set(Fault())
        self._calls.clear()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        # Read before anything is held up: a caller that gives up takes an unread question with it.
        asked = await request.body()
        call = Call(request.method, scope["path"], request.url.query, request.headers.get("idempotency-key"))
        self._calls.append(call)
        fault = self._take_fault(call)
        call.fault = fault.mode
        match fault.mode:
            case "down":
                return await cut(scope, receive)
            case "busy" | "error":
                status, code = (503, "busy") if fault.mode == "busy" else (500, "internal_error")
                call.status, call.sent = status, True
                return await body(status, code, "a fault was switched on")(scope, receive, send)
            case "slow":
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), fault.seconds)
        answer = await self._ask(scope, asked)
        call.status = answer.status_code
        if fault.mode == "lost":
            return await cut(scope, receive)
        if fault.mode == "wrong":
            answer = garbage() if fault.kind == "garbage" else of_another(answer)
        # A caller that gave up has closed its connection, and nobody will be told.
        call.sent = is_open(scope)
        await answer(scope, receive, send)

    async def _ask(self, scope: Scope, asked: bytes) -> Response:
        """The service's whole answer, held back."""
        messages: list[Message] = []

        async def give() -> Message:
            return {"type": "http.request", "body": asked, "more_body": False}

        async def hold(message: Message) -> None:
            messages.append(message)

        await self._app(scope, give, hold)
        content = b"".join(m.get("body", b"") for m in messages if m["type"] == "http.response.body")
        return Response(content, messages[0]["status"], media_type="application/json")

    def _take_fault(self, call: Call) -> Fault:
        fault = self._fault
        if fault.mode is None or fault.times == 0:
            return Fault()
        if not call.path.startswith(fault.path) or fault.method not in (None, call.method):
            return Fault()
        if fault.times is not None:
            fault.times -= 1
        return fault

    async def _admin(self, request: Request) -> Response:
        match request.method, request.url.path:
            case "POST", "/_faults":
                try:
                    self.set(Fault.model_validate_json(await request.body()))
                except ValidationError as wrong:
                    return body(422, "bad_request", str(wrong))
                return JSONResponse(self._fault.model_dump())
            case "GET", "/_faults":
                return JSONResponse(self._fault.model_dump())
            case "GET", "/_calls":
                return JSONResponse([asdict(call) for call in self._calls])
            case "POST", "/_reset":
                self._reset()
                return JSONResponse({})
            case method, path:
                return body(404, "no_such_route", f"{method} {path}")
