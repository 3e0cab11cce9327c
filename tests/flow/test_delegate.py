"""Delegate: a lead hands out tasks, reads what comes back, and decides."""

from typing import Any

from tests.flow.refusals import refusal
from tests.flow.shop import (
    AskBilling,
    AskShipping,
    Complaint,
    Finding,
    Outcome,
    Verdict,
    billing,
    conclude,
    find_customer,
    lead,
    supervise,
)

from segue import Delegate, Failed, Flow, Message, Parallel, Sequence, step
from segue.flow.kinds import Many
from segue.flow.node import Node


@step
def shipping(task: AskShipping) -> Finding:
    return Finding(task.what)


@step
def several(task: AskShipping) -> list[Finding]:
    return [Finding(task.what)]


@step
def only_tasks(complaint: Complaint, findings: list[Finding | Failed]) -> list[AskBilling | AskShipping]:
    return [AskBilling(complaint.about)]


@step
def no_tasks(complaint: Complaint) -> Verdict:
    return Verdict(complaint.about)


@step
def deaf_to_failures(
    complaint: Complaint, findings: list[Finding]
) -> list[AskBilling | AskShipping] | Verdict:
    return Verdict(f"{complaint.about} {findings}")


@step
def name_it(verdict: Verdict, findings: list[Finding | Failed]) -> Outcome:
    return Outcome(f"{verdict.text} {len(findings)}")


def in_a_flow(delegate: Delegate[Verdict]) -> Flow[Outcome]:
    return Flow(Sequence(delegate, conclude), takes=(Message, Complaint), gives=Outcome)


def test_the_lead_gives_a_verdict_and_reads_what_was_found() -> None:
    flow = in_a_flow(Delegate(supervise, to={AskBilling: billing, AskShipping: shipping}))
    place = flow.root.children[0]
    assert place.gives == {Verdict}
    assert place.over == Many(frozenset({Finding, Failed}))


def test_the_findings_may_be_read_afterwards() -> None:
    body = Sequence(Delegate(supervise, to={AskBilling: billing, AskShipping: shipping}), name_it)
    assert Flow(body, takes=(Message, Complaint), gives=Outcome).root.gives == {Outcome}


def test_a_specialist_sees_its_task() -> None:
    flow = in_a_flow(Delegate(supervise, to={AskBilling: billing, AskShipping: shipping}))
    (place,) = (place for place in flow.places() if place.node is billing)
    assert place.path == "supervise/AskBilling/billing"
    assert place.wires[0].producers[0].name == "supervise"


def test_a_lead_that_never_decides_is_refused() -> None:
    assert refusal(
        lambda: in_a_flow(Delegate(only_tasks, to={AskBilling: billing, AskShipping: shipping}))
    ) == (
        "only_tasks only ever gives tasks; let it also give a verdict: -> list[AskBilling | AskShipping] | "
        "Verdict [here]"
    )


def test_a_lead_that_gives_no_tasks_is_refused() -> None:
    assert refusal(lambda: in_a_flow(Delegate(no_tasks, to={AskBilling: billing}))) == (
        "no_tasks leads this Delegate but gives no list of tasks; let it give list[AskBilling] | Verdict [here]"
    )


def test_a_task_for_which_there_is_nobody_is_refused() -> None:
    assert refusal(lambda: in_a_flow(Delegate(supervise, to={AskBilling: billing}))) == (
        f"Delegate does not say who does AskShipping, which supervise [{supervise.where}] may ask for [here]"
    )


def test_somebody_for_a_task_that_is_never_given_is_refused() -> None:
    to: dict[type, Node[Any]] = {AskBilling: billing, AskShipping: shipping, Complaint: no_tasks}
    assert refusal(lambda: in_a_flow(Delegate(supervise, to=to))) == (
        f"Delegate names somebody for Complaint, which supervise [{supervise.where}] never asks for [here]"
    )


def test_a_lead_that_does_not_expect_failures_is_refused() -> None:
    delegate = Delegate(deaf_to_failures, to={AskBilling: billing, AskShipping: shipping})
    said = refusal(lambda: in_a_flow(delegate))
    assert said == (
        "deaf_to_failures needs findings: list[Finding], and nothing before it gives one (there is: Message, "
        "Complaint, list[Failed | Finding], list[AskBilling | AskShipping]) [here]"
    )


def test_specialists_must_give_a_single_finding() -> None:
    wrong: list[tuple[Node[Any], str]] = [
        (several, "list[Finding]"),
        (Parallel(shipping, find_customer), "no single fact"),
    ]
    for specialist, what in wrong:
        to: dict[type, Node[Any]] = {AskBilling: billing, AskShipping: specialist}
        assert refusal(lambda to=to: in_a_flow(Delegate(supervise, to=to))) == (  # type: ignore[misc]
            f"the specialist for AskShipping gives {what}, which cannot be a finding; end it in one step [here]"
        )


def test_a_specialist_may_hand_the_conversation_over() -> None:
    to: dict[type, Node[Any]] = {AskBilling: billing, AskShipping: lead.takes_over()}
    flow = in_a_flow(Delegate(supervise, to=to))
    assert flow.root.children[0].over == Many(frozenset({Finding, Failed}))


def test_a_lead_with_verbs_around_it_is_refused() -> None:
    tired = supervise.retry(2)
    assert refusal(lambda: Delegate(tired, to={AskBilling: billing})) == (  # type: ignore[arg-type]
        "retry 2 cannot lead a Delegate, only a step can; put verbs around the Delegate [here]"
    )


def test_nobody_to_delegate_to_and_no_round_are_refused() -> None:
    assert refusal(lambda: Delegate(supervise, to={})) == "a Delegate needs somebody to delegate to [here]"
    assert refusal(lambda: Delegate(supervise, to={AskBilling: billing}, at_most=0)) == (
        "Delegate(at_most=0) would never ask the lead [here]"
    )
