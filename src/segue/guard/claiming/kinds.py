"""Kinds of act, as statements and receipts call them."""

import re
from collections.abc import Iterable

from segue.flow.receipts import Receipt

KINDS = (
    "refund",
    "credit",
    "payment",
    "cancellation",
    "exchange",
    "shipment",
    "return",
    "order",
    "order_change",
    "address",
    "booking",
    "subscription",
    "account",
    "message",
    "handover",
    "complaint",
    "claim",
    "undo",
)
"""What every vocabulary knows; an action may add kinds of its own."""

ANY = "*"
"""A statement that something was done without saying what: "Done!"."""

# Words by which actions and receipts are named in English code, and the kinds they mean.
_WORDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("refund", "reimburse", "reimbursement", "repay", "chargeback", "payout"), ("refund",)),
    **dict.fromkeys(
        (
            "credit",
            "voucher",
            "goodwill",
            "coupon",
            "discount",
            "points",
            "compensation",
            "certificate",
            "waive",
        ),
        ("credit",),
    ),
    **dict.fromkeys(("pay", "payment", "charge", "debit", "bill", "transfer"), ("payment",)),
    "dispute": ("complaint", "claim"),
    "trial": ("subscription",),
    "warranty": ("account", "return"),
    "resend": ("shipment", "message"),
    "invoice": ("payment", "message"),
    **dict.fromkeys(("cancel", "cancellation", "terminate", "unsubscribe"), ("cancellation",)),
    **dict.fromkeys(("exchange", "replace", "replacement", "swap"), ("exchange", "shipment")),
    **dict.fromkeys(("ship", "shipment", "reship", "dispatch", "deliver", "delivery"), ("shipment",)),
    **dict.fromkeys(("return", "label", "rma", "pickup"), ("return",)),
    **dict.fromkeys(("place", "reorder", "purchase", "buy"), ("order",)),
    **dict.fromkeys(("modify", "amend"), ("order_change",)),
    **dict.fromkeys(("address",), ("address", "order_change")),
    **dict.fromkeys(
        (
            "book",
            "booking",
            "reserve",
            "reservation",
            "appointment",
            "reschedule",
            "rebook",
            "flight",
            "seat",
        ),
        ("booking",),
    ),
    **dict.fromkeys(
        ("subscription", "subscribe", "plan", "renew", "upgrade", "downgrade", "pause", "tariff"),
        ("subscription",),
    ),
    **dict.fromkeys(
        (
            "account",
            "password",
            "unlock",
            "profile",
            "user",
            "sim",
            "card",
            "roaming",
            "activate",
            "email_address",
        ),
        ("account",),
    ),
    **dict.fromkeys(("message", "mail", "email", "sms", "notify", "confirmation", "send"), ("message",)),
    **dict.fromkeys(
        ("handover", "ticket", "escalate", "escalation", "callback", "forward", "case", "transfer_to_human"),
        ("handover",),
    ),
    **dict.fromkeys(("complaint", "complain"), ("complaint",)),
    **dict.fromkeys(("claim",), ("claim",)),
    **dict.fromkeys(("undo", "reverse", "revert", "reversal"), ("undo",)),
}


_TOPICS = {
    "closing": re.compile(r"close|delete|erase|remove"),
    "opening": re.compile(r"unlock|unblock|activate|reopen"),
    "password": re.compile(r"password"),
    "pausing": re.compile(r"pause|suspend"),
    "grading": re.compile(r"upgrade|downgrade"),
    "mailing": re.compile(r"e_?mail"),
}
TOPICS = frozenset(_TOPICS)
"""What may be done to accounts and subscriptions, as flags of words and in names of actions."""


def topics_of(receipt: Receipt) -> frozenset[str]:
    """What was done to an account or a subscription, as far as the action's name tells it."""
    name = receipt.action.lower()
    return frozenset(topic for topic, words in _TOPICS.items() if words.search(name))


def kinds_of(receipt: Receipt) -> frozenset[str]:
    """The kinds of a receipt: the given ones, by whatever name, or those its action's name means."""
    given = frozenset(_meant(receipt.kinds))
    return given or frozenset(_meant([receipt.action, *re.findall(r"[a-z]+", receipt.action.lower())]))


_ITEMS = re.compile(r"(?:modify|change|update|edit|swap|add|remove)_\w*item")
_CHANGES = re.compile(r"(?:change|update|set|correct)_\w*(?:email|mail|phone|name)")


def _meant(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        plain = word.lower().replace("-", "_").replace(" ", "_")
        yield plain
        if _CHANGES.match(plain):
            yield "account"  # of which they are part, and no messages
        if _ITEMS.match(plain):
            yield from ("order_change", "exchange")
        yield from _WORDS.get(plain, ())
        for part in plain.split("_"):
            yield from _WORDS.get(part, ())
