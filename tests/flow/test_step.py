"""A step is a plain typed function; its signature says everything."""

from dataclasses import dataclass

import pytest
from tests.flow.refusals import refusal
from tests.flow.shop import (
    BigModel,
    Customer,
    Orders,
    find_customer,
    find_orders,
    orders_from_cache,
    understand,
)

from segue import DefinitionError, Draft, Flow, Message, Reply, Sequence, step
from segue.flow.step import Step


@dataclass(frozen=True)
class Note:
    text: str


class TwoOrders:
    def orders(self, name: str) -> int:
        return 2


async def test_an_async_step_is_called_like_the_function_it_is() -> None:
    assert await find_orders(Customer("Ada"), shop=TwoOrders()) == Orders(2)


def test_a_step_that_is_not_async_is_called_like_the_function_it_is() -> None:
    assert orders_from_cache(Customer("Ada")) == Orders(3)
    assert orders_from_cache.__name__ == "orders_from_cache"


def test_positional_parameters_are_facts_and_keyword_only_ones_are_tools() -> None:
    assert list(find_orders.signature.facts) == ["customer"]
    assert list(find_orders.signature.tools) == ["shop"]
    assert find_orders.signature.gives.cases == {Orders}


def test_a_step_may_have_a_name_of_its_own() -> None:
    @step(name="look", says="looking")
    def look_it_up(message: Message) -> Note:
        return Note(message.text)

    flow = Flow(look_it_up, takes=Message, gives=Note)
    assert flow.root.path == "look"
    assert look_it_up.says == "looking"


def test_a_name_that_would_break_paths_is_refused() -> None:
    def look(message: Message) -> Note:
        return Note(message.text)

    assert refusal(lambda: step(name="look/up")(look)) == (
        "'look/up' is no name: it must not be empty nor hold / ~ . # [here]"
    )


def test_using_gives_a_new_step_with_a_tool_of_its_own() -> None:
    model = BigModel()
    bigger = understand.using(model=model)
    assert bigger.bound == {"model": model}
    assert understand.bound == {}
    assert bigger.name == "understand"


def test_using_a_tool_that_the_step_does_not_have_is_refused() -> None:
    assert refusal(lambda: find_orders.using(crm=BigModel())) == (
        f"find_orders has no tool 'crm' (it uses: shop) [{find_orders.where}]"
    )


def test_a_step_annotated_to_give_a_reply_is_refused() -> None:
    @step
    def answer(message: Message) -> Reply:
        return Reply(message.text)

    assert refusal(lambda: Flow(answer, takes=Message, gives=Reply)) == (
        "answer is annotated -> Reply, but only Refine makes a Reply; let it give a Draft and put it into "
        "Refine(...) [here]"
    )


def test_a_list_of_replies_is_refused_as_well() -> None:
    @step
    def answers(message: Message) -> list[Reply]:
        return [Reply(message.text)]

    assert "-> list[Reply], but only Refine makes a Reply" in refusal(
        lambda: Flow(answers, takes=Message, gives=Draft)
    )


def test_a_parameter_without_annotation_is_refused() -> None:
    @step
    def look(message) -> Note:  # type: ignore[no-untyped-def]
        return Note(message.text)

    assert refusal(lambda: Flow(look, takes=Message, gives=Note)) == (
        "look [here]: message has no annotation, so nothing can feed it"
    )


def test_a_step_that_does_not_say_what_it_gives_is_refused() -> None:
    @step
    def look(message: Message):  # type: ignore[no-untyped-def]
        return Note(message.text)

    assert refusal(lambda: Flow(look, takes=Message, gives=Note)) == (
        "look [here]: it does not say what it gives; annotate what it returns"
    )


def test_a_step_that_may_give_none_is_refused() -> None:
    @step
    def look(message: Message) -> Note | None:
        return None

    assert refusal(lambda: Flow(look, takes=Message, gives=Note)) == (
        "look [here]: it gives Note | None, but None says nothing; make a small class for that case, such as "
        "class NothingFound: `-> Note | Nothing`"
    )


def test_parameters_that_hide_what_is_needed_are_refused() -> None:
    @step
    def look(*messages: Message) -> Note:
        return Note("")

    assert refusal(lambda: Flow(look, takes=Message, gives=Note)) == (
        "look [here]: *messages hides what the step needs; write each fact and tool"
    )


def test_only_functions_can_be_steps() -> None:
    with pytest.raises(DefinitionError, match="is not a plain function, so it cannot be a step"):
        step(BigModel())  # type: ignore[call-overload]


def test_the_same_step_stands_wherever_its_facts_are() -> None:
    flow = Flow(Sequence(find_customer, find_orders), takes=Message, gives=Orders)
    places = [place for place in flow.places() if isinstance(place.node, Step)]
    assert [(place.path, place.node) for place in places] == [
        ("find_customer", find_customer),
        ("find_orders", find_orders),
    ]
