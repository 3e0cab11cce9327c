"""People in a flow: who takes over, who is asked, and the caller, who is asked too."""

from dataclasses import dataclass
from typing import Any

import pytest
from tests.flow.refusals import refusal
from tests.flow.shop import Customer, OrderNumber, Outcome, Verdict, conclude, find_customer, lead

from segue import Else, Flow, Message, Person, Sequence, Withdrawn, caller, step
from segue.flow.node import Node


@dataclass(frozen=True)
class Address:
    street: str
    town: str


@dataclass(frozen=True)
class Age:
    years: int


@step
def read_address(message: Message, customer: Customer) -> Address | Withdrawn | Else:
    return Address(message.text, customer.name) if message.text else Else()


@step
def read_verdict(message: Message) -> Verdict:
    return Verdict(message.text)


@step
def read_too_much(message: Message) -> Address | Verdict:
    return Verdict(message.text)


@step
def keep_address(address: Address) -> Outcome:
    return Outcome(address.street)


@step
def keep_number(number: OrderNumber) -> Outcome:
    return Outcome(number.text)


def test_what_a_person_gives_is_a_fact_for_whoever_comes_after() -> None:
    flow = Flow(Sequence(lead.gives(Verdict), conclude), takes=Message, gives=Outcome)
    (place,) = (place for place in flow.places() if place.node is conclude)
    assert place.wires[0].producers[0].path == "ask support lead for Verdict"


def test_what_the_caller_gives_is_a_fact_for_whoever_comes_after() -> None:
    body = Sequence(caller.gives(OrderNumber, asking="which_order"), keep_number)
    flow = Flow(body, takes=Message, gives=Outcome)
    (place,) = (place for place in flow.places() if place.node is keep_number)
    assert place.wires[0].producers[0].path == "ask for OrderNumber"


def test_the_reader_of_an_answer_reads_the_answer_and_earlier_facts() -> None:
    asking = caller.gives(Address, asking="where_to", reader=read_address)
    flow = Flow(Sequence(find_customer, asking, keep_address), takes=Message, gives=Outcome)
    (place,) = (place for place in flow.places() if place.node is read_address)
    assert place.path == "ask for Address/read_address"
    assert [wire.producers[0].name for wire in place.wires] == ["the answer", "find_customer"]


def test_the_answer_is_read_only_by_its_reader() -> None:
    @step
    def echo(address: Address, message: Message) -> Outcome:
        return Outcome(address.street + message.text)

    asking = caller.gives(Address, asking="where_to", reader=read_address)
    flow = Flow(Sequence(find_customer, asking, echo), takes=Message, gives=Outcome)
    (place,) = (place for place in flow.places() if place.node is echo)
    assert [producer.name for producer in place.wires[1].producers] == ["Message"]


@pytest.mark.parametrize("reader", [read_verdict, read_too_much])
def test_a_reader_that_gives_something_else_is_refused(reader: object) -> None:
    asking = caller.gives(Address, asking="where_to", reader=reader)  # type: ignore[arg-type]
    said = refusal(lambda: Flow(Sequence(asking, keep_address), takes=Message, gives=Outcome))
    assert (
        "reads the answer to a question for Address; it must give Address, and may give Withdrawn and Else"
        in said
    )


@pytest.mark.parametrize("kind", [Address, Age])
def test_a_fact_that_is_more_than_one_text_needs_a_reader(kind: type) -> None:
    asking: Node[Any] = caller.gives(kind, asking="what")
    said = refusal(lambda: Flow(asking, takes=Message, gives=kind))
    assert said.startswith(f"{kind.__name__} is not made of a single text (")
    assert said.endswith(
        f"so an answer cannot be read into it as it is; give caller.gives({kind.__name__}, reader=...) a step "
        "that reads it [here]"
    )


def test_the_whole_text_is_the_answer_unless_it_takes_the_request_back() -> None:
    flow = Flow(caller.gives(OrderNumber, asking="which_order"), takes=Message, gives=OrderNumber)
    (place,) = (place for place in flow.places() if place.path.endswith("read_answer"))
    read = place.node
    assert read(Message((" 42 ",))) == OrderNumber("42")  # type: ignore[operator]
    assert read(Message(("Never mind!",))) == Withdrawn()  # type: ignore[operator]


def test_a_question_that_leaves_no_time_is_refused() -> None:
    assert refusal(lambda: lead.gives(Verdict, within=0)) == (
        "support lead is asked within=0 seconds, which leaves no time at all [here]"
    )
    assert refusal(lambda: caller.gives(OrderNumber, asking="which_order", within=-1)).startswith(
        "caller is asked within=-1 seconds"
    )


def test_a_person_whose_name_would_break_paths_is_refused() -> None:
    assert refusal(lambda: Person("sales/returns")) == (
        "'sales/returns' is no name: it must not be empty nor hold / ~ . # [here]"
    )


def test_who_takes_over_ends_the_turn() -> None:
    flow = Flow(lead.takes_over(), takes=Message, gives=Outcome)
    assert flow.root.ends
    assert flow.root.path == "to support lead"
