"""A server that answers as servers do: whatever it gives is bounded, readable, or an ordinary failure."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from tests.tools.serving import Strange, free_port, over_http

from segue.errors import ToolChanged, ToolFailed, ToolNotCalled, ToolSaysError
from segue.tools import McpServer, ToolResult

OPEN = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Order:
    order_id: str
    user_id: str
    status: str


@dataclass(frozen=True)
class Parcel:
    weight: int


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["stdio", "http"])
async def server(
    request: pytest.FixtureRequest,
    over_loopback: Strange,
    reviewed: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[McpServer]:
    """One open server, which no test here ends."""
    at_stdio = Strange(tmp_path_factory.mktemp("stdio"), reviewed)
    strange = over_loopback if request.param == "http" else at_stdio
    async with strange.server() as server:
        yield server


@OPEN
async def test_an_answer_is_text(server: McpServer) -> None:
    assert await server.call("get_orders", {"user_id": "ada"}, ToolResult) == ToolResult(
        "get_orders", '["1001", "1002"]'
    )


@OPEN
async def test_an_answer_is_read_as_a_class_from_what_is_structured_or_from_json(server: McpServer) -> None:
    assert await server.call("get_order", {"order_id": "1001"}, Order) == Order("1001", "ada", "on its way")


@OPEN
async def test_an_answer_that_is_not_what_was_wanted_is_a_failure_that_says_what_is_missing(
    server: McpServer,
) -> None:
    with pytest.raises(ToolFailed, match="is no Parcel: weight: Field required"):
        await server.call("get_order", {"order_id": "1001"}, Parcel)


@OPEN
async def test_ten_megabytes_are_cut_and_the_text_says_so(server: McpServer) -> None:
    result = await server.call("big", {"size": 10_000_000}, ToolResult)
    assert len(result.text) < 64_100
    assert result.text.endswith(
        "[Cut off here: the answer has 10000000 bytes, and these are the first 64000.]"
    )


@OPEN
async def test_a_class_is_not_read_from_a_part(server: McpServer) -> None:
    with pytest.raises(ToolFailed, match="more than 64000 bytes"):
        await server.call("big", {"size": 64_001}, Order)


@OPEN
async def test_bytes_that_are_no_utf_8_end_neither_the_answer_nor_the_connection(server: McpServer) -> None:
    try:
        text = (await server.call("latin", {}, ToolResult)).text
    except ToolFailed as failed:  # over HTTP the whole message is no JSON
        text = str(failed)
    assert "LATIN" not in text
    assert (await server.call("get_orders", {"user_id": "bob"}, ToolResult)).text == '["2001"]'


@OPEN
async def test_a_picture_is_named_and_left_out(server: McpServer) -> None:
    result = await server.call("picture", {}, ToolResult)
    assert result.text.startswith("[image/png of 10")
    assert result.text.endswith("left out]\na parcel")


@OPEN
async def test_an_answer_may_be_empty(server: McpServer) -> None:
    assert (await server.call("nothing", {}, ToolResult)).text == ""
    with pytest.raises(ToolFailed, match="there is nothing in it"):
        await server.call("nothing", {}, Order)


@OPEN
async def test_what_a_tool_says_of_its_failure_is_in_the_failure(server: McpServer) -> None:
    with pytest.raises(ToolSaysError, match="the plane is full"):
        await server.call("fails", {"why": "the plane is full"}, ToolResult)


@OPEN
async def test_arguments_that_do_not_fit_are_a_failure(server: McpServer) -> None:
    with pytest.raises((ToolSaysError, ToolNotCalled), match="order_id"):
        await server.call("get_order", {"number": 7}, ToolResult)


@OPEN
async def test_many_calls_share_a_connection(server: McpServer) -> None:
    wanted = [server.call("get_order", {"order_id": id}, Order) for id in ("1001", "2001") * 10]
    assert [order.order_id for order in await asyncio.gather(*wanted)] == ["1001", "2001"] * 10


async def test_an_answer_that_takes_too_long_is_a_failure_and_the_next_call_works(strange: Strange) -> None:
    async with strange.server(seconds=0.5) as server:
        with pytest.raises(ToolFailed, match=r"gave no answer within 0\.5 s"):
            await server.call("slow", {"seconds": 30}, ToolResult)
        assert (await server.call("slow", {"seconds": 0}, ToolResult)).text == "at last"


async def test_a_server_that_dies_in_a_call_that_reads_is_started_and_asked_again(
    reviewed: Path, tmp_path: Path
) -> None:
    async with Strange(tmp_path, reviewed).server() as server:
        assert (await server.call("die", {"once": "died"}, ToolResult)).text == "alive again"
    assert (tmp_path / "died").exists()


async def test_a_server_that_dies_whenever_it_is_asked_is_a_failure(reviewed: Path, tmp_path: Path) -> None:
    async with Strange(tmp_path, reviewed).server() as server:
        with pytest.raises(ToolFailed, match="was lost twice"):
            await server.call("die", {"once": ""}, ToolResult)
        assert (await server.call("get_orders", {"user_id": "bob"}, ToolResult)).text == '["2001"]'


async def test_what_acts_is_not_asked_again_when_the_server_died_over_it(
    reviewed: Path, tmp_path: Path
) -> None:
    strange = Strange(tmp_path, reviewed)
    async with strange.server() as server:
        with pytest.raises(ToolFailed, match="was lost while die_acting was at work"):
            await server.call("die_acting", {"order_id": "1001"}, ToolResult, acts=True)
    assert len(strange.done) == 1


async def test_a_server_that_was_started_anew_is_found_again_also_by_what_acts(
    reviewed: Path, tmp_path: Path
) -> None:
    strange = Strange(tmp_path, reviewed, free_port())
    assert strange.port is not None
    with over_http(tmp_path, strange.port) as process:
        server = strange.server()
        async with server:
            process.kill()
            process.wait()
            arguments = {"user_id": "ada", "order_id": "1001", "amount": 5}
            with pytest.raises(ToolNotCalled, match="cannot be reached"):
                await server.call("refund", arguments, ToolResult, acts=True)
            with over_http(tmp_path, strange.port):
                await server.call("refund", arguments, ToolResult, acts=True)
                assert (await server.call("get_orders", {"user_id": "bob"}, ToolResult)).text == '["2001"]'
    assert len(strange.done) == 2


async def test_a_server_that_hangs_when_it_starts_keeps_nobody_waiting(
    reviewed: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "hangs").touch()
    async with Strange(tmp_path, reviewed).server(connects_within=0.5) as server:
        assert "cannot be reached: no answer within 0.5 s; its tools fail until it can be" in caplog.text
        with pytest.raises(ToolNotCalled, match="no answer within"):
            await server.call("get_orders", {"user_id": "ada"}, ToolResult)


async def test_there_may_be_no_server_at_all(reviewed: Path) -> None:
    server = McpServer.stdio("no-such-program-anywhere", reviewed=reviewed)
    async with server:
        with pytest.raises(ToolNotCalled, match="cannot be reached: FileNotFoundError"):
            await server.call("get_orders", {"user_id": "ada"}, ToolResult)
    with pytest.raises(ToolNotCalled, match="is not open"):
        await server.call("get_orders", {"user_id": "ada"}, ToolResult)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("description", "get_orders has changed: another description"),
        ("schema", r"get_order has changed: another inputSchema \(new diary\)"),
        ("annotations", "search has changed: another annotations"),
        ("gone", "get_order is gone"),
    ],
)
async def test_a_tool_that_is_used_and_has_changed_is_refused_by_name(
    reviewed: Path, tmp_path: Path, changed: str, told: str
) -> None:
    (tmp_path / "changed").write_text(changed)
    strange = Strange(tmp_path, reviewed)
    server = strange.server()
    for tool in ("get_orders", "get_order", "search"):
        server.step(tool, asks=server.asks(tool))
    with pytest.raises(ToolChanged, match=told):
        await server.__aenter__()


async def test_what_changes_of_tools_that_nobody_uses_is_nobody_s_concern(
    reviewed: Path, tmp_path: Path
) -> None:
    (tmp_path / "changed").write_text("gone")
    async with Strange(tmp_path, reviewed).server() as server:
        assert (await server.call("big", {"size": 3}, ToolResult)).text == "xxx"
        with pytest.raises(ToolChanged, match="get_order is gone"):
            await server.call("get_order", {"order_id": "1001"}, ToolResult)


async def test_a_tool_that_changes_while_the_desk_is_open_is_not_called(
    reviewed: Path, tmp_path: Path
) -> None:
    strange = Strange(tmp_path, reviewed, free_port())
    assert strange.port is not None
    with over_http(tmp_path, strange.port) as process:
        async with strange.server(looks_again=0) as server:
            process.kill()
            process.wait()
            (tmp_path / "changed").write_text("description")
            with over_http(tmp_path, strange.port):
                with pytest.raises(ToolChanged, match="get_orders has changed"):
                    await server.call("get_orders", {"user_id": "ada"}, ToolResult)
                assert strange.done == []
