"""The service desk of an online shop: the whole flow, and what it needs to run.

    segue serve examples.shop.desk:desk

Where the shop's own systems are is told by SHOP_CRM_URL, SHOP_ORDERS_URL and SHOP_PAYMENTS_URL.
"""

import os

from examples.shop.addresses import changing_address
from examples.shop.answering import answering
from examples.shop.articles import Knowledge
from examples.shop.clients import Crm, Payments, Shop
from examples.shop.complaints import complaining
from examples.shop.facts import Customer, Orders
from examples.shop.languages import language_of
from examples.shop.lookup import Stranger, find_customer, find_orders, no_orders
from examples.shop.people import agent, lead
from examples.shop.refunding import refunding
from examples.shop.requests import (
    AddressChange,
    Complaint,
    OffTopic,
    Question,
    RefundRequest,
    SmallTalk,
    Tracking,
    Unclear,
    WantsPerson,
)
from examples.shop.routing import ShopRouter
from examples.shop.smalltalk import declining, greet, offer_choice
from examples.shop.texts import TEXTS
from examples.shop.tracking import tracking
from examples.shop.understanding import understand
from examples.shop.writing import plain_reply, write_reply
from segue import (
    Desk,
    Each,
    Flow,
    Message,
    Parallel,
    Refine,
    Reply,
    Route,
    Sandbox,
    Sequence,
    always,
    minutes,
)
from segue.guard import grounding, no_card_numbers, privacy, receipts

looking_up = Sequence(
    find_customer.within(2).retry(3),
    Route({Customer: find_orders.within(2).retry(3), Stranger: no_orders}),
)

handling = Route(
    {
        Tracking: tracking,
        RefundRequest: refunding,
        AddressChange: changing_address,
        Complaint: complaining,
        Question: answering,
        SmallTalk: greet,
        Unclear: offer_choice,
        OffTopic: declining,
        WantsPerson: agent.takes_over(because="asked_for"),
    }
)

support = Flow(
    Sequence(
        Parallel(understand, looking_up),
        Each(handling),
        Refine(write_reply, against=[receipts, grounding, privacy, no_card_numbers], last=plain_reply),
    ).escalate(to=agent),
    takes=Message,
    gives=Reply,
    keeps={Customer: always, Stranger: always, Orders: minutes(10)},
    name="support",
)


def make(
    crm: str, orders: str, payments: str, knowledge: Knowledge | None = None, sandbox: Sandbox | None = None
) -> Desk:
    """The desk, with the shop's services at these addresses."""
    return Desk(
        support,
        tools=[Crm(crm), Shop(orders), Payments(payments), knowledge or Knowledge(), ShopRouter()],
        people={agent: "service", lead: "leads"},
        texts=TEXTS,
        languages=("en", "de"),
        language_of=language_of,
        sandbox=sandbox,
        name="Larkfield",
    )


desk = make(
    os.environ.get("SHOP_CRM_URL", "http://127.0.0.1:8901"),
    os.environ.get("SHOP_ORDERS_URL", "http://127.0.0.1:8902"),
    os.environ.get("SHOP_PAYMENTS_URL", "http://127.0.0.1:8903"),
)
