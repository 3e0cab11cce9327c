"""Tools of others in flows: the verbs see their failures, and what acts goes through the ledger."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.tools.serving import Strange

from segue import (
    Absent,
    AlreadyDone,
    Approval,
    Caller,
    DefinitionError,
    Desk,
    Draft,
    Flow,
    Message,
    Node,
    Person,
    Refine,
    Refused,
    Reply,
    Route,
    Sandbox,
    Script,
    Sequence,
    step,
)
from segue.errors import ToolChanged
from segue.faults import run_matrix
from segue.guard import grounding
from segue.run import events as ev
from segue.testing import Customer as Talking
from segue.testing import crash_everywhere, talk
from segue.tools import McpServer, ToolCaller, ToolResult

lead = Person("lead")

ADA = Caller("ada", "verified")


@dataclass(frozen=True)
class Customer:
    id: str


@dataclass(frozen=True)
class GetOrder:
    order_id: str


@dataclass(frozen=True)
class Refund:
    order_id: str
    amount: float


@dataclass(frozen=True)
class Order:
    order_id: str
    user_id: str
    status: str


@step
async def find_customer(caller: Caller) -> Customer:
    return Customer(caller.id)


@step
async def read_order(message: Message) -> GetOrder:
    return GetOrder(message.text)


@step
async def read_refund(message: Message) -> Refund:
    order, amount = message.text.split()
    return Refund(order, float(amount))


@step
async def tell_order(order: Order) -> Draft:
    return Draft(f"{order.order_id} is {order.status}.")


@step
async def tell(result: ToolResult) -> Draft:
    return Draft(result.text)


@step
async def remind(already: AlreadyDone) -> Draft:
    return Draft("That was done before.")


@step
async def regret(refused: Refused) -> Draft:
    return Draft("That cannot be done.")


@step
async def not_found(asked: GetOrder) -> Order:
    return Order(asked.order_id, "", "nowhere to be found")


def desk_of(*steps: Node[Any], tools: Any = (), sandbox: Sandbox | None = None) -> Desk:
    body = Refine(Sequence(find_customer, *steps), against=[grounding]).escalate(to=lead)
    flow = Flow(body, takes=Message, gives=Reply)
    return Desk(flow, tools=tools, people={lead: "leads"}, sandbox=sandbox)


def refunding(server: McpServer, **about: Any) -> Any:
    bound: Any = {"user_id": (Customer, lambda customer: customer.id)}
    return server.action("refund", asks=Refund, bound=bound, on=lambda refund: refund.order_id, **about)


async def test_a_tool_is_a_step_of_a_conversation(strange: Strange) -> None:
    get_order = strange.server().step("get_order", asks=GetOrder, gives=Order)
    async with talk(desk_of(read_order, get_order, tell_order)) as customer:
        assert await customer.says("1001") == "1001 is on its way."


async def test_two_servers_may_work_for_one_desk(strange: Strange) -> None:
    get_order = strange.server(name="one").step("get_order", asks=GetOrder, gives=Order)
    injected = strange.server(name="other").step("injected")
    async with talk(desk_of(read_order, get_order, injected, tell_order)) as customer:
        assert await customer.says("1001") == "1001 is on its way."


async def test_what_a_tool_says_of_its_failure_is_for_the_verbs(strange: Strange) -> None:
    get_order = strange.server().step("get_order", asks=GetOrder, gives=Order)
    async with talk(
        desk_of(read_order, get_order.retry(2, pause=0).or_else(not_found), tell_order)
    ) as customer:
        assert await customer.says("9") == "9 is nowhere to be found."
        failed = [one.event for one in await customer.events() if isinstance(one.event, ev.StepFailed)]
    assert [(one.reason, "there is no order 9" in one.why) for one in failed] == [("failed", True)] * 2


async def test_within_ends_a_call_that_takes_too_long(strange: Strange) -> None:
    server = strange.server()

    @dataclass(frozen=True)
    class Slow:
        seconds: float

    @step
    async def read(message: Message) -> Slow:
        return Slow(30)

    @step
    async def never_mind(slow: Slow) -> ToolResult:
        return ToolResult("slow", "never mind")

    slow = server.step("slow", asks=Slow).within(0.3).or_else(never_mind)
    async with talk(desk_of(read, slow, tell)) as customer:
        assert await customer.says("now") == "never mind"


async def test_what_acts_is_done_once_and_by_its_key(strange: Strange) -> None:
    refund = refunding(strange.server(), key="key", repeats_safely=True)
    route = Route({ToolResult: tell, AlreadyDone: remind})
    async with talk(desk_of(read_refund, refund, route), caller=ADA) as customer:
        assert await customer.says("1001 5") == "refunded 5"
        assert await customer.says("1001 5.0") == "That was done before."
        began = await customer.event(ev.ActionBegan)
    assert [(one["user_id"], one["amount"], one["key"]) for one in strange.done] == [("ada", 5, began.key)]


def test_whoever_asks_cannot_choose_the_key(strange: Strange) -> None:
    @dataclass(frozen=True)
    class OwnKey:
        user_id: str
        order_id: str
        amount: float
        key: str

    with pytest.raises(DefinitionError, match="sets key, so whoever asks must not say it"):
        strange.server().action("refund", asks=OwnKey, key="key")


async def test_an_error_of_what_acts_leaves_it_unknown_unless_it_is_known_to_refuse(strange: Strange) -> None:
    route = Route({ToolResult: tell, AlreadyDone: remind})

    @step
    async def too_much(refund: Refund) -> ToolResult:
        return ToolResult("refund", "Nothing was paid.")

    refusing = refunding(strange.server(), errors_are_refusals=True).or_else(too_much)
    async with talk(desk_of(read_refund, refusing, route), caller=ADA) as customer:
        assert await customer.says("1001 500") == "Nothing was paid."
    silent = refunding(strange.server()).or_else(too_much)
    async with talk(desk_of(read_refund, silent, route), caller=ADA) as customer:
        await customer.says("1001 500")
        unknown = await customer.event(ev.ActionUnknown)
    assert "too much" in unknown.why


async def test_a_server_that_dies_over_what_acts_leaves_it_to_the_lookup(
    reviewed: Path, tmp_path: Path
) -> None:
    strange = Strange(tmp_path, reviewed)

    async def found(asked: GetOrder, *, server: ToolCaller) -> ToolResult | Absent:
        order = await server.call("get_order", {"order_id": asked.order_id}, Order)
        return ToolResult("die_acting", f"{order.order_id} was done")

    dying = strange.server().action("die_acting", asks=GetOrder, lookup=found)
    route = Route({ToolResult: tell, AlreadyDone: remind})
    async with talk(desk_of(read_order, dying, route)) as customer:
        assert await customer.says("1001") == "1001 was done"
        done = await customer.event(ev.ActionDone)
    assert done.how == "found"
    assert [one["tool"] for one in strange.done] == ["die_acting", "get_order"]


async def test_what_acts_may_need_an_approval(strange: Strange) -> None:
    refund = refunding(strange.server()).approve(by=lead)
    route = Route({ToolResult: tell, AlreadyDone: remind, Refused: regret})
    async with talk(desk_of(read_refund, refund, route), caller=ADA) as customer:
        await customer.says("1001 5")
        assert strange.done == []
        asked = await customer.event(ev.PersonAsked)
        assert asked.about is not None
        await customer.person_gives(Approval, granted=True, call=asked.about["call"], note="")
        assert await customer.hears() == "refunded 5"


async def test_a_desk_whose_tool_has_changed_does_not_open(reviewed: Path, tmp_path: Path) -> None:
    (tmp_path / "changed").write_text("schema")
    get_order = Strange(tmp_path, reviewed).server().step("get_order", asks=GetOrder, gives=Order)
    with pytest.raises(ToolChanged, match=r"not as it was reviewed: get_order has changed"):
        async with desk_of(read_order, get_order, tell_order).open():
            pass


async def test_a_desk_with_tools_crashes_anywhere_and_does_nothing_twice(strange: Strange) -> None:
    runs = 0

    @asynccontextmanager
    async def setting() -> AsyncIterator[Desk]:
        nonlocal runs
        runs += 1
        strange.forget()
        server = strange.server()
        refund = refunding(server, key="key", repeats_safely=True)
        get_order = server.step("get_order", asks=GetOrder, gives=Order)

        @step
        async def which(refund: Refund) -> GetOrder:
            return GetOrder(refund.order_id)

        route = Route({ToolResult: tell, AlreadyDone: remind})
        yield desk_of(read_refund, which, get_order, refund, route)
        assert len({one["key"] for one in strange.done if one["tool"] == "refund"}) == 1

    async def story(customer: Talking) -> None:
        assert await customer.says("1001 5") == "refunded 5"

    report = await crash_everywhere(setting, story, caller=ADA)
    assert report.resumes > 3
    assert runs == report.points + 1


class Standing:
    """Stands for the server in a sandbox."""

    async def call(self, tool: str, arguments: Any, gives: type, *, acts: bool = False) -> Any:
        return Order(arguments["order_id"], "ada", "on its way")


def test_a_desk_with_tools_is_tried_out_without_their_server(reviewed: Path) -> None:
    server = McpServer.http("http://127.0.0.1:9/mcp", reviewed=reviewed)
    get_order = server.step("get_order", asks=GetOrder, gives=Order).or_else(not_found)
    sandbox = Sandbox(Standing, scripts=[Script("1001")])
    cells = run_matrix(desk_of(read_order, get_order, tell_order, sandbox=sandbox)).cells
    assert {cell.fault.method for cell in cells if cell.fault} == {"call"}
