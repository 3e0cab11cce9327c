"""Another delivery address, as long as the parcel has not left."""

import re
from dataclasses import dataclass

from examples.shop.clients import Rejected, Shop
from examples.shop.facts import Address, Customer, Order
from examples.shop.lookup import NEVER_MIND, with_order
from examples.shop.outcomes import AddressSet, Because, Excuse
from examples.shop.requests import AddressChange
from segue import Else, Message, Route, Sequence, Withdrawn, caller, go_on, step


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


@step(says="changing_the_address")
async def change_address(
    order: Order, new: NewAddress, customer: Customer, *, shop: Shop
) -> AddressSet | Excuse:
    """In the same country; the shop itself refuses what has left meanwhile."""
    to = Address(new.name or order.ship_to.name, new.street, new.postcode, new.city, order.ship_to.country)
    if to == order.ship_to:
        return AddressSet(order.number, to)
    key = f"address:{order.number}:{to}"
    try:
        done = await shop.change_address(
            order.number, customer.id, to, key=key.encode("unicode_escape").decode()
        )
    except Rejected as no:
        because: Because = "already_shipped" if no.code == "already_shipped" else "refused_by_shop"
        return Excuse(because, order.number, order.status)
    return AddressSet(order.number, done.after)


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
                    change_address.within(4).retry(2),
                ),
                Gone: explain_gone,
            }
        ),
    )
)
