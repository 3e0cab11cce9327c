"""Route: the type of a decision says where to go."""

from dataclasses import dataclass

from tests.flow.refusals import refusal
from tests.flow.shop import NotRefundable, Orders, Outcome, Refund, Verdict, conclude, explain, lead, pay

from segue import Flow, Message, Route, Sequence, go_on, step


@dataclass(frozen=True)
class Exchange:
    text: str = ""


@step
def decide(message: Message) -> Refund | NotRefundable | Exchange:
    return Refund(len(message.text))


@step
def refund_or_not(message: Message) -> Refund | NotRefundable:
    return Refund(len(message.text))


@step
def exchange(wanted: Exchange) -> Outcome:
    return Outcome(wanted.text)


@step
def redo_nothing(message: Message) -> Refund:
    return Refund(len(message.text))


@step
def check(no: NotRefundable) -> Refund | Exchange:
    return Exchange(no.why)


@step
def look_again(no: NotRefundable) -> Refund | NotRefundable:
    return no


@step
def look_at_both(refund: Refund, no: NotRefundable | None) -> Outcome:
    return Outcome(f"{refund} {no}")


@step
def redo(refund: Refund) -> Refund:
    return refund


@step
def verdict_or_orders(refund: Refund) -> Verdict | Orders:
    return Orders(refund.amount)


@step
def note(refund: Refund) -> Outcome:
    return Outcome(str(refund))


redo_and_decide = Sequence(verdict_or_orders, note)


def test_a_branch_sees_its_case_as_surely_given() -> None:
    flow = Flow(
        Sequence(refund_or_not, Route({Refund: pay, NotRefundable: explain})), takes=Message, gives=Outcome
    )
    assert [place.path for place in flow.places() if place.path.endswith("pay")] == ["Refund/pay"]


def test_a_case_that_goes_nowhere_is_refused() -> None:
    body = Sequence(decide, Route({Refund: pay, NotRefundable: explain}))
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        "Route does not say where Exchange goes, which decide [here] may give [here]"
    )


def test_the_step_that_may_give_the_missing_case_is_named() -> None:
    first = Route({NotRefundable: check, Refund: redo})
    body = Sequence(refund_or_not, first, Route({Refund: pay}))
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        "Route does not say where Exchange goes, which check [here] may give [here]"
    )


def test_a_branch_for_a_case_that_never_comes_is_refused() -> None:
    body = Sequence(refund_or_not, Route({Refund: pay, NotRefundable: explain, Exchange: exchange}))
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        "Route has a branch for Exchange, which refund_or_not [here] never gives (it gives NotRefundable | "
        "Refund) [here]"
    )


def test_a_route_with_nothing_to_decide_on_is_refused() -> None:
    body = Route({Refund: pay, NotRefundable: explain})
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        "Route decides between NotRefundable | Refund, and nothing before it gives any of these (there is: "
        "Message) [here]"
    )


def test_a_decision_made_on_some_branches_only_is_refused() -> None:
    outer = Route({Exchange: exchange, Refund: redo_and_decide, NotRefundable: explain})
    body = Sequence(decide, outer, Route({Verdict: conclude, Orders: conclude}))
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        "Route decides between Orders | Verdict, but Verdict is given on some branches only, by "
        "verdict_or_orders [here]; put the Route where the decision is made [here]"
    )


def test_other_cases_cannot_be_read_in_a_branch() -> None:
    body = Sequence(refund_or_not, Route({Refund: look_at_both, NotRefundable: explain}))
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        "look_at_both needs no: NotRefundable | None, and nothing before it gives one (there is: Message, "
        "Refund) [here]"
    )


def test_a_route_whose_branches_give_different_facts_is_a_decision_itself() -> None:
    nested = Route({NotRefundable: check, Refund: redo})
    body = Sequence(refund_or_not, nested, Route({Refund: pay, Exchange: exchange}))
    flow = Flow(body, takes=Message, gives=Outcome)
    assert flow.root.gives == {Outcome}


def test_a_branch_may_end_the_turn() -> None:
    route = Route({Refund: pay, NotRefundable: lead.takes_over(because="angry")})
    flow = Flow(Sequence(refund_or_not, route), takes=Message, gives=Outcome)
    assert flow.root.gives == {Outcome}
    assert not flow.root.ends


def test_a_branch_in_which_nothing_needs_to_be_done_gives_its_case() -> None:
    body = Sequence(refund_or_not, Route({Refund: go_on, NotRefundable: lead.takes_over()}), pay)
    flow = Flow(body, takes=Message, gives=Outcome)
    (place,) = (place for place in flow.places() if place.node is pay)
    assert [producer.path for producer in place.wires[0].producers] == ["refund_or_not"]


def test_a_branch_that_fails_may_leave_its_case_as_it_was() -> None:
    looking = Route({Refund: go_on, NotRefundable: look_again.or_else(go_on)})
    body = Sequence(refund_or_not, looking, Route({Refund: pay, NotRefundable: explain}))
    flow = Flow(body, takes=Message, gives=Outcome)
    (place,) = (place for place in flow.places() if place.path == "NotRefundable/else/go on")
    assert place.gives == {NotRefundable}


def test_going_on_where_something_else_was_given_since_is_refused() -> None:
    branch = Sequence(redo_nothing, look_again.or_else(go_on))
    body = Sequence(refund_or_not, Route({Refund: go_on, NotRefundable: branch}))
    assert refusal(lambda: Flow(body, takes=Message, gives=Outcome)) == (
        "go_on stands in no branch of a Route, at NotRefundable/else/"
    )


def test_going_on_outside_a_route_is_refused() -> None:
    assert refusal(lambda: Flow(Sequence(redo_nothing, go_on), takes=Message, gives=Refund)) == (
        "go_on stands in no branch of a Route, at the start"
    )


def test_a_route_without_branches_is_refused() -> None:
    assert refusal(lambda: Route({})) == "a Route needs at least one branch [here]"
