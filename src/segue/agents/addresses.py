"""Addresses: from what the settings call a model to the model, asked at its provider or at a server of one's own."""

import re
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from segue.agents.ai import Model, UserError, infer_model, infer_provider_class, known_model_names
from segue.errors import DefinitionError, ModelMisconfigured

_OURS = ("openai", "anthropic", "google")
"""Providers for which Segue has an extra of its own."""

_OPENAI_PROTOCOL = ("", "openai", "openai-chat", "vllm", "ollama")
"""Prefixes of what is asked at the desk's own address, when it has one; an empty one is no prefix at all."""

_ENVIRONMENT = re.compile(r"`([A-Z][A-Z0-9_]{3,})`")


def build(name: str, url: str | None, key: str | None) -> Model:
    """The model of this name; ModelMisconfigured says what is missing."""
    prefix, colon, rest = name.partition(":")
    known = _is_provider(name, prefix) if colon else False
    try:
        if url is not None and (not known or prefix in _OPENAI_PROTOCOL):
            model = _at(url, prefix if known else "", rest if known else name, key)
        else:
            model = infer_model(name)
    except ImportError as missing:
        raise ModelMisconfigured(name, _what_to_install(missing)) from None
    except UserError as error:
        raise ModelMisconfigured(name, _what_to_set(name, str(error))) from None
    client: Any = getattr(model.provider, "client", None)
    if hasattr(client, "max_retries"):
        client.max_retries = 0  # said with each request, it would cost a copy of the client each time
    return model


def checked_url(url: str) -> str:
    """The address of a server, as it may be shown; DefinitionError if it is none, or holds a password or a key."""
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise DefinitionError("the models' URL is no URL; write http://host:port/v1") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DefinitionError(
            "the models' URL must begin with http:// or https://, as http://host:port/v1 does"
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise DefinitionError(
            f"the models' URL ({parts.scheme}://{parts.hostname}{port}) must bear no user, password or query: "
            f"addresses are written to logs and traces; put the key into SEGUE_MODEL_KEY, or Models(key=...)"
        )
    return url.strip().rstrip("/")


def opens_something(url: str | None) -> bool:
    """Does an address bear what should not be written down: a user, a password, a key?"""
    return url is not None and re.search(r"//[^/]*@|[?#]", url) is not None


def _at(url: str, provider: str, name: str, key: str | None) -> Model:
    from pydantic_ai.models.ollama import OllamaModel
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.ollama import OllamaProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
    from pydantic_ai.providers.vllm import VLLMProvider

    # Without a key of its own a server gets none: OPENAI_API_KEY is not for strangers. A stream that ends without a
    # reason was cut off; these servers all give one.
    held, whole = key or "none", OpenAIModelProfile(openai_chat_streaming_requires_finish_reason=True)
    match provider:
        case "vllm":
            return OpenAIChatModel(name, provider=VLLMProvider(base_url=url, api_key=held), profile=whole)
        case "ollama":
            return OllamaModel(name, provider=OllamaProvider(base_url=url, api_key=held), profile=whole)
        case _:
            compatible = OpenAICompatibleProvider("openai-compatible", base_url=url, api_key=held)
            return OpenAIChatModel(name, provider=compatible, profile=whole)


def _is_provider(name: str, prefix: str) -> bool:
    try:
        infer_provider_class(prefix)
    except ValueError:
        return False
    except ImportError as missing:
        raise ModelMisconfigured(name, _what_to_install(missing)) from None
    return True


def _what_to_install(missing: ImportError) -> str:
    group = re.search(r"pydantic-ai-slim\[([\w-]+)\]", str(missing))
    if group is None:
        return f"needs the package {missing.name or 'that is missing'}: {missing}"
    package = "segue" if group[1] in _OURS else "pydantic-ai-slim"
    return f'needs a package that is not installed: pip install "{package}[{group[1]}]"'


def _what_to_set(name: str, said: str) -> str:
    if said.startswith("Unknown model"):
        providers = {known.partition(":")[0] for known in known_model_names()}
        meant = get_close_matches(name.partition(":")[0], providers, n=1)
        hint = f"; did you mean {meant[0]}:{name.partition(':')[2] or '...'}?" if meant else ""
        return (
            f"names no provider that is known{hint} (write provider:model, such as openai:gpt-5-mini, or set "
            f"SEGUE_MODEL_URL for a server of your own)"
        )
    if (variable := _ENVIRONMENT.search(said)) is not None:
        return f"needs the environment variable {variable[1]}, which is not set"
    return f"cannot be asked: {said}"
