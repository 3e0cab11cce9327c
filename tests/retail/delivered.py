"""What can be done about a delivered order, once: a return or an exchange is asked for."""

from tests.retail.calls import ExchangeItems, ReturnItems
from tests.retail.records import GiftCard, Order, Records, Refused
from tests.retail.replacing import check_covers, check_has, replacements


def exchange_items(records: Records, call: ExchangeItems) -> Order:
    """The difference is written down, and paid only when the items arrive."""
    order = _delivered(records, call.order_id)
    _, difference = replacements(records, order, call.item_ids, call.new_item_ids)
    difference = round(difference, 2)
    check_covers(records.user(order.user_id).payment_method(call.payment_method_id), difference)
    order.status = "exchange requested"
    order.exchange_items = sorted(call.item_ids)
    order.exchange_new_items = sorted(call.new_item_ids)
    order.exchange_payment_method_id = call.payment_method_id
    order.exchange_price_difference = difference
    return order


def return_items(records: Records, call: ReturnItems) -> Order:
    """The money goes back to where it came from, or to a gift card."""
    order = _delivered(records, call.order_id)
    method = records.user(order.user_id).payment_method(call.payment_method_id)
    paid_with = order.payment_history[0].payment_method_id
    if not isinstance(method, GiftCard) and call.payment_method_id != paid_with:
        raise Refused("Payment method should be the original payment method")
    check_has(order, call.item_ids)
    order.status = "return requested"
    order.return_items = sorted(call.item_ids)
    order.return_payment_method_id = call.payment_method_id
    return order


def _delivered(records: Records, order_id: str) -> Order:
    order = records.order(order_id)
    if order.status != "delivered":
        raise Refused(f"The order is {order.status}, and not delivered")
    return order
