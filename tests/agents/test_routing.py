"""Routing by examples, without a model."""

import os
import subprocess
import sys
from collections.abc import Hashable
from pathlib import Path

import pytest
from tests.agents.shop_messages import RUBBISH, SHOP, Address, Cancel, Invoice, Login, Refund, Tracking

from segue.agents.arrays import Floats, np
from segue.agents.learned import MOST, LearnedRouter, _even
from segue.agents.ngrams import NgramRouter, Ngrams
from segue.agents.ridge import NOTHING, Ridge
from segue.agents.routing import Bands, Guess, OutOfScope, Routed, Router, Sure, Unsure

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shop() -> NgramRouter:
    return NgramRouter(SHOP)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Hello, where is my parcel?", Tracking),
        ("I'd like to get my money back please", Refund),
        ("please cancel order 4711", Cancel),
        ("PASSWORD RESET!!", Login),
        ("Guten Tag, wo bleibt mein Paket?", Tracking),
        ("Ich hätte gerne eine Rückerstattung", Refund),
        ("Bestellung 4711 bitte stornieren", Cancel),
        ("Meine Adresse hat sich geändert", Address),
        ("Können Sie mir die Rechnung schicken?", Invoice),
    ],
)
async def test_a_message_like_the_examples_is_answered(shop: NgramRouter, text: str, label: type) -> None:
    routed = await shop.route(text)
    assert isinstance(routed, Sure)
    assert routed.best.label is label


@pytest.mark.parametrize(
    "text", ["What's the weather in Paris?", "Wer gewinnt heute das Spiel?", "lorem ipsum dolor"]
)
async def test_a_message_about_nothing_of_this_is_handed_over(shop: NgramRouter, text: str) -> None:
    assert isinstance(await shop.route(text), OutOfScope)


async def test_a_message_between_two_labels_is_asked_with_both(shop: NgramRouter) -> None:
    routed = await shop.route("cancel refund")
    assert isinstance(routed, Unsure)
    assert {routed.best.label, routed.second.label} == {Cancel, Refund}
    assert routed.best.confidence >= routed.second.confidence


async def test_labels_may_be_strings() -> None:
    router = NgramRouter({kind.__name__: texts for kind, texts in SHOP.items()})
    routed = await router.route("track my parcel")
    assert routed.best.label == "Tracking"


@pytest.mark.parametrize("text", RUBBISH.values(), ids=list(RUBBISH))
async def test_rubbish_is_never_answered(shop: NgramRouter, text: str) -> None:
    routed = await shop.route(text)
    if "order" in text:
        assert routed.best.label is not Login
    else:
        assert not isinstance(routed, Sure)
        assert 0 <= routed.best.confidence < 0.5


@pytest.mark.parametrize("text", ["", "  \n", "\x00\x01", "\u200b\u202e"])
async def test_a_message_that_says_nothing_has_no_confidence(shop: NgramRouter, text: str) -> None:
    routed = await shop.route(text)
    assert isinstance(routed, OutOfScope)
    assert routed.best.confidence == 0


async def test_only_the_beginning_of_a_long_message_is_read(shop: NgramRouter) -> None:
    start = "where is my parcel? " * 200
    assert await shop.route(start + "cancel " * 10_000) == await shop.route(start)


def test_confidences_of_all_labels_are_chances_of_one_whole(shop: NgramRouter) -> None:
    for text in ("where is my parcel", "refund or cancel", "nothing of this"):
        guesses = shop.rank(text)
        assert {guess.label for guess in guesses} == set(SHOP)
        assert sum(guess.confidence for guess in guesses) <= 1
        assert guesses == sorted(guesses, key=lambda guess: -guess.confidence)


async def test_three_labels_with_five_examples_each_suffice() -> None:
    router = NgramRouter({label: SHOP[label][:5] for label in (Refund, Tracking, Cancel)})
    for text, label in (
        ("refund my order 17 please", Refund),
        ("where is my package", Tracking),
        ("cancel the order", Cancel),
    ):
        assert (await router.route(text)).best.label is label
    assert isinstance(await router.route("do you sell blue whales"), OutOfScope)


async def test_the_language_of_some_examples_does_not_hide_the_others() -> None:
    english = NgramRouter({label: texts[:5] for label, texts in SHOP.items()})
    assert (await NgramRouter(SHOP).route("mein Konto ist gesperrt")).best.label is Login
    assert isinstance(await english.route("Geburtstagsgeschenk"), OutOfScope)


async def test_spellings_of_one_thing_are_one_thing(shop: NgramRouter) -> None:
    for one, other in (
        ("ich möchte mein Geld zurück", "ICH MOECHTE MEIN GELD ZURUECK"),
        ("where is order 2003", "where is order 9876"),
        ("Lieferadresse ändern", "Lieferadresse a\u0308ndern"),
        ("log\u00adin does not work", "login does not work"),
        ("falsche Straße", "falsche STRASSE"),
    ):
        assert await shop.route(one) == await shop.route(other)


async def test_words_it_never_saw_make_it_less_sure(shop: NgramRouter) -> None:
    plain = await shop.route("where is my order")
    padded = await shop.route("where is my order zyx qwv jkp bnm fghj")
    assert padded.best.confidence < plain.best.confidence


def test_out_of_scope_examples_make_it_less_sure_of_what_is_like_them_and_of_nothing_else() -> None:
    strange = [
        "I need a copy of the newspaper",
        "a copy of that book please",
        "print a copy for me",
        "copy shop",
    ]
    plain, taught = NgramRouter(SHOP), NgramRouter(SHOP, out_of_scope=strange)
    text = "I need a copy of this book"
    assert taught.rank(text)[0].confidence < plain.rank(text)[0].confidence / 2
    for text in ("I need a copy of my invoice for taxes please", "where is my order"):
        assert taught.rank(text)[0].confidence == pytest.approx(plain.rank(text)[0].confidence, abs=0.01)


def test_the_same_examples_make_the_same_router_in_every_process() -> None:
    program = (
        "from segue.agents.ngrams import NgramRouter\n"
        "from tests.agents.shop_messages import SHOP\n"
        "print([guess.confidence for guess in NgramRouter(SHOP).rank('wo ist my parcel')])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize(
    ("examples", "complaint"),
    [
        ({}, "two labels or more, not of 0"),
        ({Refund: ["money back"]}, "two labels or more, not of 1"),
        ({Refund: ["money back"], Tracking: []}, "Tracking has no examples"),
        ({Refund: ["money back"], "tracking": ["where", " "]}, "tracking has an empty example"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(examples: dict[Hashable, list[str]], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        NgramRouter(examples)


def test_of_too_many_examples_an_even_choice_is_learned() -> None:
    large, small = [f"l{at}" for at in range(2 * MOST)], ["s1", "s2"]
    chosen, kept = _even([large, small])
    assert kept == small
    assert 0.8 * MOST < len(chosen) <= MOST - len(small)
    assert chosen[0] == "l0"
    assert int(chosen[-1][1:]) > 2 * MOST - 5
    assert len(set(chosen)) == len(chosen)


def test_an_example_in_two_groups_is_borne() -> None:
    router = NgramRouter({Refund: ["money back", "my order"], Tracking: ["where is it", "my order"]})
    best, second = router.rank("my order")
    assert best.confidence == pytest.approx(second.confidence, rel=0.5)


async def test_bands_part_three_cases() -> None:
    bands = Bands(sure=0.7, out=0.4)
    assert bands.judge(Guess(1, 0.7), Guess(2, 0.1)) == Sure(Guess(1, 0.7))
    assert bands.judge(Guess(1, 0.69), Guess(2, 0.1)) == Unsure(Guess(1, 0.69), Guess(2, 0.1), 0.7)
    assert bands.judge(Guess(1, 0.3), Guess(2, 0.1)) == Unsure(Guess(1, 0.3), Guess(2, 0.1), 0.7)
    assert bands.judge(Guess(1, 0.3), Guess(2, 0.09)) == OutOfScope(Guess(1, 0.3), 0.7)


@pytest.mark.parametrize(("sure", "out"), [(0.3, 0.4), (1.1, 0.2), (0.5, -0.1), (float("nan"), 0.1)])
def test_bands_that_make_no_sense_are_refused(sure: float, out: float) -> None:
    with pytest.raises(ValueError, match="0 <= out <= sure <= 1"):
        Bands(sure, out)


async def test_bands_of_the_desk_decide() -> None:
    text = "where is my parcel?"
    assert isinstance(await NgramRouter(SHOP, bands=Bands(sure=0.5, out=0.1)).route(text), Sure)
    assert isinstance(await NgramRouter(SHOP, bands=Bands(sure=1, out=0.1)).route(text), Unsure)
    assert isinstance(await NgramRouter(SHOP, bands=Bands(sure=1, out=1)).route(text), OutOfScope)


async def test_anything_that_routes_is_a_router(shop: NgramRouter) -> None:
    class Coin:
        async def route(self, text: str) -> Routed:
            return Sure(Guess("heads", 0.5))

    coin: Router = Coin()
    assert isinstance(coin, Router)
    assert isinstance(shop, Router)
    assert not isinstance(object(), Router)
    assert (await coin.route("?")).best.label == "heads"


async def test_a_likeness_of_ones_own_can_be_used() -> None:
    class SameLength:
        def learn(self, examples: object) -> "LearnedLengths":
            assert isinstance(examples, list)
            return LearnedLengths([len(text) for text in examples])

    class LearnedLengths:
        def __init__(self, lengths: list[int]) -> None:
            self.lengths = np.array(lengths, float)

        def __call__(self, text: str) -> Floats:
            return np.asarray(np.exp(-np.abs(self.lengths - len(text))), float)

        def among(self) -> Floats:
            return np.asarray(np.exp(-np.abs(self.lengths[:, None] - self.lengths)), float)

    router = LearnedRouter(
        {"short": ["a", "bb", "cc"], "long": ["d" * 20, "e" * 21, "f" * 22]}, [SameLength()]
    )
    assert (await router.route("z" * 19)).best.label == "long"
    assert (await router.route("zz")).best.label == "short"


def test_several_likenesses_are_mixed_for_the_better() -> None:
    class Blind:
        def learn(self, examples: object) -> "LearnedNothing":
            assert isinstance(examples, list)
            return LearnedNothing(len(examples))

    class LearnedNothing:
        def __init__(self, count: int) -> None:
            self.count = count

        def __call__(self, text: str) -> Floats:
            return np.zeros(self.count)

        def among(self) -> Floats:
            return np.eye(self.count)

    mixed = LearnedRouter(SHOP, [Blind(), Ngrams()])
    for text in ("where is my parcel", "Rechnung bitte"):
        assert mixed.rank(text)[0].label == NgramRouter(SHOP).rank(text)[0].label


def test_the_ridge_knows_what_it_would_score_had_it_not_seen() -> None:
    alike = Ngrams().learn([text for texts in SHOP.values() for text in texts]).among()
    labels = np.repeat(np.arange(len(SHOP)), 10)
    labels[[3, 13]] = NOTHING
    ridge = Ridge(alike, labels)

    keep = np.arange(len(labels)) != 25
    without = Ridge(alike[np.ix_(keep, keep)], labels[keep])
    assert ridge.unseen()[25] == pytest.approx(without.scores(alike[25, keep]))
    assert ridge.scores(alike[25]) != pytest.approx(without.scores(alike[25, keep]), abs=0.01)

    keep = labels != 5
    stranger = Ridge(alike[np.ix_(keep, keep)], labels[keep])
    scores = ridge.strangers()[-1]
    assert scores[5] == -np.inf
    assert scores[:5] == pytest.approx(stranger.scores(alike[-1, keep]))


@pytest.mark.parametrize("absent", ["numpy", "onnxruntime"])
def test_the_types_of_routing_need_no_extra(absent: str) -> None:
    program = (
        f"import sys; sys.modules[{absent!r}] = None\n"
        "import segue.agents.calibration, segue.agents.clauses, segue.agents.routing, segue.agents.slots\n"
        "try:\n    import segue.agents.minilm\nexcept ImportError as missing:\n    print(missing)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "pip install 'segue[" in done.stdout
