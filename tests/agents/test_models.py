"""Which model a step asks, what the environment says of it, and what is said when it cannot be."""

import os
from decimal import Decimal

import pytest
from genai_prices.data_snapshot import get_snapshot
from pydantic_ai.messages import ModelResponse, TextPart
from pydantic_ai.models.test import TestModel
from pydantic_ai.usage import RequestUsage

from segue.agents.models import Models
from segue.agents.prices import Price, flat_price
from segue.errors import DefinitionError, ModelMisconfigured

LOCAL = "http://127.0.0.1:9/v1"


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.endswith(("_API_KEY", "_BASE_URL"))]:
        monkeypatch.delenv(name)


def from_env(**settings: str) -> Models:
    models = Models.from_env(settings)
    assert models is not None
    return models


def test_without_a_setting_there_are_no_models() -> None:
    assert Models.from_env({}) is None
    assert Models.from_env({"SEGUE_MODEL": "  ", "SEGUE_SMALL_MODEL": "test"}) is None


def test_models_are_told_apart_by_step_wish_and_size() -> None:
    big, small, desk_s, agent_s = TestModel(), TestModel(), TestModel(), TestModel()
    models = Models(big, small=small, steps={"write reply": desk_s})
    asked = {
        "default": models.of("read"),
        "wanted": models.of("read", agent_s),
        "desk": models.of("write_reply", agent_s),
        "small": models.of("write_reply", agent_s, small=True),
    }
    wrapped = {name: getattr(model, "wrapped", None) for name, model in asked.items()}
    assert wrapped == {"default": big, "wanted": agent_s, "desk": desk_s, "small": small}


def test_without_a_small_model_the_usual_one_is_asked() -> None:
    models = Models(TestModel())
    assert models.of("read", small=True) is models.of("read")


def test_the_same_model_is_one_instance_for_every_step() -> None:
    models = from_env(SEGUE_MODEL="qwen3", SEGUE_MODEL_URL=LOCAL, SEGUE_MODEL_WRITE="qwen3")
    assert models.of("write") is models.of("read") is models.of("judge", "qwen3")


def test_the_environment_names_a_model_for_a_step() -> None:
    models = from_env(SEGUE_MODEL="small-one", SEGUE_MODEL_URL=LOCAL, SEGUE_MODEL_WRITE_REPLY="big-one")
    assert models.of("read").model_name == "small-one"
    assert models.of("write_reply").model_name == "big-one"
    assert models.of("write-reply").model_name == "big-one"


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("qwen3", "qwen3"),
        ("openai:qwen3", "qwen3"),
        ("vllm:Qwen/Qwen3-8B", "Qwen/Qwen3-8B"),
        ("ollama:llama3.2:3b", "llama3.2:3b"),
        ("llama3.2:3b", "llama3.2:3b"),
    ],
)
def test_a_server_of_one_s_own_needs_no_key(name: str, asked: str) -> None:
    model = from_env(SEGUE_MODEL=name, SEGUE_MODEL_URL=LOCAL + "/").of("read")
    assert (model.model_name, (model.base_url or "").rstrip("/")) == (asked, LOCAL)


def test_another_provider_s_model_is_asked_at_its_provider_also_beside_a_server_of_one_s_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "not-a-key")
    models = from_env(
        SEGUE_MODEL="qwen3", SEGUE_MODEL_URL=LOCAL, SEGUE_MODEL_WRITE="anthropic:claude-sonnet-4-5"
    )
    assert "anthropic.com" in (models.of("write").base_url or "")


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("openai:gpt-4o", "openai:gpt-4o needs the environment variable OPENAI_API_KEY, which is not set"),
        ("anthropic:claude-sonnet-4-5", "needs the environment variable ANTHROPIC_API_KEY"),
        ("google:gemini-2.5-flash", "needs the environment variable GOOGLE_API_KEY"),
        ("ollama:llama3", "needs the environment variable OLLAMA_BASE_URL"),
        ("mistral:large", 'needs a package that is not installed: pip install "pydantic-ai-slim[mistral]"'),
        ("opneai:gpt-4o", "names no provider that is known; did you mean openai:gpt-4o? (write"),
        (
            "frobnicate",
            "names no provider that is known (write provider:model, such as openai:gpt-5-mini, or set",
        ),
    ],
)
def test_a_model_that_cannot_be_made_says_what_to_do_when_it_is_asked_for(name: str, complaint: str) -> None:
    models = from_env(SEGUE_MODEL=name)  # a desk can be imported all the same
    with pytest.raises(ModelMisconfigured) as refused:
        models.of("read")
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"SEGUE_MODEL_TIMEOUT": "soon"}, "SEGUE_MODEL_TIMEOUT must be a number, and is 'soon'"),
        ({"SEGUE_MODEL_AT_ONCE": "0"}, "at_once=0) must be more than 0"),
        ({"SEGUE_MODEL_URL": "localhost:8000"}, "must begin with http:// or https://"),
        ({"SEGUE_MODEL_URL": "http://[::1"}, "is no URL"),
        ({"SEGUE_MODEL_URL": "https://me:hunter2@models.example/v1"}, "must bear no user, password or query"),
        (
            {"SEGUE_MODEL_URL": "https://models.example/v1?key=hunter2"},
            "must bear no user, password or query",
        ),
    ],
)
def test_wrong_settings_are_refused_when_they_are_read_and_no_key_is_repeated(
    settings: dict[str, str], complaint: str
) -> None:
    with pytest.raises(DefinitionError) as refused:
        Models.from_env({"SEGUE_MODEL": "qwen3", **settings})
    assert complaint in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_model_whose_address_opens_something_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://me:hunter2@models.example/v1")
    with pytest.raises(ModelMisconfigured) as refused:
        Models("openai:gpt-4o").of("read")
    assert "hunter2" not in repr(refused.value)


def answer(
    model: str = "gpt-4o", provider: str = "openai", *, cached: int = 0, told: bool = True
) -> ModelResponse:
    usage = RequestUsage(
        input_tokens=1_000_000,
        output_tokens=100_000,
        cache_read_tokens=cached,
        unmeasured_requests=0 if told else 1,
    )
    return ModelResponse([TextPart("yes")], model_name=model, provider_name=provider, usage=usage)


def test_the_desk_s_own_prices_come_first() -> None:
    models = Models("test", prices={"openai:gpt-4o": Price("1", "20")})
    assert models.cost(answer()) == Decimal(3)
    assert models.cost(answer(cached=500_000)) == Decimal(3)
    assert models.cost(answer("gpt-4o-2024-08-06")) == Decimal(3)
    assert Models("test", prices={"gpt-4o": Price(1, 20, cache_read="0.1")}).cost(
        answer(cached=500_000)
    ) == Decimal("2.55")


def test_a_price_is_not_taken_for_that_of_a_model_with_a_longer_name() -> None:
    published = Models("test").cost(answer("gpt-4o-mini"))
    assert published is not None
    assert Models("test", prices={"gpt-4o": Price(100, 100)}).cost(answer("gpt-4o-mini")) == published


def test_published_prices_come_second() -> None:
    cost = Models("test").cost(answer())
    assert cost is not None
    assert 3 < cost < 4


def test_a_price_that_nobody_knows_is_none_and_not_nothing() -> None:
    models = Models("test")
    assert models.cost(answer("qwen3-8b", "openai-compatible")) is None
    assert models.cost(answer("qwen3-8b", "openai-compatible")) is None
    assert models.cost(answer(told=False)) is None
    assert Models("test", prices={"gpt-4o": Price(1, 1)}).cost(answer(told=False)) is None


def test_what_is_kept_of_published_prices_comes_to_the_same_for_every_model() -> None:
    usages = [
        RequestUsage(input_tokens=1_200, output_tokens=340),
        RequestUsage(input_tokens=1_200, output_tokens=340, cache_read_tokens=1_000, details={"searches": 3}),
        RequestUsage(input_tokens=9_000, output_tokens=1, cache_read_tokens=1_000, cache_write_tokens=2_000),
    ]
    kept = 0
    for provider in get_snapshot().providers:
        for model in provider.models:
            if (flat := flat_price(model)) is None:
                continue
            kept += 1
            for usage in usages:
                published = model.calc_price(usage, provider).total_price
                assert flat.of(usage) == published, f"{provider.id}:{model.id} {usage}"
    assert kept > 1000


@pytest.mark.parametrize("tier", [None, "default", "priority"])
def test_a_second_answer_costs_what_the_first_did_unless_it_is_another_service(tier: str | None) -> None:
    first, second = answer("gpt-5-mini"), answer("gpt-5-mini")
    second.provider_details = {"service_tier": tier, "finish_reason": "stop"}
    models = Models("test")
    once = models.cost(first)
    assert models.cost(first) == once
    assert (models.cost(second) == once) is (tier != "priority")
    assert models.cost(second) == Models("test").cost(second)


def test_tones_are_not_counted_as_words() -> None:
    models = Models("test")
    once = models.cost(answer("gemini-2.5-flash", "google"))
    loud = answer("gemini-2.5-flash", "google")
    loud.usage.input_audio_tokens = 1000
    assert once is not None
    assert (models.cost(loud) or 0) > once
