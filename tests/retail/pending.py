"""What can be done about an order that has not left yet."""

from typing import TypeGuard, get_args

from tests.retail.calls import CancelOrder, ChangeItems, ChangeOrderAddress, ChangePayment
from tests.retail.records import CancelReason, GiftCard, Order, Payment, Records, Refused
from tests.retail.replacing import check_covers, replacements


def cancel(records: Records, call: CancelOrder) -> Order:
    """Everything that was booked is refunded; a gift card has it at once."""
    order = _untouched(records, call.order_id)
    if not _is_reason(call.reason):
        raise Refused("Invalid reason")
    user = records.user(order.user_id)
    methods = [user.payment_method(booked.payment_method_id) for booked in order.payment_history]
    refunds = [
        Payment(transaction_type="refund", amount=booked.amount, payment_method_id=booked.payment_method_id)
        for booked in order.payment_history
    ]
    for method, refund in zip(methods, refunds, strict=True):
        if isinstance(method, GiftCard):
            method.add(refund.amount)
    order.status = "cancelled"
    order.cancel_reason = call.reason
    order.payment_history.extend(refunds)
    return order


def change_items(records: Records, call: ChangeItems) -> Order:
    """Every changed item gets the price and the options of the last new one, because in tau2 it does."""
    order = _untouched(records, call.order_id)
    if any(old == new for old, new in zip(call.item_ids, call.new_item_ids, strict=False)):
        raise Refused("The new item id should be different from the old item id")
    articles, difference = replacements(records, order, call.item_ids, call.new_item_ids)
    method = records.user(order.user_id).payment_method(call.payment_method_id)
    check_covers(method, difference)
    order.payment_history.append(
        Payment(
            transaction_type="payment" if difference > 0 else "refund",
            amount=abs(difference),
            payment_method_id=call.payment_method_id,
        )
    )
    if isinstance(method, GiftCard):
        method.add(-difference)
    for old, new in zip(call.item_ids, call.new_item_ids, strict=True):
        item = order.item(old)
        item.item_id, item.price, item.options = new, articles[-1].price, articles[-1].options
    order.status = "pending (item modified)"
    return order


def change_payment(records: Records, call: ChangePayment) -> Order:
    """The new method pays the whole, the old one gets it back; possible once."""
    order = _pending(records, call.order_id)
    user = records.user(order.user_id)
    method = user.payment_method(call.payment_method_id)
    if [booked.transaction_type for booked in order.payment_history] != ["payment"]:
        raise Refused("There should be exactly one payment for a pending order")
    (paid,) = order.payment_history
    if paid.payment_method_id == call.payment_method_id:
        raise Refused("The new payment method should be different from the current one")
    check_covers(method, paid.amount)
    before = user.payment_method(paid.payment_method_id)
    order.payment_history += [
        Payment(transaction_type="payment", amount=paid.amount, payment_method_id=call.payment_method_id),
        Payment(transaction_type="refund", amount=paid.amount, payment_method_id=paid.payment_method_id),
    ]
    if isinstance(method, GiftCard):
        method.add(-paid.amount)
    if isinstance(before, GiftCard):
        before.add(paid.amount)
    return order


def change_order_address(records: Records, call: ChangeOrderAddress) -> Order:
    order = _pending(records, call.order_id)
    order.address = call.address
    return order


def _pending(records: Records, order_id: str) -> Order:
    """An order that is pending, whether or not its items were changed."""
    order = records.order(order_id)
    if "pending" not in order.status:
        raise Refused(f"The order is {order.status}, and not pending")
    return order


def _untouched(records: Records, order_id: str) -> Order:
    """An order that is pending, and of which no item was changed."""
    order = records.order(order_id)
    if order.status != "pending":
        raise Refused(f"The order is {order.status}, and not pending")
    return order


def _is_reason(reason: str) -> TypeGuard[CancelReason]:
    return reason in get_args(CancelReason)
