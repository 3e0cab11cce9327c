"""The acting tools as actions: the call is what they are, and the order (or the customer) what they are done to."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.retail.calls import (
    Call,
    CancelOrder,
    ChangeItems,
    ChangeOrderAddress,
    ChangePayment,
    ChangeUserAddress,
    ExchangeItems,
    ReturnItems,
    Transfer,
)
from tests.retail.facts import Acted
from tests.retail.records import Order, Record, User
from tests.retail.store import Retail

from segue import Absent, Action, ActionKey, AlreadyDone, Node, Receipt, Route, Sequence, action, go_on, step


async def cancel(call: CancelOrder, *, shop: Retail, key: ActionKey) -> Acted:
    return acted(await shop.cancel_pending_order(call, key=key.text))


async def exchange(call: ExchangeItems, *, shop: Retail, key: ActionKey) -> Acted:
    return acted(await shop.exchange_delivered_order_items(call, key=key.text))


async def give_back(call: ReturnItems, *, shop: Retail, key: ActionKey) -> Acted:
    return acted(await shop.return_delivered_order_items(call, key=key.text))


async def change_items(call: ChangeItems, *, shop: Retail, key: ActionKey) -> Acted:
    return acted(await shop.modify_pending_order_items(call, key=key.text))


async def change_payment(call: ChangePayment, *, shop: Retail, key: ActionKey) -> Acted:
    return acted(await shop.modify_pending_order_payment(call, key=key.text))


async def change_order_address(call: ChangeOrderAddress, *, shop: Retail, key: ActionKey) -> Acted:
    return acted(await shop.modify_pending_order_address(call, key=key.text))


async def change_user_address(call: ChangeUserAddress, *, shop: Retail, key: ActionKey) -> Acted:
    return acted(await shop.modify_user_address(call, key=key.text))


async def pass_on(call: Transfer, *, shop: Retail, key: ActionKey) -> Acted:
    return acted(await shop.transfer_to_human_agents(call, key=key.text))


async def found(*, shop: Retail, key: ActionKey) -> Acted | Absent:
    """What was done under a key; the same for every action, since the shop keeps its answers."""
    answer = await shop.found_by_key(key.text)
    return Absent() if answer is None else acted(answer)


def acted(answer: Record) -> Acted:
    match answer:
        case Order():
            return Acted(answer.order_id, answer.status)
        case User():
            return Acted(answer.user_id, f"lives in {answer.address.city}")
    return Acted("", "passed on")


@step
async def as_before(already: AlreadyDone) -> Acted:
    """What was done on another occasion is as good as done now; of another customer's not even the object is told."""
    receipt = already.receipt
    return Acted(receipt.object, receipt.values.get("now", receipt.status))


def specialists(can: Mapping[str, Any]) -> Mapping[type[Call], Node[Any]]:
    """Who does what, at a shop that can do this with keys: arguments of `action`."""

    def doing(do: Callable[..., Any], kind: str, **about: Any) -> Node[Any]:
        done: Action[Any, Acted] = action(
            identity=lambda call: call,
            receipt=lambda call, acted: Receipt("", values={"now": acted.now}),
            kinds=[kind],
            **about,
            **can,
        )(do)
        return Sequence(done, Route({Acted: go_on, AlreadyDone: as_before}))

    return {
        CancelOrder: doing(cancel, "cancellation", on=_order),
        ExchangeItems: doing(exchange, "exchange", on=_order),
        ReturnItems: doing(give_back, "return", on=_order),
        ChangeItems: doing(change_items, "change", on=_order),
        ChangePayment: doing(change_payment, "payment change", on=_order),
        ChangeOrderAddress: doing(change_order_address, "address change", on=_order, replaces=True),
        ChangeUserAddress: doing(change_user_address, "address change", on=_user, replaces=True),
        Transfer: doing(pass_on, "handover"),
    }


def _order(call: Any) -> str:
    order: str = call.order_id
    return order


def _user(call: ChangeUserAddress) -> str:
    return call.user_id
