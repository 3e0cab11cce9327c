"""`make crash`: every crash there is, and what came of it, by what the back end can do.

Ends with 1 when a desk that pays by actions did harm, or when a control did none.
"""

import argparse
import random
import time
from collections.abc import Iterable
from dataclasses import fields

from tests.crash.audit import Findings
from tests.crash.back_end import back_ends
from tests.crash.world import SETTLES

CONTROLS = ("naive", "forgetful")


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.crash")
    options.add_argument(
        "--points", type=int, default=10_000, help="crashes on virtual time, among all back ends"
    )
    options.add_argument(
        "--refunds", type=int, default=120, help="refunds by real processes, for each back end"
    )
    options.add_argument("--rounds", type=int, default=2, help="rounds under load, for each back end")
    options.add_argument("--seed", default="")
    given = options.parse_args()
    seed = given.seed or str(random.SystemRandom().randrange(10**9))
    print(f"SEED={seed}\n")
    kinds = back_ends(SETTLES)
    began = time.monotonic()

    # One after the other, so that a table is on the screen before the next one is begun.
    return harm


def _table(title: str, rows: Iterable[tuple[str, Findings]]) -> Findings:
    """Print a table as its rows come; their sum."""
    columns = [field.name for field in fields(Findings)]
    print(f"{title:34}" + "".join(f"{column:>10}" for column in columns))
    total = Findings()
    for name, found in rows:
        total += found
        print(f"  {name:32}" + "".join(f"{getattr(found, column):>10}" for column in columns), flush=True)
    print()
    return total
