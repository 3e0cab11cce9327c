"""Troubles and policies: what failed and what was done instead; which rules were applied."""

from collections.abc import Iterator, Sequence
from typing import Any

from segue.flow.kinds import stable_name
from segue.flow.receipts import ActionConflict
from segue.observe.log import content_of, shape_of
from segue.people.bounds import cite, told
from segue.people.found import ToolsAt, name_at
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
        what=name_at(path),
        tools=tools_at(path),
        path=path,
        reason=_reason(last),
        why=told(_why(last), WHY),
        times=len(failed),
        outcome="worked_later" if again else "replaced" if instead else "failed",
        instead=name_at(instead.event.path) if instead is not None and not again else "",  # type: ignore[attr-defined]
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
    asked: dict[tuple[int, str, int], str] = {}
    found: list[Policy] = []
    for happened in events:
        match happened.event:
            case ev.PersonAsked() as e if e.about:
                asked[e.turn, e.path, e.attempt] = str(e.about["action"])
            case ev.PersonAnswered() as e if shape_of(e.fact) == "segue.Approval":
                found.append(_decided(happened, e, asked.get((e.turn, e.path, e.attempt), "")))
            case _:
                found += _policies(happened)
    return found


def _decided(happened: Happened, event: ev.PersonAnswered, action: str) -> Policy:
    said = content_of(event.fact)
    note = told(said.get("note", ""), WHY)
    if said["granted"]:
        return Policy("approved", action, note, event.by, happened.seq, happened.at)
    return Policy("refused", action, note, event.by, happened.seq, happened.at)


def _policies(happened: Happened) -> Iterator[Policy]:
    seq, at = happened.seq, happened.at
    match happened.event:
        case ev.ApprovalWeighed() as e if e.because:
            yield Policy("approval_needed", name_at(e.path), e.because, "", seq, at)
        case ev.StepFinished() as e if "segue.Objection" in (shape_of(e.fact) or ()):
            for objection in content_of(e.fact):
                yield Policy("guard", objection["guard"], told(objection["why"], WHY), "", seq, at)
        case ev.ActionDeclined() as e:
            what = name_at(e.path)
            if shape_of(e.fact) == stable_name(ActionConflict).name:
                yield Policy("contradiction", what, "it was done before, with other arguments", "", seq, at)
            else:
                yield Policy("once", what, "it was done before, and is not done twice", "", seq, at)
