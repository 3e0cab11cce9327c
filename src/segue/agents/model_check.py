"""One tiny real request to a model, and what is wrong with it in sentences that say what to do."""

import asyncio
from collections.abc import Mapping
from typing import Final

from segue.agents.ai import ModelRequest, model_request
from segue.agents.governed import Governed
from segue.errors import (
    ModelError,
    ModelFailed,
    ModelMisconfigured,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
)

SECONDS: Final = 10.0
"""What a model has for the answer."""

_QUESTION: Final = "Answer with the single word: ready"

_TO_DO: Final[Mapping[type[ModelError], str]] = {
    ModelUnavailable: "Try again later, or look at the limits of the account.",
    ModelTimeout: "Is it still being loaded, or does something else listen there?",
    ModelFailed: "Does anything listen there, and does it speak that provider's protocol? A server of your own must "
    "speak OpenAI's, and its address ends in /v1 as a rule.",
    ModelRefused: "It does not take an ordinary request; is it a model for text?",
    ModelMisconfigured: "Correct its name, its key or its address.",
}


async def complaint_about(model: Governed) -> str | None:
    """What is wrong with it; None when it answers. A model without an address is in this process, and not asked."""
    if not model.base_url:
        return None
    try:
        async with asyncio.timeout(SECONDS):
            response = await model_request(model, [ModelRequest.user_text_prompt(_QUESTION)])
    except TimeoutError:
        return _sentences(ModelTimeout(model.name, f"gave no answer within {SECONDS:g} s"), model)
    except ModelError as error:
        return _sentences(error, model)
    if (response.text or "").strip():
        return None
    return f"{model.name} (asked at {model.base_url}) answers, but says nothing. Is it a model for text?"


def _sentences(error: ModelError, model: Governed) -> str:
    said = error.said.rstrip(" .")
    return f"{error.model} (asked at {model.base_url}) {said}. {_TO_DO[type(error)]}"
