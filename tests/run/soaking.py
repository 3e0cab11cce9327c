"""How many examples are drawn: few and always the same in `make test`, many and always others in `make soak`."""

import os
import random
from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Verbosity, seed, settings

T = TypeVar("T", bound=Callable[..., None])

TIMES = int(os.environ.get("SEGUE_SOAK") or 0)
"""How many times the usual examples `make soak` draws; 0 in `make test`."""

SEED = int(os.environ.get("SEGUE_SEED") or random.SystemRandom().randrange(10**9))
"""Where the draws of `make soak` begin; it is printed, and given again it leads to the same draws."""


def drawn(examples: int) -> Callable[[T], T]:
    """Settings of a test that draws so many examples in `make test`."""
    usual = settings(
        max_examples=examples * (TIMES or 1),
        derandomize=not TIMES,
        database=None,
        deadline=None,
        print_blob=bool(TIMES),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.normal,
    )

    def apply(test: T) -> T:
        return usual(seed(SEED)(test) if TIMES else test)

    return apply
