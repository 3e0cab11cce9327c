"""Actions and a desk that dies: after everything that is written down, and right after the effect."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.run.asking import lead
from tests.run.bank import Bank, Fault, banking, desk_of_bank, paying, virtually
from tests.run.checking_actions import check_actions

from segue import Desk, Limits
from segue.flow.receipts import Approval
from segue.run import events as ev
from segue.run.memory import MemoryJournal
from segue.testing import Customer, crash_everywhere, talk

Story = Callable[[Customer, Bank], Awaitable[None]]

STORIES: dict[str, tuple[Story, Callable[[], Bank], dict[str, Any]]] = {}
"""What happens, the bank with what goes wrong besides, and what the desk is like."""


def story(*faults: Fault, honours: bool = False, **about: Any) -> Callable[[Story], Story]:
    """What is looked up needs no back end that honours keys."""

    def tell(told: Story) -> Story:
        STORIES[told.__name__] = (told, lambda: Bank([*faults], honours=honours), about)
        return told

    return tell


@story()
async def a_refund_is_paid_once(ada: Customer, bank: Bank) -> None:
    assert await ada.says("refund 1 30") == "paid R0"
    assert await ada.says("refund 1 30") == "already done: R0 30 done"
    assert bank.effects == {"pay 1 30": 1}


@story(honours=True, pay=paying(repeats_safely=True, lookup=None, settles_within=None))
async def a_back_end_that_honours_keys_and_nothing_else(ada: Customer, bank: Bank) -> None:
    assert await ada.says("refund 1 30") == "paid R0"
    assert bank.effects == {"pay 1 30": 1}


@story("after")
async def an_answer_is_lost(ada: Customer, bank: Bank) -> None:
    assert await ada.says("refund 1 30") == "paid R0"
    assert bank.effects == {"pay 1 30": 1}


@story("before")
async def a_call_is_lost(ada: Customer, bank: Bank) -> None:
    assert await ada.says("refund 1 30") == "paid R0"
    assert bank.effects == {"pay 1 30": 1}


@story("refused", pay=paying().retry(3))
async def a_call_is_refused_at_first(ada: Customer, bank: Bank) -> None:
    assert await ada.says("refund 1 30") == "paid R0"
    assert bank.effects == {"pay 1 30": 1}


@story()
async def an_address_goes_there_and_back(ada: Customer, bank: Bank) -> None:
    for to in "ABA":
        assert "moved" in await ada.says(f"move 1 {to}")
    assert [what for _, what in bank.done] == ["move 1 A", "move 1 B", "move 1 A"]


@story()
async def the_same_is_asked_for_twice_at_once(ada: Customer, bank: Bank) -> None:
    assert await ada.says("refund 1 30 and refund 1 30") == "paid R0; paid R0"
    assert bank.effects == {"pay 1 30": 1}


@story()
async def a_contradiction(ada: Customer, bank: Bank) -> None:
    assert await ada.says("refund 1 30") == "paid R0"
    assert "colleague" in await ada.says("refund 1 31")
    assert bank.effects == {"pay 1 30": 1}


@story(pay=paying().approve(by=lead, when=Limits(each=50)))
async def what_is_above_the_limit_is_approved(ada: Customer, bank: Bank) -> None:
    assert await ada.says("refund 1 30") == "paid R0"
    assert "colleague" in await ada.says("refund 2 60")
    asked = await ada.event(ev.PersonAsked)
    await ada.person_gives(Approval, granted=True, call=asked.about["call"])
    assert await ada.hears() == "paid R1"
    assert bank.effects == {"pay 1 30": 1, "pay 2 60": 1}


@story(pay=paying().approve(by=lead))
async def two_turns_and_a_person_are_about_one_refund(ada: Customer, bank: Bank) -> None:
    await ada.says("refund 1 30")
    await ada.says("refund 1 30")
    asked = await ada.event(ev.PersonAsked)
    await ada.person_gives(Approval, granted=True, call=asked.about["call"])
    assert await ada.hears() == "paid R0"
    await ada.person_gives(Approval, granted=True, call=asked.about["call"], by="lee")
    assert await ada.hears() == "already done: R0 30 done"
    assert bank.effects == {"pay 1 30": 1}


@pytest.mark.parametrize("name", STORIES)
def test_a_crash_anywhere_does_nothing_twice_and_loses_nothing(name: str) -> None:
    told, make_bank, about = STORIES[name]

    @asynccontextmanager
    async def setting() -> AsyncIterator[Desk]:
        yield desk_of_bank(make_bank(), **about)

    async def run_it(customer: Customer) -> None:
        (bank,) = (tool for tool in customer.desk.tools.all if isinstance(tool, Bank))
        await told(customer, bank)
        assert isinstance(customer.journal, MemoryJournal)
        await check_actions(customer.desk, customer.journal)

    @virtually
    async def everywhere() -> None:
        assert (await crash_everywhere(setting, run_it, patience=300.0)).points > 5

    everywhere()


@pytest.mark.parametrize("honours", [True, False])
def test_a_desk_that_dies_right_after_the_effect_finds_it(honours: bool) -> None:
    @virtually
    async def told() -> None:
        bank = Bank(faults=["crash"], honours=honours)
        async with banking(bank, patience=100.0) as ada:
            assert await ada.says("refund 1 30") == "paid R0"
            assert (await ada.event(ev.ActionDone)).how == "found"
        assert bank.effects == {"pay 1 30": 1}

    told()


@virtually
async def test_a_turn_that_waits_for_the_next_look_was_resumed_once() -> None:
    bank = Bank(faults=["crash"], lookup_faults=["before"] * 6)
    async with banking(bank, patience=100.0) as ada:
        assert await ada.says("refund 1 30") == "paid R0"
        assert [one.event.kind for one in await ada.events()].count("TurnResumed") == 1


@virtually
async def test_a_back_end_that_can_tell_nothing_is_a_persons_after_a_crash_and_never_asked_again() -> None:
    about = {"pay": paying(lookup=None, settles_within=None)}
    ends: Counter[str] = Counter()
    for point in range(1, 12):
        bank = Bank(honours=False)
        async with talk(desk_of_bank(bank, **about), crash_after=point, patience=300.0) as ada:
            said = await ada.says("refund 1 30")
            ends["person" if "colleague" in said else said] += 1
            assert bank.effects["pay 1 30"] <= 1
            assert bank.effects["pay 1 30"] == 1 or "colleague" in said
    assert set(ends) == {"person", "paid R0"}
