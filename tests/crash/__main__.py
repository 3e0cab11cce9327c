"""`make crash`: every crash there is, and what came of it, by what the back end can do.

It ends with 1 when a desk that pays by actions did harm, or when a control did none.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import partial
from pathlib import Path

from tests.crash.audit import Findings
from tests.crash.back_end import BackEnd, back_ends
from tests.crash.controls import without_ledger
from tests.crash.desks import careful, naive
from tests.crash.everywhere import everywhere
from tests.crash.killed import killed_everywhere
from tests.crash.load import under_load
from tests.crash.stopped import GAP, stopped_at_each, stopped_everywhere

KINDS = tuple(back_ends(20.0).values())

CONTROL = 400
"""Crashes for each control and back end."""


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.crash")
    options.add_argument("--points", type=int, default=10_000, help="crashes on virtual time")
    options.add_argument("--refunds", type=int, default=100, help="killed with -9, for each back end")
    options.add_argument("--rounds", type=int, default=2, help="under load, for each back end")
    options.add_argument("--seed", default="")
    given = options.parse_args()
    seed = given.seed or str(random.SystemRandom().randrange(10**9))
    print(f"SEED={seed}\n")

    def anywhere(back_end: BackEnd) -> Findings:
        return everywhere(back_end, careful, seed=seed, points=given.points // 5).findings

    def naively(back_end: BackEnd) -> Findings:
        return everywhere(back_end, naive, seed=seed, points=CONTROL, each=6).findings

    def forgetfully(back_end: BackEnd) -> Findings:
        with without_ledger():
            return everywhere(back_end, careful, seed=seed, points=CONTROL, each=6).findings

    def killed(build: str, refunds: int, back_end: BackEnd) -> Findings:
        with tempfile.TemporaryDirectory() as folder:
            return killed_everywhere(Path(folder), back_end.name, build, seed=seed, refunds=refunds)

    def loaded(back_end: BackEnd) -> Findings:
        found = Findings()
        for n in range(given.rounds):
            with tempfile.TemporaryDirectory() as folder:
                found += under_load(Path(folder), back_end.name, "careful", seed=f"{seed}.{n}")
        return found

    def stopped(back_end: BackEnd) -> Findings:
        with tempfile.TemporaryDirectory() as folder:
            return stopped_everywhere(Path(folder), back_end.name, "careful")

    def stopped_in_the_gap(back_end: BackEnd) -> Findings:
        with tempfile.TemporaryDirectory() as folder:
            found = stopped_at_each(Path(folder), back_end.name, "careful", only=GAP)
        return sum((one for _, one in found), Findings())

    harm = (
        _table("a crash at every point", anywhere)
        + _table("killed with -9", partial(killed, "careful", given.refunds))
        + _table("killed with -9 under load", loaded)
        + _table("stopped, gone on later", stopped)
    )
    _table("stopped in the gap, not promised", stopped_in_the_gap)
    controls = (
        *_table("control: a naive loop", naively),
        # Who honours keys may be called again at any time; the ledger is for the others.
        *_table("control: no ledger", forgetfully, [kind for kind in KINDS if not kind.honours_keys]),
        *_table("control: a naive loop, killed with -9", partial(killed, "naive", CONTROL // 10)),
    )
    fine = not any(found.harm for found in harm) and all(found.doubled for found in controls)
    print("as it should be" if fine else "NOT as it should be")
    return 0 if fine else 1


def _table(
    title: str, find: Callable[[BackEnd], Findings], kinds: Iterable[BackEnd] = KINDS
) -> list[Findings]:
    """Print what is found for each kind of back end, as soon as it is."""
    columns = [field.name for field in fields(Findings)]
    print(f"{title:40}" + "".join(f"{column:>9}" for column in columns), flush=True)
    every = []
    for kind in kinds:
        found = find(kind)
        every.append(found)
        print(f"  {kind.name:38}" + "".join(f"{getattr(found, column):>9}" for column in columns), flush=True)
    print()
    return every


if __name__ == "__main__":
    sys.exit(main())
