"""Whatever a client sends, it reads what is wrong with it, and nothing breaks."""

import json
import unicodedata
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.web.server import PATIENCE, Running, Talk, running_server
from tests.web.small_desk import make_desk

JSON = {"content-type": "application/json"}

SCRIPTS = {
    "arabic": "أين طلبي رقم ١٠٠١؟",
    "hebrew": "איפה ההזמנה שלי?",
    "hindi": "मेरा ऑर्डर कहाँ है?",
    "thai": "คำสั่งซื้อของฉันอยู่ที่ไหน",
    "chinese": "我的订单在哪里？",
    "japanese": "注文はどこですか。ｶﾞ",
    "korean": "제 주문은 어디에 있나요?",
    "georgian": "სად არის ჩემი შეკვეთა?",
    "amharic": "ትዕዛዜ የት አለ?",
    "cuneiform": "𒀀𒁀𒂠",
    "emoji": "👩🏽‍🚀🏳️‍🌈🇩🇪 👍🏿",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!",
    "directions": "abc \u202etxt.exe\u202c def \u2066x\u2069",
    "separators": "one\u2028two\u2029three\u0085four",
    "invisible": "a\u200bb\u200cc\u200dd\ufeffe\u00ade",
    "private": "x\ue000\U0010ffff\ufffe",
    "markup": "<script>alert(1)</script> {{ 7*7 }} ' \" & \\ %00 ${x}",
}


@pytest.mark.parametrize("name", SCRIPTS)
async def test_every_script_arrives_and_comes_back_as_it_was_written(talk: Talk, name: str) -> None:
    text = SCRIPTS[name]
    reply = (await talk.send(text, wait=PATIENCE)).json()["replies"][-1]["text"]
    kept = "".join(sign for sign in text if unicodedata.category(sign) != "Cc")
    assert (await talk.items())[0]["text"] == kept
    assert reply == f"You said: {kept}"
    async with talk.stream() as events:
        first = await anext(events)
        assert first.json["text"] == kept


async def test_a_sample_of_all_of_unicode_is_accepted(talk: Talk) -> None:
    by_category = defaultdict(list)
    for code in range(0x110000):
        by_category[unicodedata.category(chr(code))].append(chr(code))
    del by_category["Cc"], by_category["Cs"]
    assert len(by_category) == 28
    text = "".join(sign for signs in by_category.values() for sign in signs[:: len(signs) // 600 + 1]) + "x"
    answer = await talk.send(text, wait=PATIENCE)
    assert answer.json()["outcome"] == "reply"
    assert (await talk.items())[0]["text"] == text.strip()


@pytest.mark.parametrize("text", ["", " ", "\n\t \u2003", "\u0000\u0007\u001b", "\u200b\u200d\ufeff"])
async def test_an_empty_message_is_refused(talk: Talk, text: str) -> None:
    answer = await talk.send(text)
    assert answer.status_code == 422
    assert answer.json() == {"error": "bad_input", "detail": "text is empty; write something"}
    assert await talk.items() == []


async def test_control_characters_are_left_out(talk: Talk) -> None:
    await talk.send("one\u0000 \u001b[31mtwo\u007f\r\n\tthree", wait=PATIENCE)
    assert (await talk.items())[0]["text"] == "one [31mtwo\n\tthree"


async def test_a_message_of_20000_characters_is_read_and_one_more_is_not(talk: Talk) -> None:
    assert (await talk.send("x" * 20_000, wait=PATIENCE)).json()["outcome"] == "reply"
    answer = await talk.send("x" * 20_001)
    assert answer.status_code == 422
    assert "20,001 characters" in answer.json()["detail"]


async def test_a_message_of_100_kb_is_refused_with_its_length(talk: Talk) -> None:
    answer = await talk.send("x" * 100_000)
    assert answer.status_code == 422
    assert "100,000 characters" in answer.json()["detail"]


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_that_is_too_large_is_refused_before_it_is_read(talk: Talk, announced: bool) -> None:
    body = json.dumps({"message_id": "m", "text": "x" * 300_000}).encode()

    async def in_parts() -> AsyncIterator[bytes]:
        for begin in range(0, len(body), 10_000):
            yield body[begin : begin + 10_000]

    content: Any = body if announced else in_parts()
    headers = {**talk.headers, **JSON}
    answer = await talk.http.post(f"{talk.path}/messages", content=content, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["error"] == "too_large"
    assert await talk.items() == []


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"\xff\xfe\x00\x01",
        b'{"message_id": "m", "text": "\xc3\x28"}',
        b'{"message_id": "m", "text": "a\x00b"}',
        b"[" * 100_000,
        b'{"message_id": "m", "text": ' + b"9" * 5000 + b"}",
        b"PK\x03\x04 not json",
    ],
)
async def test_what_is_no_json_is_refused(talk: Talk, content: bytes) -> None:
    answer = await talk.http.post(f"{talk.path}/messages", content=content, headers={**talk.headers, **JSON})
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"error", "detail"}


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        None,
        7,
        {},
        {"message_id": "m"},
        {"text": "hello"},
        {"message_id": "m", "text": None},
        {"message_id": "m", "text": 7},
        {"message_id": "m", "text": ["hello"]},
        {"message_id": "m", "text": {"a": 1}},
        {"message_id": "m", "text": True},
        {"message_id": 7, "text": "hello"},
        {"message_id": "", "text": "hello"},
        {"message_id": "  ", "text": "hello"},
        {"message_id": "a\u0000b", "text": "hello"},
        {"message_id": "x" * 201, "text": "hello"},
        {"message_id": "m", "text": "hello", "language": "english please"},
        {"message_id": "m", "text": "hello", "language": 7},
        {"message_id": "m", "text": "hello", "role": "system"},
    ],
)
async def test_wrong_types_and_unknown_fields_are_refused(talk: Talk, body: Any) -> None:
    answer = await talk.http.post(f"{talk.path}/messages", json=body, headers=talk.headers)
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"] == "bad_input"
    assert answer.json()["detail"]
    assert await talk.items() == []


@pytest.mark.parametrize("field", ["message_id", "text"])
async def test_half_of_a_surrogate_pair_is_refused(talk: Talk, field: str) -> None:
    body = {"message_id": '"m"', "text": '"hello"', field: '"a\\ud800b"'}
    content = f'{{"message_id": {body["message_id"]}, "text": {body["text"]}}}'
    answer = await talk.http.post(f"{talk.path}/messages", content=content, headers={**talk.headers, **JSON})
    assert answer.status_code in (400, 422)


async def test_an_unknown_field_is_named(web: Running) -> None:
    answer = await web.http.post("/api/conversations", json={"chanel": "app"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "chanel: there is no such field"


@pytest.mark.parametrize("body", [{"channel": ""}, {"channel": "a b"}, {"channel": 7}, {"language": ""}])
async def test_a_conversation_with_wrong_fields_is_not_opened(web: Running, body: Any) -> None:
    assert (await web.http.post("/api/conversations", json=body)).status_code == 422
    listed = await web.http.get("/api/conversations", headers=web.operator)
    assert listed.json()["conversations"] == []


@pytest.mark.parametrize(
    "type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp"]
)
async def test_only_json_is_taken(talk: Talk, type: str | None) -> None:
    headers = {**talk.headers, **({"content-type": type} if type else {})}
    content = b'{"message_id": "m", "text": "hello"}'
    answer = await talk.http.post(f"{talk.path}/messages", content=content, headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["wait=-1", "wait=61", "wait=soon", "wait=nan", "wait=inf"])
async def test_a_wait_that_is_none_is_refused(talk: Talk, query: str) -> None:
    body = {"message_id": "m", "text": "hello"}
    answer = await talk.http.post(f"{talk.path}/messages?{query}", json=body, headers=talk.headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30, "9" * 5000])
async def test_a_place_to_resume_from_that_is_none_is_refused(talk: Talk, after: str) -> None:
    answer = await talk.http.get(f"{talk.path}?after={after}", headers=talk.headers)
    assert answer.status_code == 422
    answer = await talk.http.get(f"{talk.path}/stream", headers={**talk.headers, "last-event-id": after})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("GET", "/nothing", 404),
        ("GET", "/static/../door.py", 404),
        ("GET", "/static/%2e%2e/door.py", 404),
        ("DELETE", "/api/conversations", 405),
        ("PUT", "/livez", 405),
        ("GET", "/chat", 405),
        ("GET", "/chat/1m84jab4ar4gwpamhfhh", 403),
        ("POST", "/chat/1m84jab4ar4gwpamhfhh/messages", 403),
    ],
)
async def test_what_is_not_there_says_so_in_json(web: Running, method: str, path: str, status: int) -> None:
    answer = await web.http.request(method, path)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}


async def test_people_read_a_page_instead(web: Running) -> None:
    answer = await web.http.get("/nothing", headers={"accept": "text/html", "accept-language": "de"})
    assert answer.status_code == 404
    assert 'lang="de"' in answer.text
    assert "Das hat nicht geklappt" in answer.text


async def test_what_nobody_expected_gives_a_reference_and_no_stack_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken:
        async def customers(self) -> Any:
            raise RuntimeError("the CRM's password is hunter2")

        async def caller(self, id: str) -> Any:
            raise NotImplementedError

    async with running_server(make_desk(), sign_in=Broken()) as web:
        answer = await web.http.get("/")
        assert answer.status_code == 500
        body = answer.json()
        assert "hunter2" not in answer.text
        assert "Traceback" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"
        page = await web.http.get("/", headers={"accept": "text/html"})
        assert page.status_code == 500
        assert "hunter2" not in page.text
    (record, _) = [one for one in caplog.records if one.name == "segue.web"]
    assert body["reference"] in record.getMessage()
    assert record.exc_info is not None
