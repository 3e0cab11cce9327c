"""The shop under every fault of its payments, in memory; and what is noticed when a service breaks its word."""

from itertools import count
from typing import Any

from examples.shop.clients import Payments
from examples.shop.desk import make
from examples.shop.facts import Money, VoucherIssued
from examples.shop.routing import ShopRouter
from examples.shop.sandbox import ADA, NOWHERE, PAYMENTS, RAISES, SCRIPTS, SandboxPayments, services
from segue import Desk, Sandbox, Script
from segue.faults import run_matrix


def desk_for(*scripts: Script, tools: Any = (services, ShopRouter)) -> Desk:
    sandbox = Sandbox(*tools, scripts=scripts, raises=RAISES)
    return make(NOWHERE, NOWHERE, NOWHERE, sandbox=sandbox)


def test_whatever_happens_to_payments_nobody_is_left_lied_to_or_paid_twice() -> None:
    refund, late = (script for script in SCRIPTS if script.name in ("a refund", "a parcel that is late"))
    matrix = run_matrix(desk_for(refund, late), only="Payments")

    assert [(cell.script, cell.fault, cell.problems) for cell in matrix.bad] == []
    assert len(matrix.cells) > 60
    calm = {cell.script: cell.done for cell in matrix.cells if cell.fault is None}
    assert calm["a refund"] == ("refund 1001 92.70 EUR",)
    assert calm["a parcel that is late"][0].startswith("voucher C-1001 16.90 EUR")


class Forgetful(SandboxPayments):
    """Takes every call for a new one, whatever its key."""

    calls = count()

    async def give_voucher(self, customer_id: str, amount: Money, *, reason: str, key: str) -> VoucherIssued:
        return await super().give_voucher(customer_id, amount, reason=reason, key=f"{key}/{next(self.calls)}")


def test_a_service_that_does_not_honour_its_keys_is_caught() -> None:
    def forgetful() -> list[Any]:
        others = [one for one in services() if not isinstance(one, Payments)]
        return [*others, Forgetful(NOWHERE, transport=PAYMENTS)]

    late = Script("I want to complain about order 1003", caller=ADA)
    matrix = run_matrix(desk_for(late, tools=(forgetful, ShopRouter)), only="Payments")

    assert {cell.verdict for cell in matrix.bad} == {"double effect"}
    assert {cell.fault.method for cell in matrix.bad if cell.fault} == {"give_voucher"}
