"""Every fault of every service through the clients: nothing wrong is believed, and effects are counted."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest
import pytest_asyncio

from examples.shop.backend.faults import Call, Mode
from examples.shop.backend.launch import Backend, Service
from examples.shop.clients import (
    Crm,
    Payments,
    Rejected,
    Shop,
    ShopError,
    TurnedAway,
    Unavailable,
    WrongAnswer,
)
from examples.shop.facts import Address, Money, RefundDone

ADA, MAYA = "C-1001", "C-1003"
QUAY = Address("Ada Bennett", "3 Quay Road", "P17 WX21", "Kinsale", "IE")
FIVE = Money.of("5.00")


@dataclass(frozen=True)
class Tools:
    """With a time-out so short that nobody waits for a slow service."""

    crm: Crm
    shop: Shop
    payments: Payments


@pytest_asyncio.fixture
async def tools(backend: Backend) -> AsyncIterator[Tools]:
    async with AsyncExitStack() as stack:
        yield Tools(
            await stack.enter_async_context(Crm(backend.crm, timeout=0.3)),
            await stack.enter_async_context(Shop(backend.orders, timeout=0.3)),
            await stack.enter_async_context(Payments(backend.payments, timeout=0.3)),
        )


Ask: TypeAlias = Callable[[Tools], Awaitable[Any]]

READS: dict[str, tuple[Service, Ask]] = {
    "customer": ("crm", lambda t: t.crm.customer(ADA)),
    "by_email": ("crm", lambda t: t.crm.by_email("ada.bennett@example.com")),
    "by_phone": ("crm", lambda t: t.crm.by_phone("+44 7700 900101")),
    "orders": ("orders", lambda t: t.shop.orders(ADA)),
    "order": ("orders", lambda t: t.shop.order(1001, ADA)),
    "shipment": ("orders", lambda t: t.shop.shipment(1003, ADA)),
    "address_change_by_key": ("orders", lambda t: t.shop.address_change_by_key("k")),
    "of_order": ("payments", lambda t: t.payments.of_order(1012, MAYA)),
    "refund_by_key": ("payments", lambda t: t.payments.refund_by_key("k")),
    "voucher_by_key": ("payments", lambda t: t.payments.voucher_by_key("k")),
}
ACTS: dict[str, tuple[Service, Ask]] = {
    "change_address": ("orders", lambda t: t.shop.change_address(1004, ADA, QUAY, key="k")),
    "refund": ("payments", lambda t: t.payments.refund(1001, ADA, FIVE, reason="damaged", key="k")),
    "reverse_refund": ("payments", lambda t: t.payments.reverse_refund("R-2")),
    "give_voucher": ("payments", lambda t: t.payments.give_voucher(MAYA, FIVE, reason="sorry", key="k")),
}
ALL = READS | ACTS

FAULTS: dict[str, tuple[Mode, dict[str, Any], type[ShopError]]] = {
    "slow": ("slow", {"seconds": 60.0}, Unavailable),
    "down": ("down", {}, Unavailable),
    "busy": ("busy", {}, TurnedAway),
    "another answer": ("wrong", {}, WrongAnswer),
    "garbage": ("wrong", {"kind": "garbage"}, WrongAnswer),
    "lost": ("lost", {}, Unavailable),
    "error": ("error", {}, Unavailable),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", ALL)
async def test_no_fault_is_taken_for_an_answer(backend: Backend, tools: Tools, call: str, fault: str) -> None:
    service, ask = ALL[call]
    mode, more, raised = FAULTS[fault]
    await backend.fault(service, mode, **more)
    with pytest.raises(ShopError) as caught:
        await ask(tools)
    assert type(caught.value) is raised


@pytest.mark.parametrize("call", ALL)
async def test_without_a_fault_every_call_is_answered(tools: Tools, call: str) -> None:
    await ALL[call][1](tools)


def effects(calls: list[Call]) -> list[Call]:
    """What changed something: 201 is new, 200 is the same again."""
    return [call for call in calls if call.status == 201]


def pay_back(tools: Tools) -> Awaitable[RefundDone]:
    return tools.payments.refund(1001, ADA, FIVE, reason="damaged", key="k")


async def test_a_lost_answer_is_found_by_its_key_and_repeated_without_harm(
    backend: Backend, tools: Tools
) -> None:
    await backend.fault("payments", "lost", times=1, path="/refunds", method="POST")
    with pytest.raises(Unavailable):
        await pay_back(tools)
    done = await tools.payments.refund_by_key("k")
    assert done is not None
    assert await pay_back(tools) == done
    calls = [call for call in await backend.calls("payments") if call.method == "POST"]
    assert [(call.status, call.sent, call.fault, call.key) for call in calls] == [
        (201, False, "lost", "k"),
        (200, True, None, "k"),
    ]


async def test_a_slow_refund_may_come_true_after_the_caller_gave_up(backend: Backend, tools: Tools) -> None:
    await backend.fault("payments", "slow", seconds=60, method="POST")
    with pytest.raises(Unavailable):
        await pay_back(tools)
    assert await tools.payments.refund_by_key("k") is None
    await backend.heal()
    async with asyncio.timeout(10):
        while not effects(await backend.calls("payments")):
            pass
    assert await tools.payments.refund_by_key("k") is not None


@pytest.mark.parametrize("mode", ["down", "busy", "error"])
async def test_a_service_that_fails_has_done_nothing(backend: Backend, tools: Tools, mode: Mode) -> None:
    await backend.fault("payments", mode, times=1)
    with pytest.raises(Unavailable):
        await pay_back(tools)
    assert await tools.payments.refund_by_key("k") is None


async def test_a_wrong_answer_to_a_refund_does_not_undo_it(backend: Backend, tools: Tools) -> None:
    await backend.fault("payments", "wrong", times=1)
    with pytest.raises(WrongAnswer):
        await pay_back(tools)
    assert len(effects(await backend.calls("payments"))) == 1
    assert await tools.payments.refund_by_key("k") is not None


async def test_a_refusal_is_not_hidden_by_a_wrong_answer(backend: Backend, tools: Tools) -> None:
    await backend.fault("payments", "wrong")
    with pytest.raises(WrongAnswer):
        await tools.payments.refund(1006, ADA, FIVE, reason="damaged", key="k")
    await backend.heal()
    with pytest.raises(Rejected, match="nothing_left"):
        await tools.payments.refund(1006, ADA, FIVE, reason="damaged", key="k")


async def test_a_fault_wears_off_and_leaves_other_paths_and_services_alone(
    backend: Backend, tools: Tools
) -> None:
    await backend.fault("orders", "error", times=2, path=f"/customers/{ADA}/orders/1003/shipment")
    await tools.shop.order(1001, ADA)
    await tools.crm.customer(ADA)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await tools.shop.shipment(1003, ADA)
    await tools.shop.shipment(1003, ADA)


async def test_a_slow_service_still_answers_whoever_waits(backend: Backend, tools: Tools) -> None:
    await backend.fault("crm", "slow", seconds=0.01)
    assert (await tools.crm.customer(ADA)).id == ADA
    (call,) = await backend.calls("crm")
    assert (call.fault, call.status, call.sent) == ("slow", 200, True)
