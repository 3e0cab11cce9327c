"""The typed clients against the real services: what they give, what is refused, what happens once."""

from datetime import date

import pytest
from tests.shop.conftest import TODAY

from examples.shop.backend.launch import Backend
from examples.shop.clients import (
    Crm,
    NotFound,
    Payments,
    Rejected,
    Shop,
    TurnedAway,
)
from examples.shop.facts import Address, Money

ADA, JONAS, MAYA, LENA, TOM, SOFIA, ERIK = (f"C-{number}" for number in range(1001, 1008))
QUAY = Address("Ada Bennett", "3 Quay Road", "P17 WX21", "Kinsale", "IE")
FIVE = Money.of("5.00")


async def test_a_customer_is_known_by_id_email_and_phone(crm: Crm) -> None:
    ada = await crm.customer(ADA)
    assert (ada.name, ada.language, ada.tier) == ("Ada Bennett", "en", "silver")
    assert ada.addresses[1] == QUAY
    assert await crm.by_email(" ADA.Bennett@example.com ") == ada
    assert await crm.by_phone("0044 7700-900101") == ada
    assert await crm.by_email("nobody@example.com") is None
    with pytest.raises(NotFound, match="no_such_customer"):
        await crm.customer("C-9")
    with pytest.raises(Rejected, match="no_such_route"):
        await crm.customer("C-9/../C-1001")


async def test_orders_of_a_customer_are_searched(shop: Shop) -> None:
    orders = await shop.orders(ADA)
    assert [order.number for order in orders] == [1004, 1003, 1001, 1002, 1006, 1005]
    assert [order.number for order in await shop.orders(ADA, status="processing")] == [1004]
    assert [order.number for order in await shop.orders(ADA, item="boots", since=date(2026, 2, 1))] == [1003]
    assert len(await shop.orders(TOM)) == 0


async def test_an_order_says_what_can_still_be_done_with_it(shop: Shop) -> None:
    refundable, closed = await shop.order(1001, ADA), await shop.order(1005, ADA)
    assert refundable.can_be_returned(TODAY)
    assert not closed.can_be_returned(TODAY)
    assert (await shop.order(1004, ADA)).address_can_change
    assert not (await shop.order(1003, ADA)).address_can_change
    assert [item.returnable for item in (await shop.order(1015, LENA)).items] == [False, True]
    assert (await shop.order(1002, ADA)).total == Money.of("329.00")


async def test_another_customers_order_is_not_found(shop: Shop, payments: Payments) -> None:
    with pytest.raises(NotFound):
        await shop.order(1001, JONAS)
    with pytest.raises(NotFound):
        await shop.shipment(1001, JONAS)
    with pytest.raises(NotFound):
        await shop.change_address(1004, JONAS, QUAY, key="k")
    with pytest.raises(NotFound):
        await payments.of_order(1001, JONAS)
    with pytest.raises(Rejected, match="other_customer"):
        await payments.refund(1001, JONAS, FIVE, reason="returned", key="k")


async def test_a_parcel_is_followed(shop: Shop) -> None:
    late = await shop.shipment(1003, ADA)
    assert (late.status, late.is_late(TODAY), late.events[-1].code) == ("delayed", True, "held_up")
    assert (await shop.shipment(1012, MAYA)).lost
    assert (await shop.shipment(1004, ADA)).tracking_number is None


async def test_an_address_is_changed_and_changed_back(shop: Shop) -> None:
    done = await shop.change_address(1004, ADA, QUAY, key="there")
    assert (await shop.order(1004, ADA)).ship_to == QUAY
    assert await shop.address_change_by_key("there") == done
    assert await shop.address_change_by_key("never") is None
    await shop.change_address(1004, ADA, done.before, key="back")
    assert (await shop.order(1004, ADA)).ship_to == done.before
    with pytest.raises(Rejected, match="already_shipped"):
        await shop.change_address(1003, ADA, QUAY, key="late")


async def test_an_address_is_kept_to_the_letter(shop: Shop) -> None:
    odd = Address("  Ada O'Näme–Ω ", "Straße 1 / 2. OG ", "P17 WX21", "Cúil", "IE")
    assert (await shop.change_address(1004, ADA, odd, key="k")).after == odd


async def test_a_double_charge_shows_and_can_be_given_back(payments: Payments) -> None:
    paid = await payments.of_order(1012, MAYA)
    (twice,) = paid.duplicates
    assert paid.paid == twice.amount * 2
    done = await payments.refund(1012, MAYA, twice.amount, reason="double charge", key="k", payment=twice.id)
    assert (await payments.of_order(1012, MAYA)).refundable == twice.amount
    assert (done.status, done.payment) == ("pending", twice.id)


async def test_a_refund_happens_once_per_key(payments: Payments) -> None:
    done = await payments.refund(1001, ADA, FIVE, reason="damaged", key="k", items=("FL-120",))
    assert await payments.refund(1001, ADA, FIVE, reason="damaged", key="k", items=("FL-120",)) == done
    assert await payments.refund_by_key("k") == done
    assert await payments.refund_by_key("never") is None
    assert await payments.refunds(1001, ADA) == (done,)
    with pytest.raises(Rejected, match="key_reused"):
        await payments.refund(1001, ADA, Money.of("5.01"), reason="damaged", key="k")


async def test_without_its_key_the_same_refund_would_be_paid_twice(payments: Payments) -> None:
    """The control of the test above: it is the key that holds, not the amount or the order."""
    for key in ("first", "second"):
        await payments.refund(1001, ADA, FIVE, reason="damaged", key=key)
    assert (await payments.of_order(1001, ADA)).refunded == FIVE * 2


async def test_a_refund_is_reversed_while_it_is_pending(backend: Backend, payments: Payments) -> None:
    done = await payments.refund(1001, ADA, FIVE, reason="damaged", key="k")
    assert (await payments.reverse_refund(done.id)).status == "reversed"
    assert (await payments.of_order(1001, ADA)).refunded == Money.of(0)
    (pending,) = await payments.refunds(1018, SOFIA)
    await backend.settle()
    with pytest.raises(Rejected, match="already_settled"):
        await payments.reverse_refund(pending.id)


async def test_a_partly_refunded_order_has_only_the_rest_left(payments: Payments) -> None:
    paid = await payments.of_order(1020, ERIK)
    assert (paid.refunded, paid.refundable) == (Money.of("44.90"), Money.of("189.00"))
    with pytest.raises(Rejected, match="more_than_paid"):
        await payments.refund(1020, ERIK, Money.of("189.01"), reason="returned", key="k")


async def test_a_voucher_is_given_and_taken_back(payments: Payments) -> None:
    voucher = await payments.give_voucher(MAYA, Money.of(20), reason="lost parcel", key="v")
    assert await payments.give_voucher(MAYA, Money.of(20), reason="lost parcel", key="v") == voucher
    assert await payments.voucher_by_key("v") == voucher
    assert (await payments.cancel_voucher(voucher.code)).status == "cancelled"
    with pytest.raises(Rejected, match="above_voucher_limit"):
        await payments.give_voucher(MAYA, Money.of(101), reason="lost parcel", key="w")


async def test_a_closed_client_says_how_to_open_it(backend: Backend) -> None:
    crm = Crm(backend.crm)
    with pytest.raises(RuntimeError, match="async with Crm"):
        await crm.customer(ADA)
    async with crm:
        await crm.customer(ADA)
    async with crm:
        await crm.customer(ADA)


async def test_a_service_that_is_not_there_turns_away(unused_tcp_port: int) -> None:
    async with Payments(f"http://127.0.0.1:{unused_tcp_port}") as payments:
        with pytest.raises(TurnedAway):
            await payments.refund(1001, ADA, FIVE, reason="damaged", key="k")
