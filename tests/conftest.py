"""What all tests share."""

import tempfile
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def cache() -> Iterator[None]:
    """Nothing is left in the home of whoever runs the tests, and nothing that lies there helps them."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setenv("SEGUE_CACHE", folder)
        yield
