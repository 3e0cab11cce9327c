"""A step keeps its function's signature: in its own test wrong facts and missing tools are refused."""

from dataclasses import dataclass
from typing import Protocol

from segue import Caller, Message, Person, step


@dataclass(frozen=True)
class Customer:
    name: str


@dataclass(frozen=True)
class Orders:
    count: int


class Shop(Protocol):
    def orders(self, name: str) -> int: ...


class Little:
    def orders(self, name: str) -> int:
        return len(name)


class Stranger:
    def buy(self) -> None: ...


@step
async def find_orders(customer: Customer, *, shop: Shop) -> Orders:
    return Orders(shop.orders(customer.name))


@step(says="looking_at_your_orders", name="cached")
def orders_from_cache(customer: Customer, *, shop: Shop) -> Orders:
    return Orders(shop.orders(customer.name))


lead = Person("support lead")


async def wrong_facts_and_tools() -> None:
    await find_orders("Ada", shop=Little())  # error: "Customer"
    await find_orders(Customer("Ada"))  # error: "shop"
    await find_orders(shop=Little())  # error: "customer"
    await find_orders(Customer("Ada"), Little())  # error: positional
    await find_orders(Customer("Ada"), shop=Stranger())  # error: "Shop"
    await find_orders(Customer("Ada"), shop=Little(), crm=Little())  # error: "crm"
    await orders_from_cache(Customer("Ada"), shop=Little())  # error: "Orders"
    orders_from_cache("Ada", shop=Little())  # error: "Customer"
    orders_from_cache(Customer("Ada"))  # error: "shop"
    orders_from_cache.using(shop=Little())("Ada", shop=Little())  # error: "Customer"
    count: int = await find_orders(Customer("Ada"), shop=Little())  # error: "Orders"


def wrong_numbers_and_people() -> None:
    find_orders.retry("three")  # error: "int"
    find_orders.retry(3, on="timeout")  # error: type[Exception]
    find_orders.within("2 s")  # error: "float"
    find_orders.escalate(to="support lead")  # error: "Person"
    find_orders.escalate(lead)  # error: positional
    find_orders.or_else("nothing")  # error: "Node[Orders]"
    find_orders.named(3)  # error: "str"
    find_orders.retries(3)  # error: "retries"


def wrong_options() -> None:
    @step(says=3)  # error[mypy]: overload  # error[pyright]: "says"
    def look(message: Message) -> Customer:
        return Customer(message.text)

    @step(text="looking")  # error: overload
    def search(caller: Caller) -> Customer:
        return Customer(caller.id)
