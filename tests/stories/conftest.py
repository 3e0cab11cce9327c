"""The shop's back end, started once for all stories and put back to its beginning before each."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from examples.shop.backend.launch import Backend, launch
from examples.shop.desk import make
from segue import Desk

Setting = Callable[[], AbstractAsyncContextManager[Desk]]


@pytest.fixture(scope="session")
def backend() -> Iterator[Backend]:
    """Real services in a process of their own."""
    with asyncio.Runner() as runner:
        running = launch()
        found = runner.run(running.__aenter__())
        yield found
        runner.run(running.__aexit__(None, None, None))


@pytest.fixture
def setting(backend: Backend) -> Setting:
    """Makes the desk, over a back end as it was seeded."""

    @asynccontextmanager
    async def set_up() -> AsyncIterator[Desk]:
        await backend.reset()
        yield make(backend.crm, backend.orders, backend.payments)

    return set_up
