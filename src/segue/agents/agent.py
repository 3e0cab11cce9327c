"""Agent: a step that is done by a language model. Facts in, one typed fact out, like every step."""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from types import UnionType
from typing import Any, Self

import pydantic_ai
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import UsageLimits
from typing_extensions import TypeVar

from segue.agents.borrowed import check_fits, check_tools
from segue.agents.durability import EXCHANGE, Durability, Exchange
from segue.agents.models import Models
from segue.agents.naming import parameter_of
from segue.agents.outputs import Outputs
from segue.agents.prompting import CLAIMS, PREFACE, about, prompt_of, receipts_in
from segue.errors import DefinitionError
from segue.flow.builtin import Calls, Conversation, Draft, Facts, Message
from segue.flow.kinds import Kind, kind_of
from segue.flow.node import Texts
from segue.flow.receipts import Receipts
from segue.flow.step import Signature, Step
from segue.flow.wires import caller_line

T = TypeVar("T", default=Any)  # nothing is known of a union until it is routed

LONGEST = 64_000
"""Bytes of a tool's result that a model is given."""


class Agent(Step[..., Awaitable[T], T]):
    """A step done by a language model.

    It reads facts, as a function reads its parameters: what is listed first stands first in the prompt, so put what
    changes least there. It gives one fact, of one of the classes that `gives` names: `A`, `A | B` (a decision), or
    `list[A | B]`, alone or besides others (tasks, for a lead). A Draft is given as text; one whose agent reads Receipts
    tells what was done by marks that stand for their words.

    `tools` are what pydantic-ai takes as tools (functions, `Tool`s, toolsets): for looking things up. What acts,
    waits for a person or belongs to the flow is done by a Delegate that this agent leads. `model` names a model where
    it is not the desk's (see `Models`). It asks again `retries` times when an answer does not fit, and at most
    `at_most` times in all; then the step fails, and whatever stands after `.or_else` is done.

    `agent` is a `pydantic_ai.Agent` of yours, taken as it is, with its instructions, tools and model; its output type
    must be what `gives` says.
    """

    thinks = True

    def __init__(
        self,
        name: str,
        *,
        reads: Iterable[Any],
        gives: type[T] | UnionType,
        instructions: str = "",
        model: str | Model | None = None,
        tools: Sequence[Any] = (),
        agent: "pydantic_ai.Agent[Any, Any] | None" = None,
        retries: int = 2,
        at_most: int = 8,
        longest: int = LONGEST,
        settings: ModelSettings | None = None,
        says: Texts | None = None,
        using: Mapping[str, Any] | None = None,
    ) -> None:
        where = caller_line()
        who = f"{name} [{where}]"
        self.kinds = _reads(reads, who)
        self.gives = kind_of(gives, whose=f"{who}: what it gives")
        self.instructions = instructions
        self.model = model
        self.asked_for = False  # is it this model or none, whatever the desk says of the step?
        self.toolsets = tuple(tools)
        self.agent = agent
        self.retries, self.at_most, self.longest, self.settings = retries, at_most, longest, settings
        if agent is None and not instructions:
            raise DefinitionError(f"{who} has no instructions; say in a few sentences what it is to do")
        if agent is not None and (instructions or tools):
            raise DefinitionError(f"{who} is an agent of yours, so give instructions and tools to that one")
        if self.gives.optional or not self.gives.cases:
            raise DefinitionError(
                f"{who} may give None, which says nothing; make a small class for that case"
            )
        self._outputs = Outputs(self.gives, who)
        if agent is not None:
            check_fits(agent, self.gives, who)
        check_tools(self.toolsets, self._outputs.names, who)
        self._built: dict[int, pydantic_ai.Agent[Any, Any]] = {}
        super().__init__(self._work, name=name, where=where, says=says, tools=using)

    def __repr__(self) -> str:
        return f"<agent {self.name} [{self.where}]>"

    @cached_property
    def signature(self) -> Signature:
        facts = {parameter_of(kind): kind for kind in self.kinds}
        return Signature(facts, {"calls": Calls, "models": Models}, self.gives)

    @cached_property
    def is_async(self) -> bool:
        return True

    @property
    def details(self) -> tuple[Any, ...]:
        prompt = blake2b(self.instructions.encode(), digest_size=8).hexdigest()
        return (*super().details, "agent", str(self.model or ""), prompt)

    @property
    def remarks(self) -> tuple[str, ...]:  # type: ignore[override]
        model = self.model if isinstance(self.model, str) else getattr(self.model, "model_id", "")
        return (f"on {model}",) if model else ()

    def on(self, model: str | Model) -> Self:
        """The same agent on another model, for `.or_else`."""
        return self._with(model=model, asked_for=True)

    def using(self, **tools: Any) -> Self:
        """The same agent with these `models` instead of the desk's."""
        if unknown := sorted(set(tools) - {"models"}):
            raise DefinitionError(f"{self.name} has no tool {unknown[0]!r} (it uses: models) [{self.where}]")
        return self._with(using=tools)

    def _with(self, **changed: Any) -> Self:
        other: Self = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._built = {}
        other.model = changed.get("model", self.model)
        other.asked_for = changed.get("asked_for", self.asked_for)
        other.bound = {**self.bound, **changed.get("using", {})}
        other.function = other._work
        return other

    async def _work(self, *facts: Any, calls: Calls, models: Models) -> Any:
        small = calls.used >= calls.small_from
        own = self.agent.model if self.agent is not None else None
        model = models.of("" if self.asked_for else self.name, self.model or own, small=small)
        language = _language(facts)
        prompt = prompt_of(facts, language)
        exchange = Exchange(
            calls, about(prompt), model.model_id, models.cost, self.longest, receipts_in(facts)
        )
        token = EXCHANGE.set(exchange)
        try:
            result = await self._agent_on(model).run(
                prompt,
                **self._for_the_run(model),
                usage_limits=UsageLimits(request_limit=self.at_most),
                infer_name=False,
            )
        finally:
            EXCHANGE.reset(token)
        return self._outputs.fact_of(result.output, exchange.receipts, language)

    def _agent_on(self, model: Model) -> "pydantic_ai.Agent[Any, Any]":
        if self.agent is not None:
            return self.agent
        built = self._built.get(id(model))
        if built is None:
            tools = [tool for tool in self.toolsets if not isinstance(tool, pydantic_ai.AbstractToolset)]
            toolsets = [tool for tool in self.toolsets if isinstance(tool, pydantic_ai.AbstractToolset)]
            claims = [CLAIMS] if Draft in self.gives.cases and Receipts in self.reads else []
            built = self._built[id(model)] = pydantic_ai.Agent(
                model,
                name=self.name,
                output_type=self._outputs.spec,
                instructions="\n\n".join([PREFACE, self.instructions, *claims]),
                tools=tools,
                toolsets=[*self._outputs.toolsets, *toolsets],
                retries=self.retries,
                model_settings=self.settings,
                capabilities=[Durability()],
            )
        return built

    def _for_the_run(self, model: Model) -> dict[str, Any]:
        return {} if self.agent is None else {"model": model, "capabilities": [Durability()]}


def _reads(reads: Iterable[Any], who: str) -> tuple[Kind, ...]:
    kinds = tuple(kind_of(one, whose=f"{who}: what it reads") for one in reads)
    if not kinds:
        raise DefinitionError(
            f"{who} reads nothing, so it could only guess; name the facts: reads=[Message, ...]"
        )
    if any(Facts in kind.cases for kind in kinds):
        raise DefinitionError(f"{who} reads Facts, which is all there is; name the facts that it needs")
    names = [parameter_of(kind) for kind in kinds]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise DefinitionError(f"{who} reads {twice} twice; name it once")
    return kinds


def _language(facts: Iterable[Any]) -> str:
    known = [fact.language for fact in facts if isinstance(fact, Message | Conversation)]
    return known[0] if known else "en"
