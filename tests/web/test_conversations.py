"""The customer's side of the HTTP interface, on a real port."""

import time

import pytest
from tests.web.server import SECRET, Running, Talk

from segue.web import caller_key, sign_caller
from segue.web.tokens import conversation_token


async def test_a_conversation_is_opened_and_answers(web: Running) -> None:
    talk = await web.talk(channel="app", language="de")
    answer = await talk.send("hello", "first", wait=10)
    assert answer.status_code == 202
    body = answer.json()
    assert (body["message_id"], body["new"], body["outcome"]) == ("first", True, "reply")
    (reply,) = body["replies"]
    assert (reply["kind"], reply["text"]) == ("reply", "You said: hello")


async def test_a_conversation_needs_no_body(web: Running) -> None:
    answer = await web.http.post("/api/conversations")
    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "token"}


async def test_the_language_of_the_conversation_is_that_of_its_questions(web: Running) -> None:
    talk = await web.talk(language="de-AT")
    assert await talk.says("ask please") == "Um welche Bestellung geht es?"


async def test_a_message_without_waiting_is_accepted_at_once(talk: Talk) -> None:
    answer = await talk.send("hello")
    assert answer.status_code == 202
    assert answer.json() == {"message_id": "m1", "new": True, "outcome": None, "replies": []}


async def test_the_outcome_is_null_when_time_was_up(talk: Talk) -> None:
    answer = await talk.send("slow 1", wait=0.2)
    assert answer.status_code == 202
    assert answer.json()["outcome"] is None
    assert answer.json()["replies"] == []


@pytest.mark.parametrize(
    ("text", "outcome"), [("hi", "reply"), ("ask", "question"), ("lead", "notice"), ("person", "handover")]
)
async def test_every_outcome_is_told(talk: Talk, text: str, outcome: str) -> None:
    assert (await talk.send(text, wait=10)).json()["outcome"] == outcome


async def test_a_message_to_the_person_who_owns_the_conversation_is_passed_on(talk: Talk) -> None:
    await talk.says("person")
    assert (await talk.send("are you there?", wait=10)).json()["outcome"] == "passed_on"


async def test_only_what_came_of_this_message_is_told(talk: Talk) -> None:
    await talk.says("slow 0.05")
    second = (await talk.send("hello", "second", wait=10)).json()
    assert [reply["text"] for reply in second["replies"]] == ["You said: hello"]


async def test_a_replayed_id_gets_what_happened_the_first_time(talk: Talk) -> None:
    first = (await talk.send("hello", "same", wait=10)).json()
    again = await talk.send("hello", "same")
    assert again.status_code == 200
    assert again.json() == {**first, "new": False}
    assert [item["kind"] for item in await talk.items()] == ["message", "reply"]


async def test_an_id_used_for_another_text_is_a_conflict(talk: Talk) -> None:
    await talk.send("hello", "same")
    answer = await talk.send("something else", "same")
    assert answer.status_code == 409
    assert answer.json()["error"] == "conflict"
    assert "use a new one" in answer.json()["detail"]


async def test_the_same_id_in_another_conversation_is_another_message(web: Running) -> None:
    one, other = await web.talk(), await web.talk()
    await one.send("hello", "same", wait=10)
    assert (await other.send("bye", "same", wait=10)).json()["new"]


async def test_a_customer_reads_the_transcript_and_no_more(talk: Talk) -> None:
    await talk.says("slow 0.05")
    answer = await talk.http.get(talk.path, headers=talk.headers)
    body = answer.json()
    assert set(body) == {"id", "owner", "items"}
    assert [item["kind"] for item in body["items"]] == ["message", "progress", "reply"]
    after = body["items"][0]["seq"]
    rest = await talk.http.get(f"{talk.path}?after={after}", headers=talk.headers)
    assert rest.json()["items"] == body["items"][1:]


async def test_a_signed_caller_is_believed(web: Running) -> None:
    signed = sign_caller(caller_key(SECRET), "c7", "verified", expires=int(time.time()) + 60)
    talk = await web.talk(caller=signed)
    assert await talk.says("hello") == "c7 said: hello"


async def test_an_expired_or_forged_caller_is_refused(web: Running) -> None:
    expired = sign_caller(caller_key(SECRET), "c7", "verified", expires=int(time.time()) - 1)
    forged = sign_caller(SECRET, "c7", "verified", expires=int(time.time()) + 60)
    for caller in (expired, forged, "c7"):
        answer = await web.http.post("/api/conversations", json={"caller": caller})
        assert answer.status_code == 403
        assert answer.json()["error"] == "not_allowed"


async def test_claims_that_nobody_signed_are_refused(web: Running) -> None:
    for body in (
        {"caller": {"id": "c7", "level": "verified"}},
        {"level": "verified"},
        {"claims": {"id": "c7"}},
    ):
        answer = await web.http.post("/api/conversations", json=body)
        assert answer.status_code == 422


@pytest.mark.parametrize("way", ["read", "send", "stream"])
async def test_a_conversation_opens_to_its_own_token_only(web: Running, way: str) -> None:
    talk, other = await web.talk(), await web.talk()

    async def attempt(token: str | None, id: str = talk.id) -> int:
        headers = {"authorization": "Basic eDp5" if token is None else f"Bearer {token}"}
        path = f"/api/conversations/{id}"
        if way == "send":
            body = {"message_id": "x", "text": "hello"}
            return (await web.http.post(f"{path}/messages", json=body, headers=headers)).status_code
        if way == "read":
            return (await web.http.get(path, headers=headers)).status_code
        async with web.http.stream("GET", f"{path}/stream", headers=headers) as answer:
            return answer.status_code

    assert await attempt(None) == 401
    for wrong in (other.token, talk.token[:-1], talk.token + "A", talk.token[::-1], "x" * 5000):
        assert await attempt(wrong) == 403
    assert await attempt(talk.token, id="1m84jab4ar4gwpamhfhh") == 403
    assert await attempt(talk.token) in (200, 202)
    assert not [item for item in await other.items() if item["kind"] == "message"]


async def test_operators_read_but_do_not_write_in_a_customers_name(web: Running, talk: Talk) -> None:
    assert (await web.http.get(talk.path, headers=web.operator)).status_code == 200
    body = {"message_id": "x", "text": "hello"}
    answer = await web.http.post(f"{talk.path}/messages", json=body, headers=web.operator)
    assert answer.status_code == 403


async def test_a_missing_token_is_asked_for(web: Running, talk: Talk) -> None:
    answer = await web.http.get(talk.path)
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"] == "not_signed_in"


async def test_a_token_of_a_conversation_that_is_gone_finds_nothing(web: Running) -> None:
    id = "1m84jab4ar4gwpamhfhh"
    gone = Talk(web.http, id, conversation_token(SECRET, id))
    assert (await gone.send("hello")).status_code == 404
    assert (await web.http.get(gone.path, headers=gone.headers)).status_code == 404
    assert (await web.http.get(f"{gone.path}/stream", headers=gone.headers)).status_code == 404


async def test_every_answer_has_the_headers_of_safety(web: Running, talk: Talk) -> None:
    for path in ("/", "/docs", "/livez", "/static/chat.js", "/api/nothing", talk.path):
        headers = (await web.http.get(path)).headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers
    assert (await web.http.get(talk.path, headers=talk.headers)).headers["cache-control"] == "no-store"
