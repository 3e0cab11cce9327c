"""A small desk on a real port."""

from collections.abc import AsyncIterator

import pytest_asyncio
from tests.web.server import Running, Talk, running_server
from tests.web.small_desk import Demo, make_desk


@pytest_asyncio.fixture
async def web() -> AsyncIterator[Running]:
    async with running_server(make_desk(), sign_in=Demo(), heartbeat=0.1) as running:
        yield running


@pytest_asyncio.fixture
async def talk(web: Running) -> Talk:
    return await web.talk()
