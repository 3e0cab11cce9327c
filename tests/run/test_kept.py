"""Kept facts: reused while they are fresh and made from equal facts, read again when a question slept too long."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.run.asking import ADA, Told, happens, lead, polite, say
from tests.run.little import Which
from tests.run.waking import SetClock, moved

from segue import (
    Caller,
    Desk,
    Draft,
    Else,
    Flow,
    Message,
    Refine,
    Reply,
    Route,
    Sequence,
    always,
    caller,
    minutes,
    step,
)
from segue.observe.trace import trace
from segue.run import events as ev
from segue.run.memory import MemoryJournal


@dataclass(frozen=True)
class Account:
    id: str
    tariff: str


@dataclass(frozen=True)
class Orders:
    of: str
    count: int


@dataclass
class Shop:
    tariff: str = "old"
    count: int = 1
    fails: int = 0

    def __post_init__(self) -> None:
        self.calls: list[str] = []


@step
async def find_account(caller: Caller, *, shop: Shop) -> Account:
    shop.calls.append("account")
    return Account(caller.id, shop.tariff)


@step
async def find_orders(account: Account, *, shop: Shop) -> Orders:
    shop.calls.append(f"orders of {account.tariff}")
    if shop.fails:
        shop.fails -= 1
        raise ConnectionError("shop")
    return Orders(account.tariff, shop.count)


@step
async def act(which: Which, orders: Orders) -> Told:
    return Told(f"{which.text}: {orders.count} of {orders.of}")


@step
async def write(told: Told) -> Draft:
    return Draft(told.text)


def desk_of(shop: Shop, account: float = always, nodes: Iterable[Any] = ()) -> Desk:
    body = nodes or (
        find_account,
        find_orders.retry(3),
        caller.gives(Which, asking="which", within=10 * 86400),
        act,
        Refine(write, against=[polite]),
    )
    flow = Flow(
        Sequence(*body).escalate(to=lead),
        takes=Message,
        gives=Reply,
        keeps={Account: account, Orders: minutes(10)},
        name="support",
    )
    return Desk(flow, tools=[shop], people={lead: "leads"}, texts={"which": {"en": "Which one?"}})


async def test_what_is_fresh_and_made_from_equal_facts_is_used_again() -> None:
    shop = Shop()
    async with moved(desk_of(shop)) as world:
        id = await world.office.begin(caller=ADA)
        await say(world.office, id, "1", "one")
        assert (await say(world.office, id, "2", "a"))[-1].event.text == "a: 1 of old"
        await world.later(minutes=9)
        await say(world.office, id, "3", "two")
        assert (await say(world.office, id, "4", "b"))[-1].event.text == "b: 1 of old"
        assert shop.calls == ["account", "orders of old"]


async def test_what_grew_stale_while_a_question_slept_is_read_again_before_the_turn_goes_on() -> None:
    shop, journal, clock = Shop(), MemoryJournal(), SetClock()
    async with moved(desk_of(shop), journal, clock) as world:
        id = await world.office.begin(caller=ADA)
        await say(world.office, id, "1", "one")
    shop.count, shop.fails = 5, 2
    async with moved(desk_of(shop), journal, clock) as world:  # the process was started anew meanwhile
        await world.later(hours=3)
        outcome = await say(world.office, id, "2", "a")
        assert outcome[-1].event.text == "a: 5 of old"  # with the verbs it was read with: three attempts
        assert shop.calls == ["account", *["orders of old"] * 4]
        (turn,) = trace(await world.office.events(id), world.office.desk.flows).turns
        assert turn.shape == "flow"


async def test_what_is_fresh_is_not_read_again_when_a_question_wakes() -> None:
    shop = Shop()
    async with moved(desk_of(shop)) as world:
        id = await world.office.begin(caller=ADA)
        await say(world.office, id, "1", "one")
        await world.later(minutes=9)
        await say(world.office, id, "2", "a")
        assert shop.calls == ["account", "orders of old"]


async def test_a_new_account_makes_the_old_orders_stale() -> None:
    shop = Shop()
    async with moved(desk_of(shop, account=60)) as world:
        id = await world.office.begin(caller=ADA)
        await say(world.office, id, "1", "one")
        shop.tariff = "new"
        await world.later(minutes=2)
        assert (await say(world.office, id, "2", "a"))[-1].event.text == "a: 1 of new"
        assert shop.calls == ["account", "orders of old", "account", "orders of new"]


async def test_what_cannot_be_read_again_goes_the_way_of_a_failure() -> None:
    shop = Shop()
    async with moved(desk_of(shop)) as world:
        id = await world.office.begin(caller=ADA)
        await say(world.office, id, "1", "one")
        shop.fails = 99
        await world.later(hours=1)
        await say(world.office, id, "2", "a")
        handover: Any = await happens(world.office, id, ev.HandedOver)
        assert (handover.reason, handover.path) == ("failed", "ask for Which/again/find_orders")


async def test_a_decision_that_would_fall_otherwise_by_now_goes_to_a_person() -> None:
    @dataclass(frozen=True)
    class Gone:
        id: str

    there = [True]

    @step
    async def look(caller: Caller) -> Account | Gone:
        return Account(caller.id, "old") if there[0] else Gone(caller.id)

    @step
    async def say_gone(gone: Gone) -> Told:
        return Told("gone")

    @step
    async def tell(which: Which, account: Account) -> Told:
        return Told(account.tariff)

    shop = Shop()
    flow = Flow(
        Sequence(
            look,
            Route({Account: Sequence(caller.gives(Which, asking="which"), tell), Gone: say_gone}),
            Refine(write, against=[polite]),
        ).escalate(to=lead),
        takes=Message,
        gives=Reply,
        keeps={Account: minutes(10), Gone: minutes(10)},
        name="support",
    )
    desk = Desk(flow, tools=[shop], people={lead: "leads"}, texts={"which": {"en": "Which one?"}})
    async with moved(desk) as world:
        id = await world.office.begin(caller=ADA)
        await say(world.office, id, "1", "one")
        there[0] = False
        await world.later(hours=1)
        await say(world.office, id, "2", "a")
        handover: Any = await happens(world.office, id, ev.HandedOver)
        assert handover.reason == "changed"
        assert "Account" in handover.why


async def test_the_second_order_number_never_meets_the_first_orders_fact() -> None:
    @dataclass(frozen=True)
    class Number:
        text: str

    @dataclass(frozen=True)
    class Order:
        number: str

    @step
    async def read_number(message: Message) -> Number:
        return Number(message.text)

    @step
    async def find_order(number: Number, account: Account) -> Order:
        return Order(number.text)

    @step
    async def tell(number: Number, order: Order) -> Draft:
        assert number.text == order.number
        return Draft(f"order {order.number}")

    shop = Shop()
    flow = Flow(
        Sequence(find_account, read_number, find_order, Refine(tell, against=[polite])).escalate(to=lead),
        takes=Message,
        gives=Reply,
        keeps={Account: always},
        name="support",
    )
    async with moved(Desk(flow, tools=[shop], people={lead: "leads"})) as world:
        id = await world.office.begin(caller=ADA)
        assert (await say(world.office, id, "1", "1001"))[-1].event.text == "order 1001"
        assert (await say(world.office, id, "2", "1002"))[-1].event.text == "order 1002"


@dataclass(frozen=True)
class Known:
    id: str


@dataclass(frozen=True)
class Unknown:
    id: str


async def test_whichever_case_a_kept_decision_had_is_used_again() -> None:
    looked: list[str] = []

    @step
    async def look(caller: Caller) -> Known | Unknown:
        looked.append(caller.id)
        return Known(caller.id) if caller.id == "ada" else Unknown(caller.id)

    @step
    async def greet(known: Known) -> Told:
        return Told("hello again")

    @step
    async def meet(unknown: Unknown) -> Told:
        return Told("who are you?")

    flow = Flow(
        Sequence(look, Route({Known: greet, Unknown: meet}), Refine(write, against=[polite])).escalate(
            to=lead
        ),
        takes=Message,
        gives=Reply,
        keeps={Known: always, Unknown: always},
        name="support",
    )
    async with moved(Desk(flow, people={lead: "leads"})) as world:
        for who in (ADA, Caller("bob", "verified")):
            id = await world.office.begin(caller=who)
            await say(world.office, id, "1", "one")
            await say(world.office, id, "2", "two")
    assert looked == ["ada", "bob"]


async def test_a_question_stays_open_when_what_was_stale_was_read_and_the_message_was_no_answer() -> None:
    @step
    async def read_which(message: Message) -> Which | Else:
        return Which(message.text) if len(message.text) == 1 else Else()

    shop = Shop()
    nodes = (
        find_account,
        find_orders.retry(3),
        caller.gives(Which, asking="which", within=10 * 86400, reader=read_which),
        act,
        Refine(write, against=[polite]),
    )
    async with moved(desk_of(shop, nodes=nodes)) as world:
        id = await world.office.begin(caller=ADA)
        await say(world.office, id, "1", "one")
        shop.count = 2
        await world.later(hours=1)
        assert (await say(world.office, id, "2", "two"))[-1].event.text == "Which one?"  # a turn of its own
        await say(world.office, id, "3", "a")
        replies = [h.event.text for h in await world.office.events(id) if isinstance(h.event, ev.ReplySent)]
        assert replies[0] == "a: 2 of old"
        (first, second) = trace(await world.office.events(id), world.office.desk.flows).turns
        assert (first.shape, second.shape) == ("flow", "flow")
