"""Flow: what it takes, what it gives, what it keeps, and how it is recognised."""

from typing import Any

import pytest
from tests.flow.refusals import refusal
from tests.flow.shop import (
    Customer,
    NotRefundable,
    OrderNumber,
    Orders,
    Outcome,
    Refund,
    Verdict,
    explain,
    find_customer,
    find_orders,
    grounding,
    lead,
    orders_from_cache,
    pay,
    plain_reply,
    support,
    write_reply,
)

from segue import (
    Caller,
    Each,
    Flow,
    Message,
    Parallel,
    Person,
    Refine,
    Reply,
    Route,
    Sequence,
    always,
    caller,
    minutes,
    step,
)
from segue.flow.node import Node
from segue.flow.step import Step


@step
def customer_from_text(message: Message) -> Customer:
    return Customer(message.text)


@step
def orders_from_text(message: Message) -> Orders:
    return Orders(len(message.text))


@step
def refund_or_not(message: Message) -> Refund | NotRefundable:
    return Refund(len(message.text))


@step
def greet(customer: Customer) -> Outcome:
    return Outcome(customer.name)


@step
def greet_or_judge(fact: Customer | Verdict) -> Outcome:
    return Outcome(str(fact))


@step
def guess_orders(customer: Customer, verdict: Verdict) -> Orders:
    return Orders(len(customer.name + verdict.text))


def paths(body: Node[Any], gives: type = Outcome) -> list[str]:
    flow: Flow[Any] = Flow(body, takes=Message, gives=gives)
    return [place.path for place in flow.places() if isinstance(place.node, Step)]


# What it takes and gives


def test_a_flow_is_called_after_what_it_takes_unless_it_has_a_name() -> None:
    assert Flow(find_customer, takes=Message, gives=Customer).name == "message"
    assert Flow(find_customer, takes=Message, gives=Customer, name="who").name == "who"


def test_a_flow_that_takes_nothing_is_refused() -> None:
    assert refusal(lambda: Flow(find_customer, takes=(), gives=Customer)) == (
        "a Flow takes at least one fact, which starts it [here]"
    )


def test_a_flow_that_ends_with_something_else_is_refused() -> None:
    assert refusal(lambda: Flow(find_customer, takes=Message, gives=Orders)) == (
        "the flow message should give Orders, but it ends with Customer [here]"
    )


def test_a_flow_that_ends_with_a_decision_is_refused() -> None:
    assert refusal(lambda: Flow(refund_or_not, takes=Message, gives=Refund)) == (
        "the flow message should give Refund, but it ends with NotRefundable | Refund; a Route decides between "
        "cases [here]"
    )


def test_a_flow_of_which_one_branch_gives_nothing_is_refused() -> None:
    route = Route({Refund: Parallel(pay, find_customer), NotRefundable: explain})
    assert refusal(lambda: Flow(Sequence(refund_or_not, route), takes=Message, gives=Outcome)) == (
        "the flow message should give Outcome, but it ends with no single fact [here]"
    )


# A flow within a flow


def test_a_flow_within_a_flow_sees_only_what_it_takes() -> None:
    def inner(*takes: type) -> Flow[Orders]:
        return Flow(guess_orders, takes=takes, gives=Orders, name="guess")

    said = refusal(lambda: Sequence(find_customer, lead.gives(Verdict), inner(Customer)))
    assert said == (
        "guess_orders needs verdict: Verdict, and nothing before it gives one (there is: Customer) [here]"
    )
    body = Sequence(find_customer, lead.gives(Verdict), inner(Customer, Verdict))
    assert Flow(body, takes=Message, gives=Orders).root.gives == {Orders}


def test_a_nearer_fact_outside_is_not_read_in_a_flow_that_does_not_take_it() -> None:
    inner = Flow(greet_or_judge, takes=Customer, gives=Outcome, name="greet")
    flow = Flow(Sequence(find_customer, lead.gives(Verdict), inner), takes=Message, gives=Outcome)
    (place,) = (place for place in flow.places() if place.node is greet_or_judge)
    assert [producer.path for producer in place.wires[0].producers] == ["find_customer"]


def test_what_a_flow_within_a_flow_takes_must_be_there() -> None:
    inner = Flow(greet, takes=Customer, gives=Outcome)
    assert refusal(lambda: Flow(inner, takes=Message, gives=Outcome)) == (
        "the flow customer needs Customer: Customer, and nothing before it gives one (there is: Message) [here]"
    )


def test_nothing_but_its_fact_comes_out_of_a_flow_within_a_flow() -> None:
    inner = Flow(Sequence(find_customer, find_orders), takes=Message, gives=Orders, name="orders")
    said = refusal(lambda: Flow(Sequence(inner, greet), takes=Message, gives=Outcome))
    assert said.startswith("greet needs customer: Customer, and nothing before it gives one")


def test_who_reads_what_a_flow_within_a_flow_gave_reads_it_from_the_step_inside() -> None:
    inner = Flow(find_customer, takes=Caller, gives=Customer, name="who")
    flow = Flow(Sequence(inner, greet), takes=Message, gives=Outcome)
    (place,) = (place for place in flow.places() if place.node is greet)
    assert [producer.path for producer in place.wires[0].producers] == ["who/find_customer"]


def test_only_the_outermost_flow_keeps_facts() -> None:
    inner = Flow(find_customer, takes=Message, gives=Customer, keeps={Customer: always}, name="who")
    assert refusal(lambda: Flow(Sequence(inner, greet), takes=Message, gives=Outcome)) == (
        "the flow who keeps facts, which only the outermost flow of a desk may do [here]"
    )


# What it keeps


def test_a_kept_fact_made_from_the_message_is_refused() -> None:
    @step
    def find_customer(message: Message) -> Customer:
        return Customer(message.text)

    assert refusal(lambda: Flow(find_customer, takes=Message, gives=Customer, keeps={Customer: always})) == (
        "Customer is kept, but find_customer reads Message, which changes every turn; let it read Caller [here]"
    )


def test_instead_other_kept_facts_are_named_but_none_made_from_this_one() -> None:
    body = Sequence(find_customer, orders_from_text)
    said = refusal(
        lambda: Flow(body, takes=Message, gives=Orders, keeps={Customer: always, Orders: minutes(10)})
    )
    assert said == (
        "Orders is kept, but orders_from_text reads Message, which changes every turn; let it read Caller or "
        "Customer [here]"
    )
    body = Sequence(customer_from_text, find_orders)
    said = refusal(
        lambda: Flow(body, takes=Message, gives=Orders, keeps={Customer: always, Orders: minutes(10)})
    )
    assert said.endswith("which changes every turn; let it read Caller [here]")


def test_a_kept_fact_made_from_one_that_is_not_kept_is_refused() -> None:
    body = Sequence(find_customer, lead.gives(Verdict), guess_orders)
    keeps = {Customer: always, Orders: minutes(10)}
    assert refusal(lambda: Flow(body, takes=Message, gives=Orders, keeps=keeps)) == (
        "Orders is kept, but guess_orders reads Verdict, which is not kept itself; let it read Caller or Customer "
        "[here]"
    )


def test_a_kept_fact_that_nothing_gives_is_refused() -> None:
    assert refusal(lambda: Flow(find_customer, takes=Message, gives=Customer, keeps={Orders: always})) == (
        "Orders is kept, but no step of message gives it [here]"
    )


def test_the_substitute_of_a_kept_fact_may_read_anything() -> None:
    body = find_customer.or_else(customer_from_text)
    flow = Flow(body, takes=Message, gives=Customer, keeps={Customer: always})
    assert flow.keeps == {Customer: always}


# Paths


def test_inserting_a_step_does_not_change_the_paths_of_its_neighbours() -> None:
    def body(*more: Node[Any]) -> Node[Any]:
        first: list[Node[Any]] = [find_customer.retry(3), *more]
        route = Route({Refund: Sequence(*more_inside(more), pay), NotRefundable: explain})
        return Sequence(*first, find_orders.or_else(orders_from_cache), refund_or_not, route)

    def more_inside(more: tuple[Node[Any], ...]) -> list[Node[Any]]:
        return [node.named("inside") for node in more]

    before, after = paths(body()), paths(body(orders_from_text))
    assert [path for path in after if "orders_from_text" not in path] == before
    assert len(after) == len(before) + 2


def test_paths_are_made_of_names_cases_and_tasks() -> None:
    found = [place.path for place in support.places() if isinstance(place.node, Step)]
    assert "else/understand" in found
    assert "each/RefundRequest/Refund/pay" in found
    assert "each/Complaint/supervise/AskShipping/shipping" in found
    assert "write_reply/privacy" in found
    assert len(found) == len(set(found))


# The fingerprint


def shop_flow(**changes: Any) -> Flow[Reply]:
    """A flow with something of everything; `changes` replace its numbers and parts."""
    it: dict[str, Any] = {
        "retry": 3, "pause": 0.2, "on": Exception, "within": 2.0, "to": lead, "asking": "which", "patience": 60.0,
        "at_most": 2, "last": plain_reply, "keeps": {Customer: always}, "name": "shop", "looking": find_orders,
    } | changes  # fmt: skip
    body = Sequence(
        find_customer.retry(it["retry"], on=it["on"], pause=it["pause"]),
        it["looking"].within(it["within"]).or_else(orders_from_cache),
        caller.gives(OrderNumber, asking=it["asking"], within=it["patience"]),
        lead.gives(Verdict, within=it["patience"]),
        refunds,
        Each(pay),
        Refine(write_reply, against=[grounding], at_most=it["at_most"], last=it["last"]),
    ).escalate(to=it["to"])
    return Flow(body, takes=Message, gives=Reply, keeps=it["keeps"], name=it["name"])


@step
def refunds(message: Message) -> list[Refund]:
    return [Refund(len(message.text))]


@step
def orders_outcome(orders: Orders) -> Outcome:
    return Outcome(str(orders.count))


@step(name="find_orders")
async def find_orders_with_more(customer: Customer, caller: Caller) -> Orders:
    return Orders(len(customer.name + caller.id))


@pytest.mark.parametrize(
    "change",
    [
        {"retry": 4},
        {"pause": 1.0},
        {"on": TimeoutError},
        {"within": 3.0},
        {"to": Person("boss")},
        {"patience": 61.0},
        {"at_most": 3},
        {"last": None},
        {"keeps": {Customer: minutes(5)}},
        {"keeps": {}},
        {"name": "store"},
        {"looking": find_orders_with_more},
        {"looking": find_orders.named("slowly")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_fingerprint_changes_with(change: dict[str, Any]) -> None:
    assert shop_flow(**change).fingerprint != shop_flow().fingerprint


def test_the_fingerprint_is_the_same_for_the_same_flow_written_elsewhere() -> None:
    @step(name="find_customer")
    async def same_signature(caller: Caller, *, crm: Any) -> Customer:
        return Customer("somebody else entirely")

    def flow(looking: Node[Customer]) -> Flow[Customer]:
        return Flow(looking, takes=Message, gives=Customer)

    @step(name="find_customer")
    async def same_again(caller: Caller, *, crm: Any) -> Customer:
        return Customer("another text")

    assert flow(same_signature).fingerprint == flow(same_again).fingerprint
    assert shop_flow().fingerprint == shop_flow().fingerprint


def test_the_fingerprint_knows_how_nodes_are_nested() -> None:
    """The same paths in the same order, and the same types: but whether the retry runs both again differs."""
    both = Sequence(find_customer, Sequence(find_orders, orders_from_cache).retry(2))
    one = Sequence(find_customer, Sequence(find_orders).retry(2), orders_from_cache)
    assert paths(both, Orders) == paths(one, Orders)
    assert len({Flow(body, takes=Message, gives=Orders).fingerprint for body in (both, one)}) == 2
