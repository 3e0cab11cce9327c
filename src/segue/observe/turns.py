"""TurnTrace: one turn as an operator reads it, and what it comes to in numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from segue.flow.flow import Flow
from segue.observe.bill import Bill, bill_of
from segue.observe.log import Log
from segue.observe.paths import by_path
from segue.observe.shape import in_shape
from segue.observe.stage import Stage, State
from segue.observe.writers import Writer
from segue.run import events as ev
from segue.run.codec import Happened


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote, or how many characters it had (None once it was erased)."""

    seq: int
    at: int
    length: int | None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """A process went on with the turn, for the nth time."""

    at: int
    n: int


@dataclass(frozen=True, slots=True)
class HandOver:
    """The conversation went to a person; `path` is where the reason lies."""

    at: int
    to: str
    reason: str
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Totals:
    """A turn in numbers. Times count from the customer's message, in ms; None where it did not come to it.

    `first_sign` is the first thing the customer saw, `outcome` the reply, question or handover. `steps`
    counts attempts that came to an end, but no reused facts; `retries` attempts after one that failed. `actions` were
    begun, of which `unknown` are not settled yet. `bill` is what was asked of models, `tools` how often their tools.
    """

    first_sign: int | None
    outcome: int | None
    steps: int
    failures: int
    retries: int
    substitutes: int
    resumes: int
    actions: int = 0
    unknown: int = 0
    bill: Bill = field(default_factory=Bill)
    tools: int = 0


@dataclass(frozen=True, slots=True)
class TurnTrace:
    """One turn.

    `state` is running, waiting, or how it ended: replied, handed_over, withdrawn, expired, taken_over, done,
    superseded.
    `shape` says what `stages` follow: the flow as it is today, or only the paths of the steps (`why_paths`
    says why). `deadline_passed` is when it had taken too long. `writer` is who wrote the reply.
    """

    number: int
    flow: str
    state: str
    shape: Literal["flow", "paths"]
    why_paths: str
    started: int
    ended: int | None
    messages: tuple[Words, ...]
    resumed: tuple[Resumed, ...]
    deadline_passed: int | None
    stages: tuple[Stage, ...]
    reply: Words | None
    writer: Writer | None
    handover: HandOver | None
    totals: Totals


def turn_trace(
    mine: Sequence[Happened],
    events: Sequence[Happened],
    flows: Mapping[str, Flow[Any]],
    wrote: Mapping[int, Writer],
    *,
    contents: bool = False,
    exchanges: bool = False,
) -> TurnTrace:
    """Read one turn: `mine` are its events, `events` those of the whole conversation, `wrote` the writers by reply."""
    start = next((h for h in mine if isinstance(h.event, ev.TurnStarted)), None)
    end = next((h for h in mine if isinstance(h.event, ev.TurnFinished | ev.TurnSuperseded)), None)
    started = start.event if start is not None and isinstance(start.event, ev.TurnStarted) else None
    stages, why = _stages(mine, started, flows, ended=end is not None, contents=contents, exchanges=exchanges)
    seqs = {*(started.because if started else ())}
    seqs |= {h.event.message for h in mine if isinstance(h.event, ev.AnswerOffered)}
    reply = next((h for h in mine if isinstance(h.event, ev.ReplySent)), None)
    return TurnTrace(
        number=mine[0].event.turn,  # type: ignore[attr-defined]
        flow=started.flow if started else "",
        state=_state(end, stages),
        shape="paths" if why else "flow",
        why_paths=why,
        started=mine[0].at,
        ended=end.at if end is not None else None,
        messages=tuple(words(h, contents) for h in events if h.seq in seqs),
        resumed=tuple(Resumed(h.at, h.event.n) for h in mine if isinstance(h.event, ev.TurnResumed)),
        deadline_passed=next((h.at for h in mine if isinstance(h.event, ev.DeadlinePassed)), None),
        stages=stages,
        reply=words(reply, contents) if reply is not None else None,
        writer=wrote.get(reply.seq) if reply is not None else None,
        handover=next((_handover(h) for h in mine if isinstance(h.event, ev.HandedOver)), None),
        totals=_totals(mine, events, started, stages),
    )


def words(happened: Happened, contents: bool) -> Words:
    """What was written in this event; the text only where contents are wanted."""
    text: str = getattr(happened.event, "text", "")
    return Words(happened.seq, happened.at, len(text) or None, text if contents and text else None)


def _stages(
    mine: Sequence[Happened],
    started: ev.TurnStarted | None,
    flows: Mapping[str, Flow[Any]],
    *,
    ended: bool,
    contents: bool,
    exchanges: bool,
) -> tuple[tuple[Stage, ...], str]:
    """The stages, and why they follow only the paths where they do not follow the flow."""
    flow = flows.get(started.flow) if started is not None else None
    rest: State = "abandoned" if ended else "running"
    why = "the flow is not known here"
    if flow is not None and started is not None:
        found = in_shape(flow, Log(mine, contents=contents, exchanges=exchanges), rest)
        if found is not None:
            return found, ""
        why = (
            "the flow has changed since"
            if flow.fingerprint != started.fingerprint
            else "it does not fit the flow"
        )
    return by_path(Log(mine, contents=contents, exchanges=exchanges), rest), why


def _state(end: Happened | None, stages: Sequence[Stage]) -> str:
    if end is not None:
        return end.event.outcome if isinstance(end.event, ev.TurnFinished) else "superseded"
    states = {stage.state for top in stages for stage in top.walk()}
    return "waiting" if "waiting" in states and not states & {"running", "unknown"} else "running"


def _handover(happened: Happened) -> HandOver:
    event: ev.HandedOver = happened.event  # type: ignore[assignment]
    return HandOver(happened.at, event.to, event.reason, event.path, event.why)


_SIGNS = (ev.ProgressShown, ev.ReplySent, ev.CustomerAsked, ev.PersonAsked, ev.HandedOver)


def _totals(
    mine: Sequence[Happened],
    events: Sequence[Happened],
    started: ev.TurnStarted | None,
    stages: Sequence[Stage],
) -> Totals:
    because = started.because if started else ()
    asked = next((h.at for h in events if h.seq in because), mine[0].at)
    sign = next((h.at for h in mine if isinstance(h.event, _SIGNS)), None)
    covered = (h.at for h in events if because and because[0] in getattr(h.event, "covers", ()))
    outcome = next(covered, None)
    ended = [h.event for h in mine if isinstance(h.event, ev.StepFinished | ev.StepFailed)]
    acts = [h.event for h in mine if isinstance(h.event, ev.ActionDone | ev.ActionNotDone)]
    began = sum(isinstance(h.event, ev.ActionBegan) for h in mine)
    finished = {
        (e.path, e.attempt) for e in (*ended, *acts) if isinstance(e, ev.StepFinished | ev.ActionDone)
    }
    failed = [e for e in (*ended, *acts) if isinstance(e, ev.StepFailed | ev.ActionNotDone)]
    everything = [stage for top in stages for stage in top.walk()]
    return Totals(
        first_sign=sign - asked if sign is not None else None,
        outcome=outcome - asked if outcome is not None else None,
        steps=len(ended),
        failures=len(failed) + sum(isinstance(h.event, ev.TimedOut) for h in mine),
        # A writer that met objections and a lead with new findings are asked again after they succeeded.
        retries=sum(e.attempt > 1 and (e.path, e.attempt - 1) not in finished for e in (*ended, *acts)),
        substitutes=sum(stage.substitute for stage in everything),
        resumes=sum(isinstance(h.event, ev.TurnResumed) for h in mine),
        actions=began,
        unknown=began - len(acts),
        bill=sum((bill_of(h.event) for h in mine), Bill()),
        tools=sum(isinstance(h.event, ev.ToolAnswered | ev.ToolFailed) for h in mine),
    )
