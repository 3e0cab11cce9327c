"""The handoff packet, over HTTP and on the command line."""

import asyncio
import json

import pytest
from tests.web.paying_desk import Bank, make_desk
from tests.web.server import OPERATOR, Running, running_server

from segue.cli import main
from segue.people.packet import from_json, hash_of, schema
from segue.people.rendering import LONGEST


async def test_operators_read_the_packet() -> None:
    async with running_server(make_desk(Bank())) as web:
        talk = await web.talk()
        await talk.says("1001 30")
        await talk.says("1002 300")
        answer = await web.http.get(f"{talk.path}/packet", headers=web.operator)
        told = answer.json()
        packet = from_json(told)
        assert told["header"]["hash"] == hash_of(told)
        assert (packet.header.conversation, packet.header.reason, packet.header.queue) == (
            talk.id,
            "approval",
            "leads",
        )
        assert [(act.status, act.again) for act in packet.actions] == [
            ("done", "never"),
            ("pending_approval", "never"),
        ]
        text = await web.http.get(f"{talk.path}/packet?form=text", headers=web.operator)
        assert text.headers["content-type"] == "text/plain; charset=utf-8"
        assert text.text.startswith("Approval: pay for 1002 (300.00 EUR)")
        assert len(text.text) <= LONGEST


async def test_only_operators_read_it(web: Running) -> None:
    talk = await web.talk()
    assert (await web.http.get(f"{talk.path}/packet", headers=talk.headers)).status_code == 401
    assert (await web.http.get("/api/conversations/nobody/packet", headers=web.operator)).status_code == 404
    answer = await web.http.get(f"{talk.path}/packet?form=xml", headers=web.operator)
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_input")


async def test_the_command_asks_the_running_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def packet(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["packet", *arguments])
        assert ended.value.code in (0, None)
        return capsys.readouterr().out

    async with running_server(make_desk(Bank())) as web:
        talk = await web.talk()
        await talk.says("1001 30")
        await talk.says("1002 300")
        monkeypatch.setenv("SEGUE_URL", web.url)
        monkeypatch.setenv("SEGUE_TOKEN", OPERATOR)
        shown = " ".join((await asyncio.to_thread(packet, talk.id)).split())
        assert "Approve of pay for 1002 (300.00 EUR), or refuse it." in shown
        assert "NEVER AGAIN: done. We have refunded €30.00 (1001). Reference: R-1." in shown
        assert (
            from_json(json.loads(await asyncio.to_thread(packet, talk.id, "--json"))).header.open_actions == 1
        )
        assert len(await asyncio.to_thread(packet, talk.id, "--text")) <= LONGEST + 1
    assert json.loads(packet("--schema")) == schema()
