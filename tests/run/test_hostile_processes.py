"""Steps that harm the process: real ones are killed, forked and robbed of their files, over a SQLite journal."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.run.harmful import desk

from segue.journals.sqlite import SqliteJournal
from segue.run import events as ev
from segue.run import reception
from segue.testing import check_outcomes

ROOT = Path(__file__).parents[2]
SECONDS = 60


def start(path: Path, harm: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.run.harmful", str(path), harm],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])},
        start_new_session=True,
    )


@contextlib.contextmanager
def started(path: Path, harm: str) -> "Iterator[subprocess.Popen[str]]":
    """A process, and whatever it left behind ended with it."""
    process = start(path, harm)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def run(path: Path, harm: str) -> tuple[int, list[str], str]:
    """The process to its end: its exit status, what it said, and its complaints."""
    with started(path, harm) as process:
        said, complaints = process.communicate(timeout=SECONDS)
        return process.returncode, said.splitlines(), complaints


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


async def events_of(path: Path, harm: str) -> list[ev.Event]:
    """What is in the journal about Mallory, after everything has ended."""
    async with desk(harm).open(SqliteJournal(path)) as office:
        happened = await office.events(path.with_suffix(".mallory").read_text())
    check_outcomes(happened)
    return [one.event for one in happened]


@pytest.mark.parametrize(
    ("harm", "status"),
    [
        ("exits", {3}),
        ("is_killed", {-signal.SIGKILL}),
        ("is_killed_in_a_thread", {-signal.SIGKILL}),
        ("stops_the_loop", {1}),
        ("exits_in_a_task", {4}),
        ("cancels_all", {1}),
    ],
)
async def test_a_step_that_ends_the_process_is_given_up_after_three_resumes(
    path: Path, harm: str, status: set[int]
) -> None:
    crashes, code = 0, -1
    said: list[str] = []
    complaints = ""
    while crashes < 6:
        code, said, complaints = run(path, harm)
        if code == 0:
            break
        assert code in status, complaints
        assert not [line for line in said if line.startswith("mallory")]
        crashes += 1
    assert crashes in (
        4,
        5,
    )  # the first time, once more if its beginning was not written down yet, three resumes
    assert code == 0, complaints
    (told,) = [line for line in said if line.startswith("mallory")]
    assert told.startswith("mallory HandedOver keeps_crashing")
    assert "colleague" in told
    assert said.count("ada found it") == 2  # while and after

    events = await events_of(path, harm)
    assert [event.n for event in events if isinstance(event, ev.TurnResumed)] == [1, 2, 3, 4]
    async with desk(harm).open(SqliteJournal(path)) as office:
        (wait,) = await reception.waiting(office)
        assert wait.conversation == path.with_suffix(".mallory").read_text()


@pytest.mark.parametrize(
    "harm", ["forks_and_goes_on", "forks_and_waits", "forks_and_raises", "forks_in_a_thread"]
)
async def test_a_forked_child_neither_records_nor_answers(path: Path, harm: str) -> None:
    code, said, complaints = run(path, harm)
    assert code == 0, complaints
    assert [line for line in said if line.startswith("mallory")] == ["mallory ReplySent  found parent"]
    assert said.count("ada found it") == 2
    events = await events_of(path, harm)
    (gave,) = [e.fact.value for e in events if isinstance(e, ev.StepFinished) and e.path == "bad"]
    assert gave.what == "parent"
    assert len([event for event in events if isinstance(event, ev.TurnFinished)]) == 1


@pytest.mark.parametrize(
    ("harm", "gave"),
    [("multiplies", "from a child"), ("runs_a_program", "exit 0"), ("ignores_signals", "it")],
)
def test_what_steps_do_with_processes_for_good_reasons_works(path: Path, harm: str, gave: str) -> None:
    code, said, complaints = run(path, harm)
    assert code == 0, complaints
    assert f"mallory ReplySent  found {gave}" in said
    assert said.count("ada found it") == 2


def test_a_child_that_outlives_the_desk_does_not_keep_the_journal(path: Path) -> None:
    with started(path, "leaves_a_child_behind") as process:
        assert process.wait(SECONDS) == -signal.SIGKILL
        os.killpg(process.pid, 0)  # the child lives
        code, said, complaints = run(path, "exits")
        assert code == 3, complaints
        assert "ada found it" in said or said == []


@pytest.mark.slow
async def test_closing_the_journals_files_is_an_honest_failure_and_loses_nothing(path: Path) -> None:
    with started(path, "closes_the_journal") as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line.strip())
            if line.startswith(("trouble", "mallory")):
                break
    assert any(line.startswith("accepted") for line in said)
    assert (
        said[-1].startswith("trouble") or process.returncode
    )  # whoever watches is told, or sees the desk go down
    assert not any(
        line.startswith("mallory ReplySent") for line in said
    )  # nothing is shown that is not written
    code, said, complaints = run(path, "ignores_signals")  # the same journal, a step that does nothing bad
    assert code == 0, complaints
    assert "mallory ReplySent  found it" in said
    await events_of(path, "ignores_signals")


def test_noise_on_the_standard_output_harms_nothing(path: Path) -> None:
    code, said, _ = run(path, "writes_to_the_output")
    assert code == 0
    assert "mallory ReplySent  found it" in said
