"""The tasks of tau2's airline, done by a flow whose tools are those of an MCP server that nobody here wrote."""

import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.airline.data import Task, needs_data, tasks
from tests.airline.desk import LOOKS
from tests.airline.playing import PYTHON, Airline, Victim, airline, written

TASKS = tasks()
CHANGING = [task for task in TASKS if task.before != task.after]

pytestmark = [
    needs_data,
    pytest.mark.skipif(not PYTHON.exists(), reason=f"there is no {PYTHON}; `make test` builds it"),
]

LOOP = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Airline]:
    async with airline(TASKS, ["undisturbed", "killed", "boasting"]) as running:
        yield running


@pytest.fixture(scope="module")
def reviewed(running: Airline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the airline's tools as `segue tools` writes them down."""
    folder = tmp_path_factory.mktemp("airline")
    told = subprocess.run(
        [sys.executable, "-m", "segue.cli", "tools", f"{running.address}/undisturbed-{TASKS[0].id}/mcp/"],
        capture_output=True,
        text=True,
        check=True,
    )
    (folder / "reviewed.json").write_text(told.stdout)
    return folder


@LOOP
async def test_every_task_ends_in_the_expected_state(running: Airline, reviewed: Path) -> None:
    victim = Victim(running, "undisturbed", reviewed, *ids(TASKS))
    await victim.start()
    assert await victim.told() == {task.id: told_of(task) for task in TASKS}
    for task in TASKS:
        assert await running.state("undisturbed", task) == (task.after, wanted_of(task)), task.id


@LOOP
async def test_every_task_ends_in_the_expected_state_when_the_desk_is_killed_twice(
    running: Airline, reviewed: Path, tmp_path: Path
) -> None:
    """Once between an effect and its answer, once before a call has an effect: nothing is done twice or left out."""
    (tmp_path / "reviewed.json").write_text((reviewed / "reviewed.json").read_text())
    victim = Victim(running, "killed", tmp_path, *ids(TASKS))
    for plan in (first_effects(TASKS), last_calls(TASKS)):
        await running.hold("killed", plan)
        await victim.start()
        await running.all_held("killed", plan)
        await victim.kill()
    await running.hold("killed", {})
    await victim.start()
    assert await victim.told() == {task.id: told_of(task) for task in TASKS}
    for task in TASKS:
        state, calls = await running.state("killed", task)
        assert state == task.after, task.id
        assert effects(calls) == effects(wanted_of(task)), task.id


@LOOP
async def test_a_desk_that_boasts_of_keys_does_things_twice(
    running: Airline, reviewed: Path, tmp_path: Path
) -> None:
    """The control: the airline honours no keys, and who says that it does is found out by the counts."""
    some = CHANGING[:4]
    (tmp_path / "reviewed.json").write_text((reviewed / "reviewed.json").read_text())
    victim, plan = Victim(running, "boasting", tmp_path, "boasts", *ids(some)), first_effects(some)
    await running.hold("boasting", plan)
    await victim.start()
    await running.all_held("boasting", plan)
    await victim.kill()
    await running.hold("boasting", {})
    await victim.start()
    await victim.told()
    for task in some:
        _, calls = await running.state("boasting", task)
        assert effects(calls) != effects(wanted_of(task)), task.id


def test_the_plans_meet_every_task_that_does_something_and_acts_at_both_ends() -> None:
    acting = {task.id for task in CHANGING}
    assert acting <= first_effects(TASKS).keys()
    assert {hold["when"] for hold in last_calls(TASKS).values()} == {"before"}
    assert any(hold["tool"] not in LOOKS for hold in last_calls(TASKS).values())


def first_effects(tasks: list[Task]) -> dict[str, dict[str, Any]]:
    """The first thing that each task does (or else looks at), held after it was done."""
    first = {task.id: next((a for a in task.actions if a["tool"] not in LOOKS), None) for task in tasks}
    found = {task.id: first[task.id] or task.actions[0] for task in tasks if task.actions}
    return {id: {**action, "when": "after"} for id, action in found.items()}


def last_calls(tasks: list[Task]) -> dict[str, dict[str, Any]]:
    """The last thing that each task does or looks at, if it is another, held before it is done."""
    before = first_effects(tasks)
    return {
        task.id: {**task.actions[-1], "when": "before"}
        for task in tasks
        if task.actions and written(task.actions[-1]) != written(before[task.id])
    }


def ids(tasks: list[Task]) -> list[str]:
    return [task.id for task in tasks]


def told_of(task: Task) -> str:
    return f"{len(task.actions)} done, 0 turned down."


def wanted_of(task: Task) -> Counter[str]:
    return Counter(map(written, task.actions))


def effects(calls: Counter[str]) -> Counter[str]:
    return Counter({call: n for call, n in calls.items() if not any(f'["{look}"' in call for look in LOOKS)})
