"""How hard a model is asked, and when it is left alone: on a set clock and on virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.agents.breaker import Breaker
from segue.agents.gate import Because, Call, Gate
from segue.agents.model_limits import ModelLimits
from segue.agents.pace import MINUTE, Pace
from segue.errors import ModelUnavailable
from segue.testing.virtual_time import VirtualLoop, clock_here, run

STEPS = st.lists(st.tuples(st.sampled_from(["ask", "ok", "bad", "gone"]), st.floats(0, 30)), max_size=60)


@given(steps=STEPS, failures=st.integers(1, 4))
def test_a_model_that_is_left_alone_is_tried_by_one_at_a_time_and_only_after_its_pause(
    steps: list[tuple[str, float]], failures: int
) -> None:
    breaker, now, bad = Breaker(failures, 10, 80), 0.0, 0
    under_way: list[bool] = []
    for what, seconds in steps:
        now += seconds
        if what == "ask":
            may = breaker.may_ask(now)
            assert may == (bad < failures or (now >= breaker.until and True not in under_way))
            if may:
                under_way.append(breaker.ask())
                assert under_way[-1] == (bad >= failures)
        elif under_way:
            trial = under_way.pop(0)
            if what == "ok":
                breaker.succeeded(trial)
                bad = 0 if trial or bad < failures else bad
            elif what == "bad":
                breaker.failed(trial, now)
                if trial or bad + 1 == failures:
                    assert now + 10 <= breaker.until <= now + 80
                bad = bad if bad >= failures else bad + 1
            else:
                breaker.left(trial)


def test_each_trial_that_fails_doubles_the_pause_and_one_that_succeeds_ends_it() -> None:
    breaker, now, pauses = Breaker(1, 10, 60), 0.0, []
    breaker.failed(breaker.ask(), now)
    for _ in range(4):
        pauses.append(breaker.until - now)
        now = breaker.until
        breaker.failed(breaker.ask(), now)
    assert pauses == [10, 20, 40, 60]
    now = breaker.until
    breaker.succeeded(breaker.ask())
    assert breaker.may_ask(now)
    breaker.failed(breaker.ask(), now)
    assert breaker.until == now + 10


@given(gaps=st.lists(st.floats(0, 40), max_size=50), most=st.integers(1, 5))
def test_no_minute_ever_has_more_requests_than_allowed(gaps: list[float], most: int) -> None:
    pace, now, sent = Pace(most), 0.0, []
    for gap in gaps:
        now = max(now + gap, pace.next_at())
        pace.sent(now)
        sent.append(now)
    assert all(later - earlier > MINUTE - 1e-9 for earlier, later in zip(sent, sent[most:], strict=False))


def virtually(story: Callable[[], Awaitable[None]]) -> None:
    run(VirtualLoop(), story())


def gate(**limits: Any) -> Gate:
    return Gate("the model", ModelLimits(**limits), clock_here())


class Asker:
    """Asks, and holds its place so long."""

    def __init__(self, gate: Gate, seconds: float = 0) -> None:
        self.call: Call = gate.call()
        self.began: float | None = None
        self._gate = gate
        self._seconds = seconds
        self.task = asyncio.ensure_future(self._ask())

    async def _ask(self) -> None:
        await self._gate.enter(self.call)
        self.began = asyncio.get_running_loop().time()
        try:
            await asyncio.sleep(self._seconds)
            self._gate.succeeded(self.call)
        finally:
            self._gate.left(self.call)


def test_only_so_many_ask_at_once_and_the_others_follow_in_the_order_they_came() -> None:
    async def story() -> None:
        one = gate(at_once=2, patience=30)
        askers = [Asker(one, 1) for _ in range(6)]
        await asyncio.gather(*(asker.task for asker in askers))
        began = [round(asker.began or 0, 3) for asker in askers]
        assert began == [0, 0, 1, 1, 2, 2]
        assert askers[-1].call.because is Because.AT_ONCE
        assert 2 <= askers[-1].call.waited < 2.1

    virtually(story)


def test_who_waits_longer_than_its_patience_is_told_and_does_not_come_in_later() -> None:
    async def story() -> None:
        one = gate(at_once=1, patience=2)
        first, second = Asker(one, 10), Asker(one)
        with pytest.raises(ModelUnavailable, match="too many ask it at once"):
            await second.task
        await first.task
        assert second.began is None
        await Asker(one).task

    virtually(story)


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 5), st.floats(0, 5) | st.none()), max_size=12))
def test_whoever_is_cancelled_leaves_nothing_behind(askers: list[tuple[float, float, float | None]]) -> None:
    async def story() -> None:
        one = gate(at_once=2, patience=3)
        tasks, inside = [], 0
        for gap, seconds, cancelled in askers:
            await asyncio.sleep(gap)
            asker = Asker(one, seconds)
            tasks.append(asker.task)
            if cancelled is not None:
                asyncio.get_running_loop().call_later(cancelled, asker.task.cancel)
            inside = sum(task.done() is False for task in tasks)
            assert inside >= one._inside <= 2
        await asyncio.gather(*tasks, return_exceptions=True)
        assert one._inside == 0
        both = [Asker(one, 1), Asker(one, 1)]
        await asyncio.gather(*(asker.task for asker in both))
        assert both[0].call.waited == both[1].call.waited == 0

    virtually(story)


def test_somebody_let_in_and_cancelled_in_the_same_moment_gives_the_place_to_the_next() -> None:
    async def story() -> None:
        one = gate(at_once=1)
        holder = one.call()
        await one.enter(holder)
        waits, next_one = Asker(one), Asker(one)
        await asyncio.sleep(0)
        one.succeeded(holder)
        waits.task.cancel()
        await next_one.task
        assert waits.began is None
        assert one._inside == 0

    virtually(story)


def test_requests_beyond_the_minute_s_wait_if_that_is_soon_and_are_told_when_if_it_is_not() -> None:
    async def story() -> None:
        one = gate(per_minute=2, patience=20)
        await Asker(one).task
        await asyncio.sleep(45)
        await Asker(one).task
        soon = Asker(one)
        await soon.task
        assert soon.began is not None
        assert 60 <= soon.began < 60.1
        assert soon.call.because is Because.RATE
        late = Asker(one)
        with pytest.raises(ModelUnavailable, match="requests per minute") as told:
            await late.task
        assert told.value.until is not None
        assert 44 < (told.value.until - clock_here().now()).total_seconds() <= 45

    virtually(story)


def test_what_the_provider_asks_for_holds_for_everybody() -> None:
    async def story() -> None:
        one = gate(patience=5)
        one.rest(3)
        askers = [Asker(one) for _ in range(3)]
        await asyncio.gather(*(asker.task for asker in askers))
        assert all(3 <= (asker.began or 0) < 3.1 for asker in askers)
        one.rest(4)
        waits = Asker(one)
        await asyncio.sleep(0)
        one.rest(100)
        for asker in (waits, Asker(one)):
            with pytest.raises(ModelUnavailable, match="the provider asked to wait"):
                await asker.task
        assert asyncio.get_running_loop().time() < 8

    virtually(story)


def test_a_model_that_failed_too_often_is_refused_at_once_also_to_those_who_wait() -> None:
    async def story() -> None:
        one = gate(at_once=1, failures=1, pause=10)
        call = one.call()
        await one.enter(call)
        waits = Asker(one)
        await asyncio.sleep(0)
        one.failed(call)
        with pytest.raises(ModelUnavailable, match="it failed too often") as told:
            await waits.task
        assert told.value.until is not None
        assert 9.9 < (told.value.until - clock_here().now()).total_seconds() <= 10
        await asyncio.sleep(10)
        trial = Asker(one, 1)
        await asyncio.sleep(0)
        with pytest.raises(ModelUnavailable):
            await Asker(one).task
        await trial.task
        await Asker(one).task

    virtually(story)


def test_the_queue_is_fair_under_any_mix() -> None:
    async def story() -> None:
        one = gate(at_once=3, per_minute=12, patience=300, timeout=400)
        askers = []
        for number in range(20):
            askers.append(Asker(one, number % 4))
            await asyncio.sleep(0.5)
        await asyncio.gather(*(asker.task for asker in askers))
        assert all((a.began or 0) <= (b.began or 0) for a, b in pairwise(askers))

    virtually(story)
