"""The shop, served, killed with -9 while its model thinks; afterwards the customer reads what is so."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.agents.model_servers import Answer, Hangs
from tests.stories.shop_model import asked, model_of_the_shop
from tests.stories.test_shop import ADA, paid

from examples.shop.backend.launch import Backend
from segue.journals.sqlite import SqliteJournal
from segue.run.events import EVENTS, ModelAnswered, TurnResumed
from segue.web.tokens import caller_key, secret_beside, sign_caller

ROOT = Path(__file__).parents[2]


class Served:
    """`segue serve examples.shop.desk:desk`, with SEGUE_MODEL set."""

    def __init__(self, db: Path, backend: Backend, model: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.command = [sys.executable, "-m", "segue.cli", "serve", "examples.shop.desk:desk"]
        self.command += ["--db", str(db), "--port", str(self.port)]
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
            "SHOP_CRM_URL": backend.crm,
            "SHOP_ORDERS_URL": backend.orders,
            "SHOP_PAYMENTS_URL": backend.payments,
            "SEGUE_MODEL": "other",
            "SEGUE_MODEL_WRITE": "write",
            "SEGUE_MODEL_URL": model,
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *self.command, cwd=ROOT, env=self.environment, stdout=asyncio.subprocess.PIPE
        )
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 60)
        assert b"127.0.0.1" in line, "the server did not start"

    async def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 40)


@pytest.mark.slow
async def test_a_refund_whose_reply_was_being_written_is_told_after_a_kill(
    backend: Backend, tmp_path: Path
) -> None:
    await backend.reset()
    journal, thought_of = tmp_path / "journal.db", asyncio.Event()
    loop = asyncio.get_running_loop()

    def write(prompt: str, turn: int) -> Answer:
        if not thought_of.is_set():
            loop.call_soon_threadsafe(thought_of.set)
            return Hangs()
        return "Of course, Ada! [R1]"

    with model_of_the_shop({"write": write}) as model:
        served = Served(journal, backend, model.url)
        await served.start()
        url = f"http://127.0.0.1:{served.port}/api/conversations"
        async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
            key = caller_key(secret_beside(journal))
            ada = sign_caller(key, ADA, "verified", expires=int(time.time()) + 600)
            opened = (await http.post(url, json={"channel": "api", "caller": ada})).json()
            message = {"message_id": "m1", "text": "I want a refund for order 1001"}
            sending: dict[str, Any] = {
                "url": f"{url}/{opened['id']}/messages?wait=20",
                "json": message,
                "headers": {"Authorization": f"Bearer {opened['token']}"},
            }
            accepted = await http.post(**{**sending, "url": f"{url}/{opened['id']}/messages"})
            assert accepted.status_code == 202
            await asyncio.wait_for(thought_of.wait(), 30)
            assert await served.end(signal.SIGKILL) == -signal.SIGKILL

            await served.start()
            said = (await http.post(**sending)).json()["replies"][-1]
        assert await served.end(signal.SIGTERM) == 0
        assert asked(model) == {"write": 2}
    assert said["text"].startswith("Of course, Ada! We have refunded €92.70 (1001)")
    assert await paid(backend) == 1

    written = SqliteJournal(journal)
    await written.open()
    kinds = [EVENTS[json.loads(record.envelope)["k"]] for record in await written.read(opened["id"])]
    await written.close()
    assert (kinds.count(TurnResumed), kinds.count(ModelAnswered)) == (1, 1)
