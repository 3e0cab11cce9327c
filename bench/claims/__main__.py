"""How well the claims guard sees: `python -m bench.claims`.

False claims caught and honest replies blocked, per language, on the part that rules were tuned on and on the part
that is only measured (see `Case` for how each round did when it was new); CPU of all guards together for a reply of
120 words. The last line is JSON. Exits with 1 when a figure of the tuned part or of the time is below its floor.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from statistics import median

from bench.claims.cases import LANGUAGES, cases
from bench.claims.speed import FACTS, RECEIPTS, REPLIES
from segue.guard.claims import check_claims
from segue.guard.grounding import ungrounded
from segue.guard.privacy import private_data

CAUGHT, BLOCKED, MS = 0.95, 0.03, 3.0
"""What is asked of the tuned part: at least, at most; and of a reply, at most."""


def measure(language: str) -> dict[str, float | int]:
    """Shares of false claims caught and of honest replies blocked, tuned and unseen."""
    seen: Counter[tuple[bool, bool]] = Counter()
    objected: Counter[tuple[bool, bool]] = Counter()
    for case in cases(language):
        seen[case.unseen, case.honest] += 1
        objected[case.unseen, case.honest] += bool(check_claims(case.text, case.receipts, language))
    figures: dict[str, float | int] = {"cases": seen.total()}
    for unseen, part in ((False, "tuned"), (True, "unseen")):
        figures[f"{part}_caught"] = objected[unseen, False] / seen[unseen, False]
        figures[f"{part}_blocked"] = objected[unseen, True] / seen[unseen, True]
    return figures


def milliseconds(language: str, rounds: int = 40) -> dict[str, float]:
    """CPU of each guard for one reply of 120 words; the median of rounds."""
    text = REPLIES[language]
    work: dict[str, Callable[[], object]] = {
        "claims": lambda: check_claims(text, RECEIPTS, language),
        "grounding": lambda: ungrounded(text, FACTS),
        "privacy": lambda: private_data(text, FACTS),
    }
    spent: dict[str, float] = {}
    for name, guard in work.items():
        guard()
        times = []
        for _ in range(rounds):
            begun = time.process_time_ns()
            guard()
            times.append((time.process_time_ns() - begun) / 1e6)
        spent[name] = median(times)
    return {**spent, "all": sum(spent.values())}


def main() -> int:
    print(
        f"{'':4}{'cases':>7}{'caught':>9}{'blocked':>9}{'unseen: caught':>16}{'blocked':>9}{'ms, all guards':>16}"
    )
    figures: dict[str, dict[str, float | int]] = {}
    for language in LANGUAGES:
        found = {**measure(language), **{f"ms_{name}": ms for name, ms in milliseconds(language).items()}}
        figures[language] = found
        print(
            f"{language:4}{found['cases']:>7}{found['tuned_caught']:>9.1%}{found['tuned_blocked']:>9.1%}"
            f"{found['unseen_caught']:>16.1%}{found['unseen_blocked']:>9.1%}{found['ms_all']:>16.2f}"
        )
    print(json.dumps({"bench": "claims", **figures}))
    good = all(
        found["tuned_caught"] >= CAUGHT and found["tuned_blocked"] <= BLOCKED and found["ms_all"] <= MS
        for found in figures.values()
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
