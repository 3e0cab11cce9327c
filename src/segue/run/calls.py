"""Calling a step: its facts and tools in, one event out, whatever the function does."""

import asyncio
import contextvars
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticSerializationError

from segue.errors import FactUnreadable
from segue.flow.builtin import Calls, Facts, Progress
from segue.flow.receipts import Receipts
from segue.flow.wires import Wire
from segue.run.answers import Answers
from segue.run.clock import since
from segue.run.events import StepFailed, StepFinished
from segue.run.masking import mask_cards
from segue.run.mishaps import kinds_of, words_of
from segue.run.outcome import Scope
from segue.run.progress import Says
from segue.run.receipting import receipts_of
from segue.run.turn import Turn
from segue.run.wants import Run

if TYPE_CHECKING:
    from segue.run.engine import Engine
    from segue.run.office import Office

BUGS = (
    *(TypeError, AttributeError, NameError, AssertionError, ImportError, NotImplementedError, RecursionError),
)
"""Python's own complaints: a mistake in the code, which no second attempt mends."""


async def call_step(
    office: "Office", engine: "Engine", turn: Turn, run: Run
) -> StepFinished | StepFailed | None:
    """Run a step; StepFinished or StepFailed, or None when it was cancelled."""
    step, (path, attempt) = run.step, run.key
    began = perf_counter()
    office.called(turn, run)
    try:
        scope = run.scope
        facts = []
        for wire in run.place.wires:
            facts.append(_read(wire, scope, engine))
        tools = office.tools_of(step)
        if step.of_the_call:
            tools = {**tools, **_of_the_call(step.signature.tools, engine, turn, run)}
        if step.is_async:
            value = await step.function(*facts, **tools)
        else:
            late = partial(_late, engine, turn, run, began)
            value = await _in_thread(office, partial(step.function, *facts, **tools), late)
        fact = office.book.hold(value, run.place.gives)
    except asyncio.CancelledError:
        return None
    except FactUnreadable as error:
        return StepFailed(turn.number, path, attempt, 0.0, "flow_changed", (), str(error))
    except BaseException as error:  # whatever a step raises, the turn goes on
        if isinstance(error, GeneratorExit) and (engine.gone or office.loop.is_closed()):
            raise  # it did not raise that: this coroutine is being closed
        return _failed(error, turn, run, since(began))
    took = since(began)
    return StepFinished(turn.number, path, attempt, took, fact, run.inputs)


async def _in_thread(office: "Office", work: Callable[[], Any], late: Callable[[str], None]) -> Any:
    """Run a plain function in a thread. It cannot be stopped: when it is left behind, it is heard late."""
    running = office.threads.submit(partial(contextvars.copy_context().run, work))
    try:
        return await asyncio.wrap_future(running)
    except asyncio.CancelledError:
        if office.threads.leave(running):
            running.add_done_callback(
                lambda done: office.from_thread(late, "StepFailed" if done.exception() else "StepFinished")
            )
        raise


def _late(engine: "Engine", turn: Turn, run: Run, began: float, how: str) -> None:
    engine.late(turn, run, since(began), how)


def _read(wire: Wire, scope: Scope, engine: "Engine") -> Any:
    """The value that feeds a parameter; None where it may be absent and is."""
    for case in wire.cases:
        fact = scope.get(case)
        if fact is not None:
            if case is Facts:
                known = {
                    str(c): f.value for c, f in scope.items() if f is not None and c not in (Facts, Receipts)
                }
                return Facts({**known, "receipts": receipts_of(engine.state)})
            if case is Receipts:  # as they stand now, which no earlier event could say
                return receipts_of(engine.state)
            return fact.value
    if wire.kind.optional:
        return None
    raise LookupError(f"{wire.parameter}: {wire.kind} is not there")  # excluded by the wiring


def _failed(error: BaseException, turn: Turn, run: Run, took: float) -> StepFailed:
    bug = not isinstance(error, Exception) or isinstance(error, (*BUGS, PydanticSerializationError))
    why = words_of(error)
    if bug and (line := _line(error)):
        why = f"{why} [{line}]"
    reason = "bug" if bug else "failed"
    return StepFailed(turn.number, *run.key, took, reason, kinds_of(error), mask_cards(why)[:2000])


def _line(error: BaseException) -> str:
    """Where a bug was raised: file name and line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    file = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f"{file}:{trace.tb_lineno}"


def _of_the_call(tools: Any, engine: "Engine", turn: Turn, run: Run) -> dict[str, Any]:
    made: dict[Any, Callable[[], Any]] = {
        Progress: lambda: Says(engine, turn, run.key),
        Calls: lambda: Answers(engine, turn, run),
    }
    return {name: made[kind]() for name, kind in tools.items() if kind in made}
