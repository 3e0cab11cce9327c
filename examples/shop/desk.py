"""The service desk of an online shop: the whole flow, and what it needs to run.

    segue serve examples.shop.desk:desk

Where the shop's own systems are is told by SHOP_CRM_URL, SHOP_ORDERS_URL and SHOP_PAYMENTS_URL, and which language
model it asks by SEGUE_MODEL; without one it does everything on templates.
"""

import os
from typing import TYPE_CHECKING, Any, get_args

from examples.shop.addresses import changing_address
from examples.shop.answering import answering
from examples.shop.articles import Knowledge
from examples.shop.clients import Crm, Payments, Shop
from examples.shop.complaints import complaining, investigated_by, supervise
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
    Request,
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
    Allowance,
    Budget,
    Desk,
    Each,
    Flow,
    Message,
    Node,
    Parallel,
    Refine,
    Reply,
    Route,
    Sandbox,
    Sequence,
    always,
    minutes,
)
from segue.guard import grounding_for, no_card_numbers, privacy, receipts

if TYPE_CHECKING:
    from segue.agents import Models

looking_up = Sequence(
    find_customer.within(2).retry(3),
    Route({Customer: find_orders.within(2).retry(3), Stranger: no_orders}),
)

GUARDS = (receipts, grounding_for(said=get_args(Request)), privacy, no_card_numbers)

BUDGET = Budget(
    turn=Allowance(tokens=60_000, money=0.25),
    conversation=Allowance(tokens=600_000, money=2.50),
    small_from=0.7,
)
"""What language models may cost, in US dollars; then the desk goes on without them."""


def support_flow(*, with_models: bool = False) -> Flow[Reply]:
    """The whole flow. Here stands all that a language model changes, and what is done when it fails."""
    understanding: Node[Any] = understand
    investigating = investigated_by(supervise)
    replying: Node[Reply] = Refine(write_reply, against=GUARDS, last=plain_reply)
    if with_models:
        from examples.shop import agents, doubts  # only here: a desk without models needs nothing of theirs

        understanding = doubts.understanding
        investigating = agents.investigating.or_else(investigating)
        replying = Refine(agents.writing, against=GUARDS, last=write_reply).or_else(replying)
    handling = Route(
        {
            Tracking: tracking,
            RefundRequest: refunding,
            AddressChange: changing_address,
            Complaint: complaining(investigating),
            Question: answering,
            SmallTalk: greet,
            Unclear: offer_choice,
            OffTopic: declining,
            WantsPerson: agent.takes_over(because="asked_for"),
        }
    )
    return Flow(
        Sequence(
            Parallel(understanding, looking_up),
            Each(handling),
            replying,
        ).escalate(to=agent),
        takes=Message,
        gives=Reply,
        keeps={Customer: always, Stranger: always, Orders: minutes(10)},
        name="support",
    )


def make(
    crm: str,
    orders: str,
    payments: str,
    knowledge: Knowledge | None = None,
    sandbox: Sandbox | None = None,
    models: "Models | None" = None,
) -> Desk:
    """The desk, with the shop's services at these addresses; without models it does all that it does on templates."""
    tools = [Crm(crm), Shop(orders), Payments(payments), knowledge or Knowledge(), ShopRouter()]
    return Desk(
        support_flow(with_models=models is not None),
        tools=[*tools, models] if models else tools,
        people={agent: "service", lead: "leads"},
        texts=TEXTS,
        languages=("en", "de"),
        language_of=language_of,
        budget=BUDGET,
        sandbox=sandbox,
        name="Larkfield",
    )


def models_from_env() -> "Models | None":
    """What SEGUE_MODEL and its like say; without it, nothing of theirs is loaded."""
    if not os.environ.get("SEGUE_MODEL"):
        return None
    from segue.agents import Models

    return Models.from_env()


desk = make(
    os.environ.get("SHOP_CRM_URL", "http://127.0.0.1:8901"),
    os.environ.get("SHOP_ORDERS_URL", "http://127.0.0.1:8902"),
    os.environ.get("SHOP_PAYMENTS_URL", "http://127.0.0.1:8903"),
    models=models_from_env(),
)
