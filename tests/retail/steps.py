"""The acting tools as steps, one call and one result each.

The key is the call itself, written out: the same thing asked for again is the same thing.
"""

from tests.retail.calls import (
    CancelOrder,
    ChangeItems,
    ChangeOrderAddress,
    ChangePayment,
    ChangeUserAddress,
    ExchangeItems,
    ReturnItems,
    Transfer,
)
from tests.retail.facts import (
    Cancelled,
    Exchanged,
    ItemsChanged,
    Look,
    Looked,
    OrderAddressChanged,
    PassedOn,
    PaymentChanged,
    Returned,
    UserAddressChanged,
)
from tests.retail.store import Retail

from segue import step


@step
async def look(at: Look, *, shop: Retail) -> Looked:
    return Looked(await shop.look(at.tool, **at.arguments))


@step
async def cancel(call: CancelOrder, *, shop: Retail) -> Cancelled:
    order = await shop.cancel_pending_order(call, key=repr(call))
    return Cancelled(order.order_id)


@step
async def exchange(call: ExchangeItems, *, shop: Retail) -> Exchanged:
    order = await shop.exchange_delivered_order_items(call, key=repr(call))
    return Exchanged(order.order_id, tuple(order.exchange_new_items or ()))


@step
async def give_back(call: ReturnItems, *, shop: Retail) -> Returned:
    order = await shop.return_delivered_order_items(call, key=repr(call))
    return Returned(order.order_id, tuple(order.return_items or ()))


@step
async def change_items(call: ChangeItems, *, shop: Retail) -> ItemsChanged:
    order = await shop.modify_pending_order_items(call, key=repr(call))
    return ItemsChanged(order.order_id, call.new_item_ids)


@step
async def change_payment(call: ChangePayment, *, shop: Retail) -> PaymentChanged:
    order = await shop.modify_pending_order_payment(call, key=repr(call))
    return PaymentChanged(order.order_id, call.payment_method_id)


@step
async def change_order_address(call: ChangeOrderAddress, *, shop: Retail) -> OrderAddressChanged:
    order = await shop.modify_pending_order_address(call, key=repr(call))
    return OrderAddressChanged(order.order_id)


@step
async def change_user_address(call: ChangeUserAddress, *, shop: Retail) -> UserAddressChanged:
    user = await shop.modify_user_address(call, key=repr(call))
    return UserAddressChanged(user.user_id)


@step
async def pass_on(call: Transfer, *, shop: Retail) -> PassedOn:
    await shop.transfer_to_human_agents(call, key=repr(call))
    return PassedOn(call.summary)
