"""The payment service as a process: plain HTTP on this machine, killed by nobody.

    python -m tests.crash.payments --db FILE --kind "lookup that settles" --settles 2

    POST /refunds        {"order", "amount"}, Idempotency-Key: ...    201, or whatever fault is planned
    GET  /refunds?key=&order=                                        200, 404 while it cannot be seen
    GET  /effects                                                    everything that really took place
    POST /faults         {"order", "pay": [...], "lookup": [...]}     what happens to the next calls

While a refund is under way it says so with `102 Processing`, once when it is received and once when it has taken
effect, so that a caller can be killed exactly there. It ends when its standard input does.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.crash.back_end import Faults, back_ends
from tests.crash.service import Answer, Pay, Service, Sign


async def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.crash.payments")
    options.add_argument("--db", required=True, help="its books, a SQLite file")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--kind", choices=tuple(back_ends(0)), required=True)
    options.add_argument("--settles", type=float, default=2.0, help="seconds")
    options.add_argument(
        "--patience", type=float, default=1.0, help="seconds that callers wait for an answer"
    )
    options.add_argument("--seed", default="", help="draw a fault for every call")
    given = options.parse_args()
    kind = back_ends(given.settles)[given.kind]
    service = Service(given.db, kind, Faults(given.seed), given.patience)
    server = await asyncio.start_server(_Front(service).serve, "127.0.0.1", given.port)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()
    service.close()


class _Front:
    """One request for each connection."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            signs = self._signs(*await _request(reader))
            answering = asyncio.create_task(_answer(signs, writer))
            hanging_up = asyncio.create_task(reader.read())
            # Whoever called may be gone; the call takes its course all the same.
            await asyncio.wait((answering, hanging_up), return_when=asyncio.FIRST_COMPLETED)
            answering.cancel()
            hanging_up.cancel()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # nothing was asked
        finally:
            writer.close()

    def _signs(self, method: str, target: str, key: str, body: dict[str, Any]) -> "asyncio.Queue[Sign]":
        path = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(path.query).items()}
        match method, path.path:
            case "POST", "/refunds":
                return self._service.pay(Pay(body["order"], body["amount"], key))
            case "GET", "/refunds":
                return self._service.look_up(query["key"], query["order"])
            case "GET", "/effects":
                return _at_once(Answer(200, {"effects": [asdict(one) for one in self._service.effects()]}))
            case "POST", "/faults":
                self._service.faults.plan(**body)
                return _at_once(Answer(200, {}))
            case _:
                return _at_once(Answer(404, {"error": "there is nothing here"}))


async def _answer(signs: "asyncio.Queue[Sign]", writer: asyncio.StreamWriter) -> None:
    while (sign := await signs.get()) is not None:
        writer.write(_written(sign))
        if isinstance(sign, Answer):
            return


def _at_once(answer: Answer) -> "asyncio.Queue[Sign]":
    signs: asyncio.Queue[Sign] = asyncio.Queue()
    signs.put_nowait(answer)
    return signs


async def _request(reader: asyncio.StreamReader) -> tuple[str, str, str, dict[str, Any]]:
    """Method, target, key and body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return method, target, headers.get("idempotency-key", ""), json.loads(body or b"{}")


def _written(sign: str | Answer) -> bytes:
    if isinstance(sign, str):
        return f"HTTP/1.1 102 Processing\r\nSign: {sign}\r\n\r\n".encode()
    body = json.dumps(sign.body).encode()
    head = f"HTTP/1.1 {sign.status} Answer\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


if __name__ == "__main__":
    asyncio.run(main())
