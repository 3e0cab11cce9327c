"""A journal, walked again, wants the same things in the same order; and not if anything in it was changed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.run.driving import Drive
from tests.run.happenings import Scenario, scenarios
from tests.run.replaying import WALKED, Astray, replay, said
from tests.run.soaking import drawn

from segue.run import awake, office
from segue.run import events as ev
from segue.run.codec import Happened, Record
from segue.run.fold import State
from segue.run.journal import Head
from segue.run.memory import MemoryJournal
from segue.run.turn import Turn
from segue.run.wants import Want
from segue.testing.virtual_time import VirtualLoop, run

wanted_live: dict[str, dict[int, list[str]]] = {}


class Heard(State):
    """A state that notes what its turns want while it is lived, not while it is rebuilt."""

    rebuilding = False

    def load(self, head: Head, records: Sequence[Record]) -> None:
        self.rebuilding = True
        super().load(head, records)
        self.rebuilding = False

    def apply(self, happened: Happened) -> Sequence[tuple[Turn, Want]]:
        wants = super().apply(happened)
        if not self.rebuilding:
            wanted_live.setdefault(self.id, {})[happened.seq] = said(wants)
        return wants


@pytest.fixture(scope="module", autouse=True)
def _heard() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office, "State", Heard)
        patch.setattr(awake, "State", Heard)
        yield


def lived(scenario: Scenario) -> tuple[Drive, dict[str, list[Happened]]]:
    """Play a scenario; its journal."""
    wanted_live.clear()
    loop = VirtualLoop()
    drive = Drive(scenario, loop, MemoryJournal())

    async def live() -> dict[str, list[Happened]]:
        await drive.play()
        await drive.settle()
        await drive.loop.let_pass(2 * 90_000)
        await drive.settle()
        events = {id: await drive.events(id) for id in drive.ids}
        await drive.end()
        return events

    return drive, run(loop, live())


@drawn(100)
@given(scenarios())
def test_a_journal_is_walked_again_the_same_way(scenario: Scenario) -> None:
    drive, journal = lived(scenario)
    for id, events in journal.items():
        live = wanted_live[id]
        assert replay(drive.desk, id, events) == [want for h in events for want in live[h.seq]]


Edit = Callable[[Sequence[Happened], int], Sequence[Happened] | None]
"""A journal with one thing changed at this event; None where that is not such a thing."""


def another_path(events: Sequence[Happened], at: int) -> Sequence[Happened] | None:
    event: Any = events[at].event
    if not isinstance(event, WALKED):
        return None
    return _with(events, at, replace(event, path=event.path + "x"))


def another_attempt(events: Sequence[Happened], at: int) -> Sequence[Happened] | None:
    event: Any = events[at].event
    if not isinstance(event, WALKED):
        return None
    return _with(events, at, replace(event, attempt=event.attempt + 1))


def another_fact(events: Sequence[Happened], at: int) -> Sequence[Happened] | None:
    """Only one that somebody saw can make a difference."""
    event: Any = events[at].event
    if not isinstance(event, ev.StepFinished | ev.PersonAnswered):
        return None
    fact = orjson.loads(event.fact.data)
    if "text" not in fact.get("d", ()) or not _seen_later(event.fact.data.decode(), events[at].seq):
        return None
    fact["d"]["text"] += " or not"
    held = event.fact._book.written(orjson.dumps(fact))
    return _with(events, at, replace(event, fact=held))


def another_order(events: Sequence[Happened], at: int) -> Sequence[Happened] | None:
    """An event before the one that made it possible."""
    event: Any = events[at].event
    if not isinstance(event, WALKED):
        return None
    cause = max((h.seq for h in events[:at] if _wanted_by(h, event)), default=None)
    if cause is None:
        return None
    return _numbered([*events[: cause - 1], events[at], *events[cause - 1 : at], *events[at + 1 :]])


def one_missing(events: Sequence[Happened], at: int) -> Sequence[Happened] | None:
    if not isinstance(events[at].event, WALKED):
        return None
    return _numbered([*events[:at], *events[at + 1 :]])


EDITS = [another_path, another_attempt, another_fact, another_order, one_missing]


@drawn(100)
@given(scenarios(), st.sampled_from(EDITS), st.integers(0, 200))
def test_a_journal_with_a_planted_edit_is_not_walked_the_same_way(
    scenario: Scenario, edit: Edit, which: int
) -> None:
    drive, journal = lived(scenario)
    (id, events), *_ = journal.items()
    _now.clear()
    _now.update(wanted_live[id])
    edits = [edited for at in range(len(events)) if (edited := edit(events, at)) is not None]
    assume(edits)
    live = [want for h in events for want in wanted_live[id][h.seq]]
    try:
        again = replay(drive.desk, id, edits[which % len(edits)])
    except (Astray, KeyError):  # what a turn is about is not there at all
        return
    assert again != live, f"{edit.__name__} made no difference"


_now: dict[int, list[str]] = {}


def _with(events: Sequence[Happened], at: int, event: ev.Event) -> Sequence[Happened]:
    return [*events[:at], events[at]._replace(event=event), *events[at + 1 :]]


def _numbered(events: Sequence[Happened]) -> Sequence[Happened]:
    return [happened._replace(seq=n) for n, happened in enumerate(events, start=1)]


def _seen_later(fact: str, seq: int) -> bool:
    return any(fact in want for at, wants in _now.items() if at >= seq for want in wants)


def _wanted_by(happened: Happened, event: Any) -> bool:
    """Did this make the walk want what the event answers?"""
    lines = _now.get(happened.seq, ())
    about = f"{event.turn}: "
    return any(
        line.startswith(about) and f" {event.path} ({event.attempt})" in line and "Drop" not in line
        for line in lines
    )
