"""Actions in drawings and explanations: what they are, what their back end can tell, who is asked, the undo."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from segue import (
    Absent,
    ActionKey,
    AlreadyDone,
    Draft,
    Flow,
    Limits,
    Message,
    Objection,
    Person,
    Refine,
    Refused,
    Reply,
    Route,
    Sequence,
    action,
    step,
)
from segue.flow.draw import Mark, draw
from segue.flow.explain import explain

lead = Person("support lead")


@dataclass(frozen=True)
class Refund:
    order: int


@dataclass(frozen=True)
class Paid:
    id: str


@dataclass(frozen=True)
class Back:
    id: str


class Bank: ...


class Archive: ...


async def found(refund: Refund, *, archive: Archive, key: ActionKey) -> Paid | Absent:
    return Absent()


@action(identity=lambda paid: paid.id)
async def pay_back(paid: Paid, *, bank: Bank) -> Back:
    return Back(paid.id)


@step
async def read(message: Message) -> Refund:
    return Refund(1)


@step
async def tell(paid: Paid) -> Draft:
    return Draft("paid")


@step
async def remind(already: AlreadyDone) -> Draft:
    return Draft("already")


@step
async def refuse(refused: Refused) -> Draft:
    return Draft("no")


@step
async def accept(draft: Draft) -> list[Objection]:
    return []


def flow_of(approved: Any = None, **about: Any) -> Flow[Reply]:
    async def pay(refund: Refund, *, bank: Bank, key: ActionKey) -> Paid:
        return Paid("1")

    node: Any = action(identity=lambda refund: refund.order, **about)(pay).within(10).retry(3)
    branches: Any = {Paid: tell, AlreadyDone: remind}
    if approved is not None:
        node, branches = node.approve(by=lead, when=approved), {**branches, Refused: refuse}
    body = Refine(Sequence(read, node, Route(branches)), against=[accept])
    return Flow(body, takes=Message, gives=Reply)


@pytest.mark.parametrize(
    ("can", "told"),
    [
        ({"repeats_safely": True}, "honours keys; a call that is cut off: sent again"),
        (
            {"repeats_safely": True, "lookup": found},
            "honours keys and can be asked; a call that is cut off: looked up, or sent again",
        ),
        (
            {"lookup": found, "settles_within": 5},
            "can be asked and settles within 5 s; a call that is cut off: looked up; absent after that, sent again",
        ),
        (
            {"lookup": found},
            "can be asked; a call that is cut off: looked up; while absent, an unknown outcome goes to a person",
        ),
        ({}, "can tell nothing; a call that is cut off: an unknown outcome goes to a person"),
    ],
)
def test_what_becomes_of_a_call_that_is_cut_off_is_explained(can: dict[str, Any], told: str) -> None:
    lines = [line.strip() for line in explain(flow_of(**can)).splitlines()]
    assert f"its back end {told}" in lines


def test_an_action_is_explained_by_what_it_is_and_how_it_is_undone() -> None:
    told = explain(
        flow_of(on=lambda r: r.order, replaces=True, undo=pay_back, undo_within=3600, lookup=found)
    )
    assert "pay, an action [tests/flow/test_draw_actions.py:" in told
    assert "is what identity= says of refund: Refund, and not done twice" in told
    assert "begins when nothing else is under way on the same object" in told
    assert "replaces what an earlier one did to the same object" in told
    assert "undone by pay_back, for 1 h  [tests/flow/test_draw_actions.py:" in told
    assert "uses lookup archive: Archive" in told


def test_an_action_without_an_undo_says_so() -> None:
    assert "cannot be undone" in explain(flow_of())


def test_who_approves_is_explained_with_the_limits() -> None:
    told = explain(flow_of(Limits(each=100, count=3, sum=500), amount=lambda r: (1, "EUR")))
    assert "approval above 100 or for more than 3 a day or above 500 a day" in told
    assert "by support lead [tests/flow/test_draw_actions.py:" in told
    assert "gives ActionConflict | AlreadyDone | Paid | Refused" in told


def is_dear(refund: Refund) -> bool:
    return refund.order > 1000


@pytest.mark.parametrize(
    ("when", "told"), [(is_dear, "approval when is_dear"), (lambda refund: True, "approval for some")]
)
def test_an_approval_by_a_rule_is_named_by_its_rule(when: Any, told: str) -> None:
    assert told in explain(flow_of(when))


def test_in_mermaid_an_action_has_a_shape_of_its_own_and_its_approver_beside_it() -> None:
    drawn = draw(flow_of(Limits(each=100), amount=lambda r: (1, "EUR"), undo=pay_back), "mermaid")
    assert 'action_pay[["pay<br/>gives ActionConflict | AlreadyDone | Paid | Refused<br/>' in drawn
    assert "undone by pay_back<br/>within 10 s · retry 3 · approval above 100" in drawn
    assert 'action_pay -.->|"asks first"| person_support_lead' in drawn
    assert "class action_pay action" in drawn


def test_in_a_picture_an_action_has_a_style_of_its_own_and_its_approver_beside_it() -> None:
    drawn = draw(flow_of(Limits(each=100), amount=lambda r: (1, "EUR"), undo=pay_back))
    assert 'class="sg-box sg-action" data-path="pay"' in drawn
    assert ">approval above 100<" in drawn
    assert ">undone by pay_back<" in drawn
    assert ">asks first<" in drawn
    assert ">support lead<" in drawn
    assert "approval above 100 by support lead" in drawn  # for those who hear it


def test_marks_are_put_on_actions_and_on_approvals() -> None:
    drawn = draw(
        flow_of(Limits(each=100), amount=lambda r: (1, "EUR")),
        marks={"pay": Mark("taken", "0.2 s"), "pay~approve": Mark("waiting", "3 min")},
    )
    assert 'class="sg-box sg-action sg-taken" data-path="pay"' in drawn
    assert ">approval above 100: 3 min<" in drawn


def test_as_json_an_action_tells_what_it_can() -> None:
    drawn = json.loads(draw(flow_of(undo=pay_back, undo_within=3600, repeats_safely=True), "json"))
    (_, pay, _) = (child["node"] for child in drawn["root"]["children"][0]["node"]["children"])
    assert (pay["kind"], pay["path"]) == ("action", "pay")
    assert pay["action"] == {
        "identity": ["refund: Refund"],
        "back_end": "honours keys",
        "cut_off": "sent again",
        "locks": False,
        "replaces": False,
        "changes": [],
        "undo": "pay_back",
        "undo_where": pay["action"]["undo_where"],
        "undo_within": "1 h",
    }
