"""A model over HTTP that costs the measured process nothing: `python -m bench.model_server` in a process of its own.

It speaks as much of OpenAI's chat completions as a client needs: it calls the first tool once, then answers.
"""

import asyncio
import json
from typing import Any

import orjson


def answer(request: dict[str, Any]) -> dict[str, Any]:
    called = any(message["role"] == "tool" for message in request["messages"])
    message: dict[str, Any] = {"role": "assistant", "content": "Your order is on its way. " * 10}
    if not called and (tools := request.get("tools")):
        function = {"name": tools[0]["function"]["name"], "arguments": json.dumps({"number": 1001})}
        call = {"id": "call-1", "type": "function", "function": function}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return {
        "id": "chat-1",
        "object": "chat.completion",
        "created": 1,
        "model": request["model"],
        "choices": [
            {"index": 0, "message": message, "finish_reason": "stop" if called else "tool_calls"},
        ],
        "usage": {"prompt_tokens": 500, "completion_tokens": 60, "total_tokens": 560},
    }


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await reader.readuntil(b"\r\n\r\n"):
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        body = orjson.dumps(answer(orjson.loads(await reader.readexactly(length))))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))


async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await serve(reader, writer)
    except asyncio.IncompleteReadError:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
