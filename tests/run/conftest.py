"""Says which draws a long run makes."""

from tests.run.soaking import SEED, TIMES


def pytest_report_header() -> list[str]:
    return [f"soak: {TIMES} times the usual examples, SEED={SEED}"] if TIMES else []
