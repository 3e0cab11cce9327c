"""What language models cost, over HTTP and on the command line."""

import asyncio

import pytest
from tests.observe.test_costs import desk_of
from tests.web.server import OPERATOR, Running, running_server

from segue.cli import main


async def test_operators_ask_what_it_cost() -> None:
    async with running_server(desk_of()) as web:
        await (await web.talk()).says("hello")
        answer = await web.http.get("/api/costs", headers=web.operator)
        told = answer.json()
        assert (told["conversations"], told["resolved"], told["total"]["money"]) == (1, 1, "0.010000")
        assert told["per_resolved"]["money"] == "0.010000"
        assert [share["name"] for share in told["by_step"]] == ["support: write"]
        later = await web.http.get(f"/api/costs?since={told['until'] + 1}", headers=web.operator)
        assert (later.json()["conversations"], later.json()["per_resolved"]) == (0, None)


@pytest.mark.parametrize("query", ["since=yesterday", "since=-1", f"until={2**60}"])
async def test_a_moment_that_is_none_is_refused(web: Running, query: str) -> None:
    answer = await web.http.get(f"/api/costs?{query}", headers=web.operator)
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_input")


async def test_the_command_asks_the_running_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def costs(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["costs", *arguments])
        assert ended.value.code in (0, None)
        return capsys.readouterr().out

    async with running_server(desk_of()) as web:
        await (await web.talk()).says("hello")
        monkeypatch.setenv("SEGUE_URL", web.url)
        monkeypatch.setenv("SEGUE_TOKEN", OPERATOR)
        told = await asyncio.to_thread(costs)
        assert "1 conversation, 1 resolved" in told
        assert "$0.01 and " in told
        assert "scripted-write" in told
        assert "support: write" in told
        assert '"money": "0.010000"' in await asyncio.to_thread(costs, "--json")
        assert "0 conversations" in await asyncio.to_thread(costs, "--until", "2020-01-01")
