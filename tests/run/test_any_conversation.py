"""Whatever a desk is made of and whatever happens to it, every conversation is looked after."""

import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import assume, given
from tests.run.checking import check
from tests.run.driving import Drive
from tests.run.happenings import Scenario, SetClock, scenarios
from tests.run.soaking import drawn

from segue.flow.explain import explain
from segue.journals.sqlite import SqliteJournal
from segue.run import awake
from segue.run.memory import MemoryJournal
from segue.testing.virtual_time import VirtualLoop, run


async def whole(drive: Drive) -> None:
    """Play a scenario, and check while it rests, after a start from cold, and when every wait has expired."""
    await drive.play()
    await drive.settle()
    await check(drive)
    before = {id: len(await drive.events(id)) for id in drive.ids}
    await drive.restart()
    await drive.settle()
    for id in drive.ids:
        assert len(await drive.events(id)) == before[id], "a start alone made something happen"
    await drive.loop.let_pass(2 * 90_000)
    await drive.settle()
    await check(drive)
    await drive.end()


def played(scenario: Scenario, journal: Any, kind: type[Drive] = Drive) -> Drive:
    loop = VirtualLoop()
    drive = kind(scenario, loop, journal)
    try:
        with patch.object(awake, "WARM", scenario.warm):
            run(loop, whole(drive))
    except BaseException as error:
        error.add_note("\n".join(map(explain, drive.desk.flows.values())))
        raise
    return drive


@drawn(300)
@given(scenarios())
def test_every_conversation_is_looked_after(scenario: Scenario) -> None:
    played(scenario, MemoryJournal())


@drawn(120)
@given(scenarios(rivals=True))
def test_every_conversation_is_looked_after_by_two_offices(scenario: Scenario) -> None:
    played(scenario, MemoryJournal())


@drawn(120)
@given(scenarios(wild=True))
def test_every_conversation_is_looked_after_in_a_wild_flow(scenario: Scenario) -> None:
    played(scenario, MemoryJournal())


@drawn(120)
@given(scenarios(renovated=True))
def test_every_conversation_is_looked_after_when_the_desk_changes(scenario: Scenario) -> None:
    played(scenario, MemoryJournal())


@drawn(30)
@given(scenarios())
def test_every_conversation_is_looked_after_on_sqlite(scenario: Scenario) -> None:
    # Its threads live in real time, and are not where they would be when a clock is set.
    assume(not any(isinstance(one, SetClock) for one in scenario.happenings))
    with tempfile.TemporaryDirectory() as folder:
        played(scenario, SqliteJournal(Path(folder, "journal.db")))
