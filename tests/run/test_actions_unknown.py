"""Actions of which it is not known how they came out: looked up, sent again where that is safe, else a person's."""

import asyncio

from tests.run.bank import Bank, Paid, Refund, Told, banking, moving, paying, settles, tell_already, virtually
from tests.run.little import Which

from segue import Absent, AlreadyDone, Parallel, Receipt, Route, Sequence, action, caller, step
from segue.run import events as ev
from segue.testing.virtual_time import turns


@virtually
async def test_an_answer_that_was_lost_is_looked_up() -> None:
    bank = Bank(faults=["after"])
    async with banking(bank) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
        assert (await ada.event(ev.ActionDone)).how == "found"
    assert bank.effects == {"pay 1 30": 1}
    assert len(bank.calls) == 1


@virtually
async def test_what_was_surely_not_done_is_sent_again_under_the_same_key() -> None:
    bank = Bank(faults=["before"])
    async with banking(bank) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
    first, second = bank.calls
    assert first == second
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_a_back_end_that_honours_keys_is_asked_again_without_a_lookup() -> None:
    bank = Bank(faults=["after", "after"])
    async with banking(bank, pay=paying(lookup=None, settles_within=None, repeats_safely=True)) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
    assert len(set(bank.calls)) == 1
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_a_back_end_that_can_tell_nothing_is_not_asked_again() -> None:
    bank = Bank(faults=["after"], honours=False)
    async with banking(bank, pay=paying(lookup=None, settles_within=None)) as ada:
        assert "colleague" in await ada.says("refund 1 30")
        assert (await ada.event(ev.HandedOver)).reason == "unknown"
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_while_a_person_decides_nobody_does_it_again() -> None:
    bank = Bank(faults=["before"])
    async with banking(bank, patience=100.0, pay=paying(lookup=None, settles_within=None)) as ada:
        await ada.says("refund 1 30")
        await ada.person("I am looking into it.", then="return")
        assert "colleague" in await ada.says("refund 1 30")
        assert len(bank.calls) == 1
        await ada.person("It was never paid.", then="return")
        await settles(ada, "not_done")
        assert await ada.says("refund 1 30") == "paid R0"


@virtually
async def test_what_a_person_says_was_done_is_done_and_has_a_receipt() -> None:
    bank = Bank(faults=["after"])
    async with banking(bank, pay=paying(lookup=None, settles_within=None)) as ada:
        await ada.says("refund 1 30")
        await settles(ada, "done", "by hand")
        await ada.person("Your money is on its way.", then="return")
        assert await ada.says("refund 1 30") == "already done: by hand 30 done"
        await settles(ada, "not_done", by="lee")
        assert "asked about" in (await ada.event(ev.DeliveryDropped)).why


@virtually
async def test_nobody_is_asked_anything_while_a_person_has_to_decide() -> None:
    bank = Bank(faults=["after"])
    asks = Sequence(caller.gives(Which, asking="which"), moving())
    async with banking(bank, pay=paying(lookup=None, settles_within=None), move=asks) as ada:
        assert "colleague" in await ada.says("refund 1 30 and move 1 A")
        assert (await ada.event(ev.HandedOver)).reason == "unknown"
        assert "CustomerAsked" not in [one.event.kind for one in await ada.events()]


@virtually
async def test_a_substitute_does_not_run_beside_what_may_have_been_done() -> None:
    @step
    async def instead(refund: Refund) -> Paid:
        return Paid("voucher")

    bank = Bank(faults=["after"])
    pay = paying(lookup=None, settles_within=None).or_else(instead)
    async with banking(bank, pay=pay) as ada:
        assert "colleague" in await ada.says("refund 1 30")


@virtually
async def test_a_substitute_runs_where_surely_nothing_was_done() -> None:
    @step
    async def instead(refund: Refund) -> Paid:
        return Paid("voucher")

    bank = Bank(faults=["refused"])
    async with banking(bank, pay=paying().or_else(instead)) as ada:
        assert await ada.says("refund 1 30") == "paid voucher"
    assert not bank.done


@virtually
async def test_a_retry_tries_again_what_was_refused_and_nothing_else() -> None:
    bank = Bank(faults=["refused", "refused"])
    async with banking(bank, pay=paying().retry(3)) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
        assert len(set(bank.calls)) == 1
    bank = Bank(faults=["after"])
    async with banking(bank, pay=paying(lookup=None, settles_within=None).retry(3)) as ada:
        assert "colleague" in await ada.says("refund 1 30")
    assert len(bank.calls) == 1


@virtually
async def test_a_lookup_that_cannot_be_asked_is_asked_later() -> None:
    bank = Bank(faults=["after"], lookup_faults=["before", "refused", "wrong", "hangs"])
    async with banking(bank, patience=60.0) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
    assert bank.lookups == 5
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_a_lookup_that_never_tells_leaves_it_to_a_person_and_goes_on() -> None:
    bank = Bank(faults=["after"], lookup_faults=["before"] * 8)
    async with banking(bank, patience=600.0) as ada:
        assert "colleague" in await ada.says("refund 1 30")
        assert (await ada.event(ev.ActionDone)).how == "found"
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_an_answer_about_something_else_is_not_believed() -> None:
    bank = Bank(faults=["wrong"])
    async with banking(bank) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
        assert "4711" in (await ada.event(ev.ActionUnknown)).why


@virtually
async def test_a_result_that_cannot_be_written_down_is_not_believed() -> None:
    async def found(refund: Refund, *, bank: Bank) -> Paid | Absent:
        await bank.find("")
        return Paid(4711)  # type: ignore[arg-type]

    async def pay(refund: Refund, *, bank: Bank) -> Paid:
        await bank.do("1", "pay")
        return Paid(4711)  # type: ignore[arg-type]

    bank = Bank()
    odd = action(identity=lambda r: r.order, lookup=found)(pay)
    async with banking(bank, patience=100.0, pay=odd) as ada:
        assert "colleague" in await ada.says("refund 1 30")
        assert (await ada.event(ev.HandedOver)).reason == "unknown"
    assert bank.lookups < 12


@virtually
async def test_a_call_that_hangs_is_looked_up_after_its_time() -> None:
    bank = Bank(faults=["hangs"])
    async with banking(bank, pay=paying().within(3)) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_while_a_call_hangs_the_desk_does_nothing() -> None:
    bank = Bank(faults=["hangs"], lookup_faults=["hangs", "hangs"])
    async with banking(bank, patience=100.0) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
        assert turns() < 1200  # in 52 s, of which the watchdog looks at each twenty times


@virtually
async def test_when_the_turn_is_over_a_person_has_it_and_the_ledger_goes_on() -> None:
    bank = Bank(faults=["hangs"], lookup_faults=["before"] * 5)
    async with banking(bank, patience=100.0, allowance=20.0) as ada:
        assert "colleague" in await ada.says("refund 1 30")
        assert (await ada.event(ev.HandedOver)).reason == "deadline"
        assert (await ada.event(ev.ActionDone)).how == "found"
        await ada.person("All done.", then="return")
        assert await ada.says("refund 1 30") == "already done: R0 30 done"


@virtually
async def test_a_late_success_after_the_turn_was_handed_over_is_recorded() -> None:
    bank = Bank(faults=["late"])
    pay = paying(settles_within=None)
    async with banking(bank, patience=200.0, allowance=20.0, pay=pay) as ada:
        assert "colleague" in await ada.says("refund 1 30")
        bank.gate.set()
        assert (await ada.event(ev.ActionDone)).how in ("called", "found")
        await ada.person("All done.", then="return")
        assert await ada.says("refund 1 30") == "already done: R0 30 done"
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_a_late_success_of_what_was_called_absent_goes_to_a_person() -> None:
    bank = Bank(faults=["late", "refused"], honours=False)
    async with banking(bank, patience=100.0) as ada:
        assert "colleague" in await ada.says("refund 1 30")
        assert (await ada.event(ev.ActionNotDone)).how == "refused"
        bank.gate.set()
        late = await ada.event(ev.LateResult)
        assert "done after all" in late.why


@virtually
async def test_a_limit_of_time_behind_an_action_that_was_waited_for_has_all_its_time() -> None:
    @step
    async def confirm(paid: Paid) -> Told:
        await asyncio.sleep(1)
        return Told(f"paid {paid.id}")

    bank = Bank(faults=["hangs"])
    refunding = Sequence(paying().within(3), Route({Paid: confirm.within(5), AlreadyDone: tell_already}))
    async with banking(bank, refunding=refunding) as ada:
        assert await ada.says("refund 1 30") == "paid R0"


@virtually
async def test_what_is_done_side_by_side_behind_an_action_that_was_waited_for_is_all_done() -> None:
    @step
    async def confirm(paid: Paid) -> Told:
        await asyncio.sleep(1)
        return Told(f"paid {paid.id}")

    bank = Bank(faults=["hangs"])
    telling = Sequence(Parallel(confirm, find_receipt), use_both)
    refunding = Sequence(paying().within(3), Route({Paid: telling, AlreadyDone: tell_already}))
    async with banking(bank, refunding=refunding) as ada:
        assert await ada.says("refund 1 30") == "paid R0, and found"


@step
async def find_receipt(paid: Paid) -> Receipt:
    return Receipt("pay", reference=paid.id)


@step
async def use_both(told: Told, receipt: Receipt) -> Told:
    return Told(f"{told.text}, and found")
