"""What went wrong when a model was asked, as one of our errors: no key in it, and whose fault it was."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Any

from segue.agents.ai import (
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
from segue.errors import (
    ModelError,
    ModelFailed,
    ModelMisconfigured,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
)
from segue.flow.builtin import Clock

CAUGHT = (ModelAPIError, UnexpectedModelBehavior, OSError)
"""What asking a model raises when the model, and not whoever calls it, is at fault. A TimeoutError is an OSError."""

_LONGEST = 300
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL")
_SECRET = re.compile(
    r"(?i:\b(?:bearer|basic)\s+)[\w.~+/=-]{6,}"
    r"|\b(?:sk|rk|pk|gsk|xai|hf)[-_][\w*-]{6,}|\bAIza[\w*-]{8,}"
    r"|(?<=[?&])[^\s=&]+=[^\s&\"']+"
)
_LONG = re.compile(r"(?<![\w/.:-])(?=[\w*-]*\d)(?=[\w*-]*[A-Za-z*])[\w*-]{24,}(?![\w/])")
_USER = re.compile(r"(?<=://)[^/@\s]+@")


class Blame(Enum):
    """What a fault says about the provider."""

    PROVIDER = auto()
    NOBODY = auto()  # it says nothing
    ASKER = auto()  # it works, and would not do this


@dataclass(frozen=True)
class Fault:
    """An error of ours, whose fault it is, and how long the provider asked to wait."""

    error: ModelError
    blame: Blame
    wait: float | None = None


def read(error: Exception, name: str, timeout: float, clock: Clock, key: str | None = None) -> Fault:
    """What an error of pydantic-ai, of a connection or of the clock means."""
    said = words_of(error, key)
    match error:
        case TimeoutError():
            return Fault(ModelTimeout(name, f"gave no answer within {timeout:g} s"), Blame.PROVIDER)
        case ModelTimeoutError() | ModelRequestTimeout():  # a shorter time that somebody else set
            return Fault(ModelTimeout(name, "gave no answer in time"), Blame.PROVIDER)
        case ModelQuotaExceededError():
            return Fault(
                ModelUnavailable(name, f"says that the account's credit is used up{said}"), Blame.PROVIDER
            )
        case ModelRateLimitError():
            wait = _wait_of(error, clock)
            blame = Blame.PROVIDER if wait is None else Blame.NOBODY
            return Fault(ModelUnavailable(name, f"says that it is asked too often{said}"), blame, wait)
        case ModelUnavailableError():
            wait = _wait_of(error, clock)
            return Fault(ModelFailed(name, f"is down or overloaded{said}"), Blame.PROVIDER, wait)
        case ModelAuthenticationError():
            return Fault(ModelMisconfigured(name, f"does not accept the key{said}"), Blame.NOBODY)
        case ModelNotFoundError():
            return Fault(ModelMisconfigured(name, f"is not known where it was asked{said}"), Blame.NOBODY)
        case ContentFilterError():
            return Fault(ModelRefused(name, "refused what it was to write or to read"), Blame.ASKER)
        case ModelConnectionError(phase="connect"):
            return Fault(ModelFailed(name, f"cannot be reached{said}"), Blame.PROVIDER)
        case ModelConnectionError():
            return Fault(ModelFailed(name, f"broke off{said}"), Blame.PROVIDER)
        case ModelAPIError(__cause__=cause) if 300 <= getattr(cause, "status_code", 0) < 400:
            return Fault(
                ModelMisconfigured(name, "is said to be at another address than that given"), Blame.NOBODY
            )
        case ModelRequestRejectedError():
            return Fault(ModelRefused(name, f"refused the request{said}"), Blame.ASKER)
        case ModelHTTPError(status_code=status) if status < 500:
            return Fault(ModelRefused(name, f"refused the request{said}"), Blame.ASKER)
        case _:
            return Fault(ModelFailed(name, f"failed{said}"), Blame.PROVIDER)


def words_of(error: Exception, key: str | None = None) -> str:
    """The status and the provider's own words, made safe to be written down; begins with a space or is empty."""
    status = f" ({error.status_code})" if isinstance(error, ModelHTTPError) else ""
    words = redacted(_message_of(error), key)
    return f"{status}: {words}" if words else status


def redacted(text: str, key: str | None = None, env: Mapping[str, str] = os.environ) -> str:
    """One line without what opens something: this key, what the environment calls one, and what looks like one."""
    if key is not None and len(key) >= 8:
        text = text.replace(key, "***")
    for name, value in env.items():
        if len(value) >= 8 and _SECRET_NAME.search(name.upper()):
            text = text.replace(value, "***")
    text = _USER.sub("***@", " ".join(text.split()))
    text = _LONG.sub("***", _SECRET.sub("***", text))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " ..."


def _message_of(error: BaseException) -> str:
    body: Any = getattr(error, "body", None)
    while isinstance(body, dict) and (inner := body.get("error") or body.get("message")):
        body = inner
    if isinstance(body, str) and body:
        return "" if body.lstrip().startswith("<") else body  # a page for people
    if isinstance(error, ModelHTTPError):
        return ""
    if isinstance(error, ModelConnectionError):
        # Clients say no more than "Connection error."; what the connection itself said stands at the bottom.
        while isinstance(error.__cause__, Exception):
            error = error.__cause__
    said = error.message if isinstance(error, ModelAPIError) else str(error)
    return said or type(error).__name__


def _wait_of(error: ModelAPIError, clock: Clock) -> float | None:
    """Seconds that the provider asked to wait. A date counts from the desk's own clock."""
    told = (error.headers or {}).get("retry-after", "") if isinstance(error, ModelHTTPError) else ""
    if "," in told:
        try:
            moment = parsedate_to_datetime(told)
        except ValueError:
            return None
        return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - clock.now()).total_seconds())
    return error.retry_after
