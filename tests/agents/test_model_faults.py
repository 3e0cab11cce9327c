"""Every way in which a model over HTTP can fail ends in the right error of ours, at once, and says no key."""

import asyncio
import logging
import pickle
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from llmock.scenarios import Fail, StreamFault
from llmock.testing import LLMockServer
from pydantic_ai import ModelRequest
from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.messages import ModelResponse, TextPart
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from tests.agents.model_servers import (
    Answer,
    Breaks,
    Calls,
    Fails,
    Hangs,
    ModelServer,
    Says,
    Sends,
    serving,
)

from segue.agents.governed import LIMITED, Governed
from segue.agents.model_faults import redacted
from segue.agents.model_limits import ModelLimits
from segue.agents.models import Models
from segue.agents.prices import Price
from segue.errors import (
    ModelError,
    ModelFailed,
    ModelMisconfigured,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
)

QUESTION = [ModelRequest.user_text_prompt("Where is 1001?")]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOON


def models_at(server: ModelServer, *, timeout: float = 20, **limits: Any) -> Models:
    told = ModelLimits(timeout=timeout, **limits)
    return Models("m", url=server.url, key="hunter2-hunter2", limits=told, clock=Noon())


async def asked(model: Model) -> ModelResponse:
    return await model_request(model, QUESTION)


async def streamed(model: Model) -> ModelResponse:
    async with model_request_stream(model, QUESTION) as stream:
        async for _ in stream:
            pass
        return stream.get()


async def ask(models: Models, way: Callable[[Model], Any]) -> ModelResponse:
    async with models:
        response = await way(models.of("read"))
    assert isinstance(response, ModelResponse)
    return response


ways = pytest.mark.parametrize("way", [asked, streamed])

MINUTE_LATER = format_datetime(NOON + timedelta(seconds=60), usegmt=True)


@ways
@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Fails(429), ModelUnavailable, "m says that it is asked too often (429): no luck"),
        (Fails(429, {"retry-after": "soon, perhaps"}), ModelUnavailable, "is asked too often"),
        (Fails(429, {"retry-after": "9" * 400}), ModelUnavailable, "is asked too often"),
        (Fails(429, {"retry-after": "-1"}), ModelUnavailable, "is asked too often"),
        (
            Fails(429, {"retry-after": "60"}),
            ModelUnavailable,
            "before 12:01:00 UTC: the provider asked to wait",
        ),
        (Fails(429, {"retry-after": MINUTE_LATER}), ModelUnavailable, "before 12:01:00 UTC"),
        (Fails(503, {"retry-after": "60"}), ModelUnavailable, "before 12:01:00 UTC"),
        (Fails(429, {"retry-after": "9" * 12}), ModelUnavailable, "before 12:10:00 UTC"),
        (
            Fails(429, {}, {"error": {"message": "top up", "code": "insufficient_quota"}}),
            ModelUnavailable,
            "m says that the account's credit is used up (429): top up",
        ),
        (Fails(500), ModelFailed, "m failed (500): no luck"),
        (Fails(503), ModelFailed, "m is down or overloaded (503): no luck"),
        (
            Fails(503, {"content-type": "text/html"}, b"<html>..."),
            ModelFailed,
            "m is down or overloaded (503)",
        ),
        (Fails(401), ModelMisconfigured, "m does not accept the key (401): no luck"),
        (Fails(404), ModelMisconfigured, "m is not known where it was asked (404): no luck"),
        (Fails(301, {"location": "http://127.0.0.1:9/"}), ModelMisconfigured, "at another address"),
        (Fails(307, {"location": "/v2"}), ModelMisconfigured, "at another address"),
        (Fails(400), ModelRefused, "m refused the request (400): no luck"),
        (Breaks(), ModelFailed, "m broke off: peer closed connection"),
        (Breaks(politely=True), ModelFailed, "m failed: "),
        (Sends(b'{"id": "x", "choi'), ModelFailed, "m failed: "),
        (Sends(b"<html>Welcome</html>", "text/html"), ModelFailed, "m failed: "),
        (Sends(b'{"hello": 1}'), ModelFailed, "m failed: "),
        (Sends(b"null"), ModelFailed, "m failed: "),
        (Sends(b"\xff\xfe\x00"), ModelFailed, "m failed: "),
        (Sends(b""), ModelFailed, "m failed: "),
        (Sends(b"x" * 10_000_000), ModelFailed, "m failed: "),
    ],
)
async def test_a_fault_is_one_error_after_one_request(
    way: Callable[[Model], Any], answer: Answer, kind: type[ModelError], said: str
) -> None:
    with serving(answer) as server:
        with pytest.raises(ModelError) as raised:
            await ask(models_at(server), way)
        assert type(raised.value) is kind
        assert said in str(raised.value)
        assert len(server.requests) == 1
    # Nothing comes along in which the provider's words stand unread.
    assert raised.value.__cause__ is raised.value.__context__ is None


@ways
async def test_a_model_that_says_nothing_is_given_up_in_time(way: Callable[[Model], Any]) -> None:
    began = time.monotonic()
    with serving(Hangs(90)) as server, pytest.raises(ModelTimeout, match=r"m gave no answer within 0\.3 s"):
        await ask(models_at(server, timeout=0.3), way)
    assert time.monotonic() - began < 60


@ways
async def test_an_answer_of_ten_megabytes_is_read(way: Callable[[Model], Any]) -> None:
    with serving(Says("x" * 10_000_000)) as server:
        response = await ask(models_at(server), way)
    assert len(response.text or "") == 10_000_000


@ways
async def test_a_tool_call_with_wrong_arguments_is_handed_on_as_it_is(way: Callable[[Model], Any]) -> None:
    with serving((Calls("find", {"order": 7}), Calls("find", '{"order": '))) as server:
        response = await ask(models_at(server), way)
    assert [call.args for call in response.tool_calls] == ['{"order": 7}', '{"order": ']


@ways
async def test_a_short_wait_that_the_provider_asks_for_is_waited_within_the_call(
    way: Callable[[Model], Any],
) -> None:
    with serving(Fails(429, {"retry-after-ms": "50"}), Fails(503, {"retry-after": "0"}), "at last") as server:
        response = await ask(models_at(server), way)
        assert len(server.requests) == 3
    assert response.text == "at last"
    assert response.metadata is not None
    note = response.metadata[LIMITED]
    assert note["asked"] == 3
    assert note["because"] == "the provider asked to wait"
    assert note["waited_ms"] >= 40


async def test_a_provider_that_always_asks_to_come_again_at_once_is_believed_three_times() -> None:
    with serving(lambda _: Fails(429, {"retry-after": "0"})) as server:
        with pytest.raises(ModelUnavailable):
            await ask(models_at(server), asked)
        assert len(server.requests) == 3


async def test_while_a_long_wait_lasts_nobody_asks() -> None:
    with serving(Fails(429, {"retry-after": "60"}), "never read") as server:
        async with models_at(server) as models:
            for way in (asked, streamed, asked):
                with pytest.raises(ModelUnavailable) as raised:
                    await way(models.of("read"))
                assert raised.value.until is not None
        assert len(server.requests) == 1


@ways
async def test_a_provider_that_fails_again_and_again_is_left_alone(way: Callable[[Model], Any]) -> None:
    with serving(lambda _: Fails(500)) as server:
        async with models_at(server, failures=3) as models:
            for _ in range(3):
                with pytest.raises(ModelFailed):
                    await way(models.of("read"))
            with pytest.raises(ModelUnavailable, match="before 12:00:15 UTC: it failed too often"):
                await way(models.of("write"))
        assert len(server.requests) == 3


async def test_a_request_that_is_refused_says_nothing_against_the_provider() -> None:
    with serving(*[Fails(500), Fails(400)] * 4, "well") as server:
        async with models_at(server, failures=2) as models:
            for _ in range(4):
                for kind in (ModelFailed, ModelRefused):
                    with pytest.raises(kind):
                        await asked(models.of("read"))
            assert (await asked(models.of("read"))).text == "well"


async def test_two_models_are_left_alone_each_for_itself() -> None:
    with serving(lambda request: Fails(500) if request["model"] == "m" else "well") as server:
        async with models_at(server, failures=1) as models:
            with pytest.raises(ModelFailed):
                await asked(models.of("read"))
            assert (await asked(models.of("read", "other"))).text == "well"


@ways
async def test_whoever_is_cancelled_leaves_the_model_free(way: Callable[[Model], Any]) -> None:
    arrived = asyncio.Event()
    loop = asyncio.get_running_loop()
    answers: Iterator[Answer] = iter([Hangs(), "free"])

    def script(_: dict[str, Any]) -> Answer:
        loop.call_soon_threadsafe(arrived.set)
        return next(answers)

    with serving(script) as server:
        async with models_at(server, at_once=1) as models:
            task = asyncio.ensure_future(way(models.of("read")))
            await arrived.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await way(models.of("read"))).text == "free"


async def test_a_stream_that_is_left_early_leaves_the_model_free() -> None:
    with serving("one two three", "free") as server:
        async with models_at(server, at_once=1) as models, AsyncExitStack() as stack:
            stream = await stack.enter_async_context(model_request_stream(models.of("read"), QUESTION))
            async for _ in stream:
                break
            await stack.aclose()
            assert (await asked(models.of("read"))).text == "free"


async def test_what_goes_wrong_in_a_function_of_the_desk_stays_what_it_is() -> None:
    def broken(_messages: Any, _info: AgentInfo) -> ModelResponse:
        raise LookupError("a bug")

    model = Models(FunctionModel(broken), limits=ModelLimits(failures=1)).of("read")
    for _ in range(3):
        with pytest.raises(LookupError):
            await asked(model)


@ways
async def test_a_model_is_priced_by_what_the_settings_call_it_whatever_it_calls_itself(
    way: Callable[[Model], Any],
) -> None:
    with serving(Says("hello", (1_000_000, 0), model="/models/q4.gguf")) as server:
        models = Models("qwen3", url=server.url, prices={"qwen3": Price("0.5", 1)})
        async with models:
            cost = models.cost(await way(models.of("read")))
    assert str(cost) == "0.5"


async def test_models_can_be_opened_again_on_another_loop() -> None:
    with serving(lambda _: "hello") as server:
        models = models_at(server)
        for _ in range(2):
            async with models:
                assert (await asked(models.of("read"))).text == "hello"
        answers = await asyncio.to_thread(lambda: asyncio.run(ask(models, asked)))
    assert answers.text == "hello"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Incorrect API key provided: sk-proj-abc123def456.", "Incorrect API key provided: ***."),
        ("Bearer abc.def.ghi was not accepted", "*** was not accepted"),
        ("see https://me:pw@models.example/v1?key=abc&x=1", "see https://***@models.example/v1?***&***"),
        ("key 0123456789abcdef0123456789abcdef is unknown", "key *** is unknown"),
        ("the secret of the house is wrong", "the *** is wrong"),
        ("model claude-sonnet-4-5 is overloaded", "model claude-sonnet-4-5 is overloaded"),
        ("two\nlines", "two lines"),
    ],
)
def test_what_opens_something_is_taken_out_of_what_providers_say(text: str, safe: str) -> None:
    assert redacted(text, None, {"MY_API_KEY": "secret of the house", "HOME": "overloaded"}) == safe


async def test_a_key_is_nowhere_in_what_is_raised_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = Fails(401, {}, {"error": {"message": "Incorrect API key provided: hunter2-hunter2"}})
    with serving(said) as server:
        with pytest.raises(ModelMisconfigured) as raised:
            await ask(models_at(server), asked)
        assert "hunter2" in server.headers[0]["authorization"]
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))
    assert "hunter2" not in caplog.text


@ways
async def test_a_mock_of_a_provider_s_own_api_is_told_apart_the_same(
    way: Callable[[Model], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """llmock speaks as OpenAI and Anthropic do, whose clients retry by themselves unless they are told not to."""
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
    with LLMockServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url("openai"))
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url("anthropic"))
        for name in ("openai:gpt-5-mini", "openai-chat:gpt-4o", "anthropic:claude-haiku-4-5"):
            for fault, kind in (
                (Fail(429, retry_after=60), ModelUnavailable),
                (Fail(500), ModelFailed),
                (Fail(401), ModelMisconfigured),
                (StreamFault("disconnect"), ModelFailed),
            ):
                if isinstance(fault, StreamFault) and way is asked:
                    continue
                server.state.reset()
                server.state.scenarios.add(fault)
                async with Models(name) as models:
                    with pytest.raises(ModelError) as raised:
                        await way(models.of("read"))
                    assert (name, type(raised.value)) == (name, kind)
                    assert len(server.state.journal.records(wait=2)) == 1


async def test_the_agent_s_own_settings_stand_but_for_hidden_retries() -> None:
    with serving(Fails(500), Hangs()) as server:
        async with models_at(server) as models:
            with pytest.raises(ModelFailed):
                await model_request(models.of("read"), QUESTION, model_settings={"max_retries": 5, "seed": 7})
            assert [request["seed"] for request in server.requests] == [7]
            with pytest.raises(ModelTimeout, match="gave no answer in time"):
                await model_request(models.of("read"), QUESTION, model_settings={"timeout": 0.2})


async def test_a_client_of_the_users_that_tries_again_by_itself_does_not() -> None:
    with serving(*[Fails(500)] * 3) as server:
        mine = OpenAIChatModel("m", provider=OpenAIProvider(base_url=server.url, api_key="none"))
        async with Models(mine) as models:
            with pytest.raises(ModelFailed):
                await asked(models.of("read"))
        assert len(server.requests) == 1
        assert mine.client.max_retries == 2


def test_an_error_can_be_copied_and_sent_elsewhere() -> None:
    error = pickle.loads(pickle.dumps(ModelUnavailable("m", "is not asked just now", NOON)))
    assert (str(error), error.model, error.until) == ("m is not asked just now", "m", NOON)


def test_a_governed_model_is_not_governed_twice() -> None:
    models = Models(FunctionModel(lambda _messages, _info: ModelResponse([TextPart("yes")])))
    once = models.of("read")
    again = models.of("read", once)
    assert again is once
    assert isinstance(once, Governed)
