"""What was answered in one attempt is of use to the next, where it is about the same and was no mistake."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from segue import Desk, Draft, Flow, Message, Node, Objection, Refine, Reply, Sequence, step
from segue.agents import Agent, Models
from segue.run.events import ModelFailed
from segue.testing import talk


@dataclass(frozen=True)
class Price:
    euros: int


@step
async def fine(draft: Draft) -> list[Objection]:
    return []


@step
async def plain(message: Message) -> Draft:
    return Draft("We have your message.")


def desk_of(write: Node[Draft], says: Callable[[list[ModelMessage], AgentInfo], Any]) -> Desk:
    body: Node[Reply] = Refine(write, against=[fine])
    return Desk(Flow(body, takes=Message, gives=Reply), tools=[Models(FunctionModel(says))])


async def test_a_mistake_is_not_repeated_to_the_next_attempt_because_an_earlier_one_had_no_answer() -> None:
    asked = 0

    async def says(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        nonlocal asked
        asked += 1
        if asked == 1:
            await asyncio.Event().wait()
        return ModelResponse([TextPart("It was sent." if asked == 4 else "")])

    write = Agent("write", reads=[Message], gives=Draft, instructions="Answer.", retries=1)
    async with talk(desk_of(write.within(0.2).retry(3, pause=0).or_else(plain), says)) as customer:
        assert await customer.says("?") == "It was sent."
        failed = await customer.event(ModelFailed)
    assert failed.why == "CancelledError: it was not waited for any longer"


async def test_another_attempt_about_other_facts_uses_nothing_that_was_answered_before() -> None:
    looked = 0

    @step
    async def look(message: Message) -> Price:
        nonlocal looked
        looked += 1
        return Price(looked)

    async def stock(number: int) -> str:
        return f"read {looked} times"

    async def says(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if len(messages) == 1:
            return ModelResponse([ToolCallPart("stock", {"number": 7})])
        if looked == 1:
            raise ConnectionError("gone")
        read = messages[0].parts[0], messages[-1].parts[0]
        return ModelResponse([TextPart(" ".join(str(getattr(part, "content", "")) for part in read))])

    write = Agent("write", reads=[Price], gives=Draft, instructions="Answer.", tools=[stock])
    async with talk(desk_of(Sequence(look, write).retry(2, pause=0), says)) as customer:
        assert await customer.says("?") == '<Price>{"euros":2}</Price> read 2 times'
