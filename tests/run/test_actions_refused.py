"""What is wrong about an action is said when it is defined, where that can be seen, or is a bug when it is done."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from tests.run.asking import desk_of, lead, polite
from tests.run.bank import (
    Bank,
    Paid,
    Refund,
    banking,
    paying,
    refund_by_key,
    tell_already,
    tell_paid,
    virtually,
)

from segue import (
    Absent,
    ActionKey,
    AlreadyDone,
    Draft,
    Facts,
    Message,
    NotDone,
    Receipt,
    Refine,
    Route,
    Sequence,
    action,
    step,
)
from segue.errors import DefinitionError
from segue.run import events as ev


@dataclass(frozen=True)
class Priced:
    order: int
    amount: float
    parts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Loose:
    """A fact with something in it that may change."""

    items: list[str]


async def pay_priced(priced: Priced, *, key: ActionKey) -> Paid:
    return Paid("P")


@pytest.mark.parametrize(
    ("about", "complaint"),
    [
        ({"identity": lambda p: (p.order, p.amount)}, "float"),
        ({"identity": lambda p: [p.parts]}, "float"),
        ({"identity": lambda p: p.order, "on": lambda p: p.amount}, "float"),
        ({"identity": lambda a, b: a}, "must be a function of"),
        ({"identity": lambda p: p.order, "settles_within": 5.0}, "give lookup"),
        ({"identity": lambda p: p.order, "replaces": True}, "say on="),
        ({"identity": lambda p: p.order, "undo_within": 5.0}, "give undo"),
        ({"identity": lambda p: p.order, "lookup": refund_by_key}, "needs refund"),
    ],
)
def test_what_cannot_work_is_refused_at_definition(about: Any, complaint: str) -> None:
    with pytest.raises(DefinitionError, match=complaint):
        action(**about)(pay_priced)


def test_a_lookup_says_what_it_finds_or_that_it_finds_nothing() -> None:
    async def found(priced: Priced, *, key: ActionKey) -> Paid:
        return Paid("")

    with pytest.raises(DefinitionError, match=r"Paid \| Absent"):
        action(identity=lambda p: p.order, lookup=found)(pay_priced)


def test_an_action_is_no_plain_function_and_gives_one_fact_and_reads_no_facts() -> None:
    def plain(refund: Refund) -> Paid:
        return Paid("")

    async def either(refund: Refund) -> Paid | Absent:
        return Absent()

    async def everything(refund: Refund, facts: Facts) -> Paid:
        return Paid("")

    for function, complaint in ((plain, "async def"), (either, "one fact"), (everything, "reads Facts")):
        with pytest.raises(DefinitionError, match=complaint):
            action(identity=lambda r: r.order)(function)  # type: ignore[arg-type]


@step
async def read(message: Message) -> Refund:
    return Refund(1, Decimal(30))


@step
async def write_paid(paid: Paid) -> Draft:
    return Draft(paid.id)


def test_already_done_must_be_routed() -> None:
    with pytest.raises(DefinitionError, match="AlreadyDone"):
        desk_of(read, paying(), Route({Paid: write_paid}), tools=[Bank()])


def test_an_approval_is_about_one_exact_call() -> None:
    several = Sequence(paying(), Route({Paid: tell_paid, AlreadyDone: tell_already}))
    with pytest.raises(DefinitionError, match="one exact call"):
        desk_of(read, several.approve(by=lead), Refine(write_paid, against=[polite]), tools=[Bank()])


@pytest.mark.parametrize(
    "about",
    [
        {"identity": lambda r: r.order / 2},
        {"identity": lambda r: object()},
        {"identity": lambda r: r.no_such_field},
        {"amount": lambda r: (float(r.amount), "EUR")},
        {"amount": lambda r: (r.amount / 7, "EUR")},
        {"on": lambda r: {1: "a key that is no text"}},
    ],
)
def test_an_identity_that_cannot_be_written_down_is_a_bug_and_nothing_is_done(about: Any) -> None:
    @virtually
    async def told() -> None:
        bank = Bank()
        async with banking(bank, pay=paying(**about).retry(3).or_else(paying(name="other"))) as ada:
            assert "colleague" in await ada.says("refund 1 30")
            assert (await ada.event(ev.HandedOver)).reason == "bug"
        assert not bank.calls

    told()


@virtually
async def test_a_receipt_that_cannot_be_made_does_not_undo_what_was_done() -> None:
    bank = Bank()
    async with banking(bank, pay=paying(receipt=lambda r, p: 1 / 0)) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
        assert await ada.says("refund 1 30") == "already done: ? 30 done"


@pytest.mark.parametrize("wrong", [None, "a text", Receipt("pay", amount=1.5)])  # type: ignore[arg-type]
def test_a_receipt_that_is_none_does_not_undo_what_was_done(wrong: Any) -> None:
    @virtually
    async def told() -> None:
        bank = Bank()
        async with banking(bank, pay=paying(receipt=lambda r, p: wrong)) as ada:
            assert await ada.says("refund 1 30") == "paid R0"
            assert await ada.says("refund 1 30") == "already done: ? 30 done"

    told()


@virtually
async def test_a_call_that_changes_its_own_facts_is_the_same_when_it_is_sent_again() -> None:
    seen: list[tuple[str, list[str]]] = []

    @step
    async def collect(refund: Refund) -> Loose:
        return Loose(["boots", "socks"])

    async def found(loose: Loose, *, key: ActionKey) -> Paid | Absent:
        seen.append((key.text, [*loose.items]))
        return Absent()

    @action(identity=lambda loose: loose.items, lookup=found, settles_within=0.0)
    async def pay_items(loose: Loose, *, key: ActionKey) -> Paid:
        seen.append((key.text, [*loose.items]))
        loose.items.clear()
        if len(seen) == 1:
            raise TimeoutError("lost")
        if len(seen) == 3:
            raise NotDone("not now")
        return Paid("P")

    refunding = Sequence(collect, pay_items.retry(2), Route({Paid: tell_paid, AlreadyDone: tell_already}))
    async with banking(Bank(), refunding=refunding) as ada:
        assert await ada.says("refund 1 30") == "paid P"
        assert (await ada.says("refund 1 30")).startswith("already")
    assert {key for key, _ in seen} == {seen[0][0]}
    assert [items for _, items in seen] == [["boots", "socks"]] * 4
