"""Cascades: what the keyless router is sure of is kept, the rest is sent on, and nothing ends in silence."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.agents.shop_messages import SHOP

from segue import Desk, Draft, Each, Flow, Message, Refine, Reply, Route, Sequence, go_on, step
from segue.agents.cascade import Trial, try_out
from segue.agents.ngrams import NgramRouter
from segue.agents.routing import Bands, Guess, OutOfScope, Routed, Router, Sure, Unsure, label_name
from segue.guard import no_card_numbers
from segue.observe.stage import Stage
from segue.observe.trace import trace
from segue.testing import Customer, crash_everywhere, talk

# A desk with a cascade


@dataclass(frozen=True)
class Tracking:
    words: str


@dataclass(frozen=True)
class Refund:
    words: str


@dataclass(frozen=True)
class Unclear:
    words: str
    best: str
    confidence: float
    needed: float


@dataclass(frozen=True)
class Answer:
    text: str


LABELS: dict[str, Any] = {"Tracking": Tracking, "Refund": Refund}


@dataclass
class Scripted:
    """Says of "refund 0.7" that it is a Refund with 0.7; below 0.1 that it is out of scope."""

    bands: Bands = field(default_factory=lambda: Bands(sure=0.7, out=0.1))

    async def route(self, text: str) -> Routed:
        name, confidence = text.split()
        return self.bands.judge(Guess(LABELS[name], float(confidence)), Guess(Tracking, 0.0))


class Model:
    """What stands at the end of the cascade; it counts how often it is asked, and may be down."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.asked: list[str] = []

    def read(self, words: str) -> Refund:
        self.asked.append(words)
        if self.down:
            raise ConnectionError("no model there")
        return Refund(words)


@step
async def understand(message: Message, *, router: Router) -> list[Tracking | Refund | Unclear]:
    found: list[Tracking | Refund | Unclear] = []
    for part in message.text.split(", "):
        match await router.route(part):
            case Sure(best):
                found.append(LABELS[label_name(best.label)](part))
            case Unsure(best, needed=needed) | OutOfScope(best, needed):
                found.append(Unclear(part, label_name(best.label), best.confidence, needed))
    return found


@step
async def ask_model(unclear: Unclear, *, model: Model) -> Tracking | Refund | Unclear:
    return model.read(unclear.words)


@step
async def track(request: Tracking) -> Answer:
    return Answer(f"tracked {request.words}")


@step
async def refund(request: Refund) -> Answer:
    return Answer(f"refunded {request.words}")


@step
async def did_you_mean(unclear: Unclear) -> Answer:
    return Answer(f"did you mean {unclear.best}?")


@step
async def write(answers: list[Answer]) -> Draft:
    return Draft.of("; ".join(answer.text for answer in answers), language="en")


def cascading(model: Model) -> Desk:
    second = Route({Unclear: ask_model.or_else(go_on), Tracking: go_on, Refund: go_on})
    handling = Route({Tracking: track, Refund: refund, Unclear: did_you_mean})
    reply = Refine(write, against=[no_card_numbers])
    body = Sequence(understand, Each(second), Each(handling), reply)
    flow = Flow(body, takes=Message, gives=Reply, name="support")
    return Desk(flow, tools=[Scripted(), model], languages=("en",))


async def stages(customer: Customer) -> list[Stage]:
    """Every stage of the last turn, with what it gave."""
    read = trace(await customer.events(), customer.desk.flows, contents=True)
    found = list(read.turns[-1].stages)
    for stage in found:
        found += stage.children
    return found


async def test_what_the_router_is_sure_of_never_reaches_the_model() -> None:
    model = Model()
    async with talk(cascading(model)) as customer:
        assert await customer.says("Tracking 0.7") == "tracked Tracking 0.7"
        assert model.asked == []
        assert not any(stage.name == "ask_model" for stage in await stages(customer))


@pytest.mark.parametrize("words", ["Tracking 0.69", "Tracking 0.0"])
async def test_what_it_is_not_sure_of_is_read_by_the_model(words: str) -> None:
    model = Model()
    async with talk(cascading(model)) as customer:
        assert await customer.says(words) == f"refunded {words}"
        assert model.asked == [words]


async def test_of_several_requests_only_the_unclear_one_is_sent_on_and_their_order_stays() -> None:
    model = Model()
    async with talk(cascading(model)) as customer:
        told = await customer.says("Tracking 0.9, Tracking 0.4, Refund 0.8")
        assert told == "tracked Tracking 0.9; refunded Tracking 0.4; refunded Refund 0.8"
        assert model.asked == ["Tracking 0.4"]


async def test_a_trace_tells_who_read_it_and_why() -> None:
    async with talk(cascading(Model())) as customer:
        await customer.says("Tracking 0.9, Tracking 0.4")
        found = await stages(customer)
        (first,) = (stage for stage in found if stage.name == "understand")
        assert first.fact[1] == {
            "words": "Tracking 0.4",
            "best": "Tracking",
            "confidence": 0.4,
            "needed": 0.7,
        }
        asked = [(stage.path, stage.says) for stage in found if stage.name == "ask_model"]
        assert asked == [("each.1/Unclear/ask_model", "Refund")]


async def test_where_the_model_fails_the_customer_is_asked() -> None:
    model = Model(down=True)
    async with talk(cascading(model)) as customer:
        told = await customer.says("Tracking 0.9, Refund 0.4")
        assert told == "tracked Tracking 0.9; did you mean Refund?"
        (failed,) = (stage for stage in await stages(customer) if stage.name == "ask_model")
        assert failed.state == "failed"
        assert "no model there" in failed.says


@pytest.mark.parametrize("down", [False, True])
async def test_a_crash_anywhere_changes_nothing_of_it(down: bool) -> None:
    @asynccontextmanager
    async def setting() -> AsyncIterator[Desk]:
        yield cascading(Model(down=down))

    async def story(customer: Customer) -> None:
        told = "did you mean Refund?" if down else "refunded Refund 0.4"
        assert await customer.says("Tracking 0.9, Refund 0.4") == f"tracked Tracking 0.9; {told}"

    assert (await crash_everywhere(setting, story)).resumes > 3


# Where to cut


def scripted(own: list[tuple[float, bool]], strangers: list[float] | None = None) -> Trial:
    return Trial(own, strangers or [])


async def test_the_cut_is_the_lowest_that_keeps_the_promise() -> None:
    trial = scripted([(0.9, True)] * 60 + [(0.5, True)] * 38 + [(0.5, False)] * 2 + [(0.2, False)] * 20)
    cut = trial.cut(wrong=0.05)
    assert (cut.sure, cut.right, cut.wrong) == (0.21, 98, 2)
    assert cut.sent == pytest.approx(20 / 120)
    assert cut.mistaken == pytest.approx(0.02)
    assert cut.accuracy(model=1.0) == pytest.approx(118 / 120)
    assert cut.accuracy(model=0.5) == pytest.approx(108 / 120)
    assert trial.cut(wrong=0.02).sure == 0.51
    assert trial.cut(wrong=0.2).sure == 0.0
    assert str(cut) == "from 0.21 on 83% kept, 2.0% of these wrong"


async def test_strangers_that_are_kept_are_mistakes() -> None:
    own = [(0.9, True)] * 60 + [(0.5, True)] * 40
    assert scripted(own).cut(wrong=0.05).sure == 0.0
    cut = scripted(own, [0.6] * 10).cut(wrong=0.05)
    assert (cut.sure, cut.taken) == (0.61, 0)
    assert scripted(own, [0.6] * 10).at(0.5).mistaken == pytest.approx(10 / 110)


async def test_few_messages_promise_little() -> None:
    assert scripted([(0.9, True)] * 18).cut(wrong=0.05).sure == 1
    assert scripted([(0.9, True)] * 19).cut(wrong=0.05).sure == 0.0


chances = st.floats(0, 1)


@given(
    st.lists(st.tuples(chances, st.booleans()), min_size=1),
    st.lists(chances),
    st.floats(0.01, 0.99),
)
def test_on_the_messages_it_was_picked_on_the_promise_holds(
    own: list[tuple[float, bool]], strangers: list[float], wrong: float
) -> None:
    trial = Trial(own, strangers)
    cut = trial.cut(wrong=wrong)
    assert cut.mistaken <= wrong or cut.sure == 1
    assert cut == trial.at(cut.sure)
    lower = [trial.at(hundredth / 100) for hundredth in range(round(cut.sure * 100))]
    assert all(one.wrong + one.taken + 1 > wrong * (one.right + one.wrong + one.taken + 1) for one in lower)


def drawn(draw: random.Random, count: int) -> Trial:
    """Messages of a calibrated router: of those with 0.8, eight of ten are right."""
    sure = [draw.random() ** 0.4 for _ in range(count)]
    return Trial([(confidence, draw.random() < confidence) for confidence in sure])


def missed(pick: Callable[[Trial], float], count: int) -> float:
    """The share of what is kept that is wrong on other messages, the mean of many draws."""
    draw = random.Random(7)
    other = drawn(draw, 20_000)
    return sum(other.at(pick(drawn(draw, count))).mistaken for _ in range(100)) / 100


@pytest.mark.parametrize("count", [50, 200, 800])
def test_on_other_messages_the_promise_holds_on_the_average(count: int) -> None:
    assert 0.02 < missed(lambda trial: trial.cut(wrong=0.1).sure, count) <= 0.11


def test_control_a_cut_that_takes_its_messages_at_their_word_misses_its_promise() -> None:
    def at_their_word(trial: Trial) -> float:
        steps = (hundredth / 100 for hundredth in range(101))
        return next((sure for sure in steps if trial.at(sure).mistaken <= 0.1), 1.0)

    assert missed(at_their_word, 50) > 0.115


async def test_a_router_is_tried_out_on_what_it_has_not_learned() -> None:
    learned = {label: texts[:4] + texts[5:9] for label, texts in SHOP.items()}
    fresh = {label: [texts[4], texts[9]] for label, texts in SHOP.items()}
    router = NgramRouter(learned)
    trial = await try_out(router, fresh, out_of_scope=["What's the weather in Paris?", "lorem ipsum dolor"])
    assert (len(trial.own), len(trial.strangers)) == (12, 2)
    for (confidence, right), (label, text) in zip(
        trial.own, ((label, text) for label, texts in fresh.items() for text in texts), strict=True
    ):
        best = router.rank(text)[0]
        assert (confidence, right) == (best.confidence, best.label is label)
    assert trial.cut(wrong=0.3).sent < 1


async def test_a_trial_on_what_was_learned_or_on_nothing_is_refused() -> None:
    router = NgramRouter(SHOP, out_of_scope=["nice weather"])
    label, (text, *_) = next(iter(SHOP.items()))
    with pytest.raises(ValueError, match="has learned"):
        await try_out(router, {label: ["something new", text]})
    with pytest.raises(ValueError, match="has learned 'nice weather'"):
        await try_out(router, {label: ["something new"]}, out_of_scope=["nice weather"])
    with pytest.raises(ValueError, match="there are none"):
        await try_out(router, {})


@pytest.mark.parametrize("wrong", [0.0, 1.0, -0.1, float("nan")])
def test_a_promise_that_makes_no_sense_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Trial([(0.9, True)]).cut(wrong=wrong)
