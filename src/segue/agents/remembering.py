"""Remembering: a summary of what History leaves out, so that the two hundredth turn is told what the tenth was told."""

from typing import Any, Final

from pydantic_ai.models import Model

from segue.agents.agent import Agent
from segue.agents.models import Models
from segue.flow.builtin import Calls, Forgotten, NothingNew, Summary
from segue.flow.node import Node
from segue.flow.step import step

INSTRUCTIONS: Final = (
    "Sum up what was said in a conversation of customer service, for a colleague who goes on with it: what the "
    "customer wants and likes, what was found, what was done, what was promised, what is open. Keep names, numbers and "
    "dates exactly. <Forgotten> holds the lines that are to be added to the summary so far (before). At most 120 words."
)


class Remember(Agent[Any]):
    """Sums up what History leaves out, as soon as there are `every` lines of it; until then no model is asked.

    Put it beside other work (`Parallel(understand, look_up, remembering())`): what it gives is in History from the next
    turn on. Everything that was said stays in the journal.
    """

    def __init__(
        self, every: int = 8, *, model: str | Model | None = None, instructions: str = INSTRUCTIONS
    ) -> None:
        super().__init__(
            "remember",
            reads=[Forgotten],
            gives=Summary | NothingNew,
            instructions=instructions,
            model=model,
        )
        self.every = every

    async def _work(self, *facts: Any, calls: Calls, models: Models) -> Any:
        (forgotten,) = facts
        if len(forgotten.lines) < self.every:
            return NothingNew()
        return await super()._work(*facts, calls=calls, models=models)


def remembering(every: int = 8, *, model: str | Model | None = None, seconds: float = 10) -> Node[Any]:
    """Sums up where that can be done in time; otherwise the lines wait for the next turn."""
    return Remember(every, model=model).within(seconds).or_else(leave_it)


@step
async def leave_it(forgotten: Forgotten) -> NothingNew:
    return NothingNew()
