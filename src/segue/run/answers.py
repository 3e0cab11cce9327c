"""Answers: what a step at work is answered by models and tools, each written down before it is used.

A step that is run again after a crash asks in the same order and finds what it was answered, so that nothing is paid
for twice. So does another attempt after something gave no answer at all.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any

import orjson

from segue.errors import BudgetSpent
from segue.flow.budget import Budget
from segue.flow.builtin import Asked
from segue.run.clock import since
from segue.run.events import ModelAnswered, ModelFailed, ToolAnswered, ToolFailed
from segue.run.masking import mask_cards, mask_json
from segue.run.mishaps import kinds_of, words_of
from segue.run.turn import Turn
from segue.run.wants import Run
from segue.run.writable import written

if TYPE_CHECKING:
    from segue.run.engine import Engine

_MOST = 10**12


class Answers:
    """The Calls tool of one call of a step."""

    def __init__(self, engine: "Engine", turn: Turn, run: Run) -> None:
        self._engine, self._turn, self._key = engine, turn, run.key
        self._before = dict(turn.answers.get(run.key[0], ()))
        self._asked: Counter[str] = Counter()
        self._paid = 0  # the number of the last answer of a model

    @property
    def used(self) -> float:
        budget = self._budget
        return budget.used(self._turn.spent, self._engine.state.spent) if budget is not None else 0.0

    @property
    def small_from(self) -> float:
        return self._budget.small_from if self._budget is not None else 1.0

    @property
    def _budget(self) -> Budget | None:
        return self._engine.office.desk.budget

    async def model(self, name: str, ask: Callable[[], Awaitable[Asked]], *, call: str = "") -> Any:
        call = self._name("model", call)
        if (known := self._before.get(call)) is not None:
            return known.answer
        self._engine.hand_over(self._paid)  # so that a crash costs no more than one answer
        if self.used >= 1:
            raise BudgetSpent("models may cost no more here; see Desk(budget=...)")
        began = perf_counter()
        try:
            asked = await ask()
        except BaseException as error:
            self._failed(
                ModelFailed(*self._place, call, name, since(began), kinds_of(error), _why(error)), error
            )
            raise
        question, answer = self._kept(asked.question), _masked(asked.answer)
        read, written, cached = map(_counted, asked.tokens)
        micros = None if asked.micros is None else _counted(asked.micros)
        event = ModelAnswered(
            *(
                *self._place,
                call,
                asked.model or name,
                since(began),
                (read, written, cached),
                micros,
                asked.waited,
            ),
            question=question,
            answer=answer,
        )
        self._paid = self._engine.jot(event)
        return answer

    async def tool(self, name: str, ask: Callable[[], Awaitable[Asked]], *, call: str = "") -> Any:
        call = self._name(name, call)
        if (known := self._before.get(call)) is not None:
            return known.answer
        began = perf_counter()
        try:
            asked = await ask()
        except BaseException as error:
            self._failed(
                ToolFailed(*self._place, call, name, since(began), kinds_of(error), _why(error)), error
            )
            raise
        question, answer = self._kept(asked.question), _masked(asked.answer)
        event = ToolAnswered(*(*self._place, call, name, since(began)), question=question, answer=answer)
        self._engine.jot(event)
        return answer

    @property
    def _place(self) -> tuple[int, str, int]:
        return (self._turn.number, *self._key)

    def _name(self, what: str, call: str) -> str:
        """What a call is known by: the n-th of its kind in this step, or under a name of its own the n-th of that."""
        self._asked[call or what] += 1
        n = self._asked[call or what]
        return f"{call}.{n}" if call and n > 1 else call or f"{what}.{n}"

    def _kept(self, question: Any) -> Any:
        """A question is written down for people to read, where the desk does not say otherwise."""
        return _masked(question) if self._engine.office.desk.exchanges else None

    def _failed(self, event: ModelFailed | ToolFailed, error: BaseException) -> None:
        leaving = isinstance(error, asyncio.CancelledError) and self._engine.office.leaving
        if not leaving and not isinstance(error, GeneratorExit):
            self._engine.note(event)


def _masked(value: Any) -> Any:
    """What is written down, and so what the step is given too."""
    if value is None:
        return None
    value, data = written(value)
    masked = mask_json(data)
    return value if masked is data else orjson.loads(masked)


def _why(error: BaseException) -> str:
    if isinstance(error, asyncio.CancelledError):
        return f"{type(error).__name__}: it was not waited for any longer"  # what it says itself is of tasks
    return mask_cards(words_of(error))[:2000]


def _counted(number: int) -> int:
    """What a provider says of how much was used, if that can be: it may not lower what was spent."""
    return max(0, min(number, _MOST))
