"""Another delivery address, as long as the parcel has not left."""

import re
from dataclasses import dataclass

from examples.shop.clients import Shop, TurnedAway
from examples.shop.facts import Address, AddressChanged, Customer, Order, Orders
from examples.shop.lookup import NEVER_MIND, with_order
from examples.shop.outcomes import Done, Excuse
from examples.shop.receipts import find
from examples.shop.requests import AddressChange
from segue import (
    Absent,
    ActionKey,
    AlreadyDone,
    Else,
    Message,
    Receipt,
    Receipts,
    Route,
    Sequence,
    Withdrawn,
    action,
    caller,
    go_on,
    step,
)


@dataclass(frozen=True, slots=True)
class Changeable:
    """The parcel is still here."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The parcel has left."""


@dataclass(frozen=True, slots=True)
class NewAddress:
    street: str
    postcode: str
    city: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class NoAddress:
    """The customer has not said where to."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where an order is to go, in the same country."""

    order: int
    customer: str
    to: Address


@dataclass(frozen=True, slots=True)
class SameAddress:
    """It goes there anyway."""


@dataclass(frozen=True, slots=True)
class AddressRestored:
    order: int
    to: Address


@step
async def check_address(order: Order) -> Changeable | Gone:
    return Changeable() if order.address_can_change else Gone()


@step
async def read_request(request: AddressChange) -> NewAddress | NoAddress:
    """The address may stand in the request already."""
    return address_in(request.words) or NoAddress()


@step
async def read_new_address(message: Message) -> NewAddress | Withdrawn | Else:
    if message.text.strip().casefold().rstrip(".!") in NEVER_MIND:
        return Withdrawn()
    return address_in(message.text) or Else()


@step
async def check_move(order: Order, new: NewAddress, customer: Customer) -> Move | SameAddress:
    to = Address(new.name or order.ship_to.name, new.street, new.postcode, new.city, order.ship_to.country)
    return SameAddress() if to == order.ship_to else Move(order.number, customer.id, to)


async def restoration_by_key(
    changed: AddressChanged, *, shop: Shop, key: ActionKey
) -> AddressRestored | Absent:
    found = await shop.address_change_by_key(key.text)
    return AddressRestored(found.order, found.after) if found else Absent()


@action(
    identity=lambda changed: changed.key,
    on=lambda changed: changed.order,
    repeats_safely=True,
    lookup=restoration_by_key,
    changes=[Orders],
    kinds=["address"],
)
async def restore_address(changed: AddressChanged, *, shop: Shop, key: ActionKey) -> AddressRestored:
    done = await shop.change_address(changed.order, changed.customer, changed.before, key=key.text)
    return AddressRestored(done.order, done.after)


async def change_by_key(move: Move, *, shop: Shop, key: ActionKey) -> AddressChanged | Absent:
    return await shop.address_change_by_key(key.text) or Absent()


@action(
    identity=lambda move: (move.order, move.to),
    on=lambda move: move.order,
    replaces=True,
    repeats_safely=True,
    lookup=change_by_key,
    undo=restore_address,
    changes=[Orders],
    receipt=lambda move, changed: Receipt("address_change", values={"address": str(move.to)}),
    kinds=["address"],
    says="changing_the_address",
)
async def change_address(move: Move, *, shop: Shop, key: ActionKey) -> AddressChanged:
    """The shop itself refuses what has left meanwhile."""
    return await shop.change_address(move.order, move.customer, move.to, key=key.text)


@step
async def tell_change(changed: AddressChanged, receipts: Receipts) -> Done:
    receipt = find(receipts, "address", changed.order)
    assert receipt is not None  # it was done just now
    return Done(receipt)


@step
async def explain_elsewhere(order: Order, already: AlreadyDone) -> Excuse:
    """We changed it to this before, and the shop says that it goes elsewhere: somebody else changed it too."""
    return Excuse("changed_elsewhere", order.number)


@step
async def explain_same(order: Order, same: SameAddress) -> Excuse:
    return Excuse("same_address", order.number)


@step
async def regret_change(order: Order) -> Excuse:
    return Excuse("not_done", order.number)


@step
async def explain_gone(order: Order) -> Excuse:
    return Excuse("already_shipped", order.number, order.status)


PARTS = re.compile(
    r"""(?ix)
    (?:^|[:,;\n]|\b(?:to|is|at|an|in|nach|lautet|ist)\s)\s*
    (?P<street> [^\d,;:\n]{3,40}? \s \d{1,4}\s?[a-z]?  # Main Street 5
              | \d{1,4}[a-z]? \s [^\d,;:\n]{3,40}? )      # 5 Main Street
    \s*[,;\n]\s*
    (?P<postcode> [A-Z]{0,2}-? \d{4,5} (?:\s[A-Z]{2})?   # 10115, A-1010, 1012 AB
                | [A-Z]\d[\dW]?\s?[A-Z0-9]{4}              # D02 X285
                | [A-Z]{1,2}\d{1,2}[A-Z]?\s\d[A-Z]{2} )     # SW1A 1AA
    [\s,]+
    (?P<city> [^\W\d_][^\d,;\n]{1,40}? )
    \s* (?: [.,;!\n] | $ )
    """
)


def address_in(text: str) -> NewAddress | None:
    """Street, postcode and city, in this order, as in "Lange Straße 5, 10115 Berlin"."""
    match = PARTS.search(text)
    if match is None:
        return None
    return NewAddress(match["street"].strip(), match["postcode"].strip().upper(), match["city"].strip())


moving = Sequence(
    change_address.within(4).retry(2, on=TurnedAway),
    Route({AddressChanged: tell_change, AlreadyDone: explain_elsewhere}),
).or_else(regret_change)

changing_address = with_order(
    Sequence(
        check_address,
        Route(
            {
                Changeable: Sequence(
                    read_request,
                    Route(
                        {
                            NewAddress: go_on,
                            NoAddress: caller.gives(
                                NewAddress, asking="which_address", reader=read_new_address
                            ),
                        }
                    ),
                    check_move,
                    Route({Move: moving, SameAddress: explain_same}),
                ),
                Gone: explain_gone,
            }
        ),
    )
)
