"""One strange server over HTTP for all tests that do not harm it, and what was reviewed of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tools.serving import Strange, free_port, over_http, review


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return review(tmp_path_factory.mktemp("reviewed"))


@pytest.fixture(scope="session")
def over_loopback(tmp_path_factory: pytest.TempPathFactory, reviewed: Path) -> Iterator[Strange]:
    folder, port = tmp_path_factory.mktemp("strange"), free_port()
    with over_http(folder, port):
        yield Strange(folder, reviewed, port)


@pytest.fixture
def strange(over_loopback: Strange) -> Strange:
    over_loopback.forget()
    return over_loopback
