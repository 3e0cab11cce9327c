"""What must pass: steps called like functions, verbs in a chain, and combinations that carry their types."""

from dataclasses import dataclass
from typing import Protocol, assert_type

from segue import (
    Caller,
    Delegate,
    Draft,
    Each,
    Failed,
    Flow,
    History,
    Message,
    Objection,
    Parallel,
    Person,
    Refine,
    Reply,
    Route,
    Sequence,
    always,
    caller,
    go_on,
    minutes,
    step,
)


@dataclass(frozen=True)
class Customer:
    name: str


@dataclass(frozen=True)
class Orders:
    count: int


@dataclass(frozen=True)
class Task:
    text: str


@dataclass(frozen=True)
class Finding:
    text: str


@dataclass(frozen=True)
class Verdict:
    text: str


@dataclass(frozen=True)
class Nothing:
    pass


class Shop(Protocol):
    def orders(self, name: str) -> int: ...


class Cache(Protocol):
    def get(self, name: str) -> int: ...


class Little:
    def orders(self, name: str) -> int:
        return len(name)

    def get(self, name: str) -> int:
        return len(name)


@step
async def find_customer(caller: Caller) -> Customer:
    return Customer(caller.id)


@step
async def find_orders(customer: Customer, *, shop: Shop) -> Orders:
    return Orders(shop.orders(customer.name))


@step(says="looking_at_your_orders")
def orders_from_cache(customer: Customer, *, cache: Cache) -> Orders:
    return Orders(cache.get(customer.name))


@step(name="understand", says={"en": "one moment", "de": "einen Augenblick"})
async def read_message(message: Message, history: History) -> list[Task] | Nothing:
    return [Task(message.text)] if history.lines else Nothing()


@step
def no_orders(customer: Customer) -> Nothing:
    return Nothing()


@step
def orders_or_nothing(customer: Customer) -> Orders | Nothing:
    return Nothing()


@step
async def supervise(customer: Customer, findings: list[Finding | Failed]) -> list[Task] | Verdict:
    return Verdict(customer.name)


@step
def investigate(task: Task) -> Finding:
    return Finding(task.text)


@step
def write(message: Message, objections: list[Objection]) -> Draft:
    return Draft(message.text)


@step
async def check(draft: Draft) -> list[Objection]:
    return []


lead = Person("support lead")


# A step is called in its own test like the function it is.


async def call_them() -> None:
    assert_type(await find_orders(Customer("Ada"), shop=Little()), Orders)
    assert_type(orders_from_cache(Customer("Ada"), cache=Little()), Orders)
    assert_type(orders_from_cache.using(cache=Little())(Customer("Ada"), cache=Little()), Orders)
    await read_message(Message(("hello",)), History())


# Verbs chain and keep the type, whatever they stand on.

find_orders.within(2).retry(3, on=TimeoutError).or_else(orders_from_cache).escalate(to=lead).named("orders")
Sequence(find_customer, find_orders).retry(2).or_else(orders_from_cache)
Sequence(find_customer, orders_or_nothing).or_else(no_orders)
orders_or_nothing.or_else(no_orders)
find_orders.or_else(lead.takes_over(because="no_orders"))
find_orders.or_else(lead.gives(Orders))
find_orders.or_else(caller.gives(Orders, asking="how_many", within=600))
Flow(Sequence(find_customer, find_orders), takes=Message, gives=Orders).or_else(orders_from_cache)
Refine(write, against=[check]).or_else(Refine(write.named("again"), against=[check]))
Delegate(supervise, to={Task: investigate}).or_else(lead.gives(Verdict))


# Combinations hold anything that can be combined.

flow = Flow(
    Sequence(
        Parallel(find_customer, read_message),
        find_orders.or_else(orders_from_cache),
        Route({Nothing: lead.takes_over(), Orders: go_on, Verdict: Sequence(find_orders, orders_or_nothing)}),
        Each(Delegate(supervise, to={Task: investigate.retry(2)}, at_most=3)),
        Refine(Sequence(find_orders, write.within(20)), against=[check, check.retry(2)], last=write),
    ),
    takes=(Message, Caller),
    gives=Reply,
    keeps={Customer: always, Orders: minutes(10)},
)
reply_flow: Flow[Reply] = flow
