"""Who is at work beside a step that ends the process: the innocent are answered, the guilty one is given up."""

import asyncio
from collections.abc import Callable

import pytest
from tests.run.hostile import ADA, MALLORY, Found, desk_of

from segue import Caller, Message, step
from segue.run import events as ev
from segue.run import reception
from segue.run.engine import Engine
from segue.run.memory import MemoryJournal
from segue.run.suspects import Suspects
from segue.testing import check_outcomes

LIVES = 12


async def outcomes() -> tuple[ev.Event, ev.Event]:
    """What became of Ada and of Mallory, who is at work beside her and ends the process as soon as she can."""
    died = asyncio.Event()

    @step
    async def slow(message: Message, caller: Caller) -> Found:
        if caller == MALLORY:
            died.set()
            await asyncio.Event().wait()
        for _ in range(5):
            await asyncio.sleep(0.01)
        return Found("it")

    journal, desk = MemoryJournal(), desk_of(slow)
    async with desk.open(journal) as office:
        ids = []
        for who in (ADA, MALLORY):
            ids.append(await office.begin(caller=who))
            await reception.customer_says(office, ids[-1], "m", "hello")
        await asyncio.wait_for(died.wait(), 20)
    for _ in range(LIVES):
        died.clear()
        async with desk.open(journal) as office:
            waits = [
                asyncio.create_task(died.wait()),
                asyncio.create_task(_all_have_an_outcome(office, ids)),
            ]
            done, pending = await asyncio.wait(waits, timeout=20, return_when=asyncio.FIRST_COMPLETED)
            assert done
            for task in pending:
                task.cancel()
            if waits[1] in done:
                break
    async with desk.open(journal) as office:
        found = []
        for id in ids:
            happened = await office.events(id)
            check_outcomes(happened)
            found.append(next(h.event for h in happened if getattr(h.event, "covers", ())))
        return found[0], found[1]


async def _all_have_an_outcome(office: object, ids: list[str]) -> None:
    for id in ids:
        assert await reception.outcome_of(office, id, "m", 20)  # type: ignore[arg-type]


async def test_whoever_was_at_work_beside_it_is_answered() -> None:
    ada, mallory = await outcomes()
    assert isinstance(ada, ev.ReplySent), ada
    assert isinstance(mallory, ev.HandedOver)
    assert mallory.reason == "keeps_crashing"


async def test_were_all_resumed_together_the_innocent_would_be_given_up_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def at_once(self: Suspects, engine: Engine, go_on: Callable[[], None]) -> None:
        go_on()

    monkeypatch.setattr(Suspects, "resume", at_once)
    ada, _ = await outcomes()
    assert isinstance(ada, ev.HandedOver)
    assert ada.reason == "keeps_crashing"


async def test_many_suspects_all_come_to_their_turn() -> None:
    hangs = True

    @step
    async def slow(message: Message) -> Found:
        while hangs:
            await asyncio.Event().wait()
        return Found("it")

    journal, desk = MemoryJournal(), desk_of(slow)
    async with desk.open(journal) as office:
        ids = [await office.begin(caller=ADA) for _ in range(30)]
        for id in ids:
            await reception.customer_says(office, id, "m", "hello")
    async with desk.open(journal) as office:  # their beginning is written down
        async with asyncio.timeout(20):
            while len(office.steps) < 30:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    async with desk.open(journal) as office:  # their first resume
        async with asyncio.timeout(20):
            while len(office.steps) < 30:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    hangs = False
    async with desk.open(journal) as office:
        for id in ids:
            happened = await reception.outcome_of(office, id, "m", 20)
            assert isinstance(happened[-1].event, ev.ReplySent)
