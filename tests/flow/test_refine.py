"""Refine: a draft becomes a reply only when no guard objects to it."""

from tests.flow.refusals import refusal
from tests.flow.shop import (
    NotRefundable,
    Orders,
    Refund,
    find_customer,
    find_orders,
    grounding,
    lead,
    plain_reply,
    privacy,
)

from segue import Draft, Flow, Message, Objection, Refine, Reply, Route, Sequence, step


@step
def write(message: Message) -> Draft:
    return Draft(message.text)


@step
def rewrite(message: Message, objections: list[Objection]) -> Draft:
    return Draft(f"{message.text} {len(objections)}")


@step
def doubt(draft: Draft) -> Objection:
    return Objection("doubt", draft.text)


@step
def know_the_orders(draft: Draft, orders: Orders) -> list[Objection]:
    return [Objection("orders", draft.text)] if orders.count else []


@step
def know_the_orders_if_any(draft: Draft, orders: Orders | None) -> list[Objection]:
    return [Objection("orders", draft.text)] if orders else []


@step
def refund_or_not(message: Message) -> Refund | NotRefundable:
    return Refund(len(message.text))


@step
def write_refund(refund: Refund) -> Draft:
    return Draft(str(refund.amount))


@step
def write_regret(no: NotRefundable) -> Draft:
    return Draft(no.why)


def test_refine_makes_a_reply_of_a_draft() -> None:
    flow = Flow(Refine(write, against=[grounding, privacy]), takes=Message, gives=Reply)
    assert flow.root.gives == {Reply}
    assert [child.path for child in flow.root.children] == ["write", "write/grounding", "write/privacy"]


def test_a_flow_that_gives_a_reply_without_refine_is_refused() -> None:
    assert refusal(lambda: Flow(write, takes=Message, gives=Reply)) == (
        "the flow message should give Reply, but it ends with Draft; end it in Refine(...), which makes a Reply "
        "of a Draft [here]"
    )


def test_neither_a_person_nor_the_caller_is_asked_for_a_reply() -> None:
    assert refusal(lambda: lead.gives(Reply)) == (
        "support lead is asked for a Reply, but only Refine makes a Reply; ask for a Draft and put the question "
        "into Refine(...) [here]"
    )


def test_a_writer_that_gives_no_draft_is_refused() -> None:
    assert refusal(lambda: Flow(Refine(find_customer, against=[grounding]), takes=Message, gives=Reply)) == (  # type: ignore[arg-type]
        f"find_customer [{find_customer.where}] writes in a Refine and must give a Draft, but gives Customer [here]"
    )


def test_a_last_writer_that_gives_no_draft_is_refused() -> None:
    refine = Refine(write, against=[grounding], last=find_customer)  # type: ignore[arg-type]
    assert "last/find_customer" in refusal(lambda: Flow(refine, takes=Message, gives=Reply))


def test_a_guard_that_gives_no_objections_is_refused() -> None:
    refine = Refine(write, against=[grounding, doubt])  # type: ignore[list-item]
    assert refusal(lambda: Flow(refine, takes=Message, gives=Reply)) == (
        "write/doubt is a guard and must give list[Objection], but gives Objection [here]"
    )


def test_a_refine_without_guards_or_rounds_is_refused() -> None:
    assert refusal(lambda: Refine(write, against=[])) == (
        "a Refine needs at least one guard in against=[...] [here]"
    )
    assert refusal(lambda: Refine(write, against=[grounding], at_most=0)) == (
        "Refine(at_most=0) would never write anything [here]"
    )


def test_only_a_writer_that_reads_objections_writes_again() -> None:
    assert Refine(rewrite, against=[grounding]).rewrites
    assert not Refine(write, against=[grounding]).rewrites


def test_verbs_may_stand_around_writers_and_guards() -> None:
    refine = Refine(rewrite.within(5).retry(2), against=[grounding.retry(2)], last=plain_reply)
    assert Flow(refine, takes=Message, gives=Reply).gives is Reply


def test_a_route_may_write() -> None:
    writing = Route({Refund: write_refund, NotRefundable: write_regret})
    assert (
        Flow(Sequence(refund_or_not, Refine(writing, against=[grounding])), takes=Message, gives=Reply).gives
        is Reply
    )


def test_a_guard_sees_what_the_writer_found_on_its_way() -> None:
    writer = Sequence(find_customer, find_orders, write)
    flow = Flow(Refine(writer, against=[know_the_orders]), takes=Message, gives=Reply)
    (place,) = (place for place in flow.places() if place.node is know_the_orders)
    assert [producer.path for producer in place.wires[1].producers] == ["find_orders"]


def test_with_a_last_writer_a_guard_cannot_count_on_what_the_first_one_found() -> None:
    """It looks at the last one's draft, too, and then nobody has found that."""
    writer = Sequence(find_customer, find_orders, write)
    refine = Refine(writer, against=[know_the_orders], last=plain_reply)
    assert refusal(lambda: Flow(refine, takes=Message, gives=Reply)) == (
        "know_the_orders needs orders: Orders, but Orders is given on some branches only (by find_orders "
        f"[{find_orders.where}]); read it as Orders | None [here]"
    )
    again = Refine(writer, against=[know_the_orders_if_any], last=plain_reply)
    assert Flow(again, takes=Message, gives=Reply).gives is Reply


def test_objections_are_not_seen_outside() -> None:
    @step
    def complain(objections: list[Objection]) -> Draft:
        return Draft(str(len(objections)))

    body = Sequence(Refine(rewrite, against=[grounding]), Refine(complain.named("again"), against=[privacy]))
    assert Flow(body, takes=Message, gives=Reply).gives is Reply
    said = refusal(
        lambda: Flow(Sequence(complain, Refine(rewrite, against=[grounding])), takes=Message, gives=Reply)
    )
    assert said.startswith("complain needs objections: list[Objection], and nothing before it gives one")
