"""What all tests share."""

import tempfile
from collections.abc import Iterator

import pytest
from tests.run.soaking import SEED, TIMES


def pytest_report_header() -> list[str]:
    """Which draws a long run makes."""
    return [f"soak: {TIMES} times the usual examples, SEED={SEED}"] if TIMES else []


@pytest.fixture(scope="session", autouse=True)
def cache() -> Iterator[None]:
    """Nothing is left in the home of whoever runs the tests, and nothing that lies there helps them."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setenv("SEGUE_CACHE", folder)
        yield
