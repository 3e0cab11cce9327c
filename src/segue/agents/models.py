"""Models: which language model each agent asks."""

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, Self

from segue.agents.addresses import build, checked_url, opens_something
from segue.agents.ai import Model, ModelResponse
from segue.agents.governed import Governed
from segue.agents.model_check import complaint_about
from segue.agents.model_limits import ModelLimits
from segue.agents.prices import Price, Prices
from segue.errors import DefinitionError, ModelMisconfigured
from segue.flow.builtin import Clock
from segue.run.clock import SystemClock

_PREFIX: Final = "SEGUE_MODEL_"
_NUMBERS: Final = {
    "TIMEOUT": "timeout",
    "PATIENCE": "patience",
    "AT_ONCE": "at_once",
    "PER_MINUTE": "per_minute",
}


class Models:
    """Which model each agent asks, what that may cost, and how hard it may be asked.

    A tool of the desk. A model is a name as pydantic-ai knows it (`openai:gpt-5-mini`), a model of pydantic-ai, or,
    with `url`, whatever the server there calls it. `limits` are for every model, or for each by its name. Nothing is
    looked up before it is asked for, so a desk can be imported where no key is.
    """

    def __init__(
        self,
        default: str | Model,
        *,
        small: str | Model | None = None,
        steps: Mapping[str, str | Model] | None = None,
        limits: Mapping[str, ModelLimits] | ModelLimits | None = None,
        prices: Mapping[str, Price] | None = None,
        url: str | None = None,
        key: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.default = default
        self.small = small
        self.steps = {_spelled(step): model for step, model in (steps or {}).items()}
        self._limits = limits or ModelLimits()
        self._prices = Prices(prices or {})
        self._url = checked_url(url) if url else None
        self._key = key
        self._clock = clock or SystemClock()
        self._governed: dict[str | int, Governed] = {}

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Models | None":
        """What SEGUE_MODEL and its like say; None where SEGUE_MODEL is not set."""
        told = {name: value.strip() for name, value in env.items() if value.strip()}
        if (default := told.pop("SEGUE_MODEL", None)) is None:
            return None
        special = {name.removeprefix(_PREFIX): told.pop(name) for name in [*told] if name in _SPECIAL}
        return cls(
            default,
            small=told.get("SEGUE_SMALL_MODEL"),
            steps={name[len(_PREFIX) :]: value for name, value in told.items() if name.startswith(_PREFIX)},
            limits=ModelLimits(
                **{_NUMBERS[name]: _number(name, special[name]) for name in special if name in _NUMBERS}
            ),
            url=special.get("URL"),
            key=special.get("KEY"),
        )

    def of(self, step: str, wanted: str | Model | None = None, *, small: bool = False) -> Model:
        """The model that a step asks, one instance for each model; ModelMisconfigured when there is no such model.

        What the desk says of the step counts more than what the agent itself names (`wanted`). `small` is asked for
        when money or time runs out, so it counts more than both.
        """
        if small and self.small is not None:
            return self._of(self.small)
        return self._of(self.steps.get(_spelled(step)) or wanted or self.default)

    def cost(self, response: ModelResponse) -> Decimal | None:
        """US dollars for an answer: by the desk's own prices, else by those that are published; None: not known."""
        return self._prices.of(response)

    async def check(
        self, agents: Mapping[str, str | Model | None] | None = None, *, offline: bool = False
    ) -> Sequence[str]:
        """What is wrong, a complaint for each; empty when every model answers.

        Each is asked for next to nothing, all at the same time, unless `offline`. `agents` are those of a desk, with
        the model that each of them names itself.
        """
        complaints: list[str] = []
        asked: dict[int, Governed] = {}
        if agents is not None:
            names = {_spelled(name) for name in agents}
            complaints += [
                f"A model is set for the step {step!r}, and the desk has no agent of that name "
                f"(there is: {', '.join(agents) or 'none'})."
                for step in self.steps
                if step not in names
            ]
        for model in (self.default, self.small, *self.steps.values(), *(agents or {}).values()):
            try:
                if model is not None:
                    there = self._of(model)
                    asked[id(there)] = there
            except ModelMisconfigured as error:
                complaints.append(f"{error}.")
        if not offline:
            answers = await asyncio.gather(*map(complaint_about, asked.values()))
            complaints += sorted(answer for answer in answers if answer is not None)
        return [*dict.fromkeys(complaints)]

    async def __aenter__(self) -> Self:
        # What was counted belongs to another loop, and so do the connections.
        self._governed.clear()
        for model in (self.default, self.small, *self.steps.values()):
            with suppress(ModelMisconfigured):  # told to whoever asks it, and by `segue check`
                if model is not None:
                    self._of(model)  # loads its provider's client, which would hold everybody up later
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for model in self._governed.values():
            await model.close()
        self._governed.clear()

    def _of(self, model: str | Model) -> Governed:
        known = model if isinstance(model, str) else id(model)
        if (there := self._governed.get(known)) is None:
            there = self._governed[known] = self._govern(model)
        return there

    def _govern(self, model: str | Model) -> Governed:
        if isinstance(model, Governed):
            return model
        wrapped = build(model, self._url, self._key) if isinstance(model, str) else model
        name = model if isinstance(model, str) else wrapped.model_id
        if opens_something(wrapped.base_url):
            raise ModelMisconfigured(
                name, "has an address with a password or a key in it, and addresses are written to traces"
            )
        limits = self._limits
        if not isinstance(limits, ModelLimits):
            limits = limits.get(name) or limits.get(wrapped.model_name) or ModelLimits()
        return Governed(wrapped, name, limits, self._clock, self._prices.call)


_SPECIAL: Final = {_PREFIX + name for name in ("URL", "KEY", *_NUMBERS)}


def _spelled(step: str) -> str:
    """A step's name as it can stand in an environment variable."""
    return re.sub(r"\W+", "_", step).strip("_").lower()


def _number(name: str, told: str) -> Any:
    try:
        return int(told) if name in ("AT_ONCE", "PER_MINUTE") else float(told)
    except ValueError:
        raise DefinitionError(f"{_PREFIX}{name} must be a number, and is {told!r}") from None
