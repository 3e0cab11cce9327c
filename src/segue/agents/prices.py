"""Price: what a model costs; the desk's own table first, then the prices that providers publish."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from segue.agents.ai import ModelInfo, ModelResponse, RequestUsage, StreamedResponse, calc_price

_MILLION = Decimal(1_000_000)
_COUNTED = frozenset(
    ("details", "cost", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
)
"""What a usage may count where each token costs the same: no tones, no pictures, no searches."""

_DATED = re.compile(r"-(?:\d{4}-\d\d-\d\d|\d{8}|latest)$")


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens. What is read from or written to a cache costs as input unless it says more."""

    input: Decimal | int | str
    output: Decimal | int | str
    cache_read: Decimal | int | str | None = None
    cache_write: Decimal | int | str | None = None

    def of(self, usage: RequestUsage) -> Decimal:
        """What this much costs."""
        read, written = usage.cache_read_tokens, usage.cache_write_tokens
        plain = Decimal(self.input)
        total = max(0, usage.input_tokens - read - written) * plain + usage.output_tokens * Decimal(
            self.output
        )
        if read:
            total += read * (plain if self.cache_read is None else Decimal(self.cache_read))
        if written:
            total += written * (plain if self.cache_write is None else Decimal(self.cache_write))
        return total / _MILLION


class Prices:
    """What an answer cost, looked up once for each model.

    A name in the table is what the settings call the model, with or without its provider, or what the model calls
    itself in its answers; a date behind that does not matter.
    """

    def __init__(self, table: Mapping[str, Price]) -> None:
        self._table = dict(table)
        self._found: dict[tuple[str | None, str | None], Price | None] = {}
        self._unlisted: set[tuple[str | None, str | None]] = set()
        self._flat: dict[tuple[str | None, str | None], tuple[Price, ModelInfo]] = {}
        self._called: dict[tuple[str | None, str | None], str] = {}

    def call(self, answer: ModelResponse | StreamedResponse, name: str) -> None:
        """Note what the settings call the model that answered, which may call itself anything."""
        by = (answer.provider_name, answer.model_name)
        if self._called.get(by) != name:
            self._called[by] = name
            self._found.pop(by, None)

    def of(self, response: ModelResponse) -> Decimal | None:
        """US dollars; None where the price, or how much was used, is not known."""
        by, usage = (response.provider_name, response.model_name), response.usage
        if by not in self._found:
            self._found[by] = self._look_up(*by)
        if (price := self._found[by]) is not None:
            return None if usage.unmeasured_requests else price.of(usage)
        return usage.cost if usage.cost is not None else self._published(response)

    def _look_up(self, provider: str | None, model: str | None) -> Price | None:
        called = self._called.get((provider, model), "")
        names = [called, called.partition(":")[2], f"{provider}:{model}", model or ""]
        names += [_DATED.sub("", name) for name in names]
        return next((self._table[name] for name in names if name in self._table), None)

    def _published(self, response: ModelResponse) -> Decimal | None:
        by, usage = (response.provider_name, response.model_name), response.usage
        if by in self._unlisted or response.model_name is None or usage.unmeasured_requests:
            return None
        if by in self._flat:
            flat, model = self._flat[by]
            if is_plain(usage) and not is_special(model, response.provider_details):
                return flat.of(usage)
        try:
            found = calc_price(
                usage,
                response.model_name,
                provider_id=response.provider_name,
                genai_request_timestamp=response.timestamp,
                price_context=response.provider_details,
            )
        except LookupError:
            self._unlisted.add(by)
            return None
        except ValueError:  # more was read from the cache than there was, and the like
            return None
        if (price := flat_price(found.model)) is not None:
            self._flat[by] = price, found.model
        return found.total_price


def flat_price(model: ModelInfo) -> Price | None:
    """What tokens of a model cost where nothing else is counted; to look that up for each answer takes 90 µs."""
    if isinstance(model.prices, list) or model.prices.requests_kcount is not None:
        return None
    per = [getattr(model.prices, f"{what}_mtok") for what in ("input", "output", "cache_read", "cache_write")]
    if per[0] is None or per[1] is None or not all(isinstance(price, Decimal | None) for price in per):
        return None
    return Price(*per)


def is_plain(usage: RequestUsage) -> bool:
    """Are only tokens counted, and all of a kind?"""
    return all(name in _COUNTED or not count for name, count in vars(usage).items())


def is_special(model: ModelInfo, details: Mapping[str, Any] | None) -> bool:
    """Does the provider say of an answer what makes it cheaper or dearer than others, such as a faster service?"""
    if not details or not model.price_variants:
        return False
    whens = [variant.when for variant in model.price_variants if vars(variant.prices)]
    return any(all(details.get(what) == how for what, how in when.items()) for when in whens)
