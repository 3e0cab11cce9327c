"""faults: what is printed of a desk's matrix, and how the program ends."""

import json

from tests.cli.conftest import Command


def test_a_careful_desk_ends_well(command: Command) -> None:
    code, out, err = command("faults", "tests.faults.desks:a_careful_desk")

    assert (code, err) == (0, "")
    assert "LiveBank.pay" in out
    assert "outage" in out
    assert out.rstrip().endswith("no silence, no false claim, no double effect")


def test_a_naive_desk_ends_badly_and_is_told_why(command: Command) -> None:
    code, out, _ = command("faults", "tests.faults.desks:a_naive_desk", "--only", "LiveBank")

    assert code == 1
    assert "LiveBank.pay (timeout after: once, always, outage; slow: once, always)" in out
    assert "DOUBLE EFFECT: this was done 2 times: pay 1001 30.00 EUR" in out
    assert "LiveShop" not in out
    assert out.rstrip().endswith("double effect")


def test_a_boasting_desk_ends_badly_and_is_told_why(command: Command) -> None:
    code, out, _ = command("faults", "tests.faults.desks:a_boasting_desk")

    assert code == 1
    assert "FALSE CLAIM: no receipt bears out" in out


def test_programs_get_every_cell(command: Command) -> None:
    code, out, _ = command("faults", "tests.faults.desks:a_naive_desk", "--json")

    told = json.loads(out)
    assert code == 1
    assert (told["desk"], told["never_called"]) == ("naive", [])
    assert told["bad"] == sum(cell["verdict"] != "ok" for cell in told["cells"]) > 0
    calm, *others = told["cells"]
    assert calm == {
        "script": "a refund",
        "fault": None,
        "heard": [
            {"message": "Please refund 1001", "words": ["We have refunded 30 EUR for order 1001."]},
        ],
        "done": ["pay 1001 30.00 EUR"],
        "receipts": [],
        "recorded": [],
        "owner": "the desk",
        "verdict": "ok",
        "problems": [],
    }
    assert others[0]["fault"] == {
        **{"tool": "LiveShop", "method": "paid_for", "nth": 1, "kind": "refused", "lasts": "once"}
    }


def test_a_desk_without_a_sandbox_is_told_how_to_declare_one(command: Command) -> None:
    code, out, err = command("faults", "tests.faults.desks:a_desk_without_sandbox")

    assert (code, out) == (1, "")
    assert "has no sandbox, and live back ends are never tried out" in err
    assert err.count("\n") == 1
