"""Governed: a model that is asked within its limits."""

import asyncio
from collections.abc import Callable
from typing import cast

from segue.agents.ai import (
    Model,
    ModelMessage,
    ModelRequestParameters,
    ModelResponse,
    ModelSettings,
    WrapperModel,
)
from segue.agents.model_limits import ModelLimits
from segue.errors import ModelTimeout
from segue.flow.builtin import Clock


class Governed(WrapperModel):
    """Any model of pydantic-ai, asked within its limits; what goes wrong is one of our errors."""

    def __init__(
        self,
        wrapped: Model,
        name: str,
        limits: ModelLimits,
        clock: Clock,
        answered: Callable[[ModelResponse, str], None],
    ) -> None:
        super().__init__(wrapped)
        self.name = name
        self.limits = limits
        self._clock = clock
        self._answered = answered
        ours = {"max_retries": 0, "timeout": limits.timeout}
        self._ours = {name: value for name, value in ours.items() if name not in wrapped.unsupported_settings}

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        settings = cast(ModelSettings, {**(model_settings or {}), **self._ours})
        try:
            async with asyncio.timeout(self.limits.timeout):
                response = await self.wrapped.request(messages, settings, model_request_parameters)
        except TimeoutError:
            raise ModelTimeout(self.name, f"gave no answer within {self.limits.timeout:g} s") from None
        if response.model_name != self.wrapped.model_name:
            self._answered(response, self.name)
        return response
