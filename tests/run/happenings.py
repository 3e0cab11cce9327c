"""What may happen to a desk from outside, and how a schedule of it is drawn.

`rounds` is how often the loop goes round before the next thing happens; -1 means until nothing is left to do.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from hypothesis import strategies as st
from tests.run.random_desks import DeskPlan, desks
from tests.run.wild_desks import WildPlan, wild_plans


@dataclass(frozen=True, kw_only=True)
class _Happening:
    rounds: int = -1


@dataclass(frozen=True)
class Say(_Happening):
    """A customer writes; an id that was used before and the same text is the same message once more.

    Whoever brings it hangs up after `patience` rounds, if that is not -1.
    """

    id: str
    text: str
    who: int = 0
    patience: int = -1


@dataclass(frozen=True)
class Answer(_Happening):
    """A person answers what a turn asked; `which` counts every wait there ever was, also those answered."""

    which: int = 0


@dataclass(frozen=True)
class Reply(_Happening):
    """A person writes to a conversation that was handed over, or once was."""

    text: str = ""
    then: Literal["keep", "return", "close"] = "return"
    which: int = 0


@dataclass(frozen=True)
class Through(_Happening):
    """A step that waits goes on."""

    which: int = 0


@dataclass(frozen=True)
class Time(_Happening):
    """Time passes."""

    seconds: float = 1.0


@dataclass(frozen=True)
class Crash(_Happening):
    """The process is gone: now (0), right after so many more appends, or in the middle of a step (-1).

    Of what it had given to the disk, `kept` appends are written all the same.
    """

    after: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Full(_Happening):
    """After so many more appends the disk is full, for some of them."""

    after: int = 0
    times: int = 1


@dataclass(frozen=True)
class Rival(_Happening):
    """A second office opens on the same journal; or, if there is one, the first one goes away."""


@dataclass(frozen=True)
class Stop(_Happening):
    """The office is closed in order, and opened again."""


@dataclass(frozen=True)
class Renovate(_Happening):
    """The office is closed, and opened again with another desk."""


@dataclass(frozen=True)
class Trouble(_Happening):
    """Some calls to the journal fail that are no appends."""

    times: int = 1


@dataclass(frozen=True)
class SetClock(_Happening):
    """Somebody sets the clock, by so many seconds."""

    seconds: float = 0.0


Happening: TypeAlias = (
    Say | Answer | Reply | Through | Time | Crash | Full | Rival | Stop | Renovate | Trouble | SetClock
)


@dataclass(frozen=True)
class Scenario:
    """Everything that is drawn.

    `other` is the desk after a renovation. `lag` is how many ms the disk takes; `eager` writes every event down at
    once; `warm` is how many resting conversations an office remembers.
    """

    desk: DeskPlan | WildPlan = field(default_factory=DeskPlan)
    happenings: tuple[Happening, ...] = ()
    lag: int = 0
    eager: bool = False
    customers: int = 1
    warm: int = 512
    other: DeskPlan | WildPlan | None = None


texts = st.sampled_from(["one", "two", "never mind"])


@st.composite
def happenings(draw: st.DrawFn, *, rivals: bool = False, renovated: bool = False) -> Happening:
    """One thing, the likelier ones more often."""
    rounds = draw(st.sampled_from([-1, -1, 0, 1, 2, 3, 5, 8]))
    which = draw(st.integers(0, 2))
    more = st.just(20) if rivals else st.just(21) if renovated else st.nothing()
    match draw(st.integers(0, 19) | more):
        case 0 | 1 | 2 | 3:
            id, who = draw(st.sampled_from("0112345678")), draw(st.sampled_from([0, 0, 1]))
            patience = draw(st.sampled_from([-1, -1, -1, -1, 1, 2, 4]))
            return Say(id, draw(texts), who, patience, rounds=rounds)
        case 4 | 5:
            return Through(which, rounds=rounds)
        case 6 | 7 | 8:
            return Answer(which, rounds=rounds)
        case 9 | 10:
            then: Any = draw(st.sampled_from(["return", "return", "keep", "close"]))
            return Reply(draw(st.sampled_from(["", "hello"])), then, which, rounds=rounds)
        case 11 | 12 | 13:
            return Time(draw(st.sampled_from([1.0, 0.005, 0.02, 2.5, 11.0, 45.0, 700.0])), rounds=rounds)
        case 14 | 15:
            after, kept = draw(st.sampled_from([0, 1, -1, 2, 3])), draw(st.integers(0, 2))
            return Crash(after, kept, rounds=rounds)
        case 16:
            return Full(draw(st.integers(0, 2)), draw(st.integers(1, 3)), rounds=rounds)
        case 17:
            return Stop(rounds=rounds)
        case 18:
            return Trouble(draw(st.integers(1, 3)), rounds=rounds)
        case 19:
            # What a dead office holds stands for as long as the clock of the others was set back.
            much = [] if rivals else [-4000.0, -100.0, 100.0, 4000.0]
            return SetClock(draw(st.sampled_from([0.5, -0.5, *much])), rounds=rounds)
        case 20:
            return Rival(rounds=rounds)
        case _:
            return Renovate(rounds=rounds)


def scenarios(
    *, rivals: bool = False, wild: bool = False, renovated: bool = False
) -> st.SearchStrategy[Scenario]:
    some = st.lists(happenings(rivals=rivals, renovated=renovated), max_size=10)  # a long list is rarely long
    return st.builds(
        Scenario,
        desk=wild_plans() if wild else desks(),
        happenings=st.builds(schedule, texts, some, some, some),
        lag=st.sampled_from([0, 0, 3, 30]),
        eager=st.booleans(),
        customers=st.integers(1, 2),
        warm=st.sampled_from([512, 1]),
        other=desks("support", "support", "help") if renovated else st.none(),
    )


def schedule(text: str, *parts: list[Happening]) -> tuple[Happening, ...]:
    """Nothing happens before somebody writes."""
    return (Say("0", text, rounds=1), *(happening for part in parts for happening in part))
