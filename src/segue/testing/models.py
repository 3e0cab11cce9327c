"""Models that say what a test says, in the process of the test.

    models = Scripted(triage=[Use("find_order", number=1001), Refund(1001)], write=["Your money is on its way."])
    async with talk(Desk(flow, tools=[models])) as customer: ...

The same request gets the same answer however often it is made, so a script also fits a desk that crashes in between.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from pydantic_ai.durable_exec import JSON_CODEC
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_core import to_jsonable_python

from segue.agents.models import Models
from segue.agents.naming import snake
from segue.run.codec import Happened
from segue.run.events import ModelAnswered


class Use:
    """The model calls this tool, with these arguments."""

    def __init__(self, tool: str, **arguments: Any) -> None:
        self.tool, self.arguments = tool, arguments


Says: TypeAlias = Any
"""A text; a fact that the agent may give; a Use; a list of facts and Uses, all at once; an error, which is raised."""

Script: TypeAlias = Sequence[Says] | Callable[[str, int], Says]
"""What is said one after the other, or a function of the prompt and of how often the model has answered in this run."""


@dataclass(frozen=True)
class Asked:
    """One request: which agent made it, its prompt, and what was new in it."""

    agent: str
    prompt: str
    last: str


class Scripted(Models):
    """Models by script, one for each agent; `name.small` is that of the small one. `asked` are all requests."""

    def __init__(self, *, price: str = "0.001", **scripts: Script) -> None:
        super().__init__(FunctionModel(_unscripted, model_name="unscripted"))
        self.scripts = scripts
        self.price = Decimal(price)
        self.asked: list[Asked] = []
        self._said: dict[tuple[str, str, int], Says] = {}
        self._spoken: dict[str, int] = {}
        self._models: dict[str, Model] = {}

    @property
    def paid(self) -> Counter[str]:
        """How often each agent's model was asked."""
        return Counter(asked.agent for asked in self.asked)

    def of(self, step: str, wanted: str | Model | None = None, *, small: bool = False) -> Model:
        name = f"{step}.small" if small and f"{step}.small" in self.scripts else step
        if name not in self._models:
            self._models[name] = FunctionModel(self._speaks(name), model_name=f"scripted-{name}")
        return self._models[name]

    def cost(self, response: ModelResponse) -> Decimal | None:
        return self.price

    def _speaks(self, name: str) -> Callable[[list[ModelMessage], AgentInfo], ModelResponse]:
        def speak(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            prompt, turn = _prompt(messages), sum(isinstance(one, ModelResponse) for one in messages)
            self.asked.append(Asked(name, prompt, _last(messages)))
            place = (name, prompt, turn)
            if place not in self._said:
                self._said[place] = self._next(name, prompt, turn)
            said = self._said[place]
            if isinstance(said, BaseException):
                del self._said[place]  # when it is asked again, that is another occasion
                raise said
            return ModelResponse(
                [_part(one, n) for n, one in enumerate(said if isinstance(said, list) else [said])]
            )

        return speak

    def _next(self, name: str, prompt: str, turn: int) -> Says:
        script = self.scripts.get(name)
        if script is None:
            raise AssertionError(f"there is no script for the agent {name}; Scripted({name}=[...])")
        if callable(script):
            return script(prompt, turn)
        spoken = self._spoken[name] = self._spoken.get(name, 0) + 1
        if spoken > len(script):
            raise AssertionError(
                f"the script of {name} is over after {len(script)}, and it is asked: {prompt}"
            )
        return script[spoken - 1]


def _unscripted(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    raise AssertionError("a scripted model is asked by no name")


def _prompt(messages: list[ModelMessage]) -> str:
    first = messages[0]
    parts = first.parts if isinstance(first, ModelRequest) else ()
    return "".join(str(part.content) for part in parts if isinstance(part, UserPromptPart))


def _last(messages: list[ModelMessage]) -> str:
    return "".join(str(getattr(part, "content", "")) for part in messages[-1].parts)


def _part(said: Says, n: int) -> TextPart | ToolCallPart:
    if isinstance(said, str):
        return TextPart(said)
    if isinstance(said, Use):
        return ToolCallPart(said.tool, said.arguments, tool_call_id=f"call-{n}")
    return ToolCallPart(snake(type(said)), to_jsonable_python(said), tool_call_id=f"call-{n}")


class Recorded(Models):
    """Models that say again what they said in recorded conversations, to the same prompts; none is asked.

    `events` are those of conversations whose questions were written down (`Desk(exchanges=True)`, as it is). An agent
    that is given a prompt which nobody was given fails with LookupError.
    """

    def __init__(self, events: Iterable[Happened]) -> None:
        super().__init__(FunctionModel(_unscripted, model_name="unscripted"))
        self._said: dict[tuple[str, str], list[ModelResponse]] = {}
        at: dict[tuple[int, str], tuple[str, str]] = {}
        for happened in events:
            event = happened.event
            if not isinstance(event, ModelAnswered) or not event.question:
                continue
            if event.call == "model.1":
                prompt = "".join(
                    part["text"] for part in event.question["parts"] if part["part"] == "user-prompt"
                )
                place = at[event.turn, event.path] = (event.path.rpartition("/")[2], prompt)
                self._said[place] = []
            self._said[at[event.turn, event.path]].append(JSON_CODEC.load(ModelResponse, event.answer))

    def of(self, step: str, wanted: str | Model | None = None, *, small: bool = False) -> Model:
        def speak(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            said = self._said.get((step, _prompt(messages)), [])
            turn = sum(isinstance(one, ModelResponse) for one in messages)
            if turn >= len(said):
                raise LookupError(f"nothing was recorded that {step} was answered to this: {_last(messages)}")
            return said[turn]

        return FunctionModel(speak, model_name=f"recorded-{step}")

    def cost(self, response: ModelResponse) -> Decimal | None:
        return Decimal(0)
