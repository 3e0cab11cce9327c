"""Who is it, what did they order, and which order is meant?"""

import re
from dataclasses import dataclass
from typing import Any

from examples.shop.clients import Crm, NotFound, Shop
from examples.shop.facts import Customer, Order, Orders
from examples.shop.outcomes import Excuse
from examples.shop.requests import AddressChange, Complaint, RefundRequest, Tracking
from examples.shop.understanding import order_in
from segue import Caller, Else, Message, Node, Route, Sequence, Withdrawn, caller, go_on, step


@dataclass(frozen=True, slots=True)
class Stranger:
    """Nobody who is signed in."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The number of the order that is meant; 0 where the customer has none."""

    order: int


@dataclass(frozen=True, slots=True)
class WhichOrder:
    """It may be one of several."""

    orders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NoSuchOrder:
    """The customer has no order of that number, or none at all (0)."""

    order: int


@step
async def find_customer(caller: Caller, *, crm: Crm) -> Customer | Stranger:
    """Identity comes from who is signed in, never from what a message says."""
    return await crm.customer(caller.id) if caller.level == "verified" else Stranger()


@step
async def find_orders(customer: Customer, *, shop: Shop) -> Orders:
    return await shop.orders(customer.id)


@step
async def no_orders(stranger: Stranger) -> Orders:
    return Orders("", ())


@step
async def pick_order(
    request: Tracking | RefundRequest | AddressChange | Complaint, orders: Orders
) -> Picked | WhichOrder:
    """By number, by an item that is named, or because there is only one."""
    if request.order or not len(orders):
        return Picked(request.order)
    likely = _most_alike(request.words, orders)
    if len(likely) == 1:
        return Picked(likely[0].number)
    return WhichOrder(tuple(order.number for order in likely))


@step(says="looking_at_your_order")
async def open_order(picked: Picked, customer: Customer, *, shop: Shop) -> Order | NoSuchOrder:
    """The order as it is now. Somebody else's order is one that does not exist."""
    if not picked.order:
        return NoSuchOrder(0)
    try:
        return await shop.order(picked.order, customer.id)
    except NotFound:
        return NoSuchOrder(picked.order)


@step
async def read_which_order(message: Message, asked: WhichOrder) -> Picked | Withdrawn | Else:
    said = message.text.strip().casefold().rstrip(".!")
    if said in NEVER_MIND:
        return Withdrawn()
    number = order_in(message.text)
    return Picked(number) if number else Else()


@step
async def regret_no_order(nothing: NoSuchOrder) -> Excuse:
    return Excuse("no_such_order", nothing.order) if nothing.order else Excuse("no_orders")


@step
async def ask_to_sign_in(stranger: Stranger) -> Excuse:
    return Excuse("not_signed_in")


def _most_alike(words: str, orders: Orders) -> tuple[Order, ...]:
    """The orders whose items are named in most of these words; all of them when none is."""
    said = set(re.findall(r"\w{4,}", words.casefold()))
    named = {
        order: max(sum(word in item.name.casefold() for word in said) for item in order.items)
        for order in orders
    }
    best = max(named.values(), default=0)
    return tuple(order for order, count in named.items() if count == best)


NEVER_MIND = {
    *("never mind", "forget it", "cancel", "no thanks", "stop", "leave it"),
    *("egal", "vergiss es", "vergessen sie es", "abbrechen", "nein danke", "schon gut"),
}


def with_order(then: Node[Any]) -> Node[Any]:
    """For signed-in customers: find the order that is meant, asking if need be, and go on with it."""
    which = caller.gives(Picked, asking="which_order", reader=read_which_order)
    chosen = Sequence(
        pick_order,
        Route({Picked: go_on, WhichOrder: which}),
        open_order.within(2).retry(2),
        Route({Order: then, NoSuchOrder: regret_no_order}),
    )
    return Route({Customer: chosen, Stranger: ask_to_sign_in})
