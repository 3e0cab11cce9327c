"""Gate: who may ask a model now, who waits for it, and who is told at once that it is of no use."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from segue.agents.breaker import Breaker
from segue.agents.model_limits import ModelLimits
from segue.agents.pace import Pace
from segue.errors import ModelUnavailable
from segue.flow.builtin import Clock


class Because(StrEnum):
    """What a request waited for."""

    PROVIDER = "the provider asked to wait"
    RATE = "requests per minute"
    AT_ONCE = "requests at once"


@dataclass(slots=True)
class Call:
    """One call of a model: how long it may take, and what became of it so far. `trial`: see Breaker."""

    began: float
    deadline: float
    patient_until: float
    asked: int = 0
    inside: bool = False
    trial: bool = False
    waited: float = 0.0
    because: Because | None = None


class Gate:
    """Everybody who asks one model goes through here, in the order in which they came."""

    def __init__(self, name: str, limits: ModelLimits, clock: Clock) -> None:
        self._name = name
        self._limits = limits
        self._clock = clock
        self._breaker = Breaker(limits.failures, limits.pause, limits.longest_pause)
        self._pace = Pace(limits.per_minute)
        self._inside = 0
        self._rests_until = 0.0
        self._waiting: deque[tuple[asyncio.Future[None], Call]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def call(self) -> Call:
        """A call that begins now."""
        now = _now()
        deadline = now + self._limits.timeout
        return Call(now, deadline, min(now + self._limits.patience, deadline))

    async def enter(self, call: Call) -> None:
        """Come back when the model may be asked; ModelUnavailable when that is not soon."""
        now = _now()
        if self._waiting or not self._is_free(now):
            await self._wait(call, now)
        else:
            self._admit(call)

    def succeeded(self, call: Call) -> None:
        """It answered."""
        self._breaker.succeeded(call.trial)
        self._leave(call)

    def failed(self, call: Call) -> None:
        """It did not, and that is the provider's fault."""
        self._breaker.failed(call.trial, _now())
        self._leave(call)

    def left(self, call: Call) -> None:
        """Nobody waits for the answer any more, or it says nothing about the provider. Harmless when it has left."""
        if call.inside:
            self._breaker.left(call.trial)
            self._leave(call)

    def rest(self, seconds: float) -> float:
        """The provider asked to wait so long; until when that is, in the loop's time."""
        until = _now() + min(seconds, self._limits.longest_pause)
        self._rests_until = max(self._rests_until, until)
        return until

    def unavailable(self, why: str, until: float | None = None) -> ModelUnavailable:
        """What is said to whoever is not let in; `until` in the loop's time."""
        if until is None:
            return ModelUnavailable(self._name, f"is not asked just now: {why}")
        moment = self._clock.now() + timedelta(seconds=max(0.0, until - _now()))
        said = moment + timedelta(milliseconds=999)  # not a second too early
        return ModelUnavailable(self._name, f"is not asked before {said:%H:%M:%S} UTC: {why}", moment)

    async def _wait(self, call: Call, now: float) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append((waiter, call))
        impatience = asyncio.get_running_loop().call_at(call.patient_until, self._tell, waiter)
        self._serve()
        try:
            await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self.left(call)  # let in and cancelled in the same moment
            elif not waiter.done():
                waiter.cancel()
            raise
        finally:
            impatience.cancel()
            call.waited += _now() - now

    def _serve(self) -> None:
        """Let in whoever may go in, and send away whom it is of no use to wait."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = _now()
        while self._waiting:
            waiter, call = self._waiting[0]
            if waiter.done():
                self._waiting.popleft()
            elif self._is_free(now):
                self._waiting.popleft()
                self._admit(call)
                waiter.set_result(None)
            elif not self._breaker.may_ask(now):
                self._waiting.popleft()
                waiter.set_exception(self._left_alone())
            else:
                self._let_wait(now)
                return

    def _let_wait(self, now: float) -> None:
        free_at = max(self._rests_until, self._pace.next_at())
        if free_at <= now:
            because = Because.AT_ONCE  # whoever leaves lets in the next
        else:
            because = Because.PROVIDER if self._rests_until == free_at else Because.RATE
            self._timer = asyncio.get_running_loop().call_at(free_at, self._serve)
        for waiter, call in self._waiting:
            call.because = call.because or because
            if free_at > call.patient_until and not waiter.done():
                waiter.set_exception(self.unavailable(because, free_at))

    def _tell(self, waiter: "asyncio.Future[None]") -> None:
        if not waiter.done():
            waiter.set_exception(self.unavailable("too many ask it at once"))

    def _left_alone(self) -> ModelUnavailable:
        why = "it failed too often"
        return self.unavailable(why, self._breaker.until if self._breaker.until > _now() else None)

    def _is_free(self, now: float) -> bool:
        return (
            self._inside < self._limits.at_once
            and now >= self._rests_until
            and now >= self._pace.next_at()
            and self._breaker.may_ask(now)
        )

    def _admit(self, call: Call) -> None:
        self._inside += 1
        self._pace.sent(_now())
        call.trial = self._breaker.ask()
        call.inside = True
        call.asked += 1

    def _leave(self, call: Call) -> None:
        call.inside = False
        self._inside -= 1
        if self._waiting:
            self._serve()


def _now() -> float:
    return asyncio.get_running_loop().time()
