"""A model over HTTP, scripted: it speaks OpenAI's chat completions, also streamed, and breaks as it is told.

with serving("Hello", Calls("find_order", {"number": 7}), Fails(429, {"retry-after": "1"}), "Done") as server:
    ...  # ask at server.url; server.requests holds what was asked

The server has a thread of its own, so that it answers tests of any kind, and desks in other processes.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Says:
    """An answer in words, with what it took; `model` is what the server calls itself, if not what it was called."""

    text: str
    tokens: tuple[int, int] = (100, 20)
    model: str | None = None


@dataclass(frozen=True)
class Calls:
    """A call of one tool; arguments that are text are sent as they are, however wrong."""

    tool: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict)


@dataclass(frozen=True)
class Fails:
    """An answer with a status, the headers and the body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | bytes = field(default_factory=lambda: {"error": {"message": "no luck"}})


@dataclass(frozen=True)
class Sends:
    """Status 200, and this for a body."""

    body: bytes
    kind: str = "application/json"


@dataclass(frozen=True)
class Hangs:
    """Nothing for so many seconds, then the answer."""

    seconds: float = 3600
    then: "Answer" = "late"


@dataclass(frozen=True)
class Breaks:
    """The first half of an answer; then the connection ends, `politely` as if that were all."""

    answer: "Answer" = "half of this is lost"
    politely: bool = False


Answer: TypeAlias = str | Says | Calls | tuple[Calls, ...] | Fails | Sends | Hangs | Breaks
Script: TypeAlias = Callable[[dict[str, Any]], Answer]


class ModelServer:
    """`requests` holds the body of every request, `headers` its headers (names in small letters)."""

    def __init__(self, script: Script) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self._script = script
        self._open: set[asyncio.Task[None]] = set()

    async def serve(self, told: Callable[[], None], over: asyncio.Event) -> None:
        """Answer until it is over."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=64 * 1024 * 1024)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        told()
        await over.wait()
        server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                await self._answer(reader, writer)
        self._open.discard(task)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if not first.startswith("POST /v1/chat/completions "):
            await _send(writer, 404, {}, b'{"error": {"message": "no such path"}}')
            return
        request = json.loads(body)
        self.headers.append(headers)
        self.requests.append(request)
        answer = self._script(request)
        if isinstance(answer, Hangs):
            await asyncio.sleep(answer.seconds)
            answer = answer.then
        await _give(writer, request, answer)


@contextmanager
def serving(*answers: Answer | Script) -> Iterator[ModelServer]:
    """A server that gives these answers in turn, or what one function makes of each request."""
    script = answers[0] if len(answers) == 1 and callable(answers[0]) else _in_turn(answers)
    server = ModelServer(script)
    loop = asyncio.new_event_loop()
    over, ready = asyncio.Event(), threading.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(ready.set, over),))
    thread.start()
    ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()


def _in_turn(answers: tuple[Any, ...]) -> Script:
    left = iter(answers)
    spent = Fails(500, {}, {"error": {"message": "the script has no answer left"}})
    return lambda _: next(left, spent)


async def _give(writer: asyncio.StreamWriter, request: dict[str, Any], answer: Answer) -> None:
    match answer:
        case Fails(status, headers, body):
            await _send(
                writer, status, headers, body if isinstance(body, bytes) else json.dumps(body).encode()
            )
        case Sends(body, kind):
            await _send(writer, 200, {"content-type": kind}, body)
        case Breaks(inner, politely):
            await _break_off(writer, request, inner, politely)
        case Hangs():
            raise TypeError("what hangs, hangs once")
        case _:
            if request.get("stream"):
                await _stream(writer, [*chunks(request, answer), b"data: [DONE]\n\n"])
                writer.write(b"0\r\n\r\n")
                await writer.drain()
            else:
                await _send(writer, 200, {}, json.dumps(completion(request, answer)).encode())


async def _break_off(
    writer: asyncio.StreamWriter, request: dict[str, Any], answer: Answer, politely: bool
) -> None:
    if request.get("stream"):
        parts = chunks(request, answer)
        await _stream(writer, parts[: len(parts) // 2])
        if politely:
            writer.write(b"0\r\n\r\n")
    else:
        body = json.dumps(completion(request, answer)).encode()
        length = len(body) // 2 if politely else len(body)
        writer.write(_head(200, {"content-length": str(length)}) + body[: len(body) // 2])
    await writer.drain()
    if not politely:
        raise ConnectionResetError


async def _stream(writer: asyncio.StreamWriter, parts: list[bytes]) -> None:
    writer.write(_head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"}))
    for part in parts:
        writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        await writer.drain()


async def _send(writer: asyncio.StreamWriter, status: int, headers: Mapping[str, str], body: bytes) -> None:
    writer.write(_head(status, {"content-length": str(len(body)), **headers}) + body)
    await writer.drain()


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    told = {"content-type": "application/json", **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} told\r\n{lines}\r\n".encode()


def completion(request: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """An answer as one JSON document."""
    said, calls, (read, written), model = _parts(request, answer)
    message: dict[str, Any] = {"role": "assistant", "content": said}
    if calls:
        message["tool_calls"] = calls
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
    }


def chunks(request: dict[str, Any], answer: Answer) -> list[bytes]:
    """An answer as the events of a stream, without the last that says that all is said."""
    said, calls, (read, written), model = _parts(request, answer)
    frame = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": model}
    words = [word + " " for word in (said or "").split(" ")] if said else []
    if words:
        words[-1] = words[-1][:-1]
    deltas: list[dict[str, Any]] = [
        {"role": "assistant", "content": ""},
        *({"content": word} for word in words),
    ]
    deltas += [{"tool_calls": [{"index": index, **call}]} for index, call in enumerate(calls)]
    choices: list[dict[str, Any]] = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": "tool_calls" if calls else "stop"})
    usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
    events = [{**frame, "choices": [choice]} for choice in choices] + [
        {**frame, "choices": [], "usage": usage}
    ]
    return [b"data: " + json.dumps(event).encode() + b"\n\n" for event in events]


def _parts(
    request: dict[str, Any], answer: Answer
) -> tuple[str | None, list[dict[str, Any]], tuple[int, int], str]:
    model = request.get("model", "")
    match answer:
        case str():
            return answer, [], (100, 20), model
        case Says(text, tokens, called):
            return text, [], tokens, called or model
        case Calls():
            return None, _calls((answer,)), (100, 20), model
        case tuple():
            return None, _calls(answer), (100, 20), model
        case _:
            raise TypeError(f"{answer!r} cannot be said")


def _calls(calls: tuple[Calls, ...]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"call_{number}",
            "type": "function",
            "function": {
                "name": call.tool,
                "arguments": call.arguments
                if isinstance(call.arguments, str)
                else json.dumps(dict(call.arguments)),
            },
        }
        for number, call in enumerate(calls)
    ]
