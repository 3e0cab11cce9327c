"""The official example server of the protocol, in Node.js: other people's reading of it, and other people's code."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from segue.errors import ToolFailed
from segue.tools import McpServer, ToolResult

FOLDER = Path(os.environ.get("SEGUE_EVERYTHING") or Path(__file__).parents[2] / ".venv-everything")
PROGRAM = FOLDER / "node_modules" / "@modelcontextprotocol" / "server-everything" / "dist" / "index.js"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(
    NODE is None or not PROGRAM.exists(),
    reason=f"there is no Node.js, or no {PROGRAM}; where npm is there, `make test` installs it",
)

OPEN = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class GetSum:
    a: int
    b: int


@dataclass(frozen=True)
class Weather:
    temperature: float
    conditions: str
    humidity: float


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    command = [sys.executable, "-m", "segue.cli", "tools", "node", str(PROGRAM), "stdio"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    file = tmp_path_factory.mktemp("everything") / "everything.json"
    file.write_text(told.stdout)
    return file


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server over streamable HTTP."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(
        [str(NODE), str(PROGRAM), "streamableHttp"],
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while True:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                break
        assert time.monotonic() < deadline, "the server does not listen"
        time.sleep(0.02)
    yield port
    process.kill()
    process.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["stdio", "http"])
async def server(request: pytest.FixtureRequest, reviewed: Path, port: int) -> AsyncIterator[McpServer]:
    at = {
        "stdio": lambda: McpServer.stdio("node", str(PROGRAM), "stdio", reviewed=reviewed),
        "http": lambda: McpServer.http(f"http://127.0.0.1:{port}/mcp", reviewed=reviewed),
    }
    async with at[request.param]() as server:
        yield server


@OPEN
async def test_a_tool_is_a_step(server: McpServer) -> None:
    get_sum = server.step("get-sum", asks=GetSum)
    assert (await get_sum(GetSum(2, 3))).text == "The sum of 2 and 3 is 5."


@OPEN
async def test_what_is_structured_is_read_as_a_class(server: McpServer) -> None:
    weather = await server.call("get-structured-content", {"location": "Chicago"}, Weather)
    assert weather.conditions
    with pytest.raises(ToolFailed, match="is no GetSum"):
        await server.call("get-structured-content", {"location": "Chicago"}, GetSum)


@OPEN
async def test_pictures_and_links_are_named(server: McpServer) -> None:
    assert "[image/png of " in (await server.call("get-tiny-image", {}, ToolResult)).text
    assert "[a link to " in (await server.call("get-resource-links", {"count": 2}, ToolResult)).text


@OPEN
async def test_a_long_operation_ends(server: McpServer) -> None:
    arguments = {"duration": 0.1, "steps": 2}
    assert "completed" in (await server.call("trigger-long-running-operation", arguments, ToolResult)).text


async def test_a_process_of_ours_gets_of_our_environment_only_what_it_is_given(
    reviewed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_DESK", "1234")
    command = ("node", str(PROGRAM), "stdio")
    async with McpServer.stdio(*command, reviewed=reviewed, env={"GIVEN": "5678"}) as server:
        told = (await server.call("get-env", {}, ToolResult)).text
    assert "5678" in told
    assert "1234" not in told
