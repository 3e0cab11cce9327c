"""What a shop can do with keys, and what the desk is told that it can: honest ones, and some that boast."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.retail.acting import found

SETTLES = 2.0
"""Seconds after which a shop says that everything can be found."""


@dataclass(frozen=True)
class BackEnd:
    """`honours_keys` and `settles` are how the shop is; `can` are the arguments of `action` that tell of it."""

    honours_keys: bool
    settles: float = 0.0
    can: Mapping[str, Any] = field(default_factory=dict)


HONOURS_KEYS = BackEnd(True, can={"repeats_safely": True, "lookup": found})
KEYS_ALONE = BackEnd(True, can={"repeats_safely": True})
SETTLING = BackEnd(False, SETTLES, {"settles_within": SETTLES, "lookup": found})

NOTHING = BackEnd(False)
"""Whether a call had an effect can neither be asked nor tried."""

BOASTS_OF_KEYS = BackEnd(False, can={"repeats_safely": True})
BOASTS_OF_TIME = BackEnd(False, 30 * SETTLES, {"settles_within": SETTLES, "lookup": found})
