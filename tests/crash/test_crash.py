"""Whatever is killed, and wherever, nothing is paid twice, lost or said wrongly; `make crash` does this at length."""

from pathlib import Path

import pytest
from tests.crash.audit import Account, Findings, audit
from tests.crash.back_end import BackEnd, back_ends
from tests.crash.controls import without_ledger
from tests.crash.desks import Build, careful, naive
from tests.crash.everywhere import Row, everywhere
from tests.crash.killed import killed_everywhere
from tests.crash.load import under_load
from tests.crash.service import Effect
from tests.crash.stopped import stopped_at_each
from tests.crash.world import Scenario, play

KINDS = back_ends(20.0)
HONOURS, SETTLING, LOOKUP, NOTHING = (
    KINDS[name] for name in ("honours keys", "lookup that settles", "lookup", "nothing")
)


def crashed(back_end: BackEnd, build: Build = careful, points: int = 100) -> Row:
    return everywhere(back_end, build, seed="as always", points=points, each=4)


@pytest.mark.parametrize("kind", KINDS)
def test_a_desk_that_crashes_anywhere_does_no_harm(kind: str) -> None:
    row = crashed(KINDS[kind])
    assert row.findings.harm == 0, "\n".join(row.harmful)


def test_a_back_end_of_which_nothing_can_be_learnt_leaves_the_unknown_to_a_person() -> None:
    played = play(Scenario(NOTHING, ("dropped after",)), careful)
    assert (played.account.told, played.account.owned, len(played.effects)) == ("person", True, 1)


@pytest.mark.parametrize("back_end", [HONOURS, SETTLING], ids=["honours keys", "settles"])
@pytest.mark.parametrize("fault", ["dropped before", "dropped after", "delivered late", "lost"])
def test_a_back_end_that_can_tell_needs_no_person(back_end: BackEnd, fault: str) -> None:
    played = play(Scenario(back_end, (fault,)), careful)
    assert (played.account.told, len(played.effects)) == ("paid", 1)


def test_a_lookup_that_was_answered_late_tells_how_it_was_when_it_was_asked() -> None:
    """The answer is on its way when the time to settle is over; meanwhile the money moves."""
    for settles in (2.6, 4.6, 8.6, 16.6):
        scenario = Scenario(
            BackEnd("", looks_up=True, settles=settles), ("delivered late",), ("answered late",) * 9
        )
        assert len(play(scenario, careful).effects) == 1


def test_a_call_that_was_sent_late_settles_late() -> None:
    for dials in (10.0, 13.0, 16.0, 18.0):
        scenario = Scenario(SETTLING, ("delivered late",), dials=dials)
        undisturbed = play(scenario, careful)
        assert undisturbed.findings.doubled == 0
        sent = undisturbed.passed[0].index("received") + 1
        killed = Scenario(SETTLING, ("delivered late",), dials=dials, crashes=(sent,))
        assert play(killed, careful).findings.doubled == 0


# Controls: without what keeps it from harm, the same desk does harm


@pytest.mark.parametrize("kind", KINDS)
def test_a_naive_loop_pays_twice(kind: str) -> None:
    assert crashed(KINDS[kind], naive).findings.doubled > 10


@pytest.mark.parametrize("back_end", [SETTLING, LOOKUP, NOTHING], ids=lambda kind: kind.name)
def test_without_the_ledger_the_same_desk_pays_twice(back_end: BackEnd) -> None:
    with without_ledger():
        assert crashed(back_end).findings.doubled > 10


def test_the_audit_tells_every_kind_of_harm() -> None:
    def effect(call: int) -> Effect:
        return Effect("R", call, "k", "o", 1250, 0.0)

    for told, owned, effects, found in (
        ("paid", False, [effect(1)], Findings()),
        ("paid", False, [effect(1), effect(2)], Findings(doubled=1)),
        ("paid", False, [effect(1), effect(1)], Findings(repeated=1)),
        ("paid", False, [], Findings(lost=1, wrong=1)),
        ("not paid", False, [], Findings()),
        ("not paid", False, [effect(1)], Findings(wrong=1)),
        ("person", True, [], Findings(person=1)),
        ("person", False, [], Findings(lost=1)),
        ("nothing", False, [], Findings(lost=1, stuck=1)),
        ("nothing", False, [effect(1)], Findings(stuck=1)),
    ):
        assert audit([Account("o", told, owned)], effects) == found  # type: ignore[arg-type]


# Real processes


def test_a_real_desk_that_is_killed_anywhere_does_no_harm(tmp_path: Path) -> None:
    found = killed_everywhere(tmp_path, SETTLING.name, "careful", seed="as always", refunds=10)
    assert found.harm == 0
    assert found.points > 8


def test_a_real_desk_with_a_naive_loop_pays_twice(tmp_path: Path) -> None:
    assert killed_everywhere(tmp_path, SETTLING.name, "naive", seed="as always", refunds=10).doubled > 0


@pytest.mark.slow
def test_a_desk_under_load_that_is_killed_again_and_again_does_no_harm(tmp_path: Path) -> None:
    found = under_load(tmp_path, "lookup that settles", "careful", seed="as always")
    assert found.harm == 0
    assert found.points > 2


@pytest.mark.slow
def test_a_desk_that_goes_on_after_another_has_taken_over_sends_nothing_any_more(tmp_path: Path) -> None:
    stopped = stopped_at_each(tmp_path, "lookup that settles", "careful", only="call")
    assert [found.harm for _, found in stopped] == [0, 0]
