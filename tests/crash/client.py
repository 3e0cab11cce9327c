"""The desk's tool for the payment service, with a point at which it can be killed wherever something has happened."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from tests.crash.points import Process
from tests.crash.service import Answer, Pay, Service, Sign


class Refused(Exception):
    """The service says that it has not paid and will not."""


class Unavailable(Exception):
    """There was no answer, or none that tells anything."""


class Line(Protocol):
    """The way to the service. What is sent arrives, also when whoever sent it is gone at once."""

    def pay(self, call: Pay) -> AsyncIterator[Sign]: ...

    def look_up(self, key: str, order: str) -> AsyncIterator[Sign]: ...


class Payments:
    """Connected to a service, and to the process that the desk runs in, before the desk is opened."""

    def connect(self, line: Line, process: Process) -> "Payments":
        """Use this line from now on, on behalf of this process."""
        self._line = line
        self._process = process
        return self

    async def pay(self, order: str, amount: int, key: str = "") -> str:
        """Pay a refund; its reference. Refused, or Unavailable, after which nobody knows."""
        await self._process.reaches("call")
        answer = await _heard(self._line.pay(Pay(order, amount, key)), self._process)
        if answer.status == 409:
            raise Refused(answer.body["error"])
        if answer.status != 201:
            raise Unavailable(f"the answer is {answer.status}")
        return str(answer.body["reference"])

    async def find(self, key: str, order: str) -> str | None:
        """The reference of the refund that was paid under this key; None while there is none to be seen."""
        await self._process.reaches("lookup")
        answer = await _heard(self._line.look_up(key, order), self._process, "lookup ")
        if answer.status not in (200, 404):
            raise Unavailable(f"the answer is {answer.status}")
        return str(answer.body["reference"]) if answer.status == 200 else None


async def _heard(signs: AsyncIterator[Sign], process: Process, of: str = "") -> Answer:
    async for sign in signs:
        if isinstance(sign, Answer):
            await process.reaches(f"{of}answer")
            return sign
        await process.reaches(f"{of}{sign or 'dropped'}")
    raise Unavailable("the connection was dropped")


class Direct:
    """The service runs on the same loop, and lives on. Connecting takes `dials` seconds before something is paid."""

    def __init__(self, service: Service, dials: float = 0.0) -> None:
        self._service = service
        self._dials = dials

    def pay(self, call: Pay) -> AsyncIterator[Sign]:
        return self._signs(lambda: self._service.pay(call), self._dials)

    def look_up(self, key: str, order: str) -> AsyncIterator[Sign]:
        return self._signs(lambda: self._service.look_up(key, order))

    async def _signs(
        self, send: "Callable[[], asyncio.Queue[Sign]]", dials: float = 0.0
    ) -> AsyncIterator[Sign]:
        await asyncio.sleep(dials)
        yield "connected"
        queue = send()
        yield "sent"
        while (sign := await queue.get()) is not None:
            yield sign


class Loopback:
    """The service is a process of its own, at this address."""

    def __init__(self, url: str) -> None:
        self._host, self._port = urlsplit(url).hostname, urlsplit(url).port

    def pay(self, call: Pay) -> AsyncIterator[Sign]:
        return self.asks("POST", "/refunds", {"order": call.order, "amount": call.amount}, call.key)

    def look_up(self, key: str, order: str) -> AsyncIterator[Sign]:
        return self.asks("GET", f"/refunds?{urlencode({'key': key, 'order': order})}")

    async def asks(self, method: str, target: str, body: Any = None, key: str = "") -> AsyncIterator[Sign]:
        """Make a request; the signs of what becomes of it."""
        try:
            reader, writer = await asyncio.open_connection(self._host, self._port)
        except OSError as error:
            raise Unavailable(str(error)) from error
        yield "connected"
        try:
            data = json.dumps(body).encode() if body is not None else b""
            head = f"{method} {target} HTTP/1.1\r\nHost: payments\r\nContent-Length: {len(data)}\r\n"
            head += f"Idempotency-Key: {key}\r\n" if key else ""
            writer.write(f"{head}\r\n".encode() + data)
            await writer.drain()
            yield "sent"
            while sign := await _sign(reader):
                yield sign
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            raise Unavailable(str(error)) from error
        finally:
            writer.close()


async def _sign(reader: asyncio.StreamReader) -> Sign:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    status = int(first.split(" ")[1])
    if status == 102:
        return headers["sign"]
    return Answer(status, json.loads(await reader.readexactly(int(headers["content-length"]))))
