"""Whatever a tool gives: the model reads it, the journal has it, and after a crash it is read as it was before."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter
from pydantic_ai import BinaryContent, FunctionToolset, ModelRetry, RunContext, ToolReturn, WrapperToolset
from pydantic_ai.exceptions import ToolFailed as Failed
from pydantic_ai.toolsets import AbstractToolset, DynamicToolset

from segue import Desk, Draft, Flow, Message, Node, Objection, Refine, Reply, step
from segue.agents import Agent
from segue.run.events import ToolAnswered, ToolFailed
from segue.testing import Customer, crash_everywhere, talk
from segue.testing.models import Scripted, Use


@step
async def fine(draft: Draft) -> list[Objection]:
    return []


@step
async def plain(message: Message) -> Draft:
    return Draft("We have your message.")


def desk_of(tool: Any, *said: Any, longest: int = 64_000) -> tuple[Desk, Scripted]:
    models = Scripted(write=said)
    write: Node[Draft] = Agent(
        "write", reads=[Message], gives=Draft, instructions="Look it up.", tools=[tool], longest=longest
    )
    body: Node[Reply] = Refine(write.or_else(plain), against=[fine])
    return Desk(Flow(body, takes=Message, gives=Reply), tools=[models]), models


@dataclass(frozen=True)
class Found:
    at: datetime
    paid: Decimal
    among: frozenset[int]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, "None"),
        (10**30, str(10**30)),
        ("half \ud83d", "half ?"),
        ({1: float("nan"), "big": [-(2**70)]}, "{'1': None, 'big': ['-1180591620717411303424']}"),
        (b"\xff\x00", "_wA="),
        ("my card: 4111 1111 1111 1111", "my card: •••• •••• •••• 1111"),
        (
            Found(datetime(2026, 5, 3, tzinfo=UTC), Decimal("1.50"), frozenset([7])),
            "{'at': '2026-05-03T00:00:00Z', 'paid': '1.50', 'among': [7]}",
        ),
        (ToolReturn({"found": 1}, content=["more"], metadata={"not": "told"}), "{'found': 1}['more']"),
    ],
)
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
async def test_a_result_is_read_alike_live_and_after_a_crash(given: Any, read: str) -> None:
    def give() -> Any:
        return given

    assert await _read_alike(give) == {read}


def _wrong() -> None:
    TypeAdapter(int).validate_python("many")


def _asks_for_others() -> None:
    raise ModelRetry("the number has four digits")


def _fails() -> None:
    raise Failed("no such order")


@pytest.mark.parametrize(
    ("give", "read"), [(_wrong, "int_parsing"), (_asks_for_others, "four digits"), (_fails, "no such order")]
)
async def test_why_there_is_no_result_is_read_alike_live_and_after_a_crash(
    give: Callable[[], None], read: str
) -> None:
    (said,) = await _read_alike(give)
    assert read in said


async def _read_alike(give: Callable[[], Any]) -> set[str]:
    """What a model reads of a tool's call, in a story that is told with a crash everywhere; the call is made once."""
    scripts: list[Scripted] = []
    called = 0

    async def find(number: int) -> Any:
        nonlocal called
        called += 1
        return give()

    @asynccontextmanager
    async def make() -> AsyncIterator[Desk]:
        desk, models = desk_of(find, Use("find", number=1), "Found.")
        scripts.append(models)
        yield desk

    async def story(customer: Customer) -> None:
        assert await customer.says("?") == "Found."

    report = await crash_everywhere(make, story)
    assert called == report.points + 1
    return {models.asked[1].last for models in scripts}


async def test_of_two_equal_calls_in_one_answer_each_is_made_and_written_down() -> None:
    made: list[int] = []

    async def find(number: int) -> str:
        made.append(number)
        return f"the {len(made)}. of them"

    desk, models = desk_of(find, [Use("find", number=1), Use("find", number=1)], "Found.")
    async with talk(desk) as customer:
        assert await customer.says("?") == "Found."
        calls = [h.event.call for h in await customer.events() if isinstance(h.event, ToolAnswered)]
    assert made == [1, 1]
    assert models.asked[1].last == "the 1. of themthe 2. of them"
    assert len(set(calls)) == 2


def _long() -> str:
    return "é" * 5_000_000


def _asks_again() -> str:
    raise ModelRetry("no" * 5_000_000)


@pytest.mark.parametrize("give", [_long, _asks_again])
async def test_what_is_too_long_is_cut_and_the_model_is_told(give: Callable[[], str]) -> None:
    async def find(number: int) -> str:
        return give()

    desk, models = desk_of(find, Use("find", number=1), "Found.", longest=1000)
    async with talk(desk) as customer:
        assert await customer.says("?") == "Found."
        assert len(str((await customer.event(ToolAnswered)).answer)) < 1200
    assert "[the rest of 10000000 bytes was left out]" in models.asked[1].last


@pytest.mark.parametrize(
    "error", [SystemExit(1), KeyboardInterrupt(), asyncio.CancelledError(), OSError("x")]
)
async def test_whatever_a_tool_raises_ends_the_step_and_not_the_desk(error: BaseException) -> None:
    async def find(number: int) -> str:
        raise error

    desk, _ = desk_of(find, Use("find", number=1))
    async with talk(desk) as customer:
        assert await customer.says("?") == "We have your message."
        assert (await customer.event(ToolFailed)).tool == "find"


async def test_a_plain_function_works_in_a_thread_and_may_know_its_run() -> None:
    where: list[str] = []

    def find(context: RunContext[None], number: int) -> BinaryContent:
        where.append(threading.current_thread().name)
        return BinaryContent(b"\x00" * context.run_step, media_type="image/png")

    desk, _ = desk_of(find, Use("find", number=1), "Found.")
    async with talk(desk) as customer:
        assert await customer.says("?") == "Found."
    assert where != [threading.main_thread().name]


async def weather(number: int) -> str:
    return "rain"


class OfOnesOwn(WrapperToolset[None]):
    """As somebody might write it."""


@pytest.mark.parametrize(
    "toolset",
    [
        FunctionToolset([weather]),
        OfOnesOwn(FunctionToolset([weather])),
        DynamicToolset[None](lambda context: FunctionToolset([weather])),
        FunctionToolset([weather]).renamed({"weather": "weather"}),
    ],
)
async def test_calls_of_a_toolset_of_any_kind_are_written_down(toolset: AbstractToolset[None]) -> None:
    desk, _ = desk_of(toolset, Use("weather", number=1), "It rains.")
    async with talk(desk) as customer:
        assert await customer.says("?") == "It rains."
        assert (await customer.event(ToolAnswered)).tool == "weather"
