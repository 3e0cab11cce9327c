"""What a turn with an agent costs, beside the same run of pydantic-ai alone: `python -m bench.agents`.

Two requests to a model and one call of a tool. Over HTTP (the model in a process of its own, so that only our side is
counted) and with a model in the process, where there is hardly anything beside which to be slow. The step is the turn
without what the same turn costs when a plain function writes the reply. CPU of the process; Python's collector is set
as `segue serve` sets it, for both. All are measured in turn, so that whatever else the machine does hits them alike.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median
from time import process_time

import pydantic_ai
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, FunctionModel

from segue import Desk, Draft, Flow, History, Message, Objection, Refine, Reply, step
from segue.agents import Agent, Models
from segue.agents.addresses import build
from segue.agents.prompting import PREFACE, prompt_of
from segue.journals.sqlite import SqliteJournal
from segue.run import reception
from segue.run.collector import seldom_collecting
from segue.run.journal import Journal
from segue.run.memory import MemoryJournal
from segue.run.office import Office

ROUNDS = 9
RUNS = 32
QUESTION = "Where is my order 1001? It was to be here on Monday, and nothing has come so far."
ANSWER = "Your order is on its way. " * 10
INSTRUCTIONS = "Look the order up and answer in one friendly sentence. " * 10


async def find_order(number: int) -> str:
    """Look an order up."""
    return f"order {number}: " + "sent on Monday, with the carrier since Tuesday. " * 6


@step
async def fine(draft: Draft) -> list[Objection]:
    return []


@step
async def plainly(history: History, message: Message) -> Draft:
    return Draft(ANSWER)


def desk_on(model: Model | None) -> Desk:
    """A desk whose replies that model writes, or a function."""
    if model is None:
        return Desk(Flow(Refine(plainly, against=[fine]), takes=Message, gives=Reply))
    write: Agent[Draft] = Agent(
        "write", reads=[History, Message], gives=Draft, instructions=INSTRUCTIONS, tools=[find_order]
    )
    flow = Flow(Refine(write, against=[fine]), takes=Message, gives=Reply)
    return Desk(flow, tools=[Models(model)])


def alone_on(model: Model) -> "pydantic_ai.Agent[None, str]":
    return pydantic_ai.Agent(
        model, name="write", instructions=f"{PREFACE}\n\n{INSTRUCTIONS}", tools=[find_order]
    )


def in_process() -> Model:
    async def speak(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if len(messages) == 1:
            return ModelResponse([ToolCallPart("find_order", {"number": 1001})])
        return ModelResponse([TextPart(ANSWER)])

    return FunctionModel(speak)


@contextmanager
def over_http() -> Iterator[Callable[[], Model]]:
    """Makes models of a server; each is closed by whoever asked it last."""
    program = [sys.executable, "-m", "bench.model_server"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            url = f"http://127.0.0.1:{port}/v1"
            yield lambda: build("gpt-4o", url, None)
        finally:
            server.terminate()


@asynccontextmanager
async def journal_of(kind: str) -> AsyncIterator[Journal]:
    if kind == "memory":
        yield MemoryJournal()
        return
    with tempfile.TemporaryDirectory() as folder:
        yield SqliteJournal(Path(folder) / "journal.db")


async def together(times: int, at_once: int, run: Callable[[int], Awaitable[object]]) -> float:
    """Milliseconds of CPU for each of so many runs."""
    numbers = iter(range(times))

    async def one_after_the_other() -> None:
        for n in numbers:
            await run(n)

    began = process_time()
    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    return (process_time() - began) / times * 1000


async def alone(model: Model, at_once: int) -> float:
    """A run without Segue, of an agent that keeps its connections as ours do."""
    agent, prompt = alone_on(model), prompt_of([History(), Message((QUESTION,))], "en")
    async with agent:
        await agent.run(prompt)
        return await together(RUNS, at_once, lambda n: agent.run(prompt))


async def turns(model: Model | None, kind: str, at_once: int) -> float:
    """A whole turn, each of a conversation of its own."""
    async with journal_of(kind) as journal, desk_on(model).open(journal) as office:
        ids = [await office.begin() for _ in range(RUNS + 1)]
        await talk(office, ids[-1], "warm")
        return await together(RUNS, at_once, lambda n: talk(office, ids[n], "question"))


async def late_turns(model: Model, earlier: int) -> float:
    """Turns of one conversation, after so many."""
    async with desk_on(model).open() as office:
        id = await office.begin()
        for n in range(earlier):
            await talk(office, id, f"before-{n}")
        return await together(RUNS, 1, lambda n: talk(office, id, f"turn-{n}"))


async def talk(office: Office, conversation: str, id: str) -> None:
    await reception.customer_says(office, conversation, id, QUESTION)
    assert await reception.outcome_of(office, conversation, id, 30)


async def compare(model: Callable[[], Model], at_once: int) -> dict[str, float]:
    """Milliseconds of a run without Segue, and how many times that a step and a turn cost."""
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        base = await alone(model(), at_once)
        found["alone"].append(base)
        for kind in ("memory", "sqlite"):
            turn = await turns(model(), kind, at_once)
            found[f"step, {kind}"].append((turn - await turns(None, kind, at_once)) / base)
            found[f"turn, {kind}"].append(turn / base)
    order = ("alone", "step, memory", "step, sqlite", "turn, memory", "turn, sqlite")
    return {name: median(found[name]) for name in order}


async def growth(model: Callable[[], Model]) -> float:
    """What a turn costs after 200 others, compared with the first ones."""
    return median([await late_turns(model(), 200) / await late_turns(model(), 1) for _ in range(3)])


def main() -> None:
    figures: dict[str, dict[str, float]] = {}
    print(f"{'':30}{'pydantic-ai':>12}{'a step with':>18}{'a whole turn':>18}")
    print(f"{'CPU':30}{'alone':>12}{'memory':>9}{'SQLite':>9}{'memory':>9}{'SQLite':>9}")
    with over_http() as served, seldom_collecting():
        for at_once in (1, 16):
            for name, model in (("over HTTP", served), ("in the process", in_process)):
                found = figures[f"{name}, {at_once} in flight"] = asyncio.run(compare(model, at_once))
                base, *ratios = found.values()
                columns = "".join(f"{ratio:>8.2f}x" for ratio in ratios)
                print(f"{f'{name}, {at_once} in flight':30}{base:>9.2f} ms{columns}", flush=True)
        late = asyncio.run(growth(in_process))
    print(f"a turn after 200 others: {late:.2f} times the first ones")
    print(json.dumps({**figures, "after 200 turns": late}))


if __name__ == "__main__":
    main()
