"""Durability: every model request and tool call of a pydantic-ai agent, written down in the journal of its step.

Built on the wrappers that a capability of pydantic-ai may put around whatever model serves a request, and around all
tools of a run: each request and call either is made and written down, or was made before and is read.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from math import isfinite
from typing import Any, Final

import orjson
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_ai import AbstractToolset, ModelRetry, RunContext, ToolReturn, ToolsetTool, WrapperToolset
from pydantic_ai.capabilities import AbstractCapability, CapabilityOrdering
from pydantic_ai.durable_exec import JSON_CODEC
from pydantic_ai.exceptions import ToolFailed
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse
from pydantic_ai.models import CompletedStreamedResponse, Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings
from pydantic_core import to_json

from segue.agents.governed import LIMITED
from segue.flow.builtin import Asked, Calls
from segue.flow.receipts import Receipt
from segue.run.writable import written

KEY = "segue"
"""In a tool's metadata: `{KEY: False}` for a call that is not worth writing down."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a run of an agent is written down in; `about` is the digest of its prompt."""

    calls: Calls
    about: bytes
    model: str
    cost: Callable[[ModelResponse], Decimal | None]
    longest: int
    receipts: Sequence[Receipt] = ()


EXCHANGE: ContextVar[Exchange | None] = ContextVar("segue.agents.exchange", default=None)
"""That of the step at work; a task of its own for each."""


class Durability(AbstractCapability[Any]):
    """Makes an agent write down what it asks, while it runs as a step; elsewhere it changes nothing.

    It overrides nothing else on purpose: whatever a capability hooks into costs time in each run.
    """

    def get_ordering(self) -> CapabilityOrdering:
        return CapabilityOrdering(
            position="outermost"
        )  # no wrapper of others keeps a call from being written down

    def get_wrapper_model(self, model: Model) -> Model | None:
        exchange = EXCHANGE.get()
        return None if exchange is None else _WrittenDownModel(model, exchange)

    def get_wrapper_toolset(self, toolset: AbstractToolset[Any]) -> AbstractToolset[Any] | None:
        exchange = EXCHANGE.get()
        return None if exchange is None else _WrittenDownTools(toolset, exchange)


class _WrittenDownModel(WrapperModel):
    def __init__(self, wrapped: Model, exchange: Exchange) -> None:
        super().__init__(wrapped)
        self._exchange = exchange

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        async def ask() -> ModelResponse:
            return await self.wrapped.request(messages, model_settings, model_request_parameters)

        return await _ask_model(self._exchange, ask, messages)

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        async def ask() -> ModelResponse:
            async with self.wrapped.request_stream(
                messages, model_settings, model_request_parameters, run_context
            ) as stream:
                async for _ in stream:
                    pass
            return stream.get()

        response = await _ask_model(
            self._exchange, ask, messages
        )  # whole: nobody reads what is not written down
        yield CompletedStreamedResponse(
            response, model_request_parameters=model_request_parameters, replay_events=True
        )


@dataclass
class _WrittenDownTools(WrapperToolset[Any]):
    exchange: Exchange

    async def call_tool(
        self, name: str, tool_args: dict[str, Any], ctx: RunContext[Any], tool: ToolsetTool[Any]
    ) -> Any:
        async def call() -> Any:
            return await self.wrapped.call_tool(name, tool_args, ctx, tool)

        if (tool.tool_def.metadata or {}).get(KEY) is False:
            return await call()
        return await _call_tool(self.exchange, call, name, tool_args, ctx.run_step)


async def _ask_model(
    exchange: Exchange, request: Callable[[], Awaitable[ModelResponse]], messages: Sequence[ModelMessage]
) -> ModelResponse:
    live: list[tuple[ModelResponse, Any]] = []

    async def ask() -> Asked:
        response = await request()
        live.append((response, lean := _lean(JSON_CODEC.dump(ModelResponse, response))))
        usage = response.usage
        cost = exchange.cost(response)
        return Asked(
            lean,
            question=_question(messages),
            model=exchange.model,
            tokens=(usage.input_tokens, usage.output_tokens, usage.cache_read_tokens),
            micros=None if cost is None or not isfinite(cost) else round(cost * 1_000_000),
            waited=round((response.metadata or {}).get(LIMITED, {}).get("waited_ms", 0)),
        )

    answer = await exchange.calls.model(exchange.model, ask, call=f"model.{exchange.about.hex()}")
    if live and live[0][1] is answer:
        return live[0][0]
    response: ModelResponse = JSON_CODEC.load(ModelResponse, answer)
    return response  # in another life, or masked: as it was written


async def _call_tool(
    exchange: Exchange,
    body: Callable[[], Awaitable[Any]],
    name: str,
    arguments: dict[str, Any],
    run_step: int,
) -> Any:
    async def call() -> Asked:
        try:
            given = _given(await body())
        except ModelRetry as error:
            given = {_AGAIN: error.message}
        except ValidationError as error:
            given = {_AGAIN: error.json(include_url=False, include_context=False)}
        except ToolFailed as error:
            given = {_FAILED: error.message}
        except (SystemExit, KeyboardInterrupt) as error:  # out of a task of its own, it would end the process
            raise RuntimeError(f"the tool {name} raised {type(error).__name__}") from error
        return Asked(_bounded(given, exchange.longest), question=orjson.loads(asked))

    # Not the id that the model gave it: some servers give the same one twice.
    asked = to_json(arguments, fallback=str, bytes_mode="base64")
    which = blake2b(asked, digest_size=4, key=exchange.about).hexdigest()
    answer = await exchange.calls.tool(name, call, call=f"{name}.{run_step}.{which}")
    return _read(answer)  # as it was written: masked, cut, without types of Python's


_RESULT: Final = "return_value"
"""What a call came to, as ToolReturn has it; else why the model is to choose other arguments, or why there is none."""

_AGAIN: Final = "ask_again"
_FAILED: Final = "failed"


# A list, because ToolReturn by itself takes no configuration, and bytes need not be UTF-8.
_RESULTS: Final = TypeAdapter(list[ToolReturn], config=ConfigDict(ser_json_bytes="base64", defer_build=True))


def _given(result: Any) -> dict[str, Any]:
    whole = result if isinstance(result, ToolReturn) else ToolReturn(result)
    (dumped,) = _RESULTS.dump_python([whole], mode="json")
    return {name: value for name, value in dumped.items() if name == _RESULT or value}


def _read(answer: dict[str, Any]) -> Any:
    if _AGAIN in answer:
        raise ModelRetry(answer[_AGAIN])
    if _FAILED in answer:
        raise ToolFailed(answer[_FAILED])
    return JSON_CODEC.load(ToolReturn, answer)


def _lean(written: dict[str, Any]) -> dict[str, Any]:
    """A response without what is not there, which is most of it; reading it puts that back."""
    there = {name: value for name, value in written.items() if value is not None}
    there["usage"] = {name: value for name, value in written["usage"].items() if value}
    there["parts"] = [
        {name: value for name, value in part.items() if value is not None} for part in written["parts"]
    ]
    return there


def _bounded(answer: dict[str, Any], longest: int) -> dict[str, Any]:
    """No result is longer than a model should read; the rest is left out, and it is told."""
    field = next(name for name in (_RESULT, _AGAIN, _FAILED) if name in answer)
    result, data = written(answer[field])
    if len(data) <= longest:
        return answer
    if isinstance(result, str):
        data = result.encode()
    text = data[:longest].decode(errors="ignore")
    return {**answer, field: f"{text}\n[the rest of {len(data)} bytes was left out]"}


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
