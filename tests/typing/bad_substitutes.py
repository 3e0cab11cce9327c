"""A substitute that gives something else is refused while one types."""

from dataclasses import dataclass

from segue import (
    Caller,
    Delegate,
    Draft,
    Each,
    Failed,
    Flow,
    Message,
    Objection,
    Person,
    Refine,
    Sequence,
    caller,
    step,
)


@dataclass(frozen=True)
class Customer:
    name: str


@dataclass(frozen=True)
class Orders:
    count: int


@dataclass(frozen=True)
class Nothing:
    pass


@step
async def find_customer(caller: Caller) -> Customer:
    return Customer(caller.id)


@step
async def find_orders(customer: Customer) -> Orders:
    return Orders(len(customer.name))


@step(says="looking")
def orders_from_cache(customer: Customer) -> Orders:
    return Orders(len(customer.name))


@step
def orders_or_nothing(customer: Customer) -> Orders | Nothing:
    return Nothing()


@dataclass(frozen=True)
class Task:
    text: str


@dataclass(frozen=True)
class Verdict:
    text: str


@step
def count(task: Task) -> Nothing:
    return Nothing()


@step
async def supervise(findings: list[Nothing | Failed]) -> list[Task] | Verdict:
    return Verdict(str(len(findings)))


@step
def write(message: Message) -> Draft:
    return Draft(message.text)


@step
def check(draft: Draft) -> list[Objection]:
    return []


lead = Person("lead")

find_orders.or_else(find_customer)  # error: "Node[Orders]"
find_orders.or_else(orders_or_nothing)  # error: "Node[Orders]"
orders_from_cache.or_else(find_customer)  # error: "Node[Orders]"
find_orders.within(2).retry(3).or_else(find_customer)  # error: "Node[Orders]"
find_orders.named("orders").or_else(find_customer)  # error: "Node[Orders]"
find_orders.or_else(orders_from_cache).or_else(find_customer)  # error: "Node[Orders]"
find_orders.escalate(to=lead).or_else(find_customer)  # error: "Node[Orders]"
Sequence(find_customer, find_orders).or_else(find_customer)  # error: "Node[Orders]"
Sequence(find_customer, Sequence(find_orders)).or_else(Sequence(find_orders, find_customer))  # error: Node[Orders]
find_orders.or_else(lead.gives(Customer))  # error[mypy]: "type[Orders]"  # error[pyright]: "Node[Orders]"
find_orders.or_else(caller.gives(Customer, asking="who"))  # error[mypy]: "type[Orders]"  # error[pyright]: "Node[Orders]"
lead.gives(Orders).or_else(find_customer)  # error: "Node[Orders]"
caller.gives(Orders, asking="how_many").or_else(find_customer)  # error: "Node[Orders]"
Flow(find_orders, takes=Customer, gives=Orders).or_else(find_customer)  # error: "Node[Orders]"
Refine(write, against=[check]).or_else(write)  # error: "Node[Reply]"
Each(count).or_else(find_orders)  # error: "Node[list[Nothing]]"
Delegate(supervise, to={Task: count}).or_else(find_orders)  # error: "Node[Verdict]"
