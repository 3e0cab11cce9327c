"""What was said long ago is summed up, once, and told from then on; the journal keeps all of it."""

from segue import Desk, Draft, Flow, History, Message, Objection, Parallel, Refine, Reply, Sequence, step
from segue.agents import Agent
from segue.agents.remembering import remembering
from segue.flow.builtin import Forgotten, Summary
from segue.run.events import MessageReceived, StepFinished
from segue.testing import Customer, talk
from segue.testing.models import Says, Scripted


@step
async def fine(draft: Draft) -> list[Objection]:
    return []


@step
async def look(message: Message) -> Draft:
    return Draft("")


write = Agent("write", reads=[History, Message], gives=Draft, instructions="Answer.")


def desk_of(models: Scripted) -> Desk:
    body = Sequence(Parallel(look, remembering(every=4)), Refine(write, against=[fine]))
    return Desk(Flow(body, takes=Message, gives=Reply), tools=[models])


def scripted(**more: Says) -> Scripted:
    summed = {"remember": lambda prompt, turn: Summary(f"so far {prompt.count('customer: ')}"), **more}
    return Scripted(write=lambda prompt, turn: "Yes.", **summed)


async def chat(customer: Customer, turns: int) -> None:
    for n in range(turns):
        assert await customer.says(f"question {n}") == "Yes."


def prompts(models: Scripted, agent: str) -> list[str]:
    return [asked.prompt for asked in models.asked if asked.agent == agent]


async def test_lines_are_summed_up_when_there_are_enough_of_them() -> None:
    models = scripted()
    async with talk(desk_of(models)) as customer:
        await chat(customer, 9)
    first, second = prompts(models, "remember")
    assert "question 0" in first
    assert "question 3" not in first
    assert '"before":"so far 3"' in second
    assert "question 0" not in second
    late = prompts(models, "write")[-1]
    assert late.startswith('<History>{"before":"so far 3"')
    assert "question 7" in late
    assert "question 0" not in late


async def test_the_two_hundredth_turn_is_told_no_more_than_the_tenth() -> None:
    models = scripted()
    async with talk(desk_of(models)) as customer:
        await chat(customer, 60)
        events = [happened.event for happened in await customer.events()]
    told = [len(prompt) for prompt in prompts(models, "write")]
    assert max(told[10:]) <= max(told[:12]) + 10  # numbers get longer
    assert sum(isinstance(event, MessageReceived) for event in events) == 60


async def test_a_desk_that_was_started_again_remembers() -> None:
    models = scripted()
    async with talk(desk_of(models)) as customer:
        await chat(customer, 8)
        customer.crash()
        await chat(customer, 1)
    assert '"before":"so far 3"' in prompts(models, "write")[-1]


async def test_where_it_cannot_be_summed_up_the_lines_wait() -> None:
    failures = iter(range(1))

    def remember(prompt: str, turn: int) -> Says:
        if next(failures, None) is not None:
            raise ConnectionError("gone")
        return Summary("caught up")

    models = scripted(remember=remember)
    async with talk(desk_of(models)) as customer:
        await chat(customer, 9)
        assert any(
            isinstance(h.event, StepFinished) and h.event.path.startswith("else/")
            for h in await customer.events()
        )
    assert "caught up" in prompts(models, "write")[-1]
    assert "question 0" in prompts(models, "remember")[1]


async def test_what_is_left_out_is_summed_up_in_a_flow_inside_the_flow_too() -> None:
    @step
    async def sum_up(forgotten: Forgotten) -> Summary:
        seen.append(forgotten)
        return Summary("so far")

    seen: list[Forgotten] = []
    inner = Flow(Sequence(look, sum_up), takes=Message, gives=Summary, name="inner")
    body = Sequence(inner, Refine(write, against=[fine]))
    async with talk(Desk(Flow(body, takes=Message, gives=Reply), tools=[scripted()])) as customer:
        await chat(customer, 7)
    assert [line.text for forgotten in seen for line in forgotten.lines][:2] == ["question 0", "Yes."]
