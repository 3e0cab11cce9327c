"""What is said of models that cannot be asked, before a customer meets them."""

import asyncio
import os
import socket
from pathlib import Path

import pytest
from tests.agents.model_servers import Answer, Fails, Hangs, Says, Sends, serving
from tests.cli.conftest import Command, command, here

from segue.agents import model_check
from segue.agents.models import Models

__all__ = ["command", "here"]

DESK = """
from segue import Desk, Draft, Flow, Message, Person, Refine, Reply, Sequence
from segue.agents import Agent, Models
from segue.guard import grounding

write = Agent("write", reads=[Message], gives=Draft, instructions="Answer the customer.")
lead = Person("lead")
flow = Flow(Sequence(Refine(write, against=[grounding])).escalate(to=lead), takes=Message, gives=Reply)
desk = Desk(flow, tools=[Models.from_env() or Models("test")], people={lead: "leads"})
"""


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.startswith("SEGUE_MODEL") or name.endswith(("_API_KEY", "_BASE_URL")):
            monkeypatch.delenv(name)


def nowhere() -> str:
    """An address at which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


async def complaints_at(url: str, key: str | None = None) -> str:
    async with Models("m", url=url, key=key) as models:
        return "\n".join(await models.check())


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (Fails(401), "does not accept the key (401): no luck. Correct its name, its key or its address."),
        (Fails(404), "is not known where it was asked (404): no luck. Correct its name"),
        (Fails(307, {"location": "/v2"}), "is said to be at another address than that given. Correct"),
        (Fails(500), "failed (500): no luck. Does anything listen there, and does it speak"),
        (Fails(429), "says that it is asked too often (429): no luck. Try again later"),
        (Fails(400), "refused the request (400): no luck. It does not take an ordinary request"),
        (Sends(b"<html>Welcome</html>", "text/html"), "expected JSON data. Does anything listen there"),
        (Sends(b'{"hello": 1}'), "Does anything listen there, and does it speak"),
        (Says(""), "answers, but says nothing. Is it a model for text?"),
    ],
)
async def test_a_model_that_answers_badly_is_complained_of(answer: Answer, complaint: str) -> None:
    with serving(answer) as server:
        said = await complaints_at(server.url)
        assert said.startswith(f"m (asked at {server.url}")
        assert len(server.requests) == 1
    assert complaint in said


async def test_an_address_without_the_path_is_complained_of() -> None:
    with serving("never") as server:
        assert "is not known where it was asked (404)" in await complaints_at(server.url.removesuffix("/v1"))


async def test_a_server_that_is_not_there_is_complained_of() -> None:
    assert "cannot be reached: " in await complaints_at(nowhere())


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_check, "SECONDS", 0.2)
    with serving(Hangs()) as server:
        assert "gave no answer within 0.2 s. Is it still being loaded" in await complaints_at(server.url)


async def test_a_key_is_not_repeated() -> None:
    with serving(Fails(401, {}, {"error": {"message": "wrong key: hunter2-hunter2"}})) as server:
        said = await complaints_at(server.url, key="hunter2-hunter2")
    assert "wrong key: ***" in said


async def test_every_model_is_asked_once_and_all_at_the_same_time() -> None:
    together = asyncio.Event()
    loop, asked = asyncio.get_running_loop(), set()

    def script(request: dict[str, str]) -> Answer:
        asked.add(request["model"])
        if len(asked) == 3:
            loop.call_soon_threadsafe(together.set)
        return Hangs(0.05, "ready")

    with serving(script) as server:
        models = Models("big", small="small", steps={"write": "other", "read": "big"}, url=server.url)
        async with models:
            assert await models.check({"write": None, "read": "small"}) == []
        assert together.is_set()
        assert len(server.requests) == 3


async def test_a_step_that_does_not_exist_and_a_key_that_is_missing_are_told_without_asking() -> None:
    models = Models("openai:gpt-5-mini", steps={"wriet": "mistral:large"})
    assert await models.check({"write": "openai:gpt-5-mini"}, offline=True) == [
        "A model is set for the step 'wriet', and the desk has no agent of that name (there is: write).",
        "openai:gpt-5-mini needs the environment variable OPENAI_API_KEY, which is not set.",
        'mistral:large needs a package that is not installed: pip install "pydantic-ai-slim[mistral]".',
    ]


def test_segue_check_asks_the_models_of_a_desk(
    here: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "desk.py").write_text(DESK)
    with serving("ready", Fails(401, {}, {"error": {"message": "who are you"}})) as server:
        monkeypatch.setenv("SEGUE_MODEL", "m")
        monkeypatch.setenv("SEGUE_MODEL_URL", server.url)
        code, out, err = command("check", "desk")
        assert (code, err) == (0, "")
        assert out.endswith("Its models answer.\n")
        code, out, err = command("check", "desk")
        assert code == 1
        assert out.startswith("desk fits together: ")
        assert err == (
            f"segue: m (asked at {server.url}/) does not accept the key (401): who are you. "
            f"Correct its name, its key or its address.\n"
        )
        assert command("check", "desk", "--offline")[0] == 0
        assert len(server.requests) == 2


def test_segue_check_says_what_is_missing_even_offline(
    here: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "desk.py").write_text(DESK)
    monkeypatch.setenv("SEGUE_MODEL", "openai:gpt-5-mini")
    code, _, err = command("check", "desk", "--offline")
    assert code == 1
    assert (
        err == "segue: openai:gpt-5-mini needs the environment variable OPENAI_API_KEY, which is not set.\n"
    )
