"""Each: the same for every item of a list, at the same time."""

from dataclasses import dataclass

from tests.flow.refusals import refusal
from tests.flow.shop import (
    Customer,
    NotRefundable,
    Outcome,
    Refund,
    RefundRequest,
    Tracking,
    explain,
    find_customer,
    lead,
)

from segue import Each, Flow, Message, Parallel, Route, Sequence, step


@dataclass(frozen=True)
class Summary:
    text: str


@step
def understand(message: Message) -> list[RefundRequest | Tracking]:
    return [Tracking(message.text)]


@step
def requests(message: Message) -> list[RefundRequest]:
    return [RefundRequest(message.text)]


@step
def old_requests(message: Message) -> list[Tracking]:
    return [Tracking(message.text)]


@step
def understand_or_not(message: Message) -> list[Tracking] | NotRefundable:
    return [Tracking(message.text)]


@step
def refund(request: RefundRequest) -> Outcome:
    return Outcome(request.order)


@step
def track(tracking: Tracking) -> Outcome:
    return Outcome(tracking.order)


@step
def trackings_of(refund: Refund) -> list[Tracking]:
    return [Tracking(str(refund.amount))]


@step
def refund_or_not(message: Message) -> Refund | NotRefundable:
    return Refund(len(message.text))


@step
def sum_up(outcomes: list[Outcome]) -> Summary:
    return Summary(str(len(outcomes)))


@step
def all_trackings(tracking: Tracking) -> list[Outcome]:
    return [Outcome(tracking.order)]


@step
def one_or_all(tracking: Tracking) -> Outcome | list[Outcome]:
    return Outcome(tracking.order)


def test_each_gives_a_list_of_what_its_body_gives() -> None:
    flow = Flow(Sequence(requests, Each(refund), sum_up), takes=Message, gives=Summary)
    (place,) = (place for place in flow.places() if place.path == "sum_up")
    assert [producer.name for producer in place.wires[0].producers] == ["each list[RefundRequest]"]


def test_a_route_over_the_items_must_name_every_kind_of_item() -> None:
    body = Sequence(understand, Each(Route({RefundRequest: refund})), sum_up)
    assert refusal(lambda: Flow(body, takes=Message, gives=Summary)) == (
        "Route does not say where Tracking goes, which an item of list[RefundRequest | Tracking] from "
        "understand [here] may give [here]"
    )


def test_each_goes_through_the_nearest_list_that_its_body_reads_from() -> None:
    body = Sequence(requests, old_requests, Each(refund), sum_up)
    flow = Flow(body, takes=Message, gives=Summary)
    (place,) = (place for place in flow.places() if isinstance(place.node, Each))
    assert [producer.path for producer in place.wires[0].producers] == ["requests"]


def test_each_without_a_list_is_refused() -> None:
    assert refusal(lambda: Flow(Sequence(Each(track), sum_up), takes=Message, gives=Summary)) == (
        "this Each finds no list before it whose items its body reads (lists there: none) [here]"
    )


def test_each_over_a_list_of_something_else_is_refused_with_the_lists_there_are() -> None:
    body = Sequence(requests, Each(track), sum_up)
    assert refusal(lambda: Flow(body, takes=Message, gives=Summary)) == (
        "this Each finds no list before it whose items its body reads (lists there: list[RefundRequest]) [here]"
    )


def test_each_over_a_list_given_on_some_branches_only_is_refused() -> None:
    """Rather than going through an older list without saying so."""
    route = Route({Refund: trackings_of, NotRefundable: explain})
    body = Sequence(refund_or_not, route, Each(track), sum_up)
    assert refusal(lambda: Flow(body, takes=Message, gives=Summary)) == (
        "this Each goes through list[Tracking], which trackings_of [here] gives or something else (Outcome | "
        "list[Tracking]); put it where that is surely there [here]"
    )


def test_each_over_a_list_that_may_be_something_else_is_refused() -> None:
    body = Sequence(understand_or_not, Each(track), sum_up)
    assert refusal(lambda: Flow(body, takes=Message, gives=Summary)) == (
        "this Each goes through list[Tracking], which understand_or_not [here] gives or something else "
        "(NotRefundable | list[Tracking]); put it where that is surely there [here]"
    )


def test_a_body_that_gives_several_facts_at_once_is_refused() -> None:
    body = Sequence(requests, Each(Parallel(refund, find_customer)), sum_up)
    assert refusal(lambda: Flow(body, takes=Message, gives=Summary)) == (
        "the body of this Each gives no single fact, which cannot be listed; end it in one step [here]"
    )


def test_a_body_that_gives_a_list_is_refused() -> None:
    body = Sequence(old_requests, Each(all_trackings), sum_up)
    assert refusal(lambda: Flow(body, takes=Message, gives=Summary)) == (
        "the body of this Each gives list[Outcome], which cannot be listed; end it in one step [here]"
    )


def test_a_body_that_may_give_a_list_is_refused() -> None:
    body = Sequence(old_requests, Each(one_or_all), sum_up)
    assert refusal(lambda: Flow(body, takes=Message, gives=Summary)) == (
        "the body of this Each gives Outcome | list[Outcome], which cannot be listed; end it in one step [here]"
    )


def test_a_body_that_always_ends_the_turn_is_refused() -> None:
    body = Sequence(requests, Each(Route({RefundRequest: lead.takes_over()})), sum_up)
    assert refusal(lambda: Flow(body, takes=Message, gives=Summary)) == (
        "the body of this Each always ends the turn, so there is nothing to list [here]"
    )


def test_what_is_given_inside_stays_inside() -> None:
    @step
    def greet(customer: Customer) -> Summary:
        return Summary(customer.name)

    body = Sequence(requests, Each(Sequence(find_customer, refund)), greet)
    said = refusal(lambda: Flow(body, takes=Message, gives=Summary))
    assert said.startswith("greet needs customer: Customer, and nothing before it gives one")
