"""What language models cost, over many conversations."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from tests.observe.small_desk import Refund, Tracking, accept, lead

from segue import Desk, Draft, Each, Flow, Message, Reply, Route, step
from segue import Sequence as InOrder
from segue.agents import Agent
from segue.flow.refine import Refine
from segue.journals.sqlite import SqliteJournal
from segue.observe.bill import Bill, dollars
from segue.observe.costs import PAGE, Apiece, costs
from segue.run.journal import Head
from segue.run.memory import MemoryJournal
from segue.testing import talk
from segue.testing.models import Scripted

LATER = 2**52

write = Agent("write", reads=[Message], gives=Draft, instructions="Answer in one sentence.")


@step
async def plain(message: Message) -> Draft:
    return Draft("We have your message.")


def desk_of() -> Desk:
    """A model answers everything but `gone`, for a cent."""

    def speak(prompt: str, turn: int) -> object:
        if "gone" in prompt:
            return ConnectionError("gone")
        return "Hello."

    body = Refine(write.or_else(plain), against=[accept]).escalate(to=lead)
    return Desk(
        Flow(body, takes=Message, gives=Reply, name="support"),
        tools=[Scripted(price="0.01", write=speak)],
        people={lead: "leads"},
    )


async def spoken(journal: MemoryJournal, *texts: str) -> str:
    """One conversation, in which the customer says this."""
    async with talk(desk_of(), journal=journal) as customer:
        for text in texts:
            await customer.says(text)
        return customer.id


async def test_what_a_conversation_and_a_resolved_one_cost() -> None:
    journal = MemoryJournal()
    await spoken(journal, "hello", "and now?")
    await spoken(journal, "gone")
    await spoken(journal)  # somebody opened the page and wrote nothing
    found = await costs(journal, until=LATER)

    assert (found.conversations, found.resolved) == (3, 2)
    assert (found.total.answers, found.total.failures) == (2, 1)
    assert found.total.money == Decimal("0.02")
    assert found.per_conversation == Apiece(Decimal("0.006667"), round(found.total.tokens / 3))
    assert found.per_resolved == Apiece(Decimal("0.010000"), round(found.total.tokens / 2))


async def test_it_adds_up_by_model_by_step_and_by_day() -> None:
    journal = MemoryJournal()
    await spoken(journal, "hello", "gone")
    found = await costs(journal, until=LATER)

    for shares in (found.by_model, found.by_step, found.by_day):
        assert sum((share.bill for share in shares), Bill()) == found.total
    assert [share.name for share in found.by_step] == ["support: write"]
    assert found.by_model[0].name == "function:scripted-write"
    assert len(found.by_day[0].name) == len("2027-01-31")


async def test_the_items_of_a_list_are_one_step() -> None:
    @step
    async def understand(message: Message) -> list[Tracking | Refund]:
        return [Tracking(word) for word in message.text.split()]

    @dataclass(frozen=True)
    class Answer:
        """What is told of an order."""

        text: str

    @step
    async def tell(answers: list[Answer]) -> Draft:
        return Draft("; ".join(answer.text for answer in answers))

    track = Agent("track", reads=[Tracking], gives=Answer, instructions="Say where it is.")
    refund = Agent("refund", reads=[Refund], gives=Answer, instructions="Say whether it is paid.")
    each = Each(Route({Tracking: track, Refund: refund}))
    body = InOrder(understand, each, Refine(tell, against=[accept])).escalate(to=lead)
    models = Scripted(track=lambda prompt, turn: Answer("on its way"))
    journal = MemoryJournal()
    desk = Desk(
        Flow(body, takes=Message, gives=Reply, name="support"), tools=[models], people={lead: "leads"}
    )
    async with talk(desk, journal=journal) as customer:
        await customer.says("1001 1002")
    (share,) = (await costs(journal, until=LATER)).by_step
    assert (share.name, share.bill.answers) == ("support: each/Tracking/track", 2)


@step
async def want(message: Message) -> Tracking:
    return Tracking(message.text)


async def handed_over(journal: MemoryJournal, then: str) -> None:
    flow = Flow(InOrder(want, Route({Tracking: lead.takes_over()})), takes=Message, gives=Reply)
    async with talk(Desk(flow, people={lead: "leads"}), journal=journal) as customer:
        await customer.says("hello")
        if then:
            await customer.person("Done.", then=then)


@pytest.mark.parametrize(("then", "resolved"), [("", 0), ("keep", 0), ("return", 0), ("close", 1)])
async def test_what_went_to_a_person_is_resolved_when_it_is_closed(then: str, resolved: int) -> None:
    journal = MemoryJournal()
    await handed_over(journal, then)
    found = await costs(journal, until=LATER)
    assert (found.conversations, found.resolved) == (1, resolved)
    assert (found.per_resolved is None) == (resolved == 0)


async def test_only_conversations_opened_in_that_time_count() -> None:
    journal = MemoryJournal()
    await spoken(journal, "hello")
    second = await spoken(journal, "hello")
    opened = (await journal.head(second)).opened
    assert (await costs(journal, since=opened + 1, until=LATER)).conversations == 0
    assert (await costs(journal, since=opened, until=opened + 1)).conversations in (1, 2)  # in the same ms
    nothing = await costs(journal, until=0)
    assert (nothing.conversations, nothing.total, nothing.per_conversation) == (0, Bill(), None)


class Busy(MemoryJournal):
    """While the list is read, something happens once."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def heads(self, limit: int = 100, before: tuple[int, str] | None = None) -> Sequence[Head]:
        found = await super().heads(limit, before)
        if (meanwhile := self.meanwhile) is not None:
            self.meanwhile = None
            await meanwhile()
        return found


async def test_a_conversation_that_goes_on_while_it_is_counted_counts_once() -> None:
    journal = Busy()
    async with talk(desk_of(), journal=journal) as customer:
        office = await customer.office()
        for _ in range(PAGE):
            await office.begin()

        async def goes_on() -> None:
            await customer.says("hello")  # the oldest moves to the front of a list whose first page was read

        journal.meanwhile = goes_on
        found = await costs(journal, until=LATER)
    assert (found.conversations, found.total.answers) == (PAGE + 1, 1)


async def test_it_is_the_same_on_sqlite(tmp_path: Path) -> None:
    async with talk(desk_of(), journal=SqliteJournal(tmp_path / "segue.db")) as customer:
        await customer.says("hello")
        found = await costs(customer.journal, until=LATER)
    assert (found.conversations, found.resolved, found.total.money) == (1, 1, Decimal("0.01"))


@pytest.mark.parametrize(
    ("money", "spelled"),
    [
        ("0", "$0.00"),
        ("0.02", "$0.02"),
        ("0.020000", "$0.02"),
        ("0.000123", "$0.000123"),
        ("1200", "$1200.00"),
    ],
)
def test_money_is_as_exact_as_it_is_known(money: str, spelled: str) -> None:
    assert dollars(Decimal(money)) == spelled
