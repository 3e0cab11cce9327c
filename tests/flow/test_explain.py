"""Explain: a flow as a list of what feeds what, with file and line of both ends."""

from typing import Any

import pytest
from tests.flow.oddities import odd
from tests.flow.shop import explain as explain_refusal
from tests.flow.shop import find_customer, find_orders, orders_from_cache, propose_refund, support, understand

from segue import Flow
from segue.flow.explain import explain
from segue.flow.step import Step


def block(flow: Flow[Any], first: str) -> str:
    """What is said of one node."""
    (found,) = (part for part in explain(flow).split("\n\n") if part.startswith(first))
    return found


def test_it_begins_with_what_the_flow_takes_gives_and_keeps() -> None:
    assert explain(support).startswith(
        f"message takes Message and gives Reply [{support.where.short}]\n"
        "    keeps Customer always\n"
        "    keeps Orders 10 min\n"
    )


def test_a_parameter_is_explained_by_all_that_may_feed_it_with_their_lines() -> None:
    assert block(support, "each/RefundRequest/propose_refund") == (
        f"each/RefundRequest/propose_refund [{propose_refund.where.short}]\n"
        "    reads request: RefundRequest  an item of list[Complaint | RefundRequest | Tracking] from understand "
        f"[{understand.where.short}]\n"
        f"    reads orders: Orders          find_orders [{find_orders.where.short}]\n"
        f"                                  else/orders_from_cache [{orders_from_cache.where.short}]\n"
        "    gives NotRefundable | Refund"
    )


def test_tools_verbs_and_how_long_a_fact_is_kept_are_said() -> None:
    said = block(support, "find_orders").splitlines()
    assert said[1:5] == [
        f"    reads customer: Customer  find_customer [{find_customer.where.short}]",
        "    uses shop: Shop",
        "    gives Orders",
        "    kept 10 min",
    ]
    assert [line.split("[")[0].split() for line in said[5:]] == [
        ["within", "2", "s"],
        ["retry", "3"],
        ["or", "else", "else/orders_from_cache"],
    ]


def test_a_decision_is_explained_by_who_makes_it() -> None:
    said = block(support, "Route (NotRefundable | Refund)")
    assert "reads decision: NotRefundable | Refund  each/RefundRequest/propose_refund [" in said


def test_what_is_there_without_being_given_is_said_so() -> None:
    said = block(support, "understand [")
    assert "reads message: Message  the flow takes it" in said
    assert "reads history: History  every flow has it" in said
    assert "uses model: Model (its own)" in block(support, "else/understand")


@pytest.mark.parametrize("flow", [support, odd], ids=["support", "odd"])
def test_every_step_is_explained(flow: Flow[Any]) -> None:
    said = explain(flow)
    for place in flow.places():
        if isinstance(place.node, Step) and not place.path.endswith("read_answer"):
            assert f"\n{place.path}" in said
            assert f"[{place.node.where.short}]" in said


def test_no_path_of_the_machine_is_shown() -> None:
    assert explain_refusal.where.file.startswith("/")
    assert "[tests/flow/shop.py:" in explain(support)
    assert __file__.rpartition("/tests/")[0] not in explain(support)
