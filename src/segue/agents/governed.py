"""Governed: a model that is asked within its limits, and left alone when it is down."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any, Self, TypeVar, cast

from segue.agents.ai import (
    Model,
    ModelMessage,
    ModelRequestParameters,
    ModelResponse,
    ModelResponseStreamEvent,
    ModelSettings,
    RequestUsage,
    RunContext,
    StreamedResponse,
    WrapperModel,
)
from segue.agents.gate import Because, Call, Gate
from segue.agents.model_faults import CAUGHT, Blame, read
from segue.agents.model_limits import ModelLimits
from segue.errors import ModelError
from segue.flow.builtin import Clock

T = TypeVar("T")

_MOST_OFTEN = 3
"""Times that one call asks when the provider says each time that it should come again in a moment."""

LIMITED = "segue"
"""Where an answer's metadata says that it had to wait: milliseconds, why, and how often the model was asked."""


class Governed(WrapperModel):
    """Any model of pydantic-ai, asked within its limits; what goes wrong is one of our errors.

    It asks again only where the provider says when, and that is soon; the retries that providers' own clients hide are
    switched off. Everything else is for the verbs around the step.
    """

    def __init__(
        self,
        wrapped: Model,
        name: str,
        limits: ModelLimits,
        clock: Clock,
        answered: Callable[[ModelResponse | StreamedResponse, str], None],
    ) -> None:
        super().__init__(wrapped)
        self.name = name
        self.limits = limits
        self._clock = clock
        self._gate = Gate(name, limits, clock)
        self._answered = answered
        self._open = False
        client = getattr(wrapped.provider, "client", None)
        once = getattr(client, "max_retries", None) == 0
        # Where it need not be said it is not: many clients are copied for it, and some models warn that they ignore it.
        self._once = {} if once or "max_retries" in wrapped.unsupported_settings else {"max_retries": 0}

    async def __aenter__(self) -> Self:
        if not self._open:
            self._open = True
            await self.wrapped.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Connections stay for the next request, until the desk closes."""

    async def close(self) -> None:
        """Close the connections that the provider opened itself."""
        async with self:
            self._open = False
            await self.wrapped.__aexit__(None, None, None)

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        settings = self._limited(model_settings)
        call = self._gate.call()
        response = await self._ask(
            call, lambda: self.wrapped.request(messages, settings, model_request_parameters)
        )
        self._gate.succeeded(call)
        return self._noted(response, call)

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        settings = self._limited(model_settings)
        call = self._gate.call()
        async with AsyncExitStack() as stack:
            stack.callback(self._gate.left, call)
            stream = await self._ask(
                call,
                lambda: stack.enter_async_context(
                    self.wrapped.request_stream(messages, settings, model_request_parameters, run_context)
                ),
            )
            # What every model implements to give its events; taking its place, each wait for one ends in time and in
            # one of our errors, whichever task reads.
            events = stream._get_event_iterator
            stream._get_event_iterator = lambda: self._events(stream, events(), call)  # type: ignore[method-assign]
            stream.metadata = self._with_note(stream.metadata, call)
            yield stream

    async def count_tokens(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> RequestUsage:
        settings = self._limited(model_settings)
        call = self._gate.call()
        usage = await self._ask(
            call, lambda: self.wrapped.count_tokens(messages, settings, model_request_parameters)
        )
        self._gate.succeeded(call)
        return usage

    async def _ask(self, call: Call, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask when it is our turn. The call is inside the gate afterwards, and outside after an error."""
        while True:
            await self._gate.enter(call)
            try:
                async with asyncio.timeout_at(call.deadline):
                    return await ask()
            except CAUGHT as error:
                problem = self._fault(error, call)
            except BaseException:
                self._gate.left(call)
                raise
            if problem is not None:
                raise problem  # out here, so that it does not drag along the provider's words as its context

    async def _events(
        self, stream: StreamedResponse, events: AsyncIterator[ModelResponseStreamEvent], call: Call
    ) -> AsyncIterator[ModelResponseStreamEvent]:
        while True:
            problem = None
            try:
                async with asyncio.timeout_at(call.deadline):
                    event = await anext(events)
            except StopAsyncIteration:
                self._gate.succeeded(call)
                self._note_name(stream)
                return
            except CAUGHT as error:
                if stream.cancelled:
                    raise  # whoever reads has closed it, and knows
                problem = self._fault(error, call, again=False)
            if problem is not None:
                raise problem
            yield event

    def _fault(self, error: Exception, call: Call, *, again: bool = True) -> ModelError | None:
        """Take note of what went wrong; None when the model may be asked again within this call."""
        fault = read(error, self.name, self.limits.timeout, self._clock, _key_of(self.wrapped))
        problem = fault.error
        if fault.wait is not None:
            until = self._gate.rest(fault.wait)
            if again and call.asked < _MOST_OFTEN and until <= call.patient_until:
                self._gate.left(call)
                return None
            problem = self._gate.unavailable(Because.PROVIDER, until)
        match fault.blame:
            case Blame.PROVIDER:
                self._gate.failed(call)
            case Blame.ASKER:
                self._gate.succeeded(call)
            case Blame.NOBODY:
                self._gate.left(call)
        return problem

    def _limited(self, settings: ModelSettings | None) -> ModelSettings:
        own = {name: value for name, value in (settings or {}).items() if name != "max_retries"}
        return cast(ModelSettings, {**own, **self._once})

    def _noted(self, response: ModelResponse, call: Call) -> ModelResponse:
        self._note_name(response)
        if call.because is not None or call.asked > 1:
            response = replace(response, metadata=self._with_note(response.metadata, call))
        return response

    def _note_name(self, answer: ModelResponse | StreamedResponse) -> None:
        if answer.model_name != self.wrapped.model_name:
            self._answered(answer, self.name)

    def _with_note(self, metadata: dict[str, Any] | None, call: Call) -> dict[str, Any] | None:
        if call.because is None and call.asked == 1:
            return metadata
        note = {
            "waited_ms": round(call.waited * 1000, 1),
            "asked": call.asked,
            "because": str(call.because or ""),
        }
        return {**(metadata or {}), LIMITED: note}


def _key_of(model: Model) -> str | None:
    """The key that its provider's client holds, where it holds one as most do."""
    key = getattr(getattr(model.provider, "client", None), "api_key", None)
    return key if isinstance(key, str) else None
