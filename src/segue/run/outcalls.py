"""Calling out: an action or its lookup, and what can be said of the outcome."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

from segue.errors import NotDone
from segue.flow.action import Absent, Action
from segue.flow.builtin import Progress
from segue.flow.keys import ActionKey
from segue.run.clock import since
from segue.run.entries import Entry
from segue.run.facts import FactBook, Held
from segue.run.mishaps import kinds_of, words_of
from segue.run.progress import Says, Silent

if TYPE_CHECKING:
    from segue.run.engine import Engine


@dataclass(frozen=True, slots=True)
class Answer:
    """It came back with this, after so many ms."""

    took: float
    value: Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """It says itself that surely nothing was done."""

    took: float
    kinds: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Anything else: nobody can tell what was done."""

    took: float
    why: str


Outcome: TypeAlias = Answer | Refusal | Silence


async def call_out(
    engine: "Engine",
    action: Action[Any, Any],
    entry: Entry,
    seconds: float,
    *,
    lookup: bool = False,
    late: Callable[[Answer], None] | None = None,
) -> Outcome:
    """Call an action (or its lookup) with what was written down when it was begun, for at most so many seconds.

    One that takes longer is abandoned; when it answers all the same, `late` hears of it.
    """
    office, began = engine.office, perf_counter()
    call = office.loop.create_task(_called(engine, action, entry, lookup))
    engine.ledger.out[call] = entry
    call.add_done_callback(lambda done: engine.ledger.out.pop(done, None))
    try:
        await asyncio.wait([call], timeout=seconds)
    except asyncio.CancelledError:
        office.give_up(call)
        raise
    if not call.done():
        office.give_up(call)
        if late is not None:
            call.add_done_callback(lambda done: _heard(done, engine, late))
        return Silence(since(began), f"no answer within {seconds:g} s")
    if call.cancelled():
        return Silence(since(began), "it was cancelled from inside")
    return call.result()


async def _called(engine: "Engine", action: Action[Any, Any], entry: Entry, lookup: bool) -> Outcome:
    began = perf_counter()
    step = action.lookup if lookup and action.lookup is not None else action
    try:
        known = dict(zip(action.signature.facts, entry.facts, strict=True))
        by_kind = {kind: known[name] for name, kind in action.signature.facts.items()}
        facts = [_anew(by_kind[kind], engine.office.book) for kind in step.signature.facts.values()]
        tools = {**engine.office.tools_of(step), **_own_tools(engine, step.signature.tools, entry)}
        value = await step.function(*facts, **tools)
    except NotDone as error:
        return Refusal(since(began), kinds_of(error), words_of(error))
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        if isinstance(error, GeneratorExit) and (engine.gone or engine.office.loop.is_closed()):
            raise
        return Silence(since(began), words_of(error))
    try:  # what cannot be written down is no answer either
        engine.office.book.hold(value, (action.result, Absent) if lookup else (action.result,))
    except Exception as error:
        return Silence(since(began), words_of(error))
    return Answer(since(began), value)


def _anew(held: Held | None, book: FactBook) -> Any:
    """A fact as it was written down: what a call did to the one it was given must not change the next."""
    return book.decode(held.data) if held is not None else None


def _own_tools(engine: "Engine", tools: Any, entry: Entry) -> dict[str, Any]:
    """The key, and a way to tell the customer what goes on while their turn is there."""
    turn = engine.state.turns.get(entry.turn)
    says = Says(engine, turn, entry.key_of_want) if turn is not None else Silent()
    own = {ActionKey: ActionKey(entry.key), Progress: says}
    return {name: own[kind] for name, kind in tools.items() if kind in own}


def _heard(call: "asyncio.Task[Outcome]", engine: "Engine", late: Callable[[Answer], None]) -> None:
    if engine.gone or call.cancelled() or call.exception() is not None:
        return
    if isinstance(answer := call.result(), Answer):
        late(answer)
