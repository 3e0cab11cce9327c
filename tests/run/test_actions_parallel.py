"""Actions at the same time."""

from dataclasses import dataclass

import pytest
from tests.run.test_undo import Bank, Noted, Paid, Refund, pay, read

from segue import (
    ActionKey,
    AlreadyDone,
    Desk,
    Draft,
    Flow,
    Message,
    Parallel,
    Refine,
    Reply,
    Route,
    Sequence,
    action,
    go_on,
    step,
)
from segue.errors import DefinitionError
from segue.guard import receipts
from segue.testing import talk


async def test_two_actions_may_be_done_at_the_same_time_when_each_outcome_is_seen_to() -> None:
    @dataclass(frozen=True)
    class Told:
        text: str

    @step
    async def paid(paid: Paid) -> Told:
        return Told(paid.id)

    @step
    async def known(already: AlreadyDone) -> Told:
        return Told("again")

    @step
    async def none(noted: Noted) -> Draft:
        return Draft("both")

    @step
    async def again(already: AlreadyDone) -> Noted:
        return Noted(0)

    @action(identity=lambda refund: ("note", refund.order), repeats_safely=True)
    async def jot(refund: Refund, *, bank: Bank, key: ActionKey) -> Noted:
        bank.do(key, f"jot {refund.order}")
        return Noted(refund.order)

    both = Parallel(
        Sequence(pay, Route({Paid: paid, AlreadyDone: known})),
        Sequence(jot, Route({Noted: go_on, AlreadyDone: again})),
    )
    bank = Bank()
    flow = Flow(Refine(Sequence(read, both, none), against=[receipts]), takes=Message, gives=Reply)
    async with talk(Desk(flow, tools=[bank])) as customer:
        assert await customer.says("1 30") == "both"
        assert await customer.says("1 30") == "both"
    assert sorted(bank.done) == ["jot 1", "pay 30 for 1"]

    bare = Sequence(read, Parallel(pay, jot), Route({Paid: paid, AlreadyDone: known}))
    with pytest.raises(DefinitionError, match="put a Route right behind each"):
        Flow(bare, takes=Message, gives=Told)
