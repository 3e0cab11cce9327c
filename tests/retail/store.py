"""The shop as a back end: it outlives every crash of the desk, and honours idempotency keys when asked to."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel
from tests.retail import delivered, pending
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
from tests.retail.reading import LOOKS
from tests.retail.records import Order, Record, Records, User

C = TypeVar("C", bound=Call)
A = TypeVar("A", bound=Record)


class Transferred(Record):
    """Somebody else has the customer now."""

    message: str = "Transfer successful"


class KeyReused(Exception):
    """The key was used for another call before, so one of the two is a mistake."""


class Retail:
    """tau2's retail domain over records of its own.

    An acting call with a `key` seen before gives the first answer and does nothing. A shop that does not honour
    keys can still be asked what was done under one; it knows that `settles` seconds after it was done. What was
    refused has not been done, and may be tried again under its key. `effects` counts how often each call was really
    carried out; `on_effect` is called after each, before its answer leaves: a desk that dies there never hears of it.
    """

    def __init__(
        self,
        records: Records,
        *,
        honours_keys: bool = True,
        settles: float = 0.0,
        on_effect: Callable[[], None] = lambda: None,
    ) -> None:
        self.records = records
        self.honours_keys = honours_keys
        self.settles = settles
        self.on_effect = on_effect
        self.effects: Counter[Call] = Counter()
        self._done: dict[str, tuple[Call, Any]] = {}
        self._known_from: dict[str, float] = {}

    async def look(self, tool: str, **arguments: str | tuple[str, ...]) -> str:
        """Ask one of the reading tools; the answer is text, or JSON of a record."""
        found = LOOKS[tool](self.records, **arguments)
        return found.model_dump_json() if isinstance(found, BaseModel) else found

    async def found_by_key(self, key: str) -> Record | None:
        """What was answered under a key, or None when nothing is known of it (yet)."""
        if _now() < self._known_from.get(key, 0.0):
            return None
        _, answer = self._done.get(key, (None, None))
        return answer

    async def cancel_pending_order(self, call: CancelOrder, *, key: str = "") -> Order:
        return await self._once(key, call, pending.cancel)

    async def modify_pending_order_items(self, call: ChangeItems, *, key: str = "") -> Order:
        return await self._once(key, call, pending.change_items)

    async def modify_pending_order_payment(self, call: ChangePayment, *, key: str = "") -> Order:
        return await self._once(key, call, pending.change_payment)

    async def modify_pending_order_address(self, call: ChangeOrderAddress, *, key: str = "") -> Order:
        return await self._once(key, call, pending.change_order_address)

    async def exchange_delivered_order_items(self, call: ExchangeItems, *, key: str = "") -> Order:
        return await self._once(key, call, delivered.exchange_items)

    async def return_delivered_order_items(self, call: ReturnItems, *, key: str = "") -> Order:
        return await self._once(key, call, delivered.return_items)

    async def modify_user_address(self, call: ChangeUserAddress, *, key: str = "") -> User:
        return await self._once(key, call, _change_user_address)

    async def transfer_to_human_agents(self, call: Transfer, *, key: str = "") -> Transferred:
        return await self._once(key, call, _transfer)

    async def _once(self, key: str, call: C, effect: Callable[[Records, C], A]) -> A:
        answer: A
        if self.honours_keys and key in self._done:
            first, answer = self._done[key]
            if first != call:
                raise KeyReused(f"{key!r} was used for {first}, and now for {call}")
        else:
            # As it is now, since the record itself goes on changing.
            answer = effect(self.records, call).model_copy(deep=True)
            self.effects[call] += 1
            if key:
                self._done[key] = (call, answer)
                self._known_from.setdefault(key, _now() + self.settles)
            self.on_effect()
        await asyncio.sleep(0)  # whoever is gone by now does not get the answer
        return answer


def _now() -> float:
    return asyncio.get_running_loop().time()


def _change_user_address(records: Records, call: ChangeUserAddress) -> User:
    user = records.user(call.user_id)
    user.address = call.address
    return user


def _transfer(records: Records, call: Transfer) -> Transferred:
    return Transferred()
