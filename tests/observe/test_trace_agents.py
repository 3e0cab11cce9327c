"""What operators read of agents: which model answered, what that cost, and who wrote the reply."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

from rich.console import Console
from tests.observe.small_desk import accept, happens, kinds, lead, named, outline, politeness, traced

from segue import Desk, Draft, Flow, Message, Reply, Route, Sequence, step
from segue.agents import Agent
from segue.cli.tree import render
from segue.flow.node import Node
from segue.flow.refine import Refine
from segue.observe.bill import Bill
from segue.observe.trace import Trace, trace
from segue.observe.turns import TurnTrace
from segue.observe.writers import Writer
from segue.testing import talk
from segue.testing.models import Scripted, Use


@dataclass(frozen=True)
class Order:
    """An order."""

    number: int


@dataclass(frozen=True)
class Unclear:
    """It cannot be told which order is meant."""


def find_parcel(order: int) -> str:
    """Where a parcel is."""
    if order == 13:
        raise OSError("the carrier is down")
    return f"parcel {order} is at the carrier's"


write = Agent(
    "write", reads=[Message], gives=Draft, instructions="Answer in one sentence.", tools=[find_parcel]
)


@step
async def plain(message: Message) -> Draft:
    return Draft("We have your message.")


def desk_of(
    writer: Node[Draft], models: Scripted, *, exchanges: bool = True, last: Node[Draft] | None = None
) -> Desk:
    body = Refine(writer, against=[accept, politeness], last=last)
    flow = Flow(body.escalate(to=lead), takes=Message, gives=Reply)
    return Desk(flow, tools=[models], people={lead: "leads"}, exchanges=exchanges)


async def whole(desk: Desk, *said: str, **how: bool) -> Trace:
    async with talk(desk) as customer:
        for text in said or ("hello",):
            await customer.says(text)
        return await traced(customer, **how)


async def only(desk: Desk, **how: bool) -> TurnTrace:
    (turn,) = (await whole(desk, **how)).turns
    return turn


def text_of(found: Trace) -> str:
    console = Console(width=120, record=True, file=StringIO())
    console.print(render(found))
    return console.export_text()


async def test_what_a_step_asked_stands_below_it_with_its_price() -> None:
    turn = await only(
        desk_of(write, Scripted(write=[Use("find_parcel", order=1), "It is at the carrier's."]))
    )

    (stage,) = named(turn, "write")
    assert outline([stage]) == [
        "step write done",
        "  model function:scripted-write done",
        "  tool find_parcel done",
        "  model function:scripted-write done",
    ]
    assert stage.bill is not None
    assert (stage.bill.answers, stage.bill.money) == (2, Decimal("0.002"))
    assert stage.bill.tokens_in > 0
    assert (turn.totals.bill, turn.totals.tools) == (stage.bill, 1)
    assert [call.took is not None for call in stage.children] == [True, True, True]


async def test_a_model_that_gives_no_answer_is_shown_with_the_reason() -> None:
    models = Scripted(write=[ConnectionError("line is dead")])
    turn = await only(desk_of(write.or_else(plain), models))

    (failed, instead) = named(turn, "write") + named(turn, "plain")
    assert outline([failed, instead]) == [
        "step write failed",
        "  model function:scripted-write failed",
        "instead: step plain done",
    ]
    assert failed.children[0].says == "ConnectionError: line is dead"
    assert (turn.totals.bill.answers, turn.totals.bill.failures) == (0, 1)


async def test_what_another_attempt_is_not_asked_again_stands_where_it_was_asked() -> None:
    models = Scripted(write=[Use("find_parcel", order=1), ConnectionError("gone"), "It is on its way."])
    turn = await only(desk_of(write.retry(2, pause=0), models))

    assert outline(kinds(turn, "retry")) == [
        "retry retry 2 done",
        "  step write failed",
        "    model function:scripted-write done",
        "    tool find_parcel done",
        "    model function:scripted-write failed",
        "  step write done",
        "    model function:scripted-write done",
    ]
    assert turn.writer == Writer("function:scripted-write")


async def test_a_model_that_takes_too_long_is_left_and_shown() -> None:
    async def hang(order: int) -> str:
        """Where a parcel is."""
        await asyncio.Event().wait()
        return ""

    slow = Agent("write", reads=[Message], gives=Draft, instructions="Answer.", tools=[hang])
    models = Scripted(write=[Use("hang", order=1)])
    async with talk(desk_of(slow.within(1).or_else(plain), models)) as customer:
        await customer.says("hello")
        await happens(customer, "ToolFailed")
        (turn,) = (await traced(customer)).turns
    assert outline(kinds(turn, "draft")[0].children)[:4] == [
        "step write timed out",
        "  model function:scripted-write done",
        "  tool hang failed",
        "instead: step plain done",
    ]
    assert turn.writer == Writer()


async def test_while_a_step_is_at_work_what_it_asked_is_shown() -> None:
    reached, opened = asyncio.Event(), asyncio.Event()

    async def look(order: int) -> str:
        """Where a parcel is."""
        reached.set()
        await opened.wait()
        return "at the carrier's"

    slow = Agent("write", reads=[Message], gives=Draft, instructions="Answer.", tools=[look])
    async with talk(desk_of(slow, Scripted(write=[Use("look", order=1), "There."]))) as customer:
        said = asyncio.create_task(customer.says("hello"))
        await reached.wait()
        (turn,) = (await traced(customer)).turns
        assert outline(named(turn, "write")) == ["step write running", "  model function:scripted-write done"]
        opened.set()
        await said


async def test_exchanges_are_shown_only_where_they_are_asked_for_and_kept() -> None:
    for asked, kept in [(False, True), (True, False), (True, True)]:
        desk = desk_of(write, Scripted(write=["Hello."]), exchanges=kept)
        (stage,) = kinds(await only(desk, exchanges=asked), "model")
        assert (stage.question is not None) == (asked and kept)
        assert (stage.answer is not None) == asked
    assert "Answer in one sentence." in str(stage.question)


async def test_a_reply_says_who_wrote_it() -> None:
    assert (await only(desk_of(write, Scripted(write=["Hello."])))).writer == Writer(
        "function:scripted-write"
    )
    assert (await only(desk_of(plain, Scripted()))).writer == Writer()


async def test_a_draft_that_was_objected_to_did_not_write_the_reply() -> None:
    turn = await only(desk_of(write, Scripted(write=["This is rude."]), last=plain))
    assert turn.writer == Writer()


async def test_what_a_template_says_of_what_a_model_decided_is_written_by_the_template() -> None:
    decide = Agent("decide", reads=[Message], gives=Order | Unclear, instructions="Find the order.")

    @step
    async def tell(order: Order) -> Draft:
        return Draft(f"Order {order.number} is on its way.")

    deciding = Sequence(decide, Route({Order: tell, Unclear: plain}))
    turn = await only(desk_of(deciding, Scripted(decide=[Order(7)])))
    assert turn.writer == Writer()
    assert turn.totals.bill.answers == 1


async def test_where_the_flow_is_not_known_calls_stand_below_the_path() -> None:
    async with talk(desk_of(write, Scripted(write=["Hello."]))) as customer:
        await customer.says("hello")
        (turn,) = trace(await customer.events(), {}).turns
    assert outline(kinds(turn, "step"))[:2] == ["step write done", "  model function:scripted-write done"]
    assert turn.writer == Writer("function:scripted-write")


async def test_a_trace_in_the_terminal_says_it_at_a_glance() -> None:
    models = Scripted(price="0.0123", write=[Use("find_parcel", order=1), "Hello.", ConnectionError("gone")])
    found = await whole(desk_of(write.or_else(plain), models), "one", "two", exchanges=True)
    told = text_of(found)
    assert "2 model calls" in told
    assert "$0.0246" in told
    assert "model function:scripted-write · " in told
    assert "tool find_parcel · " in told
    assert "reply (written by function:scripted-write): 6 characters" in told
    assert "reply (from a template): 21 characters" in told
    assert "FAILED: ConnectionError: gone" in told
    assert 'asked: {"order":1}' in told


def test_bills_are_added() -> None:
    one = Bill(1, 0, 100, 20, 10, Decimal("0.1"), 0, 12.5, 3)
    assert one + Bill(failures=1) == Bill(1, 1, 100, 20, 10, Decimal("0.1"), 0, 12.5, 3)
    assert (one.tokens, bool(one), bool(Bill())) == (110, True, False)
