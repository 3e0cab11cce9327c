"""What a back end can do about a call that is made twice or has no answer, and what can go wrong on the way."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal


@dataclass(frozen=True)
class BackEnd:
    """`settles` is within how many seconds of a call its effect has taken place and can be seen, if that is known."""

    name: str
    honours_keys: bool = False
    looks_up: bool = False
    settles: float | None = None


def back_ends(settles: float) -> Mapping[str, BackEnd]:
    """Every kind of back end, by its name."""
    every = (
        BackEnd("honours keys", honours_keys=True, looks_up=True),
        BackEnd("honours keys, no lookup", honours_keys=True),
        BackEnd("lookup that settles", looks_up=True, settles=settles),
        BackEnd("lookup", looks_up=True),
        BackEnd("nothing"),
    )
    return {one.name: one for one in every}


Reply = Literal["done", "refused", "error", "dropped", "silence", "late"]
"""How a call is answered: `dropped` closes the connection, `late` is after the caller gave up."""


@dataclass(frozen=True)
class Fault:
    """`effects` is how often the call takes effect; `delayed`: not now, but as late as this back end allows."""

    effects: int = 1
    reply: Reply = "done"
    delayed: bool = False
    slow: bool = False
    arrives: bool = True


FAULTS: Final[Mapping[str, Fault]] = {
    "none": Fault(),
    "refused": Fault(0, "refused"),
    "hangs before": Fault(0, "silence"),
    "hangs after": Fault(1, "silence"),
    "dropped before": Fault(0, "dropped"),
    "dropped after": Fault(1, "dropped"),
    "error before": Fault(0, "error"),
    "error after": Fault(1, "error"),
    "answered late": Fault(1, "late"),
    "delivered twice": Fault(2),
    "delivered twice, dropped": Fault(2, "dropped"),
    "delivered late": Fault(1, "dropped", delayed=True),
    "lost": Fault(0, "silence", arrives=False),
    "slow": Fault(slow=True),
}

ON_LOOKUP: Final = ("none", "hangs before", "dropped before", "error before", "answered late")
"""The faults that make sense where nothing takes effect."""

Kind = Literal["pay", "lookup"]

MOST = 3
"""Faults in a row that are drawn for one order; then all is well, or nothing would ever be settled."""


@dataclass
class Faults:
    """What happens to the next calls: as planned for an order, else as drawn from the seed, else nothing."""

    seed: str = ""
    plans: dict[tuple[Kind, str], Sequence[Fault]] = field(default_factory=dict)
    _calls: Counter[tuple[Kind, str]] = field(default_factory=Counter)

    def plan(self, order: str, pay: Sequence[str] = (), lookup: Sequence[str] = ()) -> None:
        """Say by their names what happens to the next calls about an order."""
        self.plans["pay", order] = [FAULTS[name] for name in pay]
        self.plans["lookup", order] = [FAULTS[name] for name in lookup]

    def next(self, kind: Kind, order: str) -> Fault:
        """What happens to this call. Drawn by order and number, so that it does not depend on who came first."""
        nth = self._calls[kind, order]
        self._calls[kind, order] += 1
        planned = self.plans.get((kind, order), ())
        if nth < len(planned):
            return planned[nth]
        if self.seed and nth < MOST:
            draw = random.Random(f"{self.seed}/{kind}/{order}/{nth}")
            return FAULTS[draw.choice(tuple(FAULTS) if kind == "pay" else ON_LOOKUP)]
        return FAULTS["none"]
