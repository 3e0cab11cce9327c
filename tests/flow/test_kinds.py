"""One meaning, one type: which types may be facts, and how they are told apart."""

from dataclasses import dataclass
from typing import Any, Generic, NewType, TypeVar

import pytest
from tests.flow.refusals import refusal
from tests.flow.shop import Customer, Orders, Refund, find_customer

from segue import DefinitionError, Flow, Message, Person, Route, fact
from segue.flow.kinds import Many, kind_of, stable_name
from segue.flow.step import Step, step

T = TypeVar("T")
OrderId = NewType("OrderId", str)


@dataclass(frozen=True)
class Payment:
    amount: int


@dataclass(frozen=True)
class CardPayment(Payment):
    card: str


@dataclass(frozen=True)
class Boxed(Generic[T]):
    inside: T


VAGUE = [str, bytes, int, float, bool, dict, dict[str, int], list, tuple[int, str], set, object, Any, None]


def reading(annotation: Any) -> Step[Any, Any, Any]:
    def look(thing: Any) -> Customer:
        return Customer(str(thing))

    look.__annotations__["thing"] = annotation
    return step(look)


@pytest.mark.parametrize(
    "annotation", [*VAGUE[:-1], OrderId, Boxed[int], list[str], list[list[Refund]]], ids=str
)
def test_a_vague_type_is_no_fact(annotation: Any) -> None:
    said = refusal(lambda: Flow(reading(annotation), takes=Message, gives=Customer))
    assert said.startswith("look [here]: parameter thing is ")
    assert said.endswith(
        ", which cannot be a fact: one meaning, one type. Make a small class for it, such as a frozen dataclass."
    )


@pytest.mark.parametrize("annotation", VAGUE, ids=str)
def test_a_flow_neither_takes_nor_gives_nor_keeps_a_vague_type(annotation: Any) -> None:
    for wrong in (
        lambda: Flow(find_customer, takes=annotation, gives=Customer),
        lambda: Flow(find_customer, takes=Message, gives=annotation),
        lambda: Flow(find_customer, takes=Message, gives=Customer, keeps={annotation: 1.0}),
        lambda: Person("lead").gives(annotation),
        lambda: Route({annotation: find_customer}),
    ):
        said = refusal(wrong)
        assert "which cannot be a fact: one meaning, one type" in said
        assert "[here]" in said


def test_a_union_is_several_facts_where_one_is_meant() -> None:
    either: Any = Orders | Refund
    assert refusal(lambda: Person("lead").gives(either)).endswith("but this is one fact; name one class")


def test_cases_that_inherit_from_one_another_are_refused() -> None:
    @step
    def charge(message: Message) -> Payment | CardPayment:
        return Payment(len(message.text))

    assert refusal(lambda: Flow(charge, takes=Message, gives=Payment)) == (
        "charge [here]: what it gives is CardPayment | Payment, but CardPayment is a Payment, so they cannot be "
        "told apart; let neither inherit from the other"
    )


def test_items_of_a_list_that_inherit_from_one_another_are_refused() -> None:
    with pytest.raises(DefinitionError, match=r"an item of it is .* but CardPayment is a Payment"):
        kind_of(list[Payment | CardPayment], whose="it")


def test_a_list_of_two_types_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"it is a list of 2 types; write list\[A \| B\]"):
        kind_of(list[Orders, Refund], whose="it")  # type: ignore[misc]


def test_two_lists_in_one_union_are_refused() -> None:
    with pytest.raises(DefinitionError, match="two lists cannot be told apart when they are empty"):
        kind_of(list[Orders] | list[Refund], whose="it")


def test_annotations_become_cases() -> None:
    kind = kind_of(list[Orders | Refund] | Customer | None, whose="it")
    assert kind.cases == {Many(frozenset({Orders, Refund})), Customer}
    assert kind.optional
    assert str(kind) == "Customer | list[Orders | Refund] | None"


def test_a_fact_is_called_like_its_class_unless_it_says_otherwise() -> None:
    @fact(name="shop.Payment", version=2, was="Payment")
    @dataclass(frozen=True)
    class Renamed:
        amount: int

    assert (stable_name(Renamed).name, stable_name(Renamed).version) == ("shop.Payment", 2)
    assert stable_name(Renamed).was == ("Payment",)
    assert stable_name(Payment).name == "Payment"
