"""Whoever takes over knows everything from the packet alone: twelve questions, at every moment of every story in which
a person is needed, held against the shop's own data base and against what the customer said and read.
"""

import asyncio
import inspect
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.people.evidence import raw, unsupported
from tests.people.handover_stories import STORIES as MORE
from tests.people.handover_stories import TRUTHS
from tests.people.questions import Case, unanswered
from tests.people.shop_books import Script
from tests.stories.shop_model import shop
from tests.stories.test_shop import STORIES
from tests.stories.test_shop_models import STORIES as WITH_MODELS

from examples.shop.backend.launch import Backend, launch
from examples.shop.desk import make
from segue import Caller, Desk
from segue.people.packing import pack
from segue.people.reading import select
from segue.run.codec import Record
from segue.testing import talk

Told = Callable[[Any, Backend], Awaitable[None]]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop") / "shop.sqlite"


@pytest.fixture(scope="module")
def backend(books: Path) -> Iterator[Backend]:
    """Real services in a process of their own, whose data base lies where we can read it."""
    with asyncio.Runner() as runner:
        running = launch(books)
        yield runner.run(running.__aenter__())
        runner.run(running.__aexit__(None, None, None))


ALL: dict[str, tuple[str, str, Told]] = {
    **STORIES,
    **MORE,
    **{name: (story.caller, story.language, story.told) for name, story in WITH_MODELS.items()},
}


@asynccontextmanager
async def desk_for(name: str, backend: Backend) -> AsyncIterator[Desk]:
    if name in WITH_MODELS:
        async with shop(backend, WITH_MODELS[name].says) as (desk, _):
            yield desk
    else:
        await backend.reset()
        yield make(backend.crm, backend.orders, backend.payments)


async def told(
    name: str, backend: Backend, books: Path
) -> tuple[list[tuple[dict[str, Any], Case]], list[Record], Desk]:
    """The packet and the truth of each moment of a story in which a person is needed; all records; the desk."""
    customer_id, language, function = ALL[name]
    caller = Caller(customer_id, "verified") if customer_id else Caller()
    async with (
        desk_for(name, backend) as desk,
        talk(desk, caller=caller, language=language) as customer,
    ):
        script = Script(customer, backend, books)
        await function(script, backend)
        records = [*await customer.journal.read(customer.id)]
        cases = []
        for number, moment in enumerate(script.moments):
            truths = TRUTHS[name]
            packet = pack(
                select(records[: moment.seq], desk.book).events, conversation=customer.id, desk=desk
            )
            truth = truths[min(number, len(truths) - 1)]
            cases.append((packet.as_json(), Case(truth, caller, moment, script.before)))
    return cases, records, desk


@pytest.mark.parametrize("name", sorted(TRUTHS))
async def test_every_question_is_answered_and_no_sentence_is_unsupported(
    name: str, backend: Backend, books: Path
) -> None:
    cases, records, desk = await told(name, backend, books)
    assert cases
    for packet, case in cases:
        assert unanswered(packet, case) == {}
        assert all(step["evidence"] for step in packet["next_steps"])
    events = raw(records)
    for count in range(1, len(records) + 1):  # whenever it is asked for
        packet = pack(select(records[:count], desk.book).events, conversation="c", desk=desk).as_json()
        assert unsupported(packet["summary"], events) == []


WITHOUT: dict[str, Callable[[dict[str, Any]], object]] = {
    "what_does_the_customer_want": lambda packet: packet["goal"]["words"].clear(),
    "who_are_they_and_how_sure": lambda packet: packet["customer"].update(level="claimed"),
    "what_was_found": lambda packet: packet["facts"].remove(
        next(one for one in packet["facts"] if one["fact"] == "Order")
    ),
    "what_was_done": lambda packet: packet["actions"].remove(
        next(one for one in packet["actions"] if one["status"] == "done")
    ),
    "what_must_not_be_done_again": lambda packet: packet["actions"][0].update(again="may"),
    "what_is_open_or_unknown": lambda packet: packet["actions"][1].update(status="not_done"),
    "what_was_promised_and_by_when": lambda packet: packet["promises"].pop(0),
    "what_was_tried_and_failed": lambda packet: packet["failures"].clear(),
    "why_a_person": lambda packet: packet["header"].update(reason="complaint"),
    "what_was_the_customer_told_last": lambda packet: packet["told_last"].update(text="Hello"),
    "what_must_not_be_asked_again": lambda packet: packet["do_not_ask"].pop(0),
    "what_should_be_done_next": lambda packet: packet["next_steps"].clear(),
}


async def test_a_packet_with_anything_taken_out_fails(backend: Backend, books: Path) -> None:
    cases, _, _ = await told("a_refund_that_stumbled_and_one_that_waits_for_the_lead", backend, books)
    packet, case = cases[-1]
    for question, take_out in WITHOUT.items():
        less = deepcopy(packet)
        take_out(less)
        assert question in unanswered(less, case), question


INVENTED = (
    "The customer is angry.",
    "The customer C-1002 is verified.",
    "They wrote: “Please refund order 1005”.",
    "pay_refund for 1002 (329.00 EUR) was done, reference R-99.",
    "pay_refund for 1001 (92.70 EUR) was done, reference R-99.",
    "pay_refund for 1002 (999.00 EUR) waits for support lead to approve of it, and is not done (above 200).",
    "support lead refused pay_refund for 1002 (329.00 EUR), so it was not done.",
    "find_orders failed 9 times (it is tired).",
    "The customer last read: “You will get 500 euros”.",
)


async def test_an_invented_sentence_is_found_whatever_it_cites(backend: Backend, books: Path) -> None:
    cases, records, _ = await told("a_refund_that_stumbled_and_one_that_waits_for_the_lead", backend, books)
    events = raw(records)
    for text in INVENTED:
        for sentence in cases[-1][0]["summary"]:
            assert unsupported([{**sentence, "text": text}], events) == [text]
        assert unsupported([{"text": text, "evidence": [*events]}], events) == [text]
        assert unsupported([{"text": text, "evidence": []}], events) == [text]


def test_no_story_in_which_a_person_is_needed_was_forgotten() -> None:
    needs = re.compile(r"decides\(|waiting\(\)|colleague|handing this over|\.person\(")
    told = {name for name, (_, _, function) in ALL.items() if needs.search(body(function))}
    assert told - set(TRUTHS) == set()
    assert set(TRUTHS) <= set(ALL)


def body(function: Told) -> str:
    """What a story does, without its name."""
    return inspect.getsource(function).partition(") -> None:")[2]
