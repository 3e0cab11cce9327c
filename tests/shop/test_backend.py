"""The rules of the shop's services, asked over plain HTTP, and the life of their process."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from examples.shop.backend.launch import Backend

ADA, JONAS, MAYA, SOFIA, ERIK = "C-1001", "C-1002", "C-1003", "C-1006", "C-1007"
QUAY = {
    "name": "Ada Bennett",
    "street": "3 Quay Road",
    "postcode": "P17 WX21",
    "city": "Kinsale",
    "country": "IE",
}


class Http:
    """Asks and gives back the status and the JSON."""

    def __init__(self, pool: httpx.AsyncClient) -> None:
        self._pool = pool

    async def __call__(self, method: str, url: str, body: object = None, key: str = "") -> tuple[int, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        answer = await self._pool.request(method, url, json=body, headers=headers)
        return answer.status_code, answer.json()

    async def refused(self, method: str, url: str, body: object = None, key: str = "") -> tuple[int, str]:
        """The status and the code of the error."""
        status, answer = await self(method, url, body, key)
        assert set(answer) == {"error"}
        assert set(answer["error"]) == {"code", "message"}
        assert answer["error"]["message"]
        return status, answer["error"]["code"]


@pytest_asyncio.fixture
async def http() -> AsyncIterator[Http]:
    async with httpx.AsyncClient(trust_env=False, verify=False) as pool:
        yield Http(pool)


def refund(order: int, amount: str, customer: str = ADA, **more: Any) -> dict[str, Any]:
    return {"customer": customer, "order": order, "amount": {"amount": amount}, "reason": "returned", **more}


async def test_a_customer_is_found_by_id_email_and_phone(backend: Backend, http: Http) -> None:
    _, ada = await http("GET", f"{backend.crm}/customers/{ADA}")
    assert (ada["name"], ada["language"], len(ada["addresses"])) == ("Ada Bennett", "en", 2)
    for query in ("email=ADA.bennett@example.com", "phone=%2B44 7700 900101", "phone=00447700900101"):
        assert await http("GET", f"{backend.crm}/customers?{query}") == (200, [ada])
    assert await http("GET", f"{backend.crm}/customers?email=nobody@example.com") == (200, [])


@pytest.mark.parametrize(
    ("service", "path", "error"),
    [
        ("crm", "/customers/C-9", (404, "no_such_customer")),
        ("crm", "/customers", (400, "bad_request")),
        ("crm", "/nothing/here", (404, "no_such_route")),
        ("orders", "/customers/C-1001/orders/9999", (404, "no_such_order")),
        ("orders", "/customers/C-1001/orders/1007", (404, "no_such_order")),
        ("orders", "/customers/C-1001/orders/1007/shipment", (404, "no_such_order")),
        ("orders", "/customers/C-1001/orders/boots", (422, "bad_request")),
        ("orders", "/customers/C-1001/orders?limit=1000", (422, "bad_request")),
        ("orders", f"/customers/C-1001/orders/{10**30}", (422, "bad_request")),
        ("payments", "/customers/C-1001/orders/1007/payments", (404, "no_such_order")),
        ("payments", "/refunds/R-9999", (404, "no_such_refund")),
        ("payments", "/refunds/17%27--", (404, "no_such_refund")),
    ],
)
async def test_what_cannot_be_read_is_refused_with_a_code(
    backend: Backend, http: Http, service: Any, path: str, error: tuple[int, str]
) -> None:
    assert await http.refused("GET", backend.url(service) + path) == error


async def test_orders_come_newest_first_and_can_be_narrowed(backend: Backend, http: Http) -> None:
    async def numbers(query: str) -> list[int]:
        _, found = await http("GET", f"{backend.orders}/customers/{ADA}/orders?{query}")
        return [order["number"] for order in found]

    assert await numbers("") == [1004, 1003, 1001, 1002, 1006, 1005]
    assert await numbers("limit=2") == [1004, 1003]
    assert await numbers("status=delivered") == [1001, 1002, 1005]
    assert await numbers("item=BOOTS") == [1003]
    assert await numbers("since=2026-02-17") == [1004, 1003, 1001]


async def test_an_address_can_change_until_the_parcel_leaves(backend: Backend, http: Http) -> None:
    orders = f"{backend.orders}/customers/{ADA}/orders"
    status, done = await http("PUT", f"{orders}/1004/address", QUAY, key="a")
    assert status == 201
    assert done["after"] == QUAY
    assert done["before"]["city"] == "Cork"
    assert (await http("GET", f"{orders}/1004"))[1]["ship_to"] == QUAY
    assert await http.refused("PUT", f"{orders}/1003/address", QUAY, key="b") == (409, "already_shipped")
    assert await http.refused("PUT", f"{orders}/1010/address", QUAY, key="c") == (404, "no_such_order")
    abroad = {**QUAY, "country": "GB"}
    assert await http.refused("PUT", f"{orders}/1004/address", abroad, key="d") == (409, "other_country")
    nowhere = {**QUAY, "country": "AQ"}
    assert await http.refused("PUT", f"{orders}/1004/address", nowhere, key="e") == (
        409,
        "country_not_served",
    )
    unnamed = {**QUAY, "name": "  "}
    assert await http.refused("PUT", f"{orders}/1004/address", unnamed, key="f") == (422, "bad_request")


async def test_an_old_key_does_not_undo_a_later_change(backend: Backend, http: Http) -> None:
    address = f"{backend.orders}/customers/{ADA}/orders/1004/address"
    _, first = await http("PUT", address, QUAY, key="a")
    await http("PUT", address, first["before"], key="b")
    assert await http("PUT", address, QUAY, key="a") == (200, first)
    _, order = await http("GET", address.removesuffix("/address"))
    assert order["ship_to"] == first["before"]


async def test_the_same_key_and_body_give_the_same_refund(backend: Backend, http: Http) -> None:
    url = f"{backend.payments}/refunds"
    status, done = await http("POST", url, refund(1001, "50.00"), key="k")
    assert (status, done["status"], done["amount"]["amount"]) == (201, "pending", "50.00")
    assert await http("POST", url, refund(1001, "50.00"), key="k") == (200, done)
    assert await http("GET", f"{url}?key=k") == (200, [done])
    assert await http("GET", f"{url}/{done['id']}") == (200, done)
    assert await http.refused("POST", url, refund(1001, "51.00"), key="k") == (409, "key_reused")
    _, paid = await http("GET", f"{backend.payments}/customers/{ADA}/orders/1001/payments")
    assert paid["refunds"] == [done]


async def test_equal_requests_at_the_same_time_refund_once(backend: Backend, http: Http) -> None:
    asked = [http("POST", f"{backend.payments}/refunds", refund(1001, "10.00"), key="k") for _ in range(20)]
    answers = await asyncio.gather(*asked)
    assert sorted(status for status, _ in answers) == [200] * 19 + [201]
    assert len({done["id"] for _, done in answers}) == 1


async def test_a_refused_refund_does_not_use_up_its_key(backend: Backend, http: Http) -> None:
    url = f"{backend.payments}/refunds"
    assert await http.refused("POST", url, refund(1001, "900.00"), key="k") == (409, "more_than_paid")
    assert (await http("POST", url, refund(1001, "9.00"), key="k"))[0] == 201


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (refund(1001, "92.71"), (409, "more_than_paid")),
        (refund(1006, "0.01"), (409, "nothing_left")),
        (refund(1020, "189.01", ERIK), (409, "more_than_paid")),
        (refund(1001, "1.00", JONAS), (403, "other_customer")),
        (refund(9999, "1.00"), (404, "no_such_order")),
        (refund(1001, "0.00"), (409, "nothing_to_refund")),
        (refund(1001, "-1.00"), (422, "bad_request")),
        (refund(1001, "1.005"), (422, "bad_request")),
        ({**refund(1001, "1.00"), "amount": {"amount": 1.0}}, (422, "bad_request")),
        ({**refund(1001, "1.00"), "amount": {"amount": "1.00", "currency": "USD"}}, (422, "bad_request")),
        (refund(1001, "1.00", payment="P-1002-1"), (409, "other_payment")),
        (refund(1012, "241.81", MAYA, payment="P-1012-2"), (409, "more_than_paid")),
    ],
)
async def test_no_refund_breaks_a_rule(
    backend: Backend, http: Http, asked: dict[str, Any], error: tuple[int, str]
) -> None:
    assert await http.refused("POST", f"{backend.payments}/refunds", asked, key="k") == error
    assert await http("GET", f"{backend.payments}/refunds?key=k") == (200, [])


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_refund_needs_a_key(backend: Backend, http: Http, key: str) -> None:
    asked = refund(1001, "1.00")
    assert await http.refused("POST", f"{backend.payments}/refunds", asked, key) == (400, "key_missing")


async def test_many_small_refunds_stop_at_what_was_paid(backend: Backend, http: Http) -> None:
    url = f"{backend.payments}/refunds"
    done = [await http("POST", url, refund(1001, "30.00"), key=f"k{n}") for n in range(4)]
    assert [status for status, _ in done] == [201, 201, 201, 409]


async def test_a_reversed_refund_can_be_paid_again_and_a_settled_one_stays(
    backend: Backend, http: Http
) -> None:
    url = f"{backend.payments}/refunds"
    _, first = await http("POST", url, refund(1001, "92.70"), key="a")
    for _ in range(2):
        assert (await http("POST", f"{url}/{first['id']}/reverse"))[1]["status"] == "reversed"
    _, again = await http("POST", url, refund(1001, "92.70"), key="b")
    await backend.settle()
    assert await http.refused("POST", f"{url}/{again['id']}/reverse") == (409, "already_settled")
    _, same = await http("POST", url, refund(1001, "92.70"), key="a")
    assert (same["id"], same["status"]) == (first["id"], "reversed")


async def test_a_voucher_is_given_once_and_can_be_taken_back(backend: Backend, http: Http) -> None:
    url = f"{backend.payments}/vouchers"
    asked = {"customer": MAYA, "amount": {"amount": "20.00"}, "reason": "lost parcel"}
    status, voucher = await http("POST", url, asked, key="v")
    assert (status, voucher["status"], voucher["valid_until"]) == (201, "open", "2027-03-02")
    assert await http("POST", url, asked, key="v") == (200, voucher)
    assert await http("GET", f"{url}?customer={MAYA}") == (200, [voucher])
    larger = {**asked, "amount": {"amount": "100.01"}}
    assert await http.refused("POST", url, larger, key="v") == (409, "key_reused")
    assert await http.refused("POST", url, larger, key="w") == (409, "above_voucher_limit")
    nobody = {**asked, "customer": "C-9"}
    assert await http.refused("POST", url, nobody, key="w") == (404, "no_such_customer")
    assert (await http("POST", f"{url}/{voucher['code']}/cancel"))[1]["status"] == "cancelled"
    assert await http.refused("POST", f"{url}/LARK-NONE/cancel") == (404, "no_such_voucher")


async def test_a_reset_puts_everything_back(backend: Backend, http: Http) -> None:
    await http("POST", f"{backend.payments}/refunds", refund(1001, "1.00"), key="k")
    await backend.fault("orders", "error")
    await backend.reset()
    assert await http("GET", f"{backend.payments}/refunds?key=k") == (200, [])
    assert (await http("GET", f"{backend.orders}/customers/{ADA}/orders/1001"))[0] == 200
    assert len(await backend.calls("payments")) == 1


async def test_an_unknown_fault_is_refused(backend: Backend, http: Http) -> None:
    assert await http.refused("POST", f"{backend.crm}/_faults", {"mode": "tired"}) == (422, "bad_request")
