"""Sequence: one after the other; each sees what those before it gave."""

import pytest
from tests.flow.refusals import refusal
from tests.flow.shop import Orders, Outcome, find_customer, find_orders, lead

from segue import DefinitionError, Flow, Message, Sequence


def test_a_sequence_gives_what_its_last_node_gives() -> None:
    flow = Flow(Sequence(find_customer, find_orders), takes=Message, gives=Orders)
    assert flow.root.gives == {Orders}
    assert [child.path for child in flow.root.children] == ["find_customer", "find_orders"]


def test_an_empty_sequence_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"a Sequence needs at least one node \["):
        Sequence()  # type: ignore[call-arg]


def test_what_stands_behind_the_end_of_the_turn_is_refused() -> None:
    body = Sequence(lead.takes_over(), find_customer)
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        f"find_customer [{find_customer.where}] can never run: to support lead before it always ends the turn [here]"
    )


def test_equal_names_side_by_side_are_refused() -> None:
    body = Sequence(find_customer, find_customer)
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        f"two nodes are called 'find_customer', both [{find_customer.where}]; give one of them another name "
        "with .named(...)"
    )


def test_a_name_of_its_own_resolves_that() -> None:
    again = Sequence(find_customer, find_customer.named("again"), find_orders)
    flow = Flow(again, takes=Message, gives=Orders)
    assert [place.path for place in flow.places() if place.wires] == [
        "find_customer",
        "again/find_customer",
        "find_orders",
    ]


def test_two_steps_of_one_name_are_refused_with_both_lines() -> None:
    other = find_orders.using()
    other.name, other.where = "find_customer", find_orders.where
    said = refusal(lambda: Flow(Sequence(find_customer, other), takes=Message, gives=Orders))
    assert f"'find_customer', [{find_customer.where}] and [{find_orders.where}]" in said
