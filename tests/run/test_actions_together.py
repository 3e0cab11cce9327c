"""Actions that meet: two conversations, two turns, branches side by side, messages that come meanwhile."""

import asyncio

import pytest
from tests.run.bank import (
    Bank,
    Paid,
    Refund,
    Told,
    another,
    banking,
    paying,
    tell_already,
    tell_paid,
    virtually,
)

from segue import AlreadyDone, Caller, Message, Parallel, Receipts, Route, Sequence, step
from segue.run import events as ev
from segue.run import reception

ADA = Caller("ada", "verified")


@virtually
async def test_two_conversations_ask_for_one_refund_and_one_of_them_pays() -> None:
    bank = Bank(faults=["late"])
    async with banking(bank) as ada:
        bob = await another(ada)
        one = asyncio.ensure_future(ada.says("refund 1 30"))
        await bank.at_work.acquire()
        two = asyncio.ensure_future(bob("refund 1 30"))
        await asyncio.sleep(1.03)
        assert not two.done()
        bank.gate.set()
        assert await one == "paid R0"
        assert (await two).startswith("already done")
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_whoever_waited_for_what_was_refused_does_it() -> None:
    bank = Bank(faults=["refused"])
    async with banking(bank) as ada:
        bob = await another(ada)
        said = await asyncio.gather(ada.says("refund 1 30"), bob("refund 1 30"))
        assert "paid R0" in said
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_what_is_not_settled_in_time_elsewhere_goes_to_a_person_and_is_not_done() -> None:
    bank = Bank(faults=["hangs"], lookup_faults=["before"] * 4)
    async with banking(bank, patience=100.0) as ada:
        bob = await another(ada)
        one = asyncio.ensure_future(ada.says("refund 1 30"))
        await bank.at_work.acquire()
        assert "colleague" in await bob("refund 1 30")
        assert await one == "paid R0"
    assert bank.effects == {"pay 1 30": 1}


@pytest.mark.parametrize("caller", [None, Caller("eve", "verified"), Caller("ada", "claimed")])
def test_nobody_else_learns_what_the_receipt_says(caller: Caller | None) -> None:
    @virtually
    async def told() -> None:
        bank = Bank()
        async with banking(bank, caller=ADA) as ada:
            await ada.says("refund 1 30")
            other = await another(ada, caller)
            assert await other("refund 1 30") == "already done: ? ? done"

    told()


@virtually
async def test_the_same_customer_learns_it_in_another_conversation() -> None:
    bank = Bank()
    async with banking(bank, caller=ADA) as ada:
        await ada.says("refund 1 30")
        other = await another(ada, ADA)
        assert await other("refund 1 30") == "already done: R0 30 done"


@virtually
async def test_what_was_done_elsewhere_is_among_the_receipts_of_the_turn_that_met_it() -> None:
    @step
    async def tell(already: AlreadyDone, receipts: Receipts) -> Told:
        return Told("known" if already.receipt in receipts.items else "unknown")

    bank = Bank()
    refunding = Sequence(paying(), Route({Paid: tell_paid, AlreadyDone: tell}))
    async with banking(bank, caller=ADA, refunding=refunding) as ada:
        await ada.says("refund 1 30")
        assert await (await another(ada, ADA))("refund 1 30") == "known"
        assert await (await another(ada))("refund 1 30") == "known"


@virtually
async def test_two_other_actions_on_one_object_follow_one_another() -> None:
    bank = Bank(faults=["late"])
    async with banking(bank) as ada:
        bob = await another(ada)
        one = asyncio.ensure_future(ada.says("move 1 A"))
        await bank.at_work.acquire()
        two = asyncio.ensure_future(bob("move 1 B"))
        await asyncio.sleep(1.03)
        bank.gate.set()
        assert (await one, await two) == ("moved R0", "moved R1")
    assert [what for _, what in bank.done] == ["move 1 A", "move 1 B"]


@virtually
async def test_the_same_twice_in_one_message_is_done_once_and_told_twice() -> None:
    bank = Bank()
    async with banking(bank) as ada:
        assert await ada.says("refund 1 30 and refund 1 30 and refund 2 5") == "paid R0; paid R0; paid R1"
    assert bank.effects == {"pay 1 30": 1, "pay 2 5": 1}


@virtually
async def test_what_joined_an_action_goes_to_the_person_with_it() -> None:
    bank = Bank(faults=["after"])
    async with banking(bank, pay=paying(lookup=None, settles_within=None)) as ada:
        assert "colleague" in await ada.says("refund 1 30 and refund 1 30")
        assert (await ada.event(ev.HandedOver)).reason == "unknown"
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_a_branch_beside_an_action_that_fails_waits_for_it() -> None:
    bank = Bank(faults=["late"])
    failed = asyncio.Event()

    @step
    async def check(refund: Refund) -> Told:
        failed.set()
        raise ConnectionError("the check is down")

    beside = Sequence(Parallel(paying(), check), Route({Paid: tell_paid, AlreadyDone: tell_already}))
    async with banking(bank, refunding=beside) as ada:
        said = asyncio.ensure_future(ada.says("refund 1 30"))
        await failed.wait()
        await asyncio.sleep(1.03)
        assert not said.done()
        bank.gate.set()
        assert "colleague" in await said
        assert (await ada.event(ev.ActionDone)).how == "called"
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_time_that_is_over_does_not_leave_an_action_behind() -> None:
    bank = Bank(faults=["late"])

    @step
    async def dawdle(paid: Paid) -> Told:
        await asyncio.sleep(60)
        return Told("never")

    group = Sequence(paying(), Route({Paid: dawdle, AlreadyDone: tell_already})).within(3).retry(2)
    async with banking(bank, patience=60.0, refunding=group) as ada:
        said = asyncio.ensure_future(ada.says("refund 1 30"))
        await asyncio.sleep(2.0)
        bank.gate.set()
        assert "colleague" in await said
        done = [one.event.kind for one in await ada.events() if one.event.kind.startswith("Action")]
        assert done == ["ActionBegan", "ActionDone"]
    assert bank.effects == {"pay 1 30": 1}


class Gated:
    """A step before the action that waits at a gate."""

    def __init__(self) -> None:
        self.gate, self.at_work = asyncio.Event(), asyncio.Semaphore(0)

        @step
        async def look(message: Message) -> Told:
            self.at_work.release()
            await self.gate.wait()
            return Told(message.text)

        self.step = look


@virtually
async def test_a_turn_that_has_not_begun_to_act_is_superseded() -> None:
    bank, gated = Bank(), Gated()
    async with banking(bank, before=[gated.step]) as ada:
        office = await ada.office()
        await reception.customer_says(office, ada.id, "1", "refund 1 30")
        await gated.at_work.acquire()
        gated.gate.set()
        assert await ada.says("and refund 2 5") != ""
        kinds = [one.event.kind for one in await ada.events()]
        assert kinds.count("TurnSuperseded") == 1
    assert all(count == 1 for count in bank.effects.values())


@virtually
async def test_a_turn_that_has_begun_to_act_is_not_superseded() -> None:
    bank = Bank(faults=["late"])
    async with banking(bank) as ada:
        office = await ada.office()
        await reception.customer_says(office, ada.id, "1", "refund 1 30")
        await bank.at_work.acquire()
        said = asyncio.ensure_future(ada.says("refund 1 30"))
        await asyncio.sleep(1.03)
        bank.gate.set()
        assert await said == "already done: R0 30 done"
        kinds = [one.event.kind for one in await ada.events()]
        assert "TurnSuperseded" not in kinds
    assert bank.effects == {"pay 1 30": 1}
