"""What a step asked of models and tools, as stages below its own."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from segue.observe.bill import bill_of
from segue.observe.stage import Stage
from segue.run import events as ev
from segue.run.codec import Happened


def asked(events: Iterable[Happened], *, exchanges: bool) -> Iterator[Stage]:
    """A stage for each call, in the order in which they ended; with `exchanges`, with what was said."""
    for happened in events:
        match happened.event:
            case ev.ModelAnswered() | ev.ModelFailed() as event:
                called = Stage("model", event.model, "done", bill=bill_of(event))
            case ev.ToolAnswered() | ev.ToolFailed() as event:
                called = Stage("tool", event.tool, "done")
            case _:
                continue
        started = round(happened.at - event.took)
        stage = replace(called, path=event.path, attempt=event.attempt, started=started, took=event.took)
        if isinstance(event, ev.ModelFailed | ev.ToolFailed):
            why = event.why or event.kinds[0].rpartition(".")[2]
            stage = replace(stage, state="failed", reason="failed", says=why)
        elif exchanges:
            stage = replace(stage, question=event.question, answer=event.answer)
        yield stage
