"""The whole matrix: what a careful desk passes, and what is caught of those that take less care."""

import asyncio
import socketserver
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from tests.faults.desks import (
    SANDBOX,
    FakeBank,
    FakeShop,
    Paid,
    Refund,
    Shop,
    anything,
    boasting,
    careful,
    desk_of,
    lead,
    naive,
    read,
)

from segue import Desk, Draft, Flow, Message, Refine, Reply, Sandbox, Script, Sequence, step
from segue.errors import NotDone
from segue.faults import Cell, Matrix, NothingToRun, run_matrix

ONE = [Script("Please refund 1001", name="a refund")]


def cell(matrix: Matrix, method: str, kind: str, lasts: str = "once", script: str = "a refund") -> Cell:
    (found,) = [
        one
        for one in matrix.cells
        if one.fault is not None
        and (one.script, one.fault.method, one.fault.nth) == (script, method, 1)
        and (one.fault.kind, one.fault.lasts) == (kind, lasts)
    ]
    return found


def flow_of(*steps: Any) -> Flow[Any]:
    return Flow(Sequence(*steps).escalate(to=lead), takes=Message, gives=Reply, name="support")


def test_a_careful_desk_never_falls_silent_lies_or_pays_twice() -> None:
    matrix = run_matrix(desk_of(careful))

    assert matrix.bad == []
    assert len(matrix.cells) > 100
    assert matrix.never_called == ()
    # ... and that is not for want of trying: money was paid, refused, found out, and left to a person.
    assert {one.owner for one in matrix.cells} == {"the desk", "lead"}
    assert {receipt for one in matrix.cells for receipt in one.receipts} == {
        *("pay: done", "pay: not_done", "pay: unknown"),
    }


def test_what_was_paid_and_not_answered_is_found_and_told() -> None:
    found = cell(run_matrix(desk_of(careful)), "pay", "timeout after")

    assert found.done == ("pay 1001 30.00 EUR",)
    assert found.heard[0][1][-1] == "We have refunded €30.00 (1001). Reference: P1."


def test_what_nobody_can_tell_is_left_to_a_person() -> None:
    found = cell(run_matrix(desk_of(careful)), "pay", "timeout after", "outage")

    assert found.done == ("pay 1001 30.00 EUR",)
    assert (found.receipts, found.owner) == (("pay: unknown",), "lead")


def test_what_needs_an_approval_is_approved_unless_the_script_says_otherwise() -> None:
    waiting = Script("Please refund 1002", approves=False)
    matrix = run_matrix(desk_of(careful, Sandbox(FakeShop, FakeBank, scripts=[waiting])))

    assert matrix.cells[0].owner == "lead"
    assert matrix.cells[0].done == ()
    assert cell(run_matrix(desk_of(careful)), "pay", "slow", script="above the limit").done == (
        "pay 1002 300.00 EUR",
    )


def test_a_plain_step_that_pays_and_is_tried_again_pays_twice() -> None:
    matrix = run_matrix(desk_of(naive, Sandbox(FakeShop, FakeBank, scripts=ONE)))

    assert Counter(one.verdict for one in matrix.bad) == {"double effect": 5}
    assert {one.fault.kind for one in matrix.bad if one.fault} == {"timeout after", "slow"}
    assert cell(matrix, "pay", "slow").problems[0].why == "this was done 2 times: pay 1001 30.00 EUR"


def test_a_writer_who_hopes_for_the_best_makes_false_claims() -> None:
    matrix = run_matrix(desk_of(boasting, Sandbox(FakeShop, FakeBank, scripts=ONE)))

    assert Counter(one.verdict for one in matrix.bad) == {"false claim": 12}
    assert cell(matrix, "pay", "timeout after").verdict == "ok"  # it was paid, after all
    assert "no receipt bears out" in cell(matrix, "pay", "dropped").problems[0].why


def test_a_desk_with_nobody_to_hand_over_to_falls_silent() -> None:
    @step
    async def pay_at_once(message: Message, *, bank: FakeBank) -> Paid:
        return await bank.pay("1001", Decimal(30), "key")

    @step
    async def greet(paid: Paid) -> Draft:
        return Draft("Good day.")

    alone = Flow(Sequence(pay_at_once, Refine(greet, against=[anything])), takes=Message, gives=Reply)
    matrix = run_matrix(Desk(alone, tools=[FakeBank()], sandbox=Sandbox(FakeBank, scripts=ONE)))

    assert {one.problems[0].why for one in matrix.bad} == {"nobody owns the conversation"}
    assert cell(matrix, "pay", "refused").owner == "nobody"
    assert matrix.cells[0].verdict == "ok"


def test_a_reply_without_words_is_silence() -> None:
    @step
    async def mumble(refund: Refund) -> Draft:
        return Draft("" if refund.order != "1001" else "Good day.")

    @step
    async def look(message: Message, *, shop: Shop) -> Refund:
        amount = await shop.paid_for("1001")
        return Refund("1001" if amount == 30 else "another", amount)

    desk = Desk(
        flow_of(look, Refine(mumble, against=[anything])),
        tools=[FakeShop()],
        people={lead: "leads"},
        sandbox=Sandbox(FakeShop, scripts=ONE),
    )
    matrix = run_matrix(desk)

    assert [one.fault.kind for one in matrix.bad if one.fault] == ["wrong answer", "wrong answer"]
    assert {one.verdict for one in matrix.bad} == {"silence"}


def test_what_is_done_twice_without_any_fault_is_caught_as_well() -> None:
    matrix = run_matrix(desk_of(naive))
    (calm,) = [one for one in matrix.bad if one.fault is None]
    assert (calm.script, calm.verdict) == ("asked twice", "double effect")


def test_the_same_matrix_comes_out_the_same_each_time() -> None:
    assert run_matrix(desk_of(naive)) == run_matrix(desk_of(naive))


def test_only_one_tool_may_be_disturbed() -> None:
    matrix = run_matrix(desk_of(careful), only="LiveBank")
    assert {one.fault.tool for one in matrix.cells if one.fault} == {"LiveBank"}


def test_steps_meet_the_exceptions_that_their_tools_raise() -> None:
    class Closed(Exception):
        pass

    met: list[type] = []

    @step
    async def look(message: Message, *, shop: Shop) -> Refund:
        try:
            return Refund("1001", await shop.paid_for("1001"))
        except Exception as error:
            met.append(type(error))
            raise

    sandbox = Sandbox(FakeShop, scripts=ONE, raises={"refused": Closed})
    run_matrix(
        Desk(
            flow_of(look, Refine(thank_for_nothing, against=[anything])),
            tools=[FakeShop()],
            people={lead: "l"},
            sandbox=sandbox,
        )
    )

    assert set(met) == {Closed, TimeoutError, ConnectionError, ConnectionResetError}
    assert NotDone not in met


@step
async def thank_for_nothing(refund: Refund) -> Draft:
    return Draft("Good day.")


def test_a_client_that_checks_its_answers_turns_a_wrong_one_into_a_failure() -> None:
    sandbox = Sandbox(FakeShop, FakeBank, scripts=ONE, raises={"wrong answer": lambda: OSError("of another")})

    assert cell(run_matrix(desk_of(careful, sandbox)), "pay", "wrong answer").heard[0][1][-1] == (
        "We have refunded €30.00 (1001). Reference: P1."
    )
    believing = cell(run_matrix(desk_of(careful)), "pay", "wrong answer")
    assert "made-up-9" in believing.heard[0][1][-1]


class ServedShop(FakeShop):
    """Asks a service on loopback, which a sandbox starts for it."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def paid_for(self, order: str) -> Decimal:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(f"{order}\n".encode())
        answer = await reader.readline()
        writer.close()
        await writer.wait_closed()
        return Decimal(answer.decode())


class Serving(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.rfile.readline()
        time.sleep(0.02)  # long enough for the loop to find nothing to do
        self.wfile.write(b"30\n")


@asynccontextmanager
async def service() -> AsyncIterator[list[Any]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Serving) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield [ServedShop(server.server_address[1]), FakeBank()]
        await asyncio.to_thread(server.shutdown)


def test_a_stand_in_may_ask_a_service_which_has_all_the_time_it_needs() -> None:
    matrix = run_matrix(desk_of(careful, Sandbox(service, scripts=ONE)), only="LiveShop")
    assert matrix.bad == []
    assert matrix.cells[0].done == ("pay 1001 30.00 EUR",)


def test_a_step_in_a_thread_has_all_the_time_it_needs() -> None:
    @step
    def compute(refund: Refund) -> Paid:
        time.sleep(0.02)  # long enough for the loop to find nothing to do
        return Paid("P1")

    matrix = run_matrix(
        Desk(
            flow_of(read.within(2), compute.within(30), Refine(thank_later, against=[anything])),
            tools=[FakeShop()],
            people={lead: "leads"},
            sandbox=Sandbox(FakeShop, scripts=ONE),
        )
    )
    assert matrix.cells[0].owner == "the desk"


@step
async def thank_later(refund: Refund, paid: Paid) -> Draft:
    return Draft("Good day.")


def test_a_desk_without_a_sandbox_is_told_how_to_declare_one() -> None:
    with pytest.raises(NothingToRun, match=r"no sandbox.*Desk\(..., sandbox=Sandbox\("):
        run_matrix(desk_of(careful, None))


def test_a_tool_that_the_sandbox_does_not_have_cannot_be_disturbed() -> None:
    with pytest.raises(NothingToRun, match=r"stands for 'Till' \(it has: LiveShop, LiveBank\)"):
        run_matrix(desk_of(careful), only="Till")


def test_a_desk_that_takes_no_messages_has_nobody_to_say_a_script() -> None:
    @step
    async def drop(refund: Refund) -> Paid:
        return Paid("")

    told = Flow(drop, takes=Refund, gives=Paid)
    with pytest.raises(NothingToRun, match="takes no messages"):
        run_matrix(Desk(told, sandbox=SANDBOX))
