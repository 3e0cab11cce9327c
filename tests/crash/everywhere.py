"""A crash at every point of one refund, for every kind of back end and whatever becomes of its calls."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tests.crash.audit import Findings
from tests.crash.back_end import FAULTS, MOST, ON_LOOKUP, BackEnd
from tests.crash.desks import Build
from tests.crash.world import Played, Scenario, play

DOWN = (0.0, 3.0, 90.0)
"""Seconds until the desk is started again: at once, within the time a call may take, and long after."""


DIALS = (0.0, 0.0, 8.0, 16.0)
"""Seconds until the desk is connected; the later, the longer after it was begun a call is sent."""


SETTLES = (2.5, 6.0, 20.0)
"""Seconds within which a back end settles that does."""


@dataclass
class Row:
    """What was found at a back end, and the first few scenarios in which harm was done."""

    findings: Findings = field(default_factory=Findings)
    harmful: list[str] = field(default_factory=list)

    def add(self, played: Played) -> None:
        self.findings += played.findings + Findings(points=played.crashes)
        if played.findings.harm and len(self.harmful) < 10:
            self.harmful.append(_explained(played))


def everywhere(back_end: BackEnd, build: Build, *, seed: str, points: int, each: int = 1000) -> Row:
    """Crash at every point (at most `each`) of one scenario after another, until there were so many crashes."""
    row, draw = Row(), random.Random(seed)
    for scenario in _scenarios(back_end, draw):
        undisturbed = play(scenario, build)
        row.add(undisturbed)
        there = range(1, len(undisturbed.passed[0]) + 1)
        for point in draw.sample(there, min(each, len(there))):
            crashed = play(replace(scenario, crashes=(point,)), build)
            row.add(crashed)
            again = draw.randint(1, len(crashed.passed[1])) if crashed.crashes else 0
            row.add(play(replace(scenario, crashes=(point, again), down=draw.choice(DOWN)), build))
            if row.findings.points >= points:
                return row
    raise AssertionError("there is no end of scenarios")


def _scenarios(back_end: BackEnd, draw: random.Random) -> Iterator[Scenario]:
    """Every fault alone, then as they come."""
    for fault in FAULTS:
        yield Scenario(back_end, (fault,), down=draw.choice(DOWN))
    while True:
        kind = back_end if back_end.settles is None else replace(back_end, settles=draw.choice(SETTLES))
        pay = tuple(draw.choices(tuple(FAULTS), k=draw.randint(1, MOST)))
        lookup = tuple(draw.choices(ON_LOOKUP, k=draw.randint(0, 2)))
        yield Scenario(kind, pay, lookup, down=draw.choice(DOWN), dials=draw.choice(DIALS))


def _explained(played: Played) -> str:
    scenario = played.scenario
    killed = ", ".join(repr(life[-1]) for life in played.passed[:-1]) or "nowhere"
    return (
        f"pay {scenario.pay}, lookup {scenario.lookup}, killed at {killed} {scenario.crashes}, "
        f"{scenario.down:g} s down, connected after {scenario.dials:g} s: told {played.account.told!r}, "
        f"{len(played.effects)} effects of {len({one.call for one in played.effects})} calls"
    )
