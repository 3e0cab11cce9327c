"""Durability: every model request and tool call of a pydantic-ai agent, written down in the journal of its step.

Built on pydantic-ai's extension for durable execution: it hands every request and call over as a unit of work, which
either is done and written down, or was done before and is read.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from typing import Any, Literal

import orjson
from pydantic_ai.durable_exec import (
    IDENTITY_CODEC,
    JSON_CODEC,
    BaseDurabilityCapability,
    CallToolResult,
    DurabilityEngineSpec,
    DurableOperationBackend,
    DurableOperationId,
    JournalCallableOperationBackend,
    ModelRequestId,
    RoleBasedOperationConfig,
    ToolsetCallToolId,
)
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse
from pydantic_core import to_json

from segue.agents.governed import LIMITED
from segue.flow.builtin import Asked, Calls
from segue.flow.receipts import Receipt

KEY = "segue"
"""In a tool's metadata: `{KEY: False}` for a call that is not worth writing down."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a run of an agent is written down in."""

    calls: Calls
    model: str
    cost: Callable[[ModelResponse], Decimal | None]
    longest: int
    receipts: Sequence[Receipt] = ()


EXCHANGE: ContextVar[Exchange | None] = ContextVar("segue.agents.exchange", default=None)
"""That of the step at work; a task of its own for each."""


class SegueDurability(BaseDurabilityCapability[Any]):
    """Makes an agent write down what it asks, while it runs as a step; elsewhere it changes nothing."""

    engine_spec = DurabilityEngineSpec(
        engine_name="Segue",
        durable_unit_noun="call",
        durable_container_noun="step",
        codec=IDENTITY_CODEC,
        journal_discovery=False,
        unsupported_runtime_toolset_kinds=frozenset(),
        tool_config_key=KEY,
    )

    @property
    def in_durable_context(self) -> bool:
        return EXCHANGE.get() is not None

    def get_durable_operation_backend(self) -> DurableOperationBackend[Any]:
        return _backend(self.name)


def _config_of(operation: DurableOperationId, tool: Any, name: str) -> dict[str, Any] | Literal[False]:
    metadata: Mapping[str, Any] = getattr(getattr(tool, "tool_def", None), "metadata", None) or {}
    return False if metadata.get(KEY) is False else {}


class _Backend(JournalCallableOperationBackend[Any]):
    async def execute(
        self,
        *,
        operation_id: DurableOperationId,
        name: str,
        body: Callable[[], Awaitable[object]],
        cache_key: tuple[object, ...],
        config: Any,
    ) -> object:
        exchange = EXCHANGE.get()
        if exchange is None:
            return await body()
        if isinstance(operation_id, ModelRequestId) and not operation_id.streaming:
            return await _ask_model(exchange, body, cache_key)
        if isinstance(operation_id, ToolsetCallToolId):
            return await _call_tool(exchange, body, cache_key)
        return await body()


@cache
def _backend(agent: str) -> _Backend:
    """It holds nothing, and is asked for with every request."""
    config = RoleBasedOperationConfig(
        model=None, event=None, capability=None, tool=dict[str, Any](), resolve_tool=_config_of
    )
    return _Backend(agent_name=agent, config=config)


async def _ask_model(
    exchange: Exchange, body: Callable[[], Awaitable[object]], key: tuple[Any, ...]
) -> object:
    live: list[tuple[Any, Any]] = []

    async def ask() -> Asked:
        response: Any = await body()
        live.append((response, written := _lean(JSON_CODEC.dump(ModelResponse, response))))
        usage = response.usage
        cost = exchange.cost(response)
        return Asked(
            written,
            question=_question(key[1]),
            model=exchange.model,
            tokens=(usage.input_tokens, usage.output_tokens, usage.cache_read_tokens),
            micros=None if cost is None else round(cost * 1_000_000),
            waited=round((response.metadata or {}).get(LIMITED, {}).get("waited_ms", 0)),
        )

    answer = await exchange.calls.model(exchange.model, ask)
    return _same(live, answer, ModelResponse)


async def _call_tool(
    exchange: Exchange, body: Callable[[], Awaitable[object]], key: tuple[Any, ...]
) -> object:
    name, arguments, context = key[:3]
    live: list[tuple[Any, Any]] = []

    async def call() -> Asked:
        result: Any = await body()
        live.append((result, written := _bounded(JSON_CODEC.dump(CallToolResult, result), exchange.longest)))
        return Asked(written, question=orjson.loads(asked))

    # Not the id that the model gave it: some servers give the same one twice.
    asked = to_json(arguments, fallback=str)
    which = blake2b(asked, digest_size=4).hexdigest()
    answer = await exchange.calls.tool(name, call, call=f"{name}.{context.run_step}.{which}")
    return _same(live, answer, CallToolResult)


def _lean(written: dict[str, Any]) -> dict[str, Any]:
    """A response without what is not there, which is most of it; reading it puts that back."""
    there = {name: value for name, value in written.items() if value is not None}
    there["usage"] = {name: value for name, value in written["usage"].items() if value}
    there["parts"] = [
        {name: value for name, value in part.items() if value is not None} for part in written["parts"]
    ]
    return there


def _same(live: list[tuple[Any, Any]], answer: Any, kind: Any) -> Any:
    """What was given just now, unless it was written down otherwise, masked or cut: then as it was written."""
    if live and live[0][1] is answer and kind is ModelResponse:
        return live[0][0]
    return JSON_CODEC.load(kind, answer)


def _bounded(answer: Any, longest: int) -> Any:
    """No result is longer than a model should read; the rest is left out, and it is told."""
    result = answer.get("result") if isinstance(answer, dict) else None
    written = orjson.dumps(result)
    if len(written) <= longest:
        return answer
    text = result if isinstance(result, str) else written.decode()
    return {**answer, "result": f"{text[:longest]}\n[the rest of {len(text)} characters was left out]"}


def _question(messages: Sequence[ModelMessage]) -> Any:
    """What is new in this request, as people would read it: what came before stands in the requests before."""
    request = messages[-1]
    if not isinstance(request, ModelRequest):
        return None
    told = [
        {"part": part.part_kind, "tool": getattr(part, "tool_name", None), "text": _text(part)}
        for part in request.parts
    ]
    said: dict[str, Any] = {"parts": told}
    if len(messages) == 1 and request.instructions:
        said["instructions"] = request.instructions
    return said


def _text(part: Any) -> Any:
    content = getattr(part, "content", "")
    return content if isinstance(content, str) else JSON_CODEC.dump(Any, content)
