"""A person says how an action came out of which nobody else can tell, and what they are shown to decide by."""

import asyncio
from typing import Any

import pytest
from tests.run.bank import Bank, banking, paying, virtually

from segue.errors import BadInput, Conflict, NotFound
from segue.run import events as ev
from segue.run.deeds import Deed, deeds
from segue.run.reception import person_settles
from segue.testing import Customer

BLIND: dict[str, Any] = {"lookup": None, "settles_within": None}
"""A back end that can tell nothing."""


async def known(customer: Customer) -> list[Deed]:
    return deeds(await customer.events())


async def settles(customer: Customer, **said: Any) -> Any:
    """A person says so, about the first action."""
    identity = said.pop("identity", None) or (await customer.event(ev.ActionBegan)).identity
    defaults: dict[str, Any] = {"outcome": "done", "by": "kim", "id": "s1"}
    office = await customer.office()
    return await person_settles(office, customer.id, identity, **{**defaults, **said})


@virtually
async def test_what_is_unknown_is_told_with_everything_that_was_tried() -> None:
    bank = Bank(faults=["after"], lookup_faults=["before"])
    async with banking(bank) as ada:
        await ada.says("refund 1 30")
        (deed,) = await known(ada)
    assert (deed.action, deed.standing, deed.sent) == ("pay", "done", 1)
    assert [(one.what, one.came) for one in deed.tried] == [
        ("call", "TimeoutError: lost on the way back"),
        ("lookup", "its lookup failed: TimeoutError: cannot be asked just now"),
        ("lookup", "it was done"),
    ]
    told = deed.as_json()
    assert told["arguments"] == [
        {"fact": "Refund", "value": {"order": 1, "amount": "30", "confirmed": False}}
    ]
    assert (told["object"], told["amount"], told["currency"]) == ("1", "30", "EUR")
    assert told["key"] == bank.calls[0]
    assert told["told"] == "We have refunded €30.00 (1). Reference: R0."


@virtually
async def test_a_person_settles_what_nobody_else_can_tell() -> None:
    async with banking(Bank(faults=["after"]), pay=paying(**BLIND)) as ada:
        await ada.says("refund 1 30")
        assert (await known(ada))[0].standing == "with_person"
        await settles(ada, reference="by hand")
        done = await ada.event(ev.ActionDone)
        (deed,) = await known(ada)
        assert (done.how, done.by, deed.standing, deed.settled_by) == ("told", "kim", "done", "kim")
        assert deed.receipt.reference == "by hand"
        await ada.person("It is paid.", then="return")
        assert (await ada.says("refund 1 30")).startswith("already done: by hand")


@virtually
async def test_what_a_person_says_was_not_done_may_be_done_again() -> None:
    bank = Bank(faults=["before"])
    async with banking(bank, pay=paying(**BLIND)) as ada:
        await ada.says("refund 1 30")
        await settles(ada, outcome="not_done")
        await ada.person("Try again.", then="return")
        assert await ada.says("refund 1 30") == "paid R0"
        assert [deed.standing for deed in await known(ada)] == ["not_done", "done"]
    assert bank.effects == {"pay 1 30": 1}


@virtually
async def test_the_same_word_twice_counts_once_and_another_under_its_id_is_refused() -> None:
    async with banking(Bank(faults=["after"]), pay=paying(**BLIND)) as ada:
        await ada.says("refund 1 30")
        assert (await settles(ada)).new
        await ada.event(ev.ActionDone)
        assert not (await settles(ada)).new
        with pytest.raises(Conflict, match="was used before for another"):
            await settles(ada, outcome="not_done")
        assert sum(isinstance(h.event, ev.ActionDone) for h in await ada.events()) == 1


@virtually
async def test_what_is_settled_is_not_settled_again() -> None:
    async with banking(Bank(faults=["after"]), pay=paying(**BLIND)) as ada:
        await ada.says("refund 1 30")
        await settles(ada)
        await ada.event(ev.ActionDone)
        with pytest.raises(Conflict, match="pay is done already"):
            await settles(ada, outcome="not_done", id="s2", by="lee")


@virtually
async def test_what_is_still_looked_into_is_not_a_persons_to_settle() -> None:
    async with banking(Bank(faults=["after"], lookup_faults=["hangs"]), patience=100.0) as ada:
        talking = asyncio.create_task(ada.says("refund 1 30"))
        await ada.event(ev.ActionUnknown)
        with pytest.raises(Conflict, match="still being looked into"):
            await settles(ada)
        assert await talking == "paid R0"


@pytest.mark.parametrize(
    ("said", "kind", "complaint"),
    [
        ({"identity": "0" * 32}, NotFound, "no action"),
        ({"outcome": "perhaps"}, BadInput, "must be done or not_done"),
        ({"outcome": "not_done", "reference": "R1"}, BadInput, "has no reference"),
        ({"reference": "x" * 201}, BadInput, "a reference has at most"),
        ({"reference": "a\nb"}, BadInput, "a reference has at most"),
        ({"by": "customer"}, BadInput, "customer"),
        ({"by": ""}, BadInput, "id must be"),
        ({"id": " "}, BadInput, "id must be"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_recorded(
    said: dict[str, Any], kind: type[Exception], complaint: str
) -> None:
    @virtually
    async def story() -> None:
        async with banking(Bank(faults=["after"]), pay=paying(**BLIND)) as ada:
            await ada.says("refund 1 30")
            before = await ada.events()
            with pytest.raises(kind, match=complaint):
                await settles(ada, **said)
            assert await ada.events() == before

    story()
