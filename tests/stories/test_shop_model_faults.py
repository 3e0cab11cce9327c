"""Whatever is wrong with the model, the customer reads what the desk says without it: each fault at each agent."""

import itertools
import re
from collections.abc import Callable

import pytest
from tests.agents.model_servers import Answer, Breaks, Calls, Fails, Hangs, Sends
from tests.stories.shop_model import Says, asked, leads, on_templates, shop
from tests.stories.test_shop import ADA, JONAS, paid
from tests.stories.test_shop_models import UNCLEAR

from examples.shop.backend.launch import Backend
from segue import Caller
from segue.testing import talk

ONCE = 1
ASKED_AGAIN = 3

FAULTS: dict[str, tuple[Says, int]] = {
    "429 with Retry-After": (Fails(429, {"retry-after": "1"}), ONCE),
    "503": (Fails(503), ONCE),
    "no answer in time": (Hangs(), ONCE),
    "dropped": (Breaks(), ONCE),
    "truncated": (Breaks(politely=True), ONCE),
    "corrupt JSON": (Sends(b'{"id": "x", "choi'), ONCE),
    "nothing said": ("", ASKED_AGAIN),
    "an unknown tool": (Calls("wire_money", {"amount": 500}), ASKED_AGAIN),
    "malformed arguments": (Calls("ask_billing", '{"order": 10'), ASKED_AGAIN),
}
"""What every request of an agent meets, and how often it is asked then."""

OF_DECISIONS: dict[str, tuple[Says, int]] = {
    "prose": ("I think that something went wrong.", ASKED_AGAIN),
    "arguments that do not fit": (
        (Calls("meant", {"kind": "bribe"}), Calls("went_wrong", {"found": ["stolen"]})),
        ASKED_AGAIN,
    ),
}


async def says(backend: Backend, customer: str, text: str, language: str = "en", **model: Says) -> list[str]:
    """What is answered, then who was asked how often, as `agent: n`."""
    async with shop(backend, model, patience=0.4) as (desk, server):
        async with talk(desk, caller=Caller(customer, "verified"), language=language) as talking:
            said = await talking.says(text)
        return [said, *(f"{agent}: {count}" for agent, count in asked(server).items())]


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_writer_that_fails_is_replaced_by_the_template(fault: str, backend: Backend) -> None:
    answer, requests = FAULTS[fault]
    expected = await on_templates(backend, ADA, "Where is my order 1003?")
    assert await says(backend, ADA, "Where is my order 1003?", write=answer) == [
        expected,
        f"write: {requests}",
    ]


@pytest.mark.parametrize("fault", [*FAULTS, *OF_DECISIONS])
async def test_a_reader_that_fails_leaves_it_to_the_customer(fault: str, backend: Backend) -> None:
    answer, requests = {**FAULTS, **OF_DECISIONS}[fault]
    expected = await on_templates(backend, ADA, UNCLEAR)
    assert "Is it about" in expected
    said, *agents = await says(backend, ADA, UNCLEAR, read_again=answer, write=Fails(503))
    assert said == expected
    assert f"read_again: {requests}" in agents


COMPLAINT = "Ich möchte mich über Bestellung 1009 beschweren"


@pytest.mark.parametrize("fault", [*FAULTS, *OF_DECISIONS])
async def test_a_lead_that_fails_is_replaced_by_the_one_without_a_model(fault: str, backend: Backend) -> None:
    answer, requests = {**FAULTS, **OF_DECISIONS}[fault]
    sorry = "Das Paket ist leider verspätet. [R1]"
    said, *agents = await says(backend, JONAS, COMPLAINT, "de", lead_complaint=answer, write=sorry)
    assert said.startswith("Das Paket ist leider verspätet. ")
    assert "10,90\u00a0€" in said
    assert await paid(backend) == 1
    assert f"lead_complaint: {requests}" in agents


async def test_a_lead_that_fails_when_both_have_answered_is_replaced_too(backend: Backend) -> None:
    expected = without_codes(await on_templates(backend, JONAS, COMPLAINT, "de"))

    def breaks(prompt: str, turn: int) -> Answer:
        return Breaks() if "<BillingFinding" in prompt else leads(prompt, turn)

    said, *_ = await says(backend, JONAS, COMPLAINT, "de", lead_complaint=breaks, write=Fails(503))
    assert without_codes(said) == expected
    assert await paid(backend) == 1


@pytest.mark.parametrize(
    "endless",
    [
        lambda prompt, turn: Calls("ask_billing"),
        lambda prompt, turn: (Calls("ask_shipping"), Calls("ask_billing")),
        lambda prompt, turn: Calls("ask_billing" if "<AskShipping" in prompt else "ask_shipping"),
    ],
)
async def test_a_lead_that_never_decides_is_replaced(
    endless: Callable[[str, int], Answer], backend: Backend
) -> None:
    said, *agents = await says(
        backend, JONAS, COMPLAINT, "de", lead_complaint=endless, write="Verspätet. [R1]"
    )
    assert "10,90\u00a0€" in said
    assert await paid(backend) == 1
    assert {"lead_complaint: 2", "lead_complaint: 3"} & set(agents)


@pytest.mark.parametrize("bad", [Calls("wire_money"), "Done: [R7]", "", Calls("meant", "{")])
async def test_a_writer_that_errs_once_is_asked_again(bad: Answer, backend: Backend) -> None:
    answers = itertools.chain([bad], itertools.repeat("Your order 1003 is late, and we are sorry."))
    said, *agents = await says(backend, ADA, "Where is my order 1003?", write=lambda *_: next(answers))
    assert (said, agents) == ("Your order 1003 is late, and we are sorry.", ["write: 2"])


async def test_a_draft_in_another_language_is_replaced(backend: Backend) -> None:
    """What it claims there would be read by no guard."""
    expected = await on_templates(backend, JONAS, "Wo ist meine Bestellung 1009?", "de")
    for draft in (
        "Your parcel is late and we do not know where it is.",
        "Das Paket ist verspätet und wir bitten um Verzeihung. The money for order 1009 was refunded to you.",
        "Nous avons remboursé votre commande 1009.",
    ):
        said, *_ = await says(backend, JONAS, "Wo ist meine Bestellung 1009?", "de", write=draft)
        assert said == expected


def without_codes(text: str) -> str:
    return re.sub(r"LARK-[\w-]+", "LARK", text)
