"""Actions over HTTP: what operators see and settle, what customers see of them, and approvals."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from tests.web.paying_desk import Bank, make_desk
from tests.web.server import Running, Talk, running_server, until
from tests.web.small_desk import Demo

DAY = 86_400_000


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest_asyncio.fixture
async def web(bank: Bank) -> AsyncIterator[Running]:
    async with running_server(make_desk(bank), sign_in=Demo(), heartbeat=0.1) as running:
        yield running


@pytest_asyncio.fixture
async def talk(web: Running) -> Talk:
    return await web.talk()


async def read(web: Running, path: str) -> Any:
    answer = await web.http.get(path, headers=web.operator)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def post(web: Running, path: str, **body: Any) -> Any:
    return await web.http.post(path, json=body, headers=web.operator)


async def waits(web: Running) -> list[Any]:
    return list((await read(web, "/api/waiting"))["waiting"])


async def receipts(talk: Talk) -> list[Any]:
    answer = await talk.http.get(f"{talk.path}/receipts", headers=talk.headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["receipts"])


# What customers see


async def test_a_customer_reads_what_was_done_in_words(talk: Talk) -> None:
    await talk.says("1001 30 and 1002 20.5")
    first, second = await receipts(talk)
    assert first["text"] == "We have refunded €30.00 (1001). Reference: R-1."
    assert second["text"] == "We have refunded €20.50 (1002). Reference: R-2."
    assert (first["reference"], first["undone"]) == ("R-1", False)
    assert 0 < first["undo_until"] - first["at"] - DAY + 1000 < 2000
    assert set(first) == {"text", "at", "undone", "reference", "undo_until"}  # and nothing of how it was done


async def test_receipts_are_in_the_language_of_the_customer(web: Running) -> None:
    talk = await web.talk(language="de")
    await talk.says("1001 30")
    assert [one["text"] for one in await receipts(talk)] == [
        "Wir haben 30,00\u00a0€ erstattet (1001). Referenz: R-1."
    ]


async def test_nobody_else_reads_them(web: Running, talk: Talk) -> None:
    await talk.says("1001 30")
    other = await web.talk()
    for headers, status in (({}, 401), (other.headers, 403), (web.operator, 403)):
        assert (await talk.http.get(f"{talk.path}/receipts", headers=headers)).status_code == status
    missing = await web.http.get("/api/conversations/nobody/receipts", headers=talk.headers)
    assert missing.status_code == 403


async def test_what_was_not_done_is_no_receipt(talk: Talk, bank: Bank) -> None:
    assert await receipts(talk) == []
    bank.lost = 9
    await talk.says("blind 1001")
    assert await receipts(talk) == []


async def test_the_stream_brings_a_receipt_before_the_reply_and_again_after_a_break(talk: Talk) -> None:
    await talk.says("1001 30")
    for query in ("", "?after=2"):
        async with talk.stream(query) as events:
            found = await until(events, "reply")
        (receipt,) = [event for event in found if event.event == "receipt"]
        assert receipt.json["text"] == "We have refunded €30.00 (1001). Reference: R-1."
        assert receipt.json["reference"] == "R-1"
        assert receipt.id == str(receipt.json["seq"])


async def test_what_came_of_a_message_is_also_what_was_done(talk: Talk) -> None:
    answer = (await talk.send("1001 30", wait=10)).json()
    assert answer["outcome"] == "reply"
    assert [one["kind"] for one in answer["replies"]] == ["receipt", "reply"]


async def test_what_was_undone_takes_the_place_of_what_was_done(web: Running, talk: Talk) -> None:
    await talk.says("1001 30 and 1002 20")
    (plan, *_) = (await read(web, f"{talk.path}/undo"))["actions"]
    seen = [one for one in await talk.items() if one["kind"] == "receipt"]
    async with talk.stream(f"?after={(await talk.items())[-1]['seq']}") as events:
        await post(web, f"{talk.path}/undo", by="kim", only=[plan["identity"]])
        found = await until(events, "reply")
    (undone,) = [event.json for event in found if event.event == "receipt"]
    assert undone["text"] == "Refund €20.00 (1002): this was undone. Reference: R-2."
    assert undone["replaces"] == seen[1]["seq"]
    first, second = await receipts(talk)
    assert (first["undone"], second["undone"], second["undo_until"]) == (False, True, None)


# What operators see and settle


async def test_every_action_is_listed_with_how_it_stands(web: Running, talk: Talk, bank: Bank) -> None:
    await talk.says("1001 30")
    (line,) = (await read(web, f"{talk.path}/actions"))["actions"]
    assert (line["action"], line["standing"], line["sent"]) == ("pay", "done", 1)
    assert line["told"] == "We have refunded €30.00 (1001). Reference: R-1."
    assert line["arguments"] == [{"fact": "Refund", "value": {"order": 1001, "amount": "30"}}]
    assert line["tried"][0]["what"] == "call"
    for headers, status in (({}, 401), (talk.headers, 401)):
        assert (await web.http.get(f"{talk.path}/actions", headers=headers)).status_code == status
    missing = await web.http.get("/api/conversations/nobody/actions", headers=web.operator)
    assert missing.status_code == 404


async def test_an_unknown_outcome_waits_with_everything_on_the_table(
    web: Running, talk: Talk, bank: Bank
) -> None:
    bank.lost = 9
    await talk.says("blind 1001")
    (wait,) = await waits(web)
    assert (wait["kind"], wait["reason"]) == ("handover", "unknown")
    (line,) = wait["actions"]
    assert (line["action"], line["standing"], line["object"]) == ("send", "with_person", "1001")
    assert line["arguments"] == [{"fact": "Parcel", "value": {"order": 1001}}]
    assert line["key"]
    first = line["tried"][0]
    assert (first["what"], first["came"]) == (
        "call",
        "TimeoutError: the line is dead",
    )


async def test_a_person_settles_it_and_the_customer_has_a_receipt(
    web: Running, talk: Talk, bank: Bank
) -> None:
    bank.lost = 9
    await talk.says("blind 1001")
    ((line,),) = [wait["actions"] for wait in await waits(web)]
    path = f"{talk.path}/actions/{line['identity']}/settle"
    answer = await post(web, path, outcome="done", reference="DHL 7", by="Kim", id="s1")
    assert (answer.status_code, answer.json()) == (202, {"id": "s1", "new": True, "taken": True})
    again = await post(web, path, outcome="done", reference="DHL 7", by="Kim", id="s1")
    assert (again.status_code, again.json()["new"]) == (200, False)
    other = await post(web, path, outcome="not_done", by="Kim", id="s1")
    assert other.status_code == 409
    late = await post(web, path, outcome="not_done", by="Lee", id="s2")
    assert (late.status_code, "done already" in late.json()["detail"]) == (409, True)
    (after,) = (await read(web, f"{talk.path}/actions"))["actions"]
    assert (after["standing"], after["settled_by"], after["reference"]) == ("done", "Kim", "DHL 7")
    assert [one["text"] for one in await receipts(talk)] == [
        "We have arranged a new shipment (1001). Reference: DHL 7."
    ]
    assert (await waits(web))[0]["actions"] == []


@pytest.mark.parametrize(
    ("body", "status", "complaint"),
    [
        ({}, 422, "outcome"),
        ({"outcome": "perhaps", "by": "Kim"}, 422, "outcome"),
        ({"outcome": "done"}, 422, "by"),
        ({"outcome": "done", "by": "customer"}, 422, "customer"),
        ({"outcome": "done", "by": "Kim", "reference": "x" * 300}, 422, "reference"),
        ({"outcome": "not_done", "by": "Kim", "reference": "R"}, 422, "has no reference"),
        ({"outcome": "done", "by": "Kim", "colour": "red"}, 422, "colour"),
    ],
)
async def test_a_settlement_that_makes_no_sense_says_why(
    web: Running, talk: Talk, bank: Bank, body: Any, status: int, complaint: str
) -> None:
    bank.lost = 9
    await talk.says("blind 1001")
    (line,) = (await read(web, f"{talk.path}/actions"))["actions"]
    answer = await post(web, f"{talk.path}/actions/{line['identity']}/settle", **body)
    assert (answer.status_code, complaint in answer.json()["detail"]) == (status, True), answer.text


async def test_what_is_not_there_cannot_be_settled(web: Running, talk: Talk) -> None:
    said = {"outcome": "done", "by": "Kim"}
    for path in (f"{talk.path}/actions/nothing/settle", "/api/conversations/nobody/actions/x/settle"):
        assert (await post(web, path, **said)).status_code == 404
    answer = await web.http.post(f"{talk.path}/actions/x/settle", json=said, headers=talk.headers)
    assert answer.status_code == 401


# Approvals


async def test_what_is_to_be_approved_is_shown_exactly(web: Running, talk: Talk) -> None:
    await talk.says("1001 300")
    (wait,) = await waits(web)
    about = wait["about"]
    assert (wait["kind"], wait["reason"], wait["person"]) == ("ask", "segue.Approval", "support lead")
    assert (about["action"], about["object"], about["amount"], about["currency"]) == (
        "pay",
        "1001",
        "300",
        "EUR",
    )
    assert about["because"] == "above 100"
    assert about["arguments"] == [{"fact": "Refund", "value": {"order": 1001, "amount": "300"}}]
    assert {"granted", "call", "note"} == set(wait["wants"]["properties"])
    assert wait["wants"]["properties"]["call"]["const"] == about["call"]


async def test_it_is_done_when_it_was_approved_and_the_list_says_by_whom(
    web: Running, talk: Talk, bank: Bank
) -> None:
    await talk.says("1001 300")
    (wait,) = await waits(web)
    fields = {"granted": True, "call": wait["about"]["call"]}
    async with talk.stream(f"?after={(await talk.items())[-1]['seq']}") as events:
        answer = await post(web, f"/api/waiting/{wait['id']}/answer", by="Kim", id="a", fields=fields)
        assert answer.json() == {"id": "a", "new": True, "taken": True}
        await until(events, "reply")
    assert bank.done == ["pay 1001 300"]
    (line,) = (await read(web, f"{talk.path}/actions"))["actions"]
    assert line["approved_by"] == "Kim"
    again = await post(web, f"/api/waiting/{wait['id']}/answer", by="Kim", id="a", fields=fields)
    assert (again.status_code, again.json()["new"]) == (200, False)
    second = await post(web, f"/api/waiting/{wait['id']}/answer", by="Lee", id="b", fields=fields)
    assert second.status_code == 404
    assert bank.done == ["pay 1001 300"]


async def test_another_call_than_was_shown_is_not_approved(web: Running, talk: Talk, bank: Bank) -> None:
    await talk.says("1001 300")
    (wait,) = await waits(web)
    before = (await read(web, talk.path))["events"]
    fields = {"granted": True, "call": "0" * 32}
    answer = await post(web, f"/api/waiting/{wait['id']}/answer", by="Kim", id="a", fields=fields)
    assert answer.status_code == 409
    assert "another call than was shown" in answer.json()["detail"]
    assert (await read(web, talk.path))["events"] == before
    assert await waits(web) == [wait]
    assert bank.done == []


async def test_a_refusal_reaches_the_customer_and_nothing_is_done(
    web: Running, talk: Talk, bank: Bank
) -> None:
    await talk.says("1001 300")
    (wait,) = await waits(web)
    fields = {"granted": False, "call": wait["about"]["call"], "note": "too much"}
    async with talk.stream(f"?after={(await talk.items())[-1]['seq']}") as events:
        await post(web, f"/api/waiting/{wait['id']}/answer", by="Kim", id="a", fields=fields)
        (reply,) = await until(events, "reply")
    assert "Kim did not approve of it" in reply.json["text"]
    assert bank.done == []
