"""pydantic-ai, which only language models need: the names of it that models are governed with."""

try:
    from genai_prices import calc_price
    from genai_prices.types import ModelInfo
    from pydantic_ai import RunContext, UserError
    from pydantic_ai.direct import model_request
    from pydantic_ai.exceptions import (
        ContentFilterError,
        ModelAPIError,
        ModelAuthenticationError,
        ModelConnectionError,
        ModelHTTPError,
        ModelNotFoundError,
        ModelQuotaExceededError,
        ModelRateLimitError,
        ModelRequestRejectedError,
        ModelRequestTimeout,
        ModelTimeoutError,
        ModelUnavailableError,
        UnexpectedModelBehavior,
    )
    from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, ModelResponseStreamEvent
    from pydantic_ai.models import (
        Model,
        ModelRequestParameters,
        StreamedResponse,
        infer_model,
        known_model_names,
    )
    from pydantic_ai.models.wrapper import WrapperModel
    from pydantic_ai.providers import infer_provider_class
    from pydantic_ai.settings import ModelSettings
    from pydantic_ai.usage import RequestUsage
except ImportError as missing:
    raise ImportError(f"language models need {missing.name}: pip install 'segue[agents]'") from missing

__all__ = [
    "ContentFilterError",
    "Model",
    "ModelAPIError",
    "ModelAuthenticationError",
    "ModelConnectionError",
    "ModelHTTPError",
    "ModelInfo",
    "ModelMessage",
    "ModelNotFoundError",
    "ModelQuotaExceededError",
    "ModelRateLimitError",
    "ModelRequest",
    "ModelRequestParameters",
    "ModelRequestRejectedError",
    "ModelRequestTimeout",
    "ModelResponse",
    "ModelResponseStreamEvent",
    "ModelSettings",
    "ModelTimeoutError",
    "ModelUnavailableError",
    "RequestUsage",
    "RunContext",
    "StreamedResponse",
    "UnexpectedModelBehavior",
    "UserError",
    "WrapperModel",
    "calc_price",
    "infer_model",
    "infer_provider_class",
    "known_model_names",
    "model_request",
]
