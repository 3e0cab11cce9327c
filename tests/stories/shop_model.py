"""A language model for the shop, over HTTP: what each of its agents says, and a desk that asks it."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

from tests.agents.model_servers import Answer, Calls, ModelServer, serving

from examples.shop.articles import Knowledge
from examples.shop.backend.launch import Backend
from examples.shop.desk import make
from examples.shop.sandbox import OpenedOnce
from segue import Caller, Desk
from segue.agents import Models
from segue.agents.model_limits import ModelLimits
from segue.testing import talk

Says: TypeAlias = Answer | Callable[[str, int], Answer]
"""The same to every request, or what a function makes of the prompt and of how often it has answered in this run."""

KNOWLEDGE = OpenedOnce()
"""The help pages, read once for all stories."""

AGENTS = ("read_again", "lead_complaint", "write")


@asynccontextmanager
async def shop(
    backend: Backend,
    says: Mapping[str, Says],
    *,
    patience: float = 10.0,
    knowledge: Knowledge = KNOWLEDGE,
) -> AsyncIterator[tuple[Desk, ModelServer]]:
    """The desk with a model that says this and is waited for so many seconds, over a back end as it was seeded."""
    await backend.reset()
    with model_of_the_shop(says) as server:
        limits = ModelLimits(timeout=patience, patience=0)
        models = Models("other", steps={name: name for name in AGENTS}, url=server.url, limits=limits)
        yield make(backend.crm, backend.orders, backend.payments, knowledge, models=models), server


async def on_templates(backend: Backend, caller: str, text: str, language: str = "en") -> str:
    """What the desk without a model answers."""
    await backend.reset()
    desk = make(backend.crm, backend.orders, backend.payments, KNOWLEDGE)
    async with talk(desk, caller=Caller(caller, "verified"), language=language) as customer:
        return await customer.says(text)


@contextmanager
def model_of_the_shop(says: Mapping[str, Says]) -> Iterator[ModelServer]:
    """A server that answers for each agent as it is told; each asks for a model of its own name."""

    def answer(request: dict[str, Any]) -> Answer:
        said = {"lead_complaint": leads, **says}[request["model"]]
        turn = sum(message["role"] == "assistant" for message in request["messages"])
        return said(prompt_of(request), turn) if callable(said) else said

    with serving(answer) as server:
        yield server


def asked(server: ModelServer) -> Counter[str]:
    """How often each agent asked."""
    return Counter(request["model"] for request in server.requests)


def prompt_of(request: dict[str, Any]) -> str:
    """The facts that an agent was given."""
    return next(str(message["content"]) for message in request["messages"] if message["role"] == "user")


def leads(prompt: str, turn: int) -> Answer:
    """A lead as it should be: asks both, then says what they found."""
    if "<BillingFinding" not in prompt:
        return (Calls("ask_billing"), Calls("ask_shipping"))
    billing, shipping = (found(prompt, kind) for kind in ("BillingFinding", "ShippingFinding"))
    wrong = {
        "twice": billing["twice"]["amount"] != "0.00",
        "lost": shipping["lost"],
        "late": shipping["late"],
    }
    return Calls("went_wrong", {"found": [what for what, holds in wrong.items() if holds]})


def found(prompt: str, kind: str) -> dict[str, Any]:
    """The first fact of this class in a prompt."""
    (match,) = re.findall(rf"<{kind}[^>]*>(.*)</{kind}>", prompt)
    fact: dict[str, Any] = json.loads(match)
    return fact
