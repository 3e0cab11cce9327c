"""Several requests in one message."""

import time

import pytest
from tests.agents.shop_messages import RUBBISH, SHOP, Address, Cancel, Invoice, Login, Refund, Tracking

from segue.agents.clauses import requests
from segue.agents.ngrams import NgramRouter
from segue.agents.routing import Guess, OutOfScope, Routed, Sure, Unsure


@pytest.fixture(scope="module")
def shop() -> NgramRouter:
    return NgramRouter(SHOP)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Where is my order 1001? And I want a refund for 1002.",
            [("Where is my order 1001?", Tracking), ("And I want a refund for 1002.", Refund)],
        ),
        (
            "Wo ist meine Bestellung 1001? Und ich möchte eine Erstattung für 1002.",
            [
                ("Wo ist meine Bestellung 1001?", Tracking),
                ("Und ich möchte eine Erstattung für 1002.", Refund),
            ],
        ),
        (
            "Please cancel order 1001 and also send me the invoice for 1002",
            [("Please cancel order 1001", Cancel), ("and also send me the invoice for 1002", Invoice)],
        ),
        (
            "Wo ist mein Paket, und außerdem brauche ich eine Rechnung für 1003.",
            [("Wo ist mein Paket,", Tracking), ("und außerdem brauche ich eine Rechnung für 1003.", Invoice)],
        ),
        (
            "ich will stornieren und wo ist mein anderes paket",
            [("ich will stornieren", Cancel), ("und wo ist mein anderes paket", Tracking)],
        ),
        (
            "I forgot my password. Also, where is my order?",
            [("I forgot my password.", Login), ("Also, where is my order?", Tracking)],
        ),
        (
            "Cancel 1001, refund 1002 and change my address",
            [("Cancel 1001,", Cancel), ("refund 1002", Refund), ("and change my address", Address)],
        ),
        (
            "Hallo,\nich bin umgezogen.\nBitte ändern Sie meine Lieferadresse.\n"
            "Außerdem brauche ich die Rechnung für 1001.\nViele Grüße\nAnna",
            [
                ("Hallo,\nich bin umgezogen.\nBitte ändern Sie meine Lieferadresse.", Address),
                ("Außerdem brauche ich die Rechnung für 1001.\nViele Grüße\nAnna", Invoice),
            ],
        ),
    ],
)
async def test_requests_are_told_apart(
    shop: NgramRouter, text: str, expected: list[tuple[str, type]]
) -> None:
    found = await requests(text, shop)
    assert [(it.text, it.routed.best.label) for it in found] == expected
    assert all(text[it.start : it.end] == it.text for it in found)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I want a refund. The shoes are broken.", Refund),
        ("Ich möchte mein Geld zurück. Die Schuhe sind kaputt.", Refund),
        ("Hi! My parcel never came. Where is it? Thanks, Anna", Tracking),
        ("Where is my order 1001? When will it arrive?", Tracking),
        ("I moved last week. Please change the delivery address of order 1001.", Address),
        ("I ordered shoes and socks and want my money back", Refund),
        ("Can you help me? I want to cancel my order.", Cancel),
        ("Am 5. März bestellt, Nr. 1001, ca. 49.99 EUR. Wo ist meine Lieferung?", Tracking),
        ("I need the invoice and please send it soon", Invoice),
    ],
)
async def test_what_belongs_together_stays_together(shop: NgramRouter, text: str, label: type) -> None:
    (found,) = await requests(text, shop)
    assert found.text == text
    assert found.routed.best.label is label
    assert found.routed == await shop.route(text)


async def test_the_same_wish_for_another_order_is_another_request(shop: NgramRouter) -> None:
    found = await requests("I want a refund for 1001. I also want a refund for 1002.", shop)
    assert [it.routed.best.label for it in found] == [Refund, Refund]
    assert [it.text[-5:] for it in found] == ["1001.", "1002."]
    assert len(await requests("I want a refund for 1001. I want a refund for 1001!", shop)) == 1
    assert len(await requests("I want a refund for A-1. I want a refund for A-2!", shop)) == 1
    assert len(await requests("I want a refund for A-1. I want a refund for A-2!", shop, order=r"A-\d")) == 2


class ByWord:
    """Routes by the last word it knows, and counts how often it is asked."""

    def __init__(self, **known: Routed) -> None:
        self.known = known
        self.asked: list[str] = []

    async def route(self, text: str) -> Routed:
        self.asked.append(text)
        words = [word.strip(".,?!") for word in text.split()]
        routed = [self.known[word] for word in words if word in self.known]
        return routed[-1] if routed else OutOfScope(Guess("none", 0.0))


SURE: dict[str, Routed] = {word: Sure(Guess(word, 0.9)) for word in ("apples", "pears", "plums")}


async def test_one_possible_request_asks_the_router_once() -> None:
    router = ByWord(**SURE)
    await requests("I want apples. They are red, and green. Thank you!", router)
    assert len(router.asked) == 1


async def test_a_wish_that_is_not_clearly_another_stays() -> None:
    unsure = Unsure(Guess("pears", 0.4), Guess("apples", 0.3))
    assert len(await requests("I want apples. I want pears.", ByWord(**SURE))) == 2
    assert len(await requests("I want apples. I want pears.", ByWord(**{**SURE, "pears": unsure}))) == 1
    assert len(await requests("I want apples. I want nonsense.", ByWord(**SURE))) == 1


async def test_what_comes_on_top_needs_less_to_be_another() -> None:
    router = ByWord(**{**SURE, "pears": Unsure(Guess("pears", 0.4), Guess("apples", 0.3))})
    assert len(await requests("I want apples. Also, I want pears.", router)) == 2
    assert len(await requests("I want apples. Also, I want nonsense.", router)) == 1


async def test_one_request_too_many_belongs_to_the_last() -> None:
    text = "I want apples. I want pears. I want plums."
    router = ByWord(**SURE)
    assert [it.text for it in await requests(text, router)] == [
        "I want apples.",
        "I want pears.",
        "I want plums.",
    ]
    found = await requests(text, router, at_most=2)
    assert [it.text for it in found] == ["I want apples.", "I want pears. I want plums."]


@pytest.mark.parametrize("text", RUBBISH.values(), ids=list(RUBBISH))
async def test_rubbish_is_one_request_or_few_and_none_of_it_is_lost(shop: NgramRouter, text: str) -> None:
    begun = time.process_time()
    found = await requests(text, shop)
    assert time.process_time() - begun < 5
    assert 1 <= len(found) <= 5
    assert "".join(it.text for it in found).split() == text.split()


async def test_what_comes_after_a_very_long_text_still_belongs_to_it() -> None:
    text = "I want apples. " + "They are red. " * 1_000 + "I want pears."
    (found,) = await requests(text, ByWord(**SURE))
    assert found.text == text
