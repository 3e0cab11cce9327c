"""The verbs wrap what stands left of them: again, in time, something else, somebody else."""

from tests.flow.refusals import refusal
from tests.flow.shop import (
    Customer,
    OrderNumber,
    Orders,
    Outcome,
    Refund,
    Verdict,
    find_customer,
    find_orders,
    lead,
    orders_from_cache,
)

from segue import Flow, Message, Parallel, Sequence, caller, step
from segue.flow.node import Place


@step
def either(message: Message) -> Refund | Verdict:
    return Refund(len(message.text))


@step
def refund(message: Message) -> Refund:
    return Refund(len(message.text))


@step
def number_from_text(message: Message) -> OrderNumber:
    return OrderNumber(message.text)


@step
def greet(customer: Customer, orders: Orders) -> Outcome:
    return Outcome(f"{customer} {orders}")


def chain(place: Place) -> list[str]:
    """The titles of wrappers from the outside in."""
    titles = [place.node.title]
    while len(place.children) == 1:
        place = place.children[0]
        titles.append(place.node.title)
    return titles


def test_verbs_chain_like_a_sentence_from_the_inside_out() -> None:
    body = find_customer.within(2).retry(3).escalate(to=lead)
    flow = Flow(body, takes=Message, gives=Customer)
    assert chain(flow.root) == ["escalate to support lead", "retry 3", "within 2 s", "find_customer"]
    assert flow.root.gives == {Customer}


def test_verbs_give_new_nodes_and_leave_the_old_ones_alone() -> None:
    tried = find_customer.retry(2)
    assert tried.within(5).node is tried
    assert tried.retry(3).times == 3
    assert tried.times == 2


def test_timers_are_named_after_what_they_are_about() -> None:
    flow = Flow(find_customer.within(2).retry(3).retry(2), takes=Message, gives=Customer)
    assert [place.path for place in flow.places()] == [
        "find_customer~within~retry~retry",
        "find_customer~within~retry",
        "find_customer~within",
        "find_customer",
    ]


def test_within_around_asking_the_caller_is_refused() -> None:
    asking = Sequence(caller.gives(OrderNumber, asking="which_order"), find_customer)
    assert refusal(lambda: Flow(asking.within(60), takes=Message, gives=Customer)) == (
        ".within(60) around caller gives OrderNumber would count the time that somebody needs to answer; put it "
        "around the steps instead [here]"
    )


def test_within_around_asking_a_person_is_refused_however_deep_it_stands() -> None:
    asking = Parallel(find_customer, Sequence(refund, lead.gives(Verdict).retry(2)))
    said = refusal(lambda: Flow(asking.within(60).retry(2), takes=Message, gives=Outcome))
    assert said.startswith(".within(60) around support lead gives Verdict would count the time")


def test_impossible_numbers_are_refused() -> None:
    assert refusal(lambda: find_customer.retry(0)) == (
        ".retry(0) never runs anything; the number counts all attempts [here]"
    )
    assert refusal(lambda: find_customer.within(0)) == ".within(0) leaves no time at all [here]"


def test_a_substitute_that_gives_something_else_is_refused() -> None:
    body = Sequence(find_customer, find_orders.or_else(find_customer))  # type: ignore[arg-type]
    assert refusal(lambda: Flow(body, takes=Message, gives=Orders)) == (
        "the substitute else/find_customer gives Customer, but what it stands in for gives Orders [here]"
    )


def test_a_substitute_that_gives_several_facts_at_once_is_refused() -> None:
    body = Sequence(find_customer.or_else(Parallel(find_customer, refund)))
    assert refusal(lambda: Flow(body, takes=Message, gives=Customer)) == (
        "the substitute else/find_customer gives no single fact, but what it stands in for gives Customer [here]"
    )


def test_a_substitute_may_give_one_case_of_a_decision() -> None:
    flow = Flow(Sequence(either.or_else(refund), find_customer), takes=Message, gives=Customer)
    assert flow.root.children[0].gives == {Refund, Verdict}


def test_several_facts_may_have_a_substitute_that_gives_them_all() -> None:
    both = Parallel(find_customer, refund)
    substitute = Sequence(refund.named("again"), find_customer)
    body = Sequence(both.or_else(substitute), orders_from_cache, greet)
    assert Flow(body, takes=Message, gives=Outcome).root.gives == {Outcome}


def test_somebody_may_stand_in() -> None:
    body = Sequence(number_from_text.or_else(lead.takes_over()), find_customer)
    assert Flow(body, takes=Message, gives=Customer).root.gives == {Customer}


def test_a_name_becomes_part_of_every_path_inside() -> None:
    body = Sequence(find_customer, find_orders.retry(2)).named("looking")
    flow = Flow(body, takes=Message, gives=Orders)
    assert {place.path for place in flow.places()} == {
        "looking/find_customer",
        "looking/find_orders~retry",
        "looking/find_orders",
    }


def test_a_name_that_would_break_paths_is_refused() -> None:
    for name in ("", "a/b", "a~b", "a.b", "a#b"):
        assert refusal(lambda name=name: find_customer.named(name)) == (  # type: ignore[misc]
            f"{name!r} is no name: it must not be empty nor hold / ~ . # [here]"
        )
