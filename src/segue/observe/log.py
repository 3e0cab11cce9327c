"""Log: the events of one turn by path and attempt, and the stages that single ones of them tell of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import orjson

from segue.observe.bill import Bill
from segue.observe.exchanges import asked
from segue.observe.stage import Stage, State
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.facts import Held
from segue.run.wants import Key

Shape: TypeAlias = str | tuple[str, ...]
"""The stable name of a recorded fact, or those of the facts in a list."""

Item: TypeAlias = tuple[str, bytes]
"""One fact of a list: its stable name, and all of it as it was recorded."""


class Log:
    """What was recorded of a turn. A reading takes what it explains; `left` is what it has not taken.

    `over` is the event with which the turn was over (None while it goes on): what comes after it is told to nobody.
    """

    def __init__(
        self, events: Iterable[Happened], *, contents: bool = False, exchanges: bool = False
    ) -> None:
        self.contents = contents
        self.exchanges = exchanges
        self.over: int | None = None
        self._left: dict[Key, list[Happened]] = defaultdict(list)
        self._progress: dict[str, list[Happened]] = defaultdict(list)
        for happened in events:
            event = happened.event
            if self.over is None and isinstance(event, _OVER):
                self.over = happened.seq
            if isinstance(event, ev.ProgressShown):
                self._progress[event.path].append(happened)
            elif hasattr(event, "attempt"):
                self._left[event.path, event.attempt].append(happened)  # type: ignore[attr-defined]

    @property
    def left(self) -> Iterator[tuple[Key, list[Happened]]]:
        """What nothing has taken yet, in the order in which it began."""
        return iter(sorted(self._left.items(), key=lambda item: item[1][0].seq))

    def take(self, path: str, attempt: int) -> list[Happened]:
        """All events of this path and attempt, in order."""
        return self._left.pop((path, attempt), [])

    def peek(self, path: str, attempt: int) -> list[Happened]:
        """The same, left where it is."""
        return self._left.get((path, attempt), [])

    def progress(self, path: str, until: int | None = None) -> tuple[str, ...]:
        """What was shown from here up to this event, and was not taken yet."""
        lines = self._progress[path]
        taken = [h for h in lines if until is None or h.seq <= until]
        self._progress[path] = lines[len(taken) :]
        return tuple(h.event.text for h in taken)  # type: ignore[attr-defined]

    def step(self, path: str, attempt: int, name: str, *, unfinished: State) -> tuple[Stage, Happened | None]:
        """A step at one attempt, and the event that ended it; without one, its state is `unfinished`."""
        found = self.take(path, attempt)
        end = next((h for h in found if isinstance(h.event, _ENDS)), None)
        late = next((h for h in found if isinstance(h.event, ev.LateResult)), None)
        progress = self.progress(path, end.seq if end else None)
        remarks = tuple(
            f"it blocked the event loop for {h.event.took:.0f} ms, at {h.event.where}"
            for h in found
            if isinstance(h.event, ev.LoopBlocked)
        )
        calls = tuple(asked(found, exchanges=self.exchanges))
        bill = sum((call.bill for call in calls if call.bill), Bill())
        stage = Stage(
            *("step", name, unfinished, path, attempt),
            progress=progress,
            remarks=remarks,
            bill=bill or None,
            children=calls,
        )
        if end is not None:
            return replace(stage, **self.ended(end)), end
        if late is not None:
            event: ev.LateResult = late.event  # type: ignore[assignment]
            return replace(
                stage,
                state="late",
                says=event.why or "it came too late",
                reason="timeout",
                started=round(late.at - event.took),
                took=event.took,
            ), None
        return stage, None

    def ended(self, end: Happened) -> dict[str, Any]:
        """What the event that ended a step says of it, as fields of its stage."""
        event = end.event
        if isinstance(event, ev.StepFailed):
            why = event.why or (event.kinds[0].rpartition(".")[2] if event.kinds else "")
            return {
                "state": "failed",
                "says": why,
                "reason": event.reason,
                "started": round(end.at - event.took),
                "took": event.took,
            }
        fact: Held = event.fact  # type: ignore[attr-defined]
        took = event.took if isinstance(event, ev.StepFinished) else 0.0
        return {
            "state": "done" if isinstance(event, ev.StepFinished) else "reused",
            "says": spell_shape(shape_of(fact)),
            "started": round(end.at - took),
            "took": took,
            "fact": content_of(fact) if self.contents else None,
        }


_ENDS = (ev.StepFinished, ev.StepFailed, ev.FactReused)
_OVER = (ev.TurnFinished, ev.TurnSuperseded, ev.DeadlinePassed)


def shape_of(fact: object) -> Shape | None:
    """What a recorded fact is called; None when it was erased."""
    if not isinstance(fact, Held):
        return None
    written = orjson.loads(fact.data)
    if "l" in written:
        return tuple(item["t"] for item in written["l"])
    return str(written["t"])


def items_of(fact: object) -> tuple[Item, ...] | None:
    """The facts of a recorded list; None when it is none, or was erased."""
    if not isinstance(fact, Held):
        return None
    written = orjson.loads(fact.data)
    return tuple((item["t"], orjson.dumps(item)) for item in written["l"]) if "l" in written else None


def spell_shape(shape: Shape | None) -> str:
    """As an operator reads it: `Orders`, `2 Tracking, 1 RefundRequest`, `an empty list`."""
    if shape is None:
        return "something that was erased"
    if isinstance(shape, str):
        return _short(shape)
    if not shape:
        return "an empty list"
    counts = {name: shape.count(name) for name in shape}
    return ", ".join(f"{count} {_short(name)}" for name, count in counts.items())


def content_of(fact: object) -> Any:
    """A recorded fact as JSON without its wrapping; None when it was erased."""
    if not isinstance(fact, Held):
        return None
    written = orjson.loads(fact.data)
    return [item["d"] for item in written["l"]] if "l" in written else written["d"]


def _short(name: str) -> str:
    return name.removeprefix("segue.")
