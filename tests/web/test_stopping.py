"""Health, and what happens when the desk is told to stop."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import httpx
import pytest
from tests.web.server import (
    ENVIRONMENT,
    OPERATOR,
    ROOT,
    BrittleJournal,
    ServerProcess,
    Talk,
    eventually,
    running_server,
)
from tests.web.small_desk import make_desk

from segue.web.server import CannotListen, _listening


async def opened(server: ServerProcess, http: httpx.AsyncClient) -> Talk:
    answer = (await http.post("/api/conversations")).json()
    return Talk(http, answer["id"], answer["token"])


async def test_a_desk_that_works_is_alive_and_ready() -> None:
    async with running_server(make_desk()) as web:
        assert (await web.http.get("/livez")).json() == {"alive": True}
        assert (await web.http.get("/readyz")).json() == {"ready": True, "why": ""}


async def test_a_message_that_cannot_be_written_is_not_accepted_and_may_be_sent_again() -> None:
    journal = BrittleJournal()
    async with running_server(make_desk(), journal=journal) as web:
        talk = await web.talk()
        journal.deaf = True
        answer = await talk.send("hello", "same")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["error"] == "journal_unavailable"
        assert "/var/lib" not in answer.text
        assert (await web.http.get("/readyz")).status_code == 503
        assert (await web.http.get("/livez")).status_code == 200
        journal.deaf = False
        again = await talk.send("hello", "same", wait=10)
        assert (again.status_code, again.json()["outcome"]) == (202, "reply")
        assert (await web.http.get("/readyz")).status_code == 200


async def test_a_stopping_desk_finishes_what_it_began_and_takes_nothing_new() -> None:
    async with running_server(make_desk()) as web:
        talk = await web.talk()
        began = asyncio.create_task(talk.send("slow 0.6", wait=10))
        async with talk.stream() as events:
            await anext(events)
            web.server.stop()
            await asyncio.sleep(0)  # the stop is a task of its own
            refused = await talk.send("one more")
            opening = await web.http.post("/api/conversations")
            for answer in (refused, opening):
                assert answer.status_code == 503
                assert answer.json()["error"] == "draining"
                assert int(answer.headers["retry-after"]) > 0
            assert (await web.http.get("/readyz")).json() == {"ready": False, "why": "shutting down"}
            again = await web.http.get(f"{talk.path}/stream", headers=talk.headers)
            assert again.status_code == 503
            assert [event.event async for event in events] == ["progress", "reply"]
        assert (await began).json()["outcome"] == "reply"


async def test_a_stopping_desk_shows_what_was_still_on_its_way_to_the_disk() -> None:
    journal = BrittleJournal()
    async with running_server(make_desk(), journal=journal) as web:
        talk = await web.talk()
        async with talk.stream() as events:
            journal.slow = 0.3
            waiting = asyncio.create_task(talk.send("hello", wait=10))
            await eventually(lambda: web.office.awake._engines[talk.id].state.seq > 5)
            web.server.stop()
            assert [event.event async for event in events] == ["message", "reply"]
        assert (await waiting).json()["outcome"] == "reply"


async def test_sigterm_drains_a_real_process_and_it_exits_with_0(tmp_path: Path) -> None:
    async with (
        ServerProcess(tmp_path / "desk.db") as server,
        httpx.AsyncClient(base_url=server.url, timeout=20) as http,
    ):
        talk = await opened(server, http)
        began = asyncio.create_task(talk.send("slow 0.8", wait=10))
        async with talk.stream() as events:
            await anext(events)
            server.signal(signal.SIGTERM)
            answer = await talk.send("one more")
            while answer.status_code == 202:  # the signal has not been seen yet
                answer = await talk.send("one more")
            assert (answer.status_code, answer.json()["error"]) == (503, "draining")
            kinds = [event.event async for event in events]
            assert "reply" in kinds
        assert (await began).json()["outcome"] == "reply"
        assert await server.ended() == 0


async def test_a_killed_process_goes_on_where_it_was_and_tokens_still_open(tmp_path: Path) -> None:
    async with ServerProcess(tmp_path / "desk.db") as server:
        async with httpx.AsyncClient(base_url=server.url, timeout=20) as http:
            talk = await opened(server, http)
            await talk.says("hello")
            assert (await talk.send("slow 0.5", "in the middle")).status_code == 202
            async with talk.stream() as events:
                async for event in events:
                    if event.event == "progress":
                        break
                await server.kill()
            await server.start()
            answer = await talk.send("slow 0.5", "in the middle", wait=10)
            assert answer.status_code == 200
            assert answer.json()["outcome"] == "reply"
            shown = [item["kind"] for item in await talk.items()]
            assert [kind for kind in shown if kind != "progress"] == ["message", "reply", "message", "reply"]
        assert await server.terminate() == 0


async def test_where_it_is_and_the_token_are_printed() -> None:
    program = (
        "from segue.web import serve; from tests.web.small_desk import make_desk; serve(make_desk(), port=0)"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program), stdout=asyncio.subprocess.PIPE, cwd=ROOT, env=ENVIRONMENT
    )
    assert process.stdout is not None
    try:
        first = (await process.stdout.readline()).decode().strip()
        second = (await process.stdout.readline()).decode().strip()
        url = first.removeprefix("Segue is at ")
        token = second.removeprefix("operator token: ")
        assert url.startswith("http://127.0.0.1:")
        async with httpx.AsyncClient(base_url=url) as http:
            listed = await http.get("/api/conversations", headers={"authorization": f"Bearer {token}"})
            assert listed.status_code == 200
            wrong = await http.get("/api/conversations", headers={"authorization": f"Bearer {OPERATOR}"})
            assert wrong.status_code == 401
    finally:
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0


async def test_a_taken_port_is_refused_with_what_to_do() -> None:
    async with running_server(make_desk()) as web:
        port = int(web.url.rpartition(":")[2])
        with pytest.raises(CannotListen, match="choose another port"):
            _listening("127.0.0.1", port)


async def test_the_interface_describes_itself() -> None:
    async with running_server(make_desk()) as web:
        described = json.loads((await web.http.get("/openapi.json")).text)
        assert set(described["paths"]) == {
            "/api/conversations",
            "/api/conversations/{id}",
            "/api/conversations/{id}/undo",
            "/api/conversations/{id}/actions",
            "/api/conversations/{id}/actions/{identity}/settle",
            "/api/conversations/{id}/receipts",
            "/api/conversations/{id}/messages",
            "/api/conversations/{id}/stream",
            "/api/conversations/{id}/trace",
            "/api/conversations/{id}/packet",
            "/api/conversations/{id}/facts",
            "/api/costs",
            "/api/waiting",
            "/api/waiting/{id}",
            "/api/waiting/{id}/answer",
            "/api/flows",
            "/api/flows/{name}",
            "/livez",
            "/readyz",
        }
        page = await web.http.get("/docs")
        for path, methods in described["paths"].items():
            assert path in page.text
            for operation in methods.values():
                assert operation["summary"] in page.text.replace("&#39;", "'")
        assert "//cdn" not in page.text
        assert "<script" not in page.text
