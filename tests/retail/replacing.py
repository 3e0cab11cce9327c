"""What a delivered and a pending order have in common when items are to be replaced by others."""

from collections import Counter
from collections.abc import Sequence

from tests.retail.records import GiftCard, Order, PaymentMethod, Records, Refused, Variant


def check_has(order: Order, item_ids: Sequence[str]) -> None:
    """Refuse what the order does not have, or not so often."""
    if missing := Counter(item_ids) - Counter(item.item_id for item in order.items):
        raise Refused(f"{', '.join(missing)} not found")


def replacements(
    records: Records, order: Order, old: Sequence[str], new: Sequence[str]
) -> tuple[list[Variant], float]:
    """The articles that take the place of the old ones, and what they cost more (or less, below zero)."""
    check_has(order, old)
    if len(old) != len(new):
        raise Refused("The number of items to be exchanged should match")
    articles = []
    # Added one after the other as tau2 does: sum() of a newer Python rounds otherwise, and the hash would see it.
    difference: float = 0
    for item_id, new_id in zip(old, new, strict=True):
        item = order.item(item_id)
        article = records.variant(item.product_id, new_id)
        if not article.available:
            raise Refused(f"New item {new_id} not found or available")
        articles.append(article)
        difference += article.price - item.price
    return articles, difference


def check_covers(method: PaymentMethod, amount: float) -> None:
    """Only a gift card can have too little on it."""
    if isinstance(method, GiftCard) and method.balance < amount:
        raise Refused("Insufficient gift card balance")
