"""Whole conversations with the shop's desk where it asks a language model, over HTTP.

Told undisturbed and with a crash after everything that is written down: the customer reads the same, the shop has done
things once, and no answer of the model is paid for again but the one in flight.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from tests.agents.model_servers import Calls
from tests.stories.shop_model import Says, shop
from tests.stories.test_shop import ADA, JONAS, LENA, MAYA, decides, paid

from examples.shop.backend.launch import Backend
from segue import Caller, Desk
from segue.run.events import ModelAnswered
from segue.testing import Customer, crash_everywhere, talk

UNCLEAR = "any news on the boots from 1003?"
"""The router makes of it that it may be about a parcel, or about a refund."""

Told = Callable[[Customer, Backend], Awaitable[None]]


@dataclass
class Story:
    """Who talks, what the model says, how often it is asked, and by how many agents at the same time."""

    caller: str
    told: Told
    language: str = "en"
    says: dict[str, Says] = field(default_factory=dict)
    requests: int = 1
    at_once: int = 1


STORIES: dict[str, Story] = {}


def story(
    caller: str, language: str = "en", requests: int = 1, at_once: int = 1, **says: Says
) -> Callable[[Told], Told]:
    def tell(told: Told) -> Told:
        STORIES[told.__name__] = Story(caller, told, language, says, requests, at_once)
        return told

    return tell


@story(ADA, write="Of course, Ada! [R1] We hope that you find something else with us.")
async def a_refund_is_told_in_the_words_of_its_receipt(ada: Customer, backend: Backend) -> None:
    said = await ada.says("I want a refund for order 1001")
    assert said.startswith("Of course, Ada! We have refunded €92.70 (1001)")
    assert "Reference: R-" in said
    assert said.endswith("something else with us.")
    assert await paid(backend) == 1


@story(
    LENA,
    "de",
    requests=3,
    write="Das tut uns sehr leid, Sie haben zweimal bezahlt und das Paket ist verloren. [R1] Bitte verzeihen Sie das.",
)
async def a_complaint_is_led_by_the_model_and_what_is_owed_is_counted(
    lena: Customer, backend: Backend
) -> None:
    await lena.says("Ich möchte mich über Bestellung 1014 beschweren", language="de")
    assert await paid(backend) == 0
    await decides(lena, granted=True)
    told = await lena.hears()
    assert "zweimal bezahlt" in told
    assert "258,00\u00a0€ erstattet" in told
    assert await paid(backend) == 1


@story(
    ADA,
    requests=2,
    read_again=Calls("meant", {"kind": "tracking"}),
    write="Your boots are late, and I am sorry: Swiftline last saw order 1003 in Hub IE.",
)
async def an_unclear_message_is_read_by_the_model(ada: Customer, backend: Backend) -> None:
    said = await ada.says(UNCLEAR)
    assert said == "Your boots are late, and I am sorry: Swiftline last saw order 1003 in Hub IE."


@story(
    ADA,
    requests=3,
    at_once=2,
    read_again=Calls("meant", {"kind": "tracking"}),
    write="Order 1003 is late, and order 1001 has arrived.",
)
async def two_unclear_requests_are_read_at_the_same_time(ada: Customer, backend: Backend) -> None:
    text = "Any news on the boots from 1003? Any news on the boots from 1001?"
    assert await ada.says(text) == "Order 1003 is late, and order 1001 has arrived."


@story(JONAS, "de", write="Es tut mir leid, Ihr Paket zu Bestellung 1009 ist bei Swiftline noch unterwegs.")
async def a_reply_is_written_in_german(jonas: Customer, backend: Backend) -> None:
    said = await jonas.says("Wo ist meine Bestellung 1009?", language="de")
    assert said == "Es tut mir leid, Ihr Paket zu Bestellung 1009 ist bei Swiftline noch unterwegs."


@story(
    ADA,
    requests=2,
    write=lambda prompt, turn: (
        "The parcel of your order 1003 is late." if "<Objection" in prompt else "I have refunded order 1003."
    ),
)
async def a_draft_that_claims_what_was_not_done_is_sent_back(ada: Customer, backend: Backend) -> None:
    assert await ada.says("Where is my order 1003?") == "The parcel of your order 1003 is late."
    assert await paid(backend) == 0


@story(ADA, requests=2, write="I have refunded order 1003 for you.")
async def a_writer_that_insists_on_it_is_replaced(ada: Customer, backend: Backend) -> None:
    said = await ada.says("Where is my order 1003?")
    assert "order 1003 is late" in said
    assert "refunded" not in said


@story(JONAS, "de", requests=2, write="Wir haben Ihnen 5,90 EUR erstattet.")
async def what_a_help_page_says_is_not_lost_with_the_draft(jonas: Customer, backend: Backend) -> None:
    said = await jonas.says("Was kostet der Versand nach Österreich?", language="de")
    assert "Österreich: Versand 5,90 EUR" in said
    assert "erstattet" not in said


@story(
    ADA,
    requests=2,
    read_again=Calls("meant", {"kind": "off_topic"}),
    write="I am afraid that I know little about the weather.",
)
async def what_we_ask_is_asked_in_words_whose_answer_we_know(ada: Customer, backend: Backend) -> None:
    said = await ada.says("What is the weather like tomorrow?")
    assert said.startswith("I am afraid")
    assert said.endswith("Would you like to talk to a colleague?")
    assert "handing this over" in await ada.says("Yes please")


@story(
    MAYA,
    requests=2,
    lead_complaint=lambda prompt, turn: (
        Calls("undecided", {"why": "the driver was rude"})
        if "<BillingFinding" in prompt
        else (Calls("ask_billing"), Calls("ask_shipping"))
    ),
)
async def a_complaint_that_no_finding_answers_is_a_colleagues(maya: Customer, backend: Backend) -> None:
    said = await maya.says("I want to complain that the driver of order 1013 was rude")
    assert "A colleague has everything" in said
    (wait,) = await maya.waiting()
    assert wait.queue == "support lead"


@pytest.fixture(params=sorted(STORIES))
def a_story(request: pytest.FixtureRequest) -> Story:
    return STORIES[request.param]


async def test_told(a_story: Story, backend: Backend) -> None:
    async with shop(backend, a_story.says) as (desk, server):
        caller = Caller(a_story.caller, "verified")
        async with talk(desk, caller=caller, language=a_story.language) as customer:
            await a_story.told(customer, backend)
            answered = [h for h in await customer.events() if isinstance(h.event, ModelAnswered)]
        assert len(server.requests) == len(answered) == a_story.requests


async def test_told_with_a_crash_everywhere(a_story: Story, backend: Backend) -> None:
    requests: list[int] = []
    async with shop(backend, a_story.says) as (desk, server):

        @asynccontextmanager
        async def setting() -> AsyncIterator[Desk]:
            await backend.reset()
            before = len(server.requests)
            yield desk
            requests.append(len(server.requests) - before)

        async def run(customer: Customer) -> None:
            await a_story.told(customer, backend)

        caller = Caller(a_story.caller, "verified")
        await crash_everywhere(setting, run, caller=caller, language=a_story.language)
    assert requests[0] == a_story.requests
    # What was answered and not yet written down, one for each agent at work, is asked again; nothing else is.
    assert max(requests) <= a_story.requests + a_story.at_once
    assert min(requests) == a_story.requests
