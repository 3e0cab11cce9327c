"""A fact finds its readers by its type: the nearest producer wins, and what is missing is said politely."""

from dataclasses import dataclass
from typing import Any

import pytest
from tests.flow.refusals import refusal
from tests.flow.shop import (
    Customer,
    NotRefundable,
    Orders,
    Outcome,
    Refund,
    RefundRequest,
    explain,
    find_customer,
    find_orders,
    orders_from_cache,
    pay,
    propose_refund,
)

from segue import DefinitionError, Flow, Message, Parallel, Route, Sequence, step
from segue.flow.node import Node
from segue.flow.wires import Wire


@dataclass(frozen=True)
class Note:
    text: str = ""


@step
def request(message: Message) -> RefundRequest:
    return RefundRequest(message.text)


@step
def fresh_orders(message: Message) -> Orders:
    return Orders(len(message.text))


@step
def count(orders: Orders) -> Outcome:
    return Outcome(str(orders.count))


@step
def count_if_any(orders: Orders | None) -> Outcome:
    return Outcome(str(orders))


@step
def summary(fact: Customer | Orders) -> Outcome:
    return Outcome(str(fact))


@step
def settle(refund: Refund | NotRefundable) -> Outcome:
    return Outcome(str(refund))


@step
def note(message: Message) -> Note:
    return Note(message.text)


@step
def note_or_customer(message: Message) -> Note | Customer:
    return Note(message.text)


@step
def refund_again(message: Message) -> Refund:
    return Refund(len(message.text))


@step
def refund_or_not(message: Message) -> Refund | NotRefundable:
    return Refund(len(message.text))


@step
def decide_again(message: Message) -> Refund | NotRefundable:
    return Refund(len(message.text))


@step
def orders_again(no: NotRefundable) -> Orders:
    return Orders(len(no.why))


@step
def note_outcome(note: Note) -> Outcome:
    return Outcome(note.text)


def wire(body: Node[Any], path: str, parameter: str, gives: type = Outcome) -> Wire:
    """How this parameter is fed when the body stands in a flow that takes a Message."""
    flow: Flow[Any] = Flow(body, takes=Message, gives=gives)
    place = next(place for place in flow.places() if place.path == path and place.wires)
    return next(wire for wire in place.wires if wire.parameter == parameter)


def sources(body: Node[Any], path: str, parameter: str) -> list[str]:
    return [producer.path for producer in wire(body, path, parameter).producers]


def test_a_parameter_is_fed_by_the_step_that_gives_its_type() -> None:
    assert sources(Sequence(find_customer, find_orders, count), "count", "orders") == ["find_orders"]


def test_the_nearest_producer_wins() -> None:
    body = Sequence(find_customer, find_orders, fresh_orders, count)
    assert sources(body, "count", "orders") == ["fresh_orders"]


def test_of_two_types_that_would_do_the_one_given_last_is_read() -> None:
    assert sources(Sequence(find_customer, find_orders, summary), "summary", "fact") == ["find_orders"]
    body = Sequence(fresh_orders, find_customer, summary)
    assert sources(body, "summary", "fact") == ["find_customer"]


def test_facts_given_inside_are_visible_to_whoever_comes_after() -> None:
    body = Sequence(Sequence(Sequence(find_customer), find_orders), note, count)
    assert sources(body, "count", "orders") == ["find_orders"]


def test_what_stands_side_by_side_does_not_see_one_another() -> None:
    said = refusal(lambda: Flow(Parallel(find_customer, find_orders), takes=Message, gives=Outcome))
    assert said.startswith("find_orders needs customer: Customer, and nothing before it gives one")


def test_a_missing_fact_is_refused_with_what_there_is() -> None:
    body = Sequence(request, find_customer, propose_refund)
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        "propose_refund needs orders: Orders, and nothing before it gives one "
        f"(there is: Message, RefundRequest, Customer) [{propose_refund.where}]"
    )


def test_a_fact_given_on_some_branches_only_is_refused_where_it_is_surely_read() -> None:
    route = Route({Refund: Sequence(find_customer, find_orders, pay), NotRefundable: explain})
    body = Sequence(request, refund_or_not, route, count)
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        f"count needs orders: Orders, but Orders is given on some branches only (by find_orders "
        f"[{find_orders.where}]); read it as Orders | None [here]"
    )


def test_a_fact_given_on_some_branches_only_may_be_read_as_none() -> None:
    route = Route({Refund: Sequence(find_customer, find_orders, pay), NotRefundable: explain})
    body = Sequence(refund_or_not, route, count_if_any)
    assert sources(body, "count_if_any", "orders") == ["Refund/find_orders"]


def test_what_may_be_given_twice_is_still_not_surely_given() -> None:
    route = Route({Refund: Sequence(find_customer, find_orders, pay), NotRefundable: explain})
    body = Sequence(refund_or_not, route, Sequence(decide_again, route.named("again")), count)
    said = refusal(lambda: Flow(body, takes=Message, gives=Outcome))
    assert said.startswith("count needs orders: Orders, but Orders is given on some branches only")


def test_a_fact_given_on_every_branch_is_surely_there() -> None:
    route = Route({Refund: Sequence(find_customer, find_orders, pay), NotRefundable: fresh_orders})
    body = Sequence(refund_or_not, route, count)
    assert sources(body, "count", "orders") == ["Refund/find_orders", "NotRefundable/fresh_orders"]


def test_an_older_fact_is_read_where_a_branch_gave_no_newer_one() -> None:
    route = Route({Refund: Sequence(find_customer, find_orders, pay), NotRefundable: explain})
    body = Sequence(fresh_orders, refund_or_not, route, count)
    assert sources(body, "count", "orders") == ["Refund/find_orders", "fresh_orders"]


def test_a_substitute_sees_what_was_there_when_its_node_began() -> None:
    body = Sequence(fresh_orders, Sequence(find_customer, find_orders, count).or_else(Sequence(note, count)))
    assert sources(body, "else/count", "orders") == ["fresh_orders"]

    inner_only = Sequence(Sequence(find_customer, find_orders).or_else(orders_from_cache), count)
    said = refusal(lambda: Flow(inner_only, takes=Message, gives=Outcome))
    assert said.startswith("orders_from_cache needs customer: Customer, and nothing before it gives one")


def test_after_a_substitute_either_may_have_given_the_fact() -> None:
    body = Sequence(find_customer, find_orders.or_else(orders_from_cache), count)
    assert sources(body, "count", "orders") == ["find_orders", "else/orders_from_cache"]


def test_an_unrouted_decision_is_refused_where_one_of_its_cases_is_read() -> None:
    body = Sequence(refund_or_not, pay)
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        "pay needs refund: Refund, but refund_or_not [here] gives NotRefundable | Refund; a Route says what "
        f"happens on NotRefundable, and in its branch for Refund this can be read [{pay.where}]"
    )


def test_all_cases_of_a_decision_together_can_be_read() -> None:
    found = wire(Sequence(refund_or_not, settle), "settle", "refund")
    assert set(found.cases) == {Refund, NotRefundable}
    assert [producer.path for producer in found.producers] == ["refund_or_not"]


def test_a_decision_overtaken_by_a_newer_fact_cannot_be_routed_any_more() -> None:
    body = Sequence(refund_or_not, refund_again, Route({Refund: pay, NotRefundable: explain}))
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        "Route has a branch for NotRefundable, which refund_again [here] never gives (it gives Refund) [here]"
    )


def test_what_a_decision_ruled_out_inside_is_not_taken_for_an_older_fact() -> None:
    """Note | Customer gives one of them and hides the older other; find_customer before it does not help."""
    inside = Sequence(note_or_customer, note)
    said = refusal(lambda: Flow(Sequence(find_customer, inside, find_orders), takes=Message, gives=Orders))
    assert said == (
        "find_orders needs customer: Customer, but Customer is given on some branches only (by "
        f"note_or_customer [here]); read it as Customer | None [{find_orders.where}]"
    )


def test_what_one_branch_gives_on_its_way_is_not_taken_for_what_another_ends_with() -> None:
    route = Route({Refund: Sequence(fresh_orders, note), NotRefundable: orders_again})
    after = Route({Orders: count, Note: note_outcome})
    said = refusal(lambda: Flow(Sequence(refund_or_not, route, after), takes=Message, gives=Outcome))
    assert said == (
        "Route decides between Note | Orders, but Note is given on some branches only, by note [here]; put "
        "the Route where the decision is made [here]"
    )


def test_built_in_facts_are_always_there() -> None:
    assert [
        producer.name for producer in wire(find_customer, "find_customer", "caller", Customer).producers
    ] == ["Caller"]


def test_a_step_may_not_read_what_it_gives_itself() -> None:
    @step
    def renew(orders: Orders) -> Orders:
        return orders

    with pytest.raises(DefinitionError, match="renew needs orders: Orders, and nothing before it gives one"):
        Flow(renew, takes=Message, gives=Orders)
    assert sources(Sequence(fresh_orders, renew, count), "count", "orders") == ["renew"]
