"""The operators' side: what happened, who waits, and how the answer gets back."""

import asyncio
from typing import Any

import pytest
from tests.web.server import Running, Talk


async def waiting(web: Running) -> list[dict[str, Any]]:
    answer = await web.http.get("/api/waiting", headers=web.operator)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["waiting"])


async def answered(web: Running, wait: str, /, **body: Any) -> Any:
    return await web.http.post(f"/api/waiting/{wait}/answer", json=body, headers=web.operator)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/conversations"),
        ("GET", "/api/conversations/{id}/trace"),
        ("GET", "/api/waiting"),
        ("GET", "/api/waiting/{id}.2"),
        ("POST", "/api/waiting/{id}.2/answer"),
        ("GET", "/api/costs"),
        ("GET", "/api/flows"),
        ("GET", "/api/flows/support"),
    ],
)
async def test_only_operators_come_in(web: Running, talk: Talk, method: str, path: str) -> None:
    for headers in ({}, talk.headers, {"authorization": "Bearer operator"}, {"authorization": "operators"}):
        body = {"by": "x"} if method == "POST" else None
        answer = await web.http.request(method, path.format(id=talk.id), headers=headers, json=body)
        assert answer.status_code == 401
        assert answer.json()["error"] == "not_signed_in"


async def test_conversations_are_listed_page_by_page(web: Running) -> None:
    ids = [(await web.talk()).id for _ in range(7)]
    seen: list[str] = []
    before = ""
    while True:
        query = f"/api/conversations?limit=3{before}"
        page = (await web.http.get(query, headers=web.operator)).json()
        seen += [line["id"] for line in page["conversations"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert sorted(seen) == sorted(ids)


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "before=x", "before=1", "before=-1.a"])
async def test_a_page_that_is_none_is_refused(web: Running, query: str) -> None:
    assert (await web.http.get(f"/api/conversations?{query}", headers=web.operator)).status_code == 422


async def test_operators_see_more_than_the_customer(web: Running) -> None:
    talk = await web.talk(channel="app", language="de")
    await talk.says("person")
    seen = (await web.http.get(talk.path, headers=web.operator)).json()
    assert (seen["channel"], seen["language"], seen["level"]) == ("app", "de", "anonymous")
    assert seen["owner"] == "human"
    assert seen["items"] == await talk.items()
    assert seen["waits"] == [one["id"] for one in await waiting(web)]


async def test_the_trace_tells_what_happened(web: Running, talk: Talk) -> None:
    await talk.says("hello")
    answer = await web.http.get(f"{talk.path}/trace", headers=web.operator)
    assert answer.status_code == 200
    assert "understand" in answer.text
    missing = await web.http.get("/api/conversations/nothing/trace", headers=web.operator)
    assert missing.status_code == 404


async def test_a_flow_is_shown_in_every_form(web: Running) -> None:
    line, other = (await web.http.get("/api/flows", headers=web.operator)).json()["flows"]
    assert (other["name"], other["takes"]) == ("losing", "ParcelLost")
    assert (line["name"], line["takes"], line["gives"]) == ("support", "Message", "Reply")
    tree = await web.http.get("/api/flows/support", headers=web.operator)
    assert tree.json()["flow"] == "support"
    svg = await web.http.get("/api/flows/support?form=svg", headers=web.operator)
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.text.lstrip().startswith("<svg")
    mermaid = await web.http.get("/api/flows/support?form=mermaid", headers=web.operator)
    assert mermaid.text.startswith("flowchart")


async def test_an_unknown_flow_or_form_is_refused(web: Running) -> None:
    missing = await web.http.get("/api/flows/nothing", headers=web.operator)
    assert missing.status_code == 404
    assert "support" in missing.json()["detail"]
    assert (await web.http.get("/api/flows/support?form=pdf", headers=web.operator)).status_code == 422


async def test_a_handover_waits_with_everything_that_is_known(web: Running, talk: Talk) -> None:
    await talk.says("person I need somebody")
    (wait,) = await waiting(web)
    assert wait["conversation"] == talk.id
    assert (wait["kind"], wait["queue"], wait["person"]) == ("handover", "leads", "support lead")
    assert wait["reason"] == "asked_for"
    facts = {fact["fact"]: fact["value"] for fact in wait["facts"]}
    assert facts["Who"] == {"id": "", "level": "anonymous"}
    assert facts["Wants"] == {"text": "person I need somebody"}
    assert wait["transcript"] == await talk.items()
    one = await web.http.get(f"/api/waiting/{wait['id']}", headers=web.operator)
    assert one.json() == wait


async def test_a_bug_is_told_to_the_operator_and_not_to_the_customer(web: Running, talk: Talk) -> None:
    said = await talk.says("bug")
    assert "AttributeError" not in said
    (wait,) = await waiting(web)
    assert wait["reason"] == "bug"
    assert "AttributeError" in wait["why"]
    assert wait["path"] == "Broken/break_down"


async def test_a_person_answers_returns_and_the_desk_goes_on(web: Running, talk: Talk) -> None:
    await talk.says("person")
    (wait,) = await waiting(web)
    answer = await answered(web, wait["id"], by="Kim", id="a1", text="I am here")
    assert (answer.status_code, answer.json()) == (202, {"id": "a1", "new": True, "taken": True})
    last = (await talk.items())[-1]
    assert (last["kind"], last["person"], last["text"]) == ("person", "Kim", "I am here")
    assert len(await waiting(web)) == 1
    await answered(web, wait["id"], by="Kim", id="a2", then="return")
    assert await waiting(web) == []
    assert await talk.says("hello") == "You said: hello"


async def test_a_closed_conversation_reopens_with_a_message(web: Running, talk: Talk) -> None:
    await talk.says("person")
    (wait,) = await waiting(web)
    await answered(web, wait["id"], by="Kim", id="a1", text="Bye", then="close")
    closed = (await talk.http.get(talk.path, headers=talk.headers)).json()
    assert closed["owner"] == "closed"
    assert closed["items"][-1]["kind"] == "closed"
    assert await talk.says("one more thing") == "You said: one more thing"
    assert (await talk.http.get(talk.path, headers=talk.headers)).json()["owner"] == "ai"


async def test_an_ask_is_answered_with_its_fields(web: Running, talk: Talk) -> None:
    await talk.says("lead may I?")
    (wait,) = await waiting(web)
    assert (wait["kind"], wait["reason"], wait["queue"]) == ("ask", "Verdict", "leads")
    assert set(wait["wants"]["properties"]) == {"allowed", "note"}
    assert wait["expires"] > wait["since"]
    async with talk.stream(f"?after={(await talk.items())[-1]['seq']}") as events:
        fields = {"allowed": True, "note": "With pleasure."}
        answer = await answered(web, wait["id"], by="Kim", id="v1", fields=fields)
        assert answer.json() == {"id": "v1", "new": True, "taken": True}
        assert (await anext(events)).json["text"] == "It is allowed. With pleasure."


async def test_an_answer_sent_twice_is_taken_once(web: Running, talk: Talk) -> None:
    await talk.says("lead")
    (wait,) = await waiting(web)
    first = await answered(web, wait["id"], by="Kim", id="v1", fields={"allowed": False})
    again = await answered(web, wait["id"], by="Kim", id="v1", fields={"allowed": False})
    assert (again.status_code, again.json()) == (200, {**first.json(), "new": False})
    other = await answered(web, wait["id"], by="Kim", id="v1", fields={"allowed": True})
    assert other.status_code == 409


async def test_two_people_cannot_both_answer_an_ask(web: Running, talk: Talk) -> None:
    await talk.says("lead")
    (wait,) = await waiting(web)
    both = await asyncio.gather(
        answered(web, wait["id"], by="Kim", id="k", fields={"allowed": True}),
        answered(web, wait["id"], by="Lee", id="l", fields={"allowed": False}),
    )
    taken = [answer.status_code == 202 and answer.json()["taken"] for answer in both]
    assert sorted(taken) == [False, True]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({}, "by"),
        ({"by": "", "fields": {"allowed": True}}, "id must be"),
        ({"by": "Kim"}, "fields"),
        ({"by": "Kim", "text": "yes"}, "fields"),
        ({"by": "Kim", "fields": {}}, "allowed"),
        ({"by": "Kim", "fields": {"allowed": "perhaps"}}, "allowed"),
        ({"by": "Kim", "fields": [True]}, "fields"),
        ({"by": "Kim", "fields": {"allowed": True}, "then": "explode"}, "then"),
        ({"by": "Kim", "fields": {"allowed": True}, "colour": "red"}, "colour"),
        ({"by": "Kim", "id": "\u0000", "fields": {"allowed": True}}, "id must be"),
        ({"by": "customer", "fields": {"allowed": True}}, "by"),
    ],
)
async def test_a_wrong_answer_to_an_ask_says_what_is_wrong(
    web: Running, talk: Talk, body: Any, complaint: str
) -> None:
    await talk.says("lead")
    (wait,) = await waiting(web)
    answer = await answered(web, wait["id"], **body)
    assert answer.status_code == 422, answer.text
    assert complaint in answer.json()["detail"]
    assert len(await waiting(web)) == 1


async def test_a_handover_takes_no_fields_and_no_empty_text(web: Running, talk: Talk) -> None:
    await talk.says("person")
    (wait,) = await waiting(web)
    for body in ({"fields": {"allowed": True}}, {"text": ""}, {"text": "x" * 20_001}):
        assert (await answered(web, wait["id"], by="Kim", **body)).status_code == 422


@pytest.mark.parametrize(
    "id", ["x", "x.1", "x.", "{}.1", "{}.2", "{}.99999", "{}.-1", "{}.x", "{}." + "9" * 40]
)
async def test_nobody_waits_under_a_wrong_id(web: Running, talk: Talk, id: str) -> None:
    await talk.says("hello")
    answer = await answered(web, id.format(talk.id), by="Kim", text="hello")
    assert answer.status_code == 404


async def test_an_answer_after_it_was_answered_is_refused(web: Running, talk: Talk) -> None:
    await talk.says("person")
    (wait,) = await waiting(web)
    await answered(web, wait["id"], by="Kim", id="a1", then="return")
    late = await answered(web, wait["id"], by="Lee", id="b1", text="hello")
    assert late.status_code == 404
    assert "answered already" in late.json()["detail"]


async def test_what_happened_outside_starts_the_flow_that_takes_it(web: Running) -> None:
    talk = await web.talk()
    url = f"/api/conversations/{talk.id}/facts"
    body = {"fact": "ParcelLost", "fields": {"number": 7}, "by": "carrier", "id": "scan-1"}
    answer = await web.http.post(url, json=body, headers=web.operator)
    assert (answer.status_code, answer.json()) == (202, {"new": True})
    again = await web.http.post(url, json=body, headers=web.operator)
    assert again.json() == {"new": False}
    other = await web.http.post(url, json={**body, "fields": {"number": 8}}, headers=web.operator)
    assert other.status_code == 409
    await talk.says("hello")
    view = (await web.http.get(f"/api/conversations/{talk.id}", headers=web.operator)).json()
    assert "Parcel 7 is lost." in [item["text"] for item in view["items"]]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"fact": "Nothing"}, "there is: ParcelLost"),
        ({"fact": "segue.Message"}, "there is: ParcelLost"),
        ({"fields": {"number": "many"}}, "number"),
        ({"by": "customer"}, "customer"),
        ({"by": ""}, "characters"),
        ({"id": "\n"}, "characters"),
    ],
)
async def test_what_cannot_be_told_is_refused_with_what_there_is(
    web: Running, changed: dict[str, Any], said: str
) -> None:
    talk = await web.talk()
    body = {"fact": "ParcelLost", "fields": {"number": 7}, "by": "carrier", "id": "scan-1", **changed}
    answer = await web.http.post(f"/api/conversations/{talk.id}/facts", json=body, headers=web.operator)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
