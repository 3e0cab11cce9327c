"""Values made from types, values with parts taken away, and recorders that give them."""

import enum
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple, NewType, TypedDict

import pydantic
import pytest

from segue.faults.recorder import Recorded, recorder_of
from segue.faults.values import CannotMake, make, partly

Number = NewType("Number", int)


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Item:
    name: str
    price: Decimal
    colour: Colour = Colour.RED


@dataclass(frozen=True)
class Order:
    number: Number
    items: tuple[Item, ...]
    state: Literal["open", "closed"]
    due: date | None
    note: str = ""
    tags: Mapping[str, int] = field(default_factory=dict)


class Model(pydantic.BaseModel):
    at: datetime
    order: Order | None
    count: Annotated[int, pydantic.Field(ge=1)]


class Strict(pydantic.BaseModel):
    count: Annotated[int, pydantic.Field(ge=1000)]


class Pair(NamedTuple):
    left: str
    right: int


class Typed(TypedDict):
    name: str


@dataclass(frozen=True)
class Endless:
    next: "Endless"


class Session:
    def __init__(self, url: str) -> None:
        raise AssertionError("it was opened")

    async def ask(self, what: str) -> Order | None:
        raise AssertionError("it was asked")


def some_function(name: str) -> int:
    raise AssertionError("it was called")


class Tool:
    currency: str

    async def orders(self, customer: str, *, limit: int = 20) -> list[Order]:
        raise AssertionError("it was called")

    async def each(self) -> AsyncIterator[Item]:
        for item in self.plain(), self.plain():
            yield item

    def plain(self) -> Item:
        raise AssertionError("it was called")

    def session(self) -> Session:
        raise AssertionError("it was called")

    async def untold(self):  # type: ignore[no-untyped-def]
        raise AssertionError("it was called")

    @property
    def count(self) -> int:
        raise AssertionError("it was looked at")

    @staticmethod
    async def now() -> datetime:
        raise AssertionError("it was called")


ORDER = Order(
    Number(7), (Item("a", Decimal(1)), Item("b", Decimal(2))), "closed", date(2026, 5, 3), "hello", {"x": 1}
)


@pytest.mark.parametrize(
    "kind",
    [
        *(str, int, float, bool, bytes, Decimal, date, datetime, Colour, Item, Order, Model, Pair, Number),
        *(list[Item], tuple[Item, ...], tuple[str, int], set[str], frozenset[int], dict[str, Item]),
        *(Sequence[Item], Mapping[str, int], Item | None, None, Any, Literal["a", "b"], int | str),
        Annotated[Item, "what it says"],
    ],
)
def test_a_value_of_a_type_is_valid_and_another_number_gives_another_one(kind: Any) -> None:
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(kind)
    adapter.validate_python(make(kind))
    if kind not in (None, Any):
        assert make(kind, 1) != make(kind, 8)


def test_a_typed_dict_is_made_field_by_field() -> None:
    assert make(Typed) == {"name": "made-up-1"}


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Strict, "Strict refuses what is made from its types"),
        (Endless, "Endless holds itself"),
        (Session, "no Session can be made"),
    ],
)
def test_what_cannot_be_made_says_why(kind: Any, why: str) -> None:
    with pytest.raises(CannotMake, match=why):
        make(kind)


def test_part_of_a_value_lacks_half_of_its_lists_and_what_may_be_empty() -> None:
    less = partly(ORDER)
    assert less == Order(Number(7), (Item("", Decimal(1)),), "closed", None, "", {})


@pytest.mark.parametrize("whole", [3, "text", None, Decimal(1), Colour.RED, (), make(Strict | None)])
def test_what_has_no_parts_stays_whole(whole: Any) -> None:
    assert partly(whole) == whole


def test_a_value_that_insists_on_being_whole_stays_whole() -> None:
    @dataclass(frozen=True)
    class Named:
        name: str

        def __post_init__(self) -> None:
            if not self.name:
                raise ValueError("no name")

    assert partly(Named("ada")) == Named("ada")


async def test_a_recorder_has_every_method_and_gives_what_its_type_says() -> None:
    calls: list[Recorded] = []
    tool = recorder_of(Tool(), calls)

    orders = await tool.orders("ada", limit=3)
    assert [type(order) for order in orders] == [Order]
    assert [type(item) async for item in tool.each()] == [Item]
    assert type(tool.plain()) is Item
    assert type(await tool.now()) is datetime
    assert (tool.count, tool.currency) == (1, "made-up-1")
    assert await tool.untold() is None
    assert type(await tool.session().ask("this")) is Order
    assert [str(call) for call in calls] == [
        *("Tool.orders('ada', 3)", "Tool.each()", "Tool.plain()", "Tool.now()", "Tool.untold()"),
        *("Tool.session()", "Session.ask('this')"),
    ]


def test_a_recorder_has_no_more_than_its_class_says() -> None:
    with pytest.raises(AttributeError, match="a Tool says nothing of 'orderz'"):
        _ = recorder_of(Tool(), []).orderz


def test_a_function_is_recorded_too() -> None:
    calls: list[Recorded] = []
    assert recorder_of(some_function, calls)("ada") == 1
    assert [call.arguments for call in calls] == [("ada",)]


def test_what_reaches_nothing_stays_what_it_is() -> None:
    assert recorder_of(3, []) == 3
    assert recorder_of(ORDER, []) is ORDER
