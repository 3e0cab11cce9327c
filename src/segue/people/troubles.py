"""Troubles and policies: what failed and what was done instead; which rules were applied."""

from collections.abc import Iterator, Sequence
from typing import Any

from segue.flow.kinds import stable_name
from segue.flow.receipts import ActionConflict
from segue.observe.log import content_of, shape_of
from segue.people.bounds import cite, cut
from segue.people.found import ToolsAt
from segue.people.packet import Policy, Trouble
from segue.run import events as ev
from segue.run.codec import Happened

WHY = 300
"""Characters of why something failed."""


def troubles_in(events: Sequence[Happened], tools_at: ToolsAt) -> list[Trouble]:
    """What failed, once for each turn and path, oldest first."""
    failed: dict[tuple[int, str], list[Happened]] = {}
    for happened in events:
        event: Any = happened.event
        if isinstance(event, _FAILED) and not (
            isinstance(event, ev.StepFailed) and event.reason == "unapproved"
        ):
            failed.setdefault((event.turn, event.path), []).append(happened)
    gave = [h for h in events if isinstance(h.event, ev.StepFinished | ev.ActionDone)]
    return [_trouble(path, happened, gave, tools_at) for (_, path), happened in failed.items()]


_FAILED = (ev.StepFailed, ev.TimedOut, ev.WaitExpired, ev.ActionNotDone)


def _trouble(path: str, failed: Sequence[Happened], gave: Sequence[Happened], tools_at: ToolsAt) -> Trouble:
    last: Any = failed[-1].event
    later = [h for h in gave if h.event.turn == last.turn and h.seq > failed[-1].seq]  # type: ignore[attr-defined]
    instead = next((h for h in later if _is_instead(h.event.path, path)), None)  # type: ignore[attr-defined]
    again = next((h for h in later if h.event.path == path), None)  # type: ignore[attr-defined]
    came = again or instead
    return Trouble(
        what=path.rpartition("/")[2],
        tools=tools_at(path),
        path=path,
        reason=_reason(last),
        why=cut(_why(last), WHY),
        times=len(failed),
        outcome="worked_later" if again else "replaced" if instead else "failed",
        instead=instead.event.path.rpartition("/")[2] if instead is not None and not again else "",  # type: ignore[attr-defined]
        evidence=cite(*(h.seq for h in failed), came.seq if came is not None else 0),
        at=failed[-1].at,
    )


def _is_instead(path: str, failed: str) -> bool:
    """Does it stand for what failed, in an `.or_else(...)` around it?"""
    before, mark, _ = path.rpartition("else/")
    return bool(mark) and failed.startswith(before) and failed != path


def _reason(event: Any) -> str:
    match event:
        case ev.StepFailed():
            return str(event.reason)
        case ev.TimedOut():
            return "timeout"
        case ev.WaitExpired():
            return "expired"
    return str(event.how)


def _why(event: Any) -> str:
    match event:
        case ev.TimedOut():
            return "it was not done in time"
        case ev.WaitExpired():
            return "nobody answered in time"
    return event.why or (event.kinds[0].rpartition(".")[2] if event.kinds else "")


def policies_in(events: Sequence[Happened]) -> list[Policy]:
    """Each rule that had a say, oldest first; a rule that asked for nothing is not told."""
    return [policy for happened in events for policy in _policies(happened, events)]


def _policies(happened: Happened, events: Sequence[Happened]) -> Iterator[Policy]:
    seq, at = happened.seq, happened.at
    match happened.event:
        case ev.ApprovalWeighed() as e if e.because:
            yield Policy("approval_needed", e.path.rpartition("/")[2], e.because, "", seq, at)
        case ev.PersonAnswered() as e if shape_of(e.fact) == "segue.Approval":
            said = content_of(e.fact)
            asked = next((h.event for h in events if _asked(h, e)), None)
            what = str(asked.about.get("action", "")) if isinstance(asked, ev.PersonAsked) else ""
            kind = "approved" if said["granted"] else "refused"
            yield Policy(kind, what, cut(said.get("note", ""), WHY), e.by, seq, at)  # type: ignore[arg-type]
        case ev.StepFinished() as e if "segue.Objection" in (shape_of(e.fact) or ()):
            for objection in content_of(e.fact):
                yield Policy("guard", objection["guard"], cut(objection["why"], WHY), "", seq, at)
        case ev.ActionDeclined() as e:
            conflict = shape_of(e.fact) == stable_name(ActionConflict).name
            why = (
                "done before, with other arguments"
                if conflict
                else "it was done before, and is not done twice"
            )
            kind = "contradiction" if conflict else "once"
            yield Policy(kind, e.path.rpartition("/")[2], why, "", seq, at)  # type: ignore[arg-type]


def _asked(happened: Happened, answered: ev.PersonAnswered) -> bool:
    event = happened.event
    return isinstance(event, ev.PersonAsked) and (event.turn, event.path, event.attempt) == (
        *(answered.turn, answered.path, answered.attempt),
    )
