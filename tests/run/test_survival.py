"""Failures in unlucky moments: nobody is forgotten, nothing is started twice, nobody is left without an owner."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from tests.run.asking import (
    ADA,
    DueFailsOnce,
    Told,
    desk_of,
    happens,
    lead,
    polite,
    say,
    write,
)
from tests.run.little import Shop, Which, make_desk, make_flow
from tests.run.test_trouble import FullDisk

from segue import (
    Caller,
    Desk,
    Draft,
    Each,
    Else,
    Message,
    Refine,
    always,
    caller,
    step,
)
from segue.errors import JournalUnavailable
from segue.flow.kinds import fact
from segue.run import events as ev
from segue.run import reception
from segue.run.journal import Parcel, Receipt
from segue.run.memory import MemoryJournal
from segue.testing import Customer, crash_everywhere


async def test_retry_timer_loads_a_second_engine_beside_a_living_one() -> None:
    journal = FullDisk()

    async def slow(n: int) -> None:
        await asyncio.sleep(1.5)

    shop = Shop(trouble=slow)
    async with make_desk(shop).open(journal) as office:
        id = await office.begin(caller=ADA)
        journal.full = True
        await reception.customer_says(office, id, "m1", "a")
        await asyncio.sleep(0.05)
        journal.full = False  # one append failed; the customer writes again before the retry timer rings
        await reception.customer_says(office, id, "m2", "b")
        assert await reception.outcome_of(office, id, "m2", 20)
        events = [h.event for h in await office.events(id)]
        resumed = [e for e in events if isinstance(e, ev.TurnResumed)]
        assert (shop.calls, resumed) == (["look ada"], [])  # the process never died


class SlowDeliver(MemoryJournal):
    slow = False

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        receipt = await super().deliver(conversation, parcel)
        if self.slow:
            await asyncio.Event().wait()  # durable; the answer is on its way back
        return receipt


async def test_a_delivery_whose_caller_gave_up_and_tried_again_is_answered() -> None:
    journal = SlowDeliver()
    async with make_desk().open(journal) as office:
        id = await office.begin(caller=ADA)
        journal.slow = True
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reception.customer_says(office, id, "m1", "a"), 0.1)
        journal.slow = False
        receipt = await reception.customer_says(office, id, "m1", "a")
        assert not receipt.new
        assert await reception.outcome_of(office, id, "m1", 20)


async def test_one_failed_sweep_does_not_end_all_expiry() -> None:
    journal = DueFailsOnce()
    async with make_desk(flow=make_flow(within=0.3)).open(journal) as office:
        id = await office.begin(caller=ADA)
        await say(office, id, "m", "refund it")
        journal.fails = True
        await happens(office, id, ev.WaitExpired)


async def test_a_kept_fact_that_no_longer_decodes_is_absent() -> None:
    def make(cls: Any) -> Desk:
        @step
        async def find(caller: Caller) -> cls:
            return cls("x") if cls is Old else cls("x", 1)

        @step
        async def reply(customer: cls) -> Draft:
            return Draft("hello")

        return desk_of(find, Refine(reply, against=[polite]), keeps={cls: always})

    @fact(name="review.customer")
    @dataclass(frozen=True)
    class Old:
        name: str

    @fact(name="review.customer")
    @dataclass(frozen=True)
    class New:
        name: str
        age: int

    find_annotations = (Old, New)
    assert find_annotations
    journal = MemoryJournal()
    async with make(Old).open(journal) as office:
        id = await office.begin(caller=ADA)
        assert isinstance((await say(office, id, "1", "a"))[-1].event, ev.ReplySent)
    async with make(New).open(journal) as office:
        event = (await say(office, id, "2", "a"))[-1].event
        assert isinstance(event, ev.ReplySent), event


class Mute(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


class Outcome(BaseException):
    """As pytest.fail raises, and some libraries."""


@pytest.mark.parametrize("bad", [ValueError("\udcff"), Mute(), Outcome("x")])
async def test_whatever_a_step_raises_the_turn_goes_on_at_once(bad: BaseException) -> None:
    async def raises(n: int) -> None:
        raise bad

    async with make_desk(Shop(trouble=raises)).open() as office:
        id = await office.begin(caller=ADA)
        assert await say(office, id, "1", "a")


async def test_a_begin_that_failed_leaves_no_trouble_behind() -> None:
    journal = FullDisk()
    async with make_desk().open(journal) as office:
        journal.full = True
        with pytest.raises(JournalUnavailable):
            await office.begin(caller=ADA)
        journal.full = False
        await asyncio.sleep(1.5)
        assert not office.troubled


async def test_an_evicted_engine_whose_last_append_fails_is_loaded_again(monkeypatch: Any) -> None:
    from segue.run import awake

    monkeypatch.setattr(awake, "WARM", 1)

    class Late(MemoryJournal):
        failing = False

        def append(self, append: Any) -> Any:
            if not self.failing:
                return super().append(append)
            self.failing = False
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_later(
                0.1, future.set_exception, JournalUnavailable("the disk is full")
            )
            return future

    @step
    async def write_at_once(message: Message) -> Draft:
        return Draft("hello")

    journal = Late()
    # A message whose taking in, question and all are one append: a person owns the conversation.
    async with desk_of(lead.takes_over()).open(journal) as office:
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "a")
        journal.failing = True
        await reception.customer_says(
            office, id, "2", "hello?"
        )  # passed on in one append, which is on its way
        await office.begin(caller=ADA)  # evicts it: it rests
        await asyncio.sleep(0.2)
        assert await reception.outcome_of(office, id, "2", 20)


async def test_what_a_handover_stopped_stays_stopped_after_a_crash() -> None:
    """T1 sleeps on its question, T2 hands over. Crash after T2's append: T1 must not live on."""

    @step
    async def read_which(message: Message) -> Which | Else:
        return Which(message.text) if message.text != "damn" else Else()

    @asynccontextmanager
    async def setting() -> AsyncIterator[Desk]:
        yield make_desk(flow=make_flow(reader=read_which))

    async def story(customer: Customer) -> None:
        assert await customer.says("refund it") == "Which one?"
        assert "colleague" in await customer.says("damn")
        await customer.person("Please be polite.", then="return")
        assert await customer.says("c") == "c is one of 3"  # no answer to a question that was given up

    await crash_everywhere(setting, story, caller=ADA)


async def test_a_failing_upgrade_is_no_silence() -> None:
    @fact(name="review.items")
    @dataclass(frozen=True)
    class Old:
        name: str

    @fact(name="review.items", version=2)
    @dataclass(frozen=True)
    class New:
        title: str

        @classmethod
        def upgrade(cls, data: Any, version: int) -> Any:
            return {"title": data["no such key"]}

    def make(cls: Any) -> Desk:
        @step
        async def items(message: Message) -> list[cls]:
            return [cls("x")]

        @step
        async def tell(item: cls, which: Which) -> Told:
            return Told(which.text)

        return desk_of(
            items, caller.gives(Which, asking="which"), Each(tell), Refine(write, against=[polite])
        )

    journal = MemoryJournal()
    async with make(Old).open(journal) as office:
        id = await office.begin(caller=ADA)
        await say(office, id, "1", "a")
    async with make(New).open(journal) as office:
        assert await say(office, id, "2", "the red one", 3)
