"""Actions in one conversation: what is the same is done once, what is another is done, what contradicts is asked."""

from tests.run.bank import Bank, banking, moving, paying, settles, take_back, virtually

from segue.run import events as ev
from segue.run.undoing import undo


@virtually
async def test_the_same_refund_is_not_paid_twice() -> None:
    bank = Bank()
    async with banking(bank) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
        assert await ada.says("refund 1 30") == "already done: R0 30 done"
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_an_address_can_be_changed_there_and_back() -> None:
    bank = Bank()
    async with banking(bank) as ada:
        assert await ada.says("move 1 A") == "moved R0"
        assert await ada.says("move 1 B") == "moved R1"
        assert await ada.says("move 1 A") == "moved R2"
        assert (await ada.says("move 1 A")).startswith("already done: R2")
        assert await ada.says("move 1 B") == "moved R3"
    assert [what for _, what in bank.done] == ["move 1 A", "move 1 B", "move 1 A", "move 1 B"]


@virtually
async def test_without_replaces_the_way_back_is_already_done() -> None:
    bank = Bank()
    async with banking(bank, move=moving(replaces=False)) as ada:
        await ada.says("move 1 A")
        await ada.says("move 1 B")
        assert (await ada.says("move 1 A")).startswith("already done")


@virtually
async def test_what_a_person_says_was_done_replaces_what_was_there_before() -> None:
    bank = Bank()
    async with banking(bank, move=moving(lookup=None, settles_within=None)) as ada:
        await ada.says("move 1 A")
        bank.faults = ["after"]
        assert "colleague" in await ada.says("move 1 B")
        await settles(ada, "done", "by hand")
        await ada.event(ev.ActionDone)
        await ada.person("It is done.", then="return")
        assert await ada.says("move 1 A") == "moved R2"


@virtually
async def test_the_same_refund_with_another_amount_goes_to_a_person() -> None:
    bank = Bank()
    async with banking(bank) as ada:
        await ada.says("refund 1 30")
        assert "colleague" in await ada.says("refund 1 50")
        handed = await ada.event(ev.HandedOver)
        assert handed.reason == "conflict"
        assert "50" in handed.why
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_two_contradicting_refunds_in_one_message_are_not_taken_for_one() -> None:
    bank = Bank()
    async with banking(bank) as ada:
        assert "colleague" in await ada.says("refund 1 30 and refund 1 50")
        assert (await ada.event(ev.HandedOver)).reason == "conflict"
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_a_second_goodwill_takes_a_confirmation_that_is_part_of_what_it_is() -> None:
    bank = Bank()
    async with banking(bank) as ada:
        await ada.says("refund 1 30")
        assert "already" in await ada.says("refund 1 30")
        assert await ada.says("refund 1 30 again") == "paid R1"
        assert "already" in await ada.says("refund 1 30 again")
    assert bank.effects == {"pay 1 30": 2}


@virtually
async def test_what_was_refused_may_be_asked_for_again() -> None:
    bank = Bank(faults=["refused"])
    async with banking(bank) as ada:
        assert "colleague" in await ada.says("refund 1 30")
        await ada.person("Try again.", then="return")
        assert await ada.says("refund 1 30") == "paid R0"


@virtually
async def test_twenty_one_actions_later_the_first_is_still_known() -> None:
    bank = Bank()
    async with banking(bank, pay=paying(on=None)) as ada:
        for order in range(22):
            await ada.says(f"refund {order} 30")
        assert await ada.says("refund 0 30") == "already done: R0 30 done"
    assert all(count == 1 for count in bank.effects.values())


@virtually
async def test_a_refund_that_was_taken_back_is_paid_again_under_another_key() -> None:
    bank = Bank()
    async with banking(bank, pay=paying(undo=take_back)) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
        for time in ("first", "second"):
            await undo(await ada.office(), ada.id, by="kim", id=time)
            assert "undone" in await ada.hears()
            assert await ada.says("refund 1 30") == ("paid R2" if time == "first" else "paid R4")
            assert "already" in await ada.says("refund 1 30")
    assert [what.partition(" ")[0] for _, what in bank.done] == ["pay", "take", "pay", "take", "pay"]
    assert len(set(bank.calls)) == 5
