"""What steps give that is too big, too deep, or changes afterwards: written down as it was, or refused at once."""

import asyncio
import enum
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel
from tests.run.hostile import (
    ADA,
    MALLORY,
    Found,
    ask,
    asynchronous,
    desk_of,
    fine,
    first,
    is_answered,
    is_with_a_person,
    lead,
)

from segue import Desk, Draft, Flow, Message, Refine, Reply, Sequence, step
from segue.journals.sqlite import SqliteJournal
from segue.run import events as ev
from segue.run.facts import FactBook
from segue.run.stillness import is_still

MEGABYTE = 1024 * 1024


@dataclass
class Basket:
    """Not frozen, and with a list: facts should not be so, and nothing stops anybody."""

    items: list[str] = field(default_factory=list)


def nested(depth: int) -> Any:
    value: Any = "bottom"
    for _ in range(depth):
        value = [value]
    return value


def itself() -> Any:
    value: list[Any] = []
    value.append(value)
    return value


class Lying:
    def __len__(self) -> int:
        return -1

    def __iter__(self) -> Any:
        raise SystemExit(7)


class Text(str):
    """A str that says something else each time it is asked."""

    __slots__ = ()

    def __str__(self) -> str:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    "make",
    [
        lambda: nested(300),
        lambda: nested(100_000),
        itself,
        threading.Lock,
        lambda: lambda: None,
        lambda: open,
        Lying,
        lambda: float,
        lambda: "\udcff",
        lambda: {("a", "b"): object()},
        lambda: asyncio.get_running_loop(),
        lambda: asyncio.current_task(),
    ],
)
async def test_what_cannot_be_written_down_is_a_bug_of_its_step_and_nobody_elses(
    make: Callable[[], Any],
) -> None:
    async def harm() -> Found:
        return Found(make())

    async with desk_of(asynchronous(harm)).open() as office:
        id, happened = await ask(office, MALLORY)
        failed: ev.StepFailed = await first(office, id, ev.StepFailed)
        assert failed.path == "bad"
        await is_with_a_person(office, happened, failed.reason)
        await is_answered(office)


@pytest.mark.parametrize("depth", [*range(90, 260, 10), *range(245, 260)])
def test_what_can_be_written_down_can_be_read_however_deep(depth: int) -> None:
    book = FactBook([Found])
    try:
        held = book.hold(Found(nested(depth)), {Found})
    except (ValueError, TypeError):
        return  # refused at once, so that no turn hangs on it later
    assert book.written(held.data).value == held.value


@pytest.mark.parametrize(
    "value", [Decimal("1e400"), float("inf"), 2**70, "\x00", "\ufffe", b"\x01\x02", {1: 2}, (1,)]
)
def test_what_can_be_written_down_can_be_read_however_odd(value: Any) -> None:
    book = FactBook([Found])
    try:
        held = book.hold(Found(value), {Found})
    except (ValueError, TypeError):
        return
    book.written(held.data).value  # noqa: B018


def desk_with(first: Any, write: Any) -> Desk:
    body = Sequence(first, Refine(write, against=[fine])).escalate(to=lead)
    return Desk(Flow(body, takes=Message, gives=Reply, name="f"), people={lead: "leads"})


async def test_a_huge_result_is_written_and_the_others_are_answered(tmp_path: Path) -> None:
    async def harm() -> Found:
        return Found("x" * (50 * MEGABYTE))

    @step
    async def measure(found: Found) -> Draft:
        return Draft(f"found {len(found.what)} characters")

    async with desk_with(asynchronous(harm), measure).open(SqliteJournal(tmp_path / "journal.db")) as office:
        _, happened = await ask(office, MALLORY, 60)
        last = happened[-1].event
        assert isinstance(last, ev.ReplySent)
        assert last.text == f"found {50 * MEGABYTE} characters"
        await is_answered(office, ADA, "found 2 characters")


async def test_a_result_that_changes_afterwards_is_read_as_it_was_written() -> None:
    basket = Basket(["lamp"])

    @step
    async def fill(message: Message) -> Basket:
        return basket

    @step
    async def meddle(basket_: Basket) -> Found:
        basket.items.append("ghost")
        return Found(number for number in range(3))

    @step
    async def count(basket: Basket, found: Found) -> Draft:
        return Draft(f"{basket.items} and {found.what}")

    async with desk_with(Sequence(fill, meddle), count).open() as office:
        _, happened = await ask(office, ADA)
        last = happened[-1].event
        assert isinstance(last, ev.ReplySent)
        assert last.text == "['lamp'] and [0, 1, 2]"


class Colour(enum.Enum):
    RED = "red"


@dataclass(frozen=True)
class Still:
    text: str
    colour: Colour
    state: Literal["a", "b"]
    more: tuple[tuple[int, Decimal | None], ...]
    short: Annotated[str, "short"]


class FrozenModel(BaseModel):
    model_config = {"frozen": True}
    inner: Still


class OpenModel(BaseModel):
    inner: Still


@dataclass(frozen=True)
class Deep:
    below: "Deep | None" = None


@pytest.mark.parametrize(
    ("kind", "still"),
    [(Still, True), (FrozenModel, True), (OpenModel, False), (Found, False), (Basket, False), (Deep, False)],
)
def test_only_what_cannot_change_is_not_read_back(kind: type, still: bool) -> None:
    assert is_still(kind) is still
