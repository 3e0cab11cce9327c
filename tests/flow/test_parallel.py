"""Parallel: at the same time; none sees the others, whoever comes after sees all."""

import pytest
from tests.flow.refusals import refusal
from tests.flow.shop import (
    Customer,
    NotRefundable,
    Orders,
    Outcome,
    Refund,
    explain,
    find_customer,
    find_orders,
    lead,
    orders_from_cache,
    pay,
)

from segue import DefinitionError, Flow, Message, Parallel, Route, Sequence, step


@step
def fresh_orders(message: Message) -> Orders:
    return Orders(len(message.text))


@step
def both(customer: Customer, orders: Orders) -> Outcome:
    return Outcome(f"{customer.name} {orders.count}")


@step
def refund_or_not(message: Message) -> Refund | NotRefundable:
    return Refund(len(message.text))


def test_whoever_comes_after_sees_what_all_of_them_gave() -> None:
    flow = Flow(Sequence(Parallel(find_customer, fresh_orders), both), takes=Message, gives=Outcome)
    (place,) = (place for place in flow.places() if place.path == "both")
    assert [wire.producers[0].path for wire in place.wires] == ["find_customer", "fresh_orders"]


def test_a_parallel_gives_no_single_fact() -> None:
    body = Parallel(find_customer, fresh_orders)
    assert refusal(lambda: Flow(body, takes=Message, gives=Orders)) == (
        "the flow message should give Orders, but it ends with no single fact [here]"
    )


def test_two_producers_of_one_type_side_by_side_are_refused() -> None:
    body = Sequence(find_customer, Parallel(find_orders, orders_from_cache))
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        f"two steps give Orders in this Parallel, find_orders [{find_orders.where}] and orders_from_cache "
        f"[{orders_from_cache.where}], and nothing says which is meant [here]"
    )


def test_two_producers_are_refused_however_deep_they_stand() -> None:
    deep = Sequence(find_customer, Sequence(find_orders))
    body = Parallel(deep, Sequence(fresh_orders, refund_or_not, Route({Refund: pay, NotRefundable: explain})))
    said = refusal(lambda: Flow(body, takes=Message, gives=Outcome))
    assert said.startswith(f"two steps give Orders in this Parallel, find_orders [{find_orders.where}]")


def test_one_node_alone_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"a Parallel needs at least two nodes \["):
        Parallel(find_customer)


def test_a_parallel_in_which_somebody_takes_over_ends_the_turn() -> None:
    flow = Flow(Parallel(find_customer, lead.takes_over()), takes=Message, gives=Orders)
    assert flow.root.ends
