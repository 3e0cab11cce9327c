"""What the model of SEGUE_MODEL makes of messages that a router is not sure of.

Only of CALLS of them, since they are paid for. The model is told the intents by their names alone. Where it fails, the
router's own guess stands in, as in a desk.
"""

import asyncio
import random
from typing import Any, Literal

from pydantic_ai import Agent
from pydantic_ai.exceptions import AgentRunError

from bench.intents import Heard
from segue.agents.models import Models

CALLS = 100
AT_ONCE = 4
NONE = "none of these"


def show(name: str, models: Models, heard: Heard, sure: float) -> None:
    """Ask about some of the test messages below this confidence, strangers among them."""
    rows = [*heard.part.test, *((text, NONE) for text in heard.part.strangers)]
    guesses = [routed.best for routed in (*heard.test, *heard.strangers)]
    left = [(*row, guess) for row, guess in zip(rows, guesses, strict=True) if guess.confidence < sure]
    sample = random.Random(0).sample(left, min(CALLS, len(left)))
    intents = sorted({intent for _, intent in heard.part.test})
    answers = asyncio.run(_asked(models, intents, [text for text, _, _ in sample]))
    read = [
        (intent, (guess.label if answer is None else answer) == intent)
        for answer, (_, intent, guess) in zip(answers, sample, strict=True)
    ]
    own = [right for intent, right in read if intent != NONE]
    strange = [right for intent, right in read if intent == NONE]
    cut = heard.trial.at(sure)
    everything = cut.accuracy(sum(right for _, right in read) / len(read))
    print(
        f"{models.default}, on {len(sample)} of the CLINC150 messages that {name} send on below {sure:.2f}:"
    )
    print(
        f"  {sum(own)} of {len(own)} in scope read rightly, {sum(strange)} of {len(strange)} strangers told"
    )
    print(f"  {answers.count(None)} calls failed, where the router's own guess stands in")
    print(f"  so of all messages {everything:.1%} right, with {cut.sent:.1%} sent on\n")


async def _asked(models: Models, intents: list[str], texts: list[str]) -> list[str | None]:
    """An intent for each text; None where the model failed."""
    kind: Any = Literal.__getitem__((*intents, NONE))
    gate = asyncio.Semaphore(AT_ONCE)
    async with models:
        agent = Agent(models.of("bench"), output_type=kind, instructions=INSTRUCTIONS)

        async def ask(text: str) -> str | None:
            async with gate:
                try:
                    return str((await agent.run(text)).output)
                except AgentRunError:
                    return None

        return await asyncio.gather(*map(ask, texts))


INSTRUCTIONS = f"""Say which intent a customer's message has. If it has none of them, say "{NONE}"."""
