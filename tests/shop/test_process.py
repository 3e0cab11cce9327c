"""The back end as a process: it says when it is ready, keeps its file, and ends when it is told to."""

import asyncio
import os
import signal
import sys
from datetime import date
from pathlib import Path

import httpx
import pytest

from examples.shop.backend.launch import Backend, NotStarted, launch
from examples.shop.clients import Payments
from examples.shop.facts import Money

ADA = "C-1001"


async def reachable(url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False) as http:
        try:
            await http.get(url)
        except httpx.ConnectError:
            return False
        return True


async def test_it_stops_with_the_block_that_started_it(tmp_path: Path) -> None:
    async with launch(tmp_path / "shop.sqlite") as backend:
        assert await reachable(backend.crm)
        assert len({backend.crm, backend.orders, backend.payments}) == 3
    assert not await reachable(backend.crm)


async def test_it_keeps_its_file_and_seeds_anew_only_when_asked(tmp_path: Path) -> None:
    async def refunds(backend: Backend) -> int:
        async with Payments(backend.payments) as payments:
            return len(await payments.refunds(1001, ADA))

    db, today = tmp_path / "shop.sqlite", date(2026, 3, 2)
    async with launch(db, today=today) as backend, Payments(backend.payments) as payments:
        await payments.refund(1001, ADA, Money.of(1), reason="damaged", key="k")
    async with launch(db, today=today) as backend:
        assert await refunds(backend) == 1
    async with launch(db, today=today, fresh=True) as backend:
        assert await refunds(backend) == 0


async def started(tmp_path: Path, *more: str) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "examples.shop.backend", "--db", str(tmp_path / "shop.sqlite"), *more,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdout is not None
    assert b"http://127.0.0.1:" in await asyncio.wait_for(process.stdout.readline(), 30)
    return process


async def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    process = await started(tmp_path)
    os.kill(process.pid, signal.SIGTERM)
    _, complaints = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, complaints) == (0, b"")


async def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    process = await started(tmp_path, "--with-parent")
    assert process.stdin is not None
    process.stdin.close()
    _, complaints = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, complaints) == (0, b"")


async def test_without_a_parent_the_end_of_stdin_means_nothing(tmp_path: Path) -> None:
    process = await started(tmp_path)
    assert process.stdin is not None
    process.stdin.close()
    await process.stdin.wait_closed()
    assert process.returncode is None
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_a_call_that_a_fault_holds_up_does_not_hold_up_the_end(tmp_path: Path) -> None:
    async with launch(tmp_path / "shop.sqlite") as backend:
        await backend.fault("crm", "slow", seconds=600)
        async with httpx.AsyncClient(trust_env=False, timeout=None) as http:
            held = asyncio.create_task(http.get(f"{backend.crm}/customers/{ADA}"))
            while not await backend.calls("crm"):
                pass
            os.kill(backend.pid, signal.SIGTERM)
            assert (await asyncio.wait_for(held, 10)).status_code == 200


async def test_a_taken_port_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    async with launch(tmp_path / "one.sqlite") as backend:
        port = int(backend.crm.rpartition(":")[2])
        with pytest.raises(NotStarted, match="ended with code 1"):
            async with launch(tmp_path / "two.sqlite", ports=(port, 0, 0)):
                pass
    assert f"cannot listen on 127.0.0.1:{port}" in capfd.readouterr().err
