"""One back end for the whole run, put back to where it began before every test."""

from collections.abc import AsyncIterator
from datetime import date

import pytest_asyncio

from examples.shop.backend.launch import Backend, launch
from examples.shop.clients import Crm, Payments, Shop

# A Monday.
TODAY = date(2026, 3, 2)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running() -> AsyncIterator[Backend]:
    async with launch(today=TODAY) as backend:
        yield backend


@pytest_asyncio.fixture
async def backend(running: Backend) -> Backend:
    await running.reset()
    return running


@pytest_asyncio.fixture
async def crm(backend: Backend) -> AsyncIterator[Crm]:
    async with Crm(backend.crm) as tool:
        yield tool


@pytest_asyncio.fixture
async def shop(backend: Backend) -> AsyncIterator[Shop]:
    async with Shop(backend.orders) as tool:
        yield tool


@pytest_asyncio.fixture
async def payments(backend: Backend) -> AsyncIterator[Payments]:
    async with Payments(backend.payments) as tool:
        yield tool
