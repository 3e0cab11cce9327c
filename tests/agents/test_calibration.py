"""Calibration: bands that keep their promises, and what to expect of them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import pytest
from tests.agents.shop_messages import SHOP

from segue.agents.calibration import calibrate
from segue.agents.ngrams import NgramRouter
from segue.agents.routing import Bands, Examples, Guess, OutOfScope, Routed, Router, Sure


@dataclass
class Scripted:
    """Reads its guesses from the text: "b 0.7 c 0.2" is b with 0.7, else c with 0.2."""

    bands: Bands

    async def route(self, text: str) -> Routed:
        best, sure, second, less, *_ = text.split()
        return self.bands.judge(Guess(best, float(sure)), Guess(second, float(less)))


def scripted(examples: Examples, *, bands: Bands, out_of_scope: Sequence[str]) -> Router:
    return Scripted(bands)


def numbered(text: str, count: int) -> list[str]:
    return [f"{text} {at}" for at in range(count)]


async def test_it_answers_from_where_the_promised_share_is_right() -> None:
    examples = {
        "a": [*numbered("a 0.9 b 0.1", 20), *numbered("a 0.8 b 0.1", 20)],
        "b": [*numbered("b 0.9 a 0.1", 20), *numbered("a 0.7 b 0.2", 20)],
    }
    strict = await calibrate(scripted, examples, right=0.95)
    assert strict.bands.sure == 0.71
    assert strict.own.right == 1
    assert strict.own.answered == 0.75
    lenient = await calibrate(scripted, examples, right=0.7)
    assert lenient.bands.sure == 0.5
    assert lenient.own.right == 0.75
    assert lenient.own.answered == 1


async def test_it_answers_nothing_where_the_promise_cannot_be_kept() -> None:
    examples = {"a": numbered("b 0.9 a 0.1", 10), "b": numbered("a 0.9 b 0.1", 10)}
    calibration = await calibrate(scripted, examples)
    assert calibration.bands.sure == 1
    assert calibration.own.answered == 0
    assert calibration.own.asked == 1
    assert calibration.own.offered == 1


async def test_it_hands_over_no_more_of_its_own_than_was_allowed() -> None:
    examples = {
        "a": [*numbered("a 0.9 b 0.1", 36), *numbered("a 0.2 b 0.1", 4)],
        "b": [*numbered("b 0.9 a 0.1", 36), *numbered("a 0.4 b 0.2", 4)],
    }
    assert (await calibrate(scripted, examples, lost=0.0)).bands.out == 0.3
    assert (await calibrate(scripted, examples, lost=0.05)).bands.out == 0.5
    assert (await calibrate(scripted, examples, lost=0.05)).own.handed_over == 0.05


async def test_strangers_raise_the_bar() -> None:
    examples = {"a": numbered("a 0.9 b 0.05", 40), "b": numbered("b 0.9 a 0.05", 40)}
    strange = numbered("a 0.6 b 0.1", 20)
    alone = await calibrate(scripted, examples)
    assert alone.bands.sure == 0.5
    assert alone.strangers.count == 0
    among = await calibrate(scripted, examples, out_of_scope=strange, strange=0.1)
    assert among.bands.sure == 0.61
    assert among.strangers.count == 20
    assert among.strangers.answered == 0
    rare = await calibrate(scripted, examples, out_of_scope=strange, strange=0.01)
    assert rare.bands.sure == 0.5
    assert rare.strangers.answered == 1


async def test_confusions_are_told_with_an_example() -> None:
    examples = {
        "a": [*numbered("a 0.9 b 0.1", 15), *numbered("c 0.8 a 0.1", 5)],
        "b": [*numbered("b 0.9 a 0.1", 39), "a 0.6 b 0.3 once"],
        "c": numbered("c 0.9 a 0.1", 20),
    }
    calibration = await calibrate(scripted, examples)
    (confusion,) = calibration.confusions
    assert (confusion.label, confusion.taken_for, confusion.times, confusion.of) == ("a", "c", 5, 20)
    assert confusion.text == "c 0.8 a 0.1 0"
    assert 'a for c, 5 of 20: "c 0.8 a 0.1 0"' in str(calibration)


@dataclass
class Watched:
    """Makes n-gram routers, and notes whether one was ever asked what it had learned."""

    asked: int = 0
    seen: int = 0
    learned: list[int] = field(default_factory=list)

    def __call__(self, examples: Examples, *, bands: Bands, out_of_scope: Sequence[str]) -> Router:
        known = {text for texts in examples.values() for text in texts} | set(out_of_scope)
        self.learned.append(len(known))
        router = NgramRouter(examples, bands=bands, out_of_scope=out_of_scope)
        return _Noting(router, lambda text: self._note(text in known))

    def _note(self, seen: bool) -> None:
        self.asked += 1
        self.seen += seen


@dataclass
class _Noting:
    router: Router
    note: Callable[[str], None]

    async def route(self, text: str) -> Routed:
        self.note(text)
        return await self.router.route(text)


async def test_no_router_is_asked_what_it_has_learned() -> None:
    watched = Watched()
    calibration = await calibrate(watched, SHOP)
    assert watched.seen == 0
    assert watched.asked == 120
    assert watched.learned[:10] == [54] * 10
    assert calibration.own.count == 60
    assert calibration.strangers.count == 60
    watched = Watched()
    calibration = await calibrate(watched, SHOP, out_of_scope=["weather today", "tell me a joke"])
    assert watched.seen == 0
    assert calibration.strangers.count == 2


async def test_a_calibrated_desk_does_as_it_was_told() -> None:
    learned = {label: texts[:4] + texts[5:9] for label, texts in SHOP.items()}
    fresh = [(text, label) for label, texts in SHOP.items() for text in (texts[4], texts[9])]
    calibration = await calibrate(NgramRouter, learned, right=0.8)
    router = NgramRouter(learned, bands=calibration.bands)
    routed = [(await router.route(text), label) for text, label in fresh]
    answered = [it.best.label is label for it, label in routed if isinstance(it, Sure)]
    assert len(answered) / len(routed) == pytest.approx(calibration.own.answered, abs=0.25)
    assert sum(answered) / len(answered) >= calibration.own.right - 0.1
    assert isinstance(await router.route("lorem ipsum dolor sit amet"), OutOfScope)


async def test_it_works_with_three_labels_of_five_examples() -> None:
    few: dict[Hashable, list[str]] = {label: SHOP[label][:5] for label in list(SHOP)[:3]}
    calibration = await calibrate(NgramRouter, few)
    assert calibration.own.count == 15
    assert calibration.strangers.count == 15
    assert calibration.bands.out > 0
    assert calibration.own.answered + calibration.own.asked + calibration.own.handed_over == pytest.approx(1)


async def test_the_same_desk_is_calibrated_the_same() -> None:
    assert await calibrate(NgramRouter, SHOP) == await calibrate(NgramRouter, SHOP)


async def test_it_prints_what_to_expect() -> None:
    lines = str(await calibrate(NgramRouter, SHOP)).splitlines()
    assert lines[0].startswith("Act from 0.")
    assert [line.split("  ")[0] for line in lines[3:9]] == [
        "answered",
        "",
        'asked "did you mean"',
        "",
        "handed over",
        "measured on",
    ]
    assert lines[8].split() == ["measured", "on", "60", "60"]
    assert all(len(line) <= 110 for line in lines)


@pytest.mark.parametrize(
    ("examples", "folds", "complaint"),
    [
        ({"a": ["x", "y"], "b": ["z"]}, 10, "b has one"),
        ({"a": ["x", "y"], "b": ["z", "z"]}, 10, "b has one"),
        ({"a": ["x", "y"], "b": ["v", "w"]}, 1, "two folds or more"),
    ],
)
async def test_too_little_to_learn_from_is_refused(
    examples: dict[str, list[str]], folds: int, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        await calibrate(NgramRouter, examples, folds=folds)
