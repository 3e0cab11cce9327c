"""The pages as they are sent: cookies, other sites' forms, languages, escaping, and use without a script."""

import re

import httpx
import pytest
from tests.web.server import Running, running_server
from tests.web.small_desk import Demo, make_desk

from segue.web.words import WORDS

HTML = {"accept": "text/html"}


async def begun(web: Running, **form: str) -> tuple[str, httpx.Response]:
    """Begin in a browser of its own; the page's address."""
    answer = await web.http.post("/chat", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"], answer


async def test_a_visitor_chooses_who_to_be(web: Running) -> None:
    page = await web.http.get("/")
    assert "Ada Marsh" in page.text
    assert "Jonas Weiß" in page.text
    path, _ = await begun(web, customer="c1")
    chat = await web.http.get(path)
    assert "Signed in as Ada Marsh" in chat.text
    seen = (await web.http.get(f"/api/conversations/{path.rpartition('/')[2]}", headers=web.operator)).json()
    assert (seen["caller"], seen["level"]) == ("c1", "verified")


async def test_without_choosing_a_visitor_is_anonymous(web: Running) -> None:
    path, _ = await begun(web)
    seen = (await web.http.get(f"/api/conversations/{path.rpartition('/')[2]}", headers=web.operator)).json()
    assert (seen["caller"], seen["level"]) == ("", "anonymous")


async def test_nobody_signs_in_as_somebody_who_is_not_offered(web: Running) -> None:
    assert (await web.http.post("/chat", data={"customer": "c9"})).status_code == 404
    async with running_server(make_desk()) as plain:
        assert (await plain.http.post("/chat", data={"customer": "c1"})).status_code == 422
        assert "Start a conversation" in (await plain.http.get("/")).text


async def test_the_cookie_belongs_to_one_conversation_and_no_script(web: Running) -> None:
    path, answer = await begun(web)
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith("segue=")]
    assert f"Path={path};" in f"{cookie};"
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


async def test_a_conversation_opens_in_the_browser_that_began_it_only(web: Running) -> None:
    path, _ = await begun(web)
    assert (await web.http.get(path)).status_code == 200
    async with httpx.AsyncClient(base_url=web.url) as other:
        for address in (path, f"{path}/stream"):
            assert (await other.get(address)).status_code == 403
        assert (
            await other.post(f"{path}/messages", data={"message_id": "a", "text": "b"})
        ).status_code == 403
        mine = (await other.post("/chat")).headers["location"]
        stolen = {"cookie": f"segue={other.cookies.get('segue', path=mine)}"}
        assert (await other.get(path, headers=stolen)).status_code == 403


async def test_the_cookie_opens_the_page_and_not_the_interface(web: Running) -> None:
    path, _ = await begun(web)
    token = web.http.cookies.get("segue", path=path)
    id = path.rpartition("/")[2]
    answer = await web.http.get(f"/api/conversations/{id}", headers={"cookie": f"segue={token}"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}, 403),
    ],
)
async def test_a_form_of_another_site_is_refused(web: Running, headers: dict[str, str], status: int) -> None:
    assert (await web.http.post("/chat", headers=headers)).status_code == status
    path, _ = await begun(web)
    data = {"message_id": "m", "text": "hello"}
    answer = await web.http.post(f"{path}/messages", data=data, headers={**HTML, **headers})
    assert answer.status_code == status


async def test_a_form_of_our_own_is_taken(web: Running) -> None:
    assert (await web.http.post("/chat", headers={"origin": web.url})).status_code == 303


async def test_the_page_works_without_a_script_and_a_double_submit_counts_once(web: Running) -> None:
    path, _ = await begun(web)
    page = (await web.http.get(path)).text
    found = re.search(r'name="message_id" value="([^"]+)"', page)
    assert found is not None
    data = {"message_id": found[1], "text": "hello"}
    for _ in range(2):
        answer = await web.http.post(f"{path}/messages", data=data, headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    seen = (await web.http.get(f"/api/conversations/{path.rpartition('/')[2]}", headers=web.operator)).json()
    assert [item["kind"] for item in seen["items"]].count("message") == 1


async def test_everything_somebody_wrote_is_escaped(web: Running) -> None:
    path, _ = await begun(web)
    evil = (
        "<script>alert(1)</script><img src=x onerror=alert(1)> https://x.example/\"onclick='a' javascript:x"
    )
    await web.http.post(f"{path}/messages", data={"message_id": '"><b>x', "text": evil})
    async with web.http.stream("GET", f"{path}/stream") as answer:
        drawn = ""
        async for part in answer.aiter_text():
            drawn += part
            if "desk reply" in drawn and drawn.endswith("\n\n"):
                break
    for html in (drawn, (await web.http.get(path)).text):
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "<b>x" not in html
        assert 'href="https://x.example/"' in html
        assert 'href="javascript' not in html


async def test_the_page_speaks_the_readers_language_and_remembers_a_choice(web: Running) -> None:
    german = await web.http.get("/", headers={"accept-language": "fr;q=0.9, de-CH;q=0.8, en;q=0.1"})
    assert '<html lang="de" dir="ltr">' in german.text
    assert "Wie können wir helfen?" in german.text
    assert '<html lang="en"' in (await web.http.get("/", headers={"accept-language": "fr"})).text
    chosen = await web.http.get("/?lang=de")
    assert '<html lang="de"' in chosen.text
    assert '<html lang="de"' in (await web.http.get("/", headers={"accept-language": "en"})).text
    assert '<html lang="en"' in (await web.http.get("/?lang=en")).text


async def test_a_conversation_begun_in_german_is_asked_in_german(web: Running) -> None:
    await web.http.get("/?lang=de")
    path, _ = await begun(web)
    await web.http.post(f"{path}/messages", data={"message_id": "m", "text": "ask bitte"})
    async with web.http.stream("GET", f"{path}/stream") as answer:
        async for line in answer.aiter_lines():
            if "Um welche Bestellung" in line:
                break
        else:
            raise AssertionError("it was not asked in German")


async def test_both_languages_of_the_page_have_the_same_words() -> None:
    assert set(WORDS["en"]) == set(WORDS["de"])
    for key, text in WORDS["en"].items():
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", WORDS["de"][key])


async def test_a_desk_may_bring_words_of_its_own_and_a_third_language() -> None:
    words = {"ar": {"language": "العربية", "welcome": "كيف يمكننا المساعدة؟"}, "en": {"welcome": "Ahoy!"}}
    desk = make_desk()
    async with running_server(desk, words=words, sign_in=Demo(), title="Kites") as web:
        assert "Ahoy!" in (await web.http.get("/")).text
        assert "<title>Kites</title>" in (await web.http.get("/")).text


async def test_a_file_is_kept_by_browsers_because_its_address_names_its_content(web: Running) -> None:
    page = (await web.http.get("/")).text
    (address,) = re.findall(r'href="(/static/chat\.css\?v=[0-9a-f]{10})"', page)
    answer = await web.http.get(address)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")
