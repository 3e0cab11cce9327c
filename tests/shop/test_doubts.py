"""What the router is not sure of is read by a model; where that fails or is not sure either, the customer is asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from examples.shop import requests as asked
from examples.shop.doubts import Meant, understanding
from examples.shop.routing import ByLanguage, english, german
from segue import Desk, Draft, Each, Flow, Message, Refine, Reply, Sequence, step
from segue.guard import no_card_numbers
from segue.observe.stage import Stage
from segue.observe.trace import trace
from segue.testing import Customer, crash_everywhere, talk
from segue.testing.models import Scripted

CLEAR = "Where is my order 1003?"
UNCLEAR = "give me an eta for order 1019 pls"
STRANGE = "My neighbour says 1003 never existed"
REFUND = "The fleece is too big, I'd rather have my money than another one"


@dataclass(frozen=True)
class Read:
    """What was made of one request."""

    text: str


@step
async def tell(
    one: asked.Tracking
    | asked.RefundRequest
    | asked.AddressChange
    | asked.Complaint
    | asked.Question
    | asked.SmallTalk
    | asked.WantsPerson
    | asked.Unclear
    | asked.OffTopic,
) -> Read:
    match one:
        case asked.Tracking(words, order):
            return Read(f"Tracking {order}: {words}")
        case asked.Unclear(first, second):
            return Read(f"{first} or {second}?")
    return Read(f"{type(one).__name__}: {getattr(one, 'words', '')}")


@step
async def write(read: list[Read]) -> Draft:
    return Draft("\n".join(one.text for one in read))


flow = Flow(
    Sequence(understanding, Each(tell), Refine(write, against=[no_card_numbers])),
    takes=Message,
    gives=Reply,
    name="reading",
)


def desk(*said: Any) -> tuple[Desk, Scripted]:
    """A desk whose model says this, one after the other."""
    models = Scripted(read_again=said)
    router = ByLanguage(english(embeddings=False), german())
    return Desk(flow, tools=[router, models], languages=("en", "de")), models


async def read(text: str, *said: Any) -> tuple[str, int]:
    """What is made of a message, and how often the model was asked."""
    reading, models = desk(*said)
    async with talk(reading) as customer:
        return await customer.says(text), len(models.asked)


async def test_what_the_router_is_sure_of_costs_no_model_call() -> None:
    assert await read(CLEAR) == (f"Tracking 1003: {CLEAR}", 0)


async def test_what_it_is_not_sure_of_is_what_the_model_says_in_the_customers_own_words() -> None:
    assert await read(UNCLEAR, Meant("tracking")) == (f"Tracking 1019: {UNCLEAR}", 1)
    assert await read("Is there life on Mars?", Meant("off_topic")) == ("OffTopic: Is there life on Mars?", 1)


async def test_what_it_makes_nothing_of_is_read_by_the_model_too() -> None:
    assert await read(STRANGE, *["Who knows?"] * 3) == (f"OffTopic: {STRANGE}", 3)
    assert await read(STRANGE, Meant("tracking")) == (f"Tracking 1003: {STRANGE}", 1)
    assert await read(STRANGE, Meant("unsure")) == (f"OffTopic: {STRANGE}", 1)
    told, _ = await read(STRANGE, Meant("refund"))
    assert told == "a refund or a question about our shop?"


async def test_of_several_requests_the_clear_ones_stay_as_they_are() -> None:
    told, asked_model = await read(f"{CLEAR} Also {UNCLEAR}", Meant("tracking"))
    assert told == f"Tracking 1003: {CLEAR}\nTracking 1019: Also {UNCLEAR}"
    assert asked_model == 1


async def test_a_model_alone_never_starts_a_refund() -> None:
    told, _ = await read(REFUND, Meant("refund"))
    assert told == "a refund or a question about our shop?"


@pytest.mark.parametrize(
    "said", [Meant("unsure"), ConnectionError("no model there"), "I think it is tracking"]
)
async def test_where_the_model_does_not_know_or_fails_the_customer_is_asked(said: Any) -> None:
    told, _ = await read(REFUND, said, said, said)
    assert told == "a question about our shop or a refund?"


async def test_of_several_orders_in_one_breath_none_is_forgotten() -> None:
    told, _ = await read("eta 1003 and 1019 pls", Meant("tracking"))
    assert told.endswith("?")


async def test_a_crash_anywhere_pays_no_answer_of_the_model_twice() -> None:
    models: list[Scripted] = []

    @asynccontextmanager
    async def setting() -> AsyncIterator[Desk]:
        reading, scripted = desk(Meant("tracking"))
        models.append(scripted)
        yield reading

    async def story(customer: Customer) -> None:
        assert await customer.says(UNCLEAR) == f"Tracking 1019: {UNCLEAR}"

    await crash_everywhere(setting, story)
    # The one call more is where it had answered, and the crash came before that was written down.
    assert max(len(scripted.asked) for scripted in models) <= 2


async def test_a_trace_tells_that_the_model_read_it_and_how_unsure_the_router_was() -> None:
    reading, _ = desk(Meant("tracking"))
    async with talk(reading) as customer:
        await customer.says(UNCLEAR)
        read = trace(await customer.events(), reading.flows, contents=True)
    found: list[Stage] = list(read.turns[-1].stages)
    for stage in found:
        found += stage.children
    (unclear,) = next(stage.fact for stage in found if stage.name == "understand")
    assert 0.3 < unclear["confidence"] < unclear["needed"] == 0.72
    assert [stage.path for stage in found if stage.name == "read_again"] == ["each.0/Unclear/read_again"]
