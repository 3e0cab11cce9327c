"""Who stands for which tool, what is recorded of the others, and that nothing live is ever touched."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from tests.faults.desks import FakeBank, FakeShop, Live, Paid, anything, careful, desk_of, lead, naive

from segue import (
    DefinitionError,
    Desk,
    Draft,
    Flow,
    Message,
    Receipt,
    Refine,
    Reply,
    Sandbox,
    Script,
    Sequence,
    step,
)
from segue.faults import NothingToRun, run_matrix

ONE = [Script("Please refund 1001")]


@dataclass(frozen=True)
class Sent:
    id: str


class Post(Live):
    async def send(self, to: str, text: str) -> Sent:
        raise AssertionError("a live back end was called")


@dataclass(frozen=True)
class Settings:
    """No methods: it reaches nothing, and stays what it is."""

    sender: str = "Ada"


def mailing(bank: Any) -> Desk:
    @step
    async def pay_and_write(message: Message, *, bank: FakeBank, post: Post, settings: Settings) -> Sent:
        await bank.pay("1001", Decimal(30), "key")
        return await post.send("ada@example.com", f"from {settings.sender}")

    @step
    async def write(sent: Sent) -> Draft:
        return Draft("Good day.")

    flow = Flow(
        Sequence(pay_and_write, Refine(write, against=[anything])).escalate(to=lead),
        takes=Message,
        gives=Reply,
    )
    sandbox = Sandbox(bank, scripts=ONE)
    return Desk(flow, tools=[FakeBank(), Post(), Settings()], people={lead: "leads"}, sandbox=sandbox)


def test_what_the_sandbox_does_not_stand_for_is_recorded_and_never_touched() -> None:
    calm = run_matrix(mailing(FakeBank)).cells[0]

    assert calm.recorded == ("Post.send('ada@example.com', 'from Ada')",)
    assert calm.verdict == "ok"


def test_only_the_sandbox_s_own_tools_are_disturbed() -> None:
    assert {one.fault.tool for one in run_matrix(mailing(FakeBank)).cells if one.fault} == {"FakeBank"}


def test_a_stand_in_need_not_inherit_when_it_has_all_the_methods() -> None:
    class Till:
        def __init__(self) -> None:
            self.sums: list[Decimal] = []

        async def pay(self, order: str, amount: Decimal, key: str) -> Paid:
            self.sums.append(amount)
            return Paid("T")

        async def found(self, key: str) -> None:
            return None

        async def effects(self) -> list[Receipt]:
            return [Receipt("pay", amount=amount, currency="EUR") for amount in self.sums]

    assert run_matrix(mailing(Till)).cells[0].done == ("pay 30.00 EUR",)


def test_a_stand_in_that_fits_no_tool_is_refused() -> None:
    class Moon:
        async def rise(self) -> None: ...

    with pytest.raises(NothingToRun, match=r"a Moon, which stands for no tool .*LiveBank, LiveShop"):
        run_matrix(desk_of(careful, Sandbox(FakeBank, FakeShop, Moon, scripts=ONE)))


def test_two_stand_ins_for_one_tool_are_refused() -> None:
    with pytest.raises(NothingToRun, match="FakeBank and FakeBank both stand for the tool LiveBank"):
        run_matrix(desk_of(careful, Sandbox(FakeBank, FakeBank, scripts=ONE)))


def test_every_conversation_has_stand_ins_of_its_own() -> None:
    made: list[FakeBank] = []

    def bank() -> FakeBank:
        made.append(FakeBank())
        return made[-1]

    matrix = run_matrix(desk_of(naive, Sandbox(FakeShop, bank, scripts=ONE)))
    assert len(made) == len(matrix.cells)


def test_a_stand_in_is_entered_and_left_in_the_sandbox() -> None:
    happened: list[str] = []

    class Careful(FakeBank):
        async def __aenter__(self) -> "Careful":
            happened.append("entered")
            return self

        async def __aexit__(self, *_: object) -> None:
            happened.append("left")

    matrix = run_matrix(desk_of(careful, Sandbox(FakeShop, Careful, scripts=ONE)))
    assert happened == ["entered", "left"] * len(matrix.cells)


def test_a_stand_in_that_no_script_reaches_is_named() -> None:
    class Moody(FakeShop):
        async def paid_for(self, order: str) -> Decimal:
            raise OSError("closed today")

    matrix = run_matrix(desk_of(careful, Sandbox(Moody, FakeBank, scripts=ONE)))
    assert matrix.never_called == ("LiveShop", "LiveBank")


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: Sandbox(scripts=ONE), "needs stand-ins and what customers say"),
        (lambda: Sandbox(FakeBank, scripts=[]), "needs stand-ins and what customers say"),
        (lambda: Sandbox(FakeBank(), scripts=ONE), "give it FakeBank, or a function that makes one"),  # type: ignore[arg-type]
        (lambda: Sandbox(FakeBank, scripts=[*ONE, *ONE]), "two scripts are called 'Please refund 1001'"),
        (lambda: Sandbox(FakeBank, scripts=ONE, raises={"tired": OSError}), "and not 'tired'"),  # type: ignore[dict-item]
        (lambda: Script(), "a Script needs at least one message"),
    ],
)
def test_a_sandbox_that_cannot_be_run_is_refused_when_it_is_made(make: Any, complaint: str) -> None:
    with pytest.raises(DefinitionError, match=complaint):
        make()
