"""The chat page in a real browser."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Request, Route, expect
from tests.web.browser import PHONE, chromium, fits, log, needs_chromium, says, visitor
from tests.web.server import BrittleJournal, Running, ServerProcess, eventually, running_server
from tests.web.small_desk import Demo, make_desk

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def test_a_conversation(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await expect(page.locator("#log")).to_contain_text("Hello Ada Marsh!")
        await says(page, "hello")
        await expect(page.locator(".reply")).to_contain_text("c1 said: hello")
        await says(page, "ask about something")
        await expect(page.locator(".question")).to_contain_text("Which order is it about?")
        await says(page, "1001")
        await expect(page.locator(".reply").nth(1)).to_contain_text("Order 1001 left our warehouse")
        assert (await log(page))[-2:] == ["1001", "Order 1001 left our warehouse this morning."]
        await expect(page.locator("#status")).to_be_empty()
        await expect(page.get_by_role("textbox", name="Message")).to_be_focused()
        before = await log(page)
        await page.reload()
        assert await log(page) == before


async def test_on_a_slow_line_the_page_begins_when_all_of_it_is_there(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        asked, go = asyncio.Event(), asyncio.Event()

        async def late(route: Route) -> None:
            asked.set()
            await go.wait()
            await route.continue_()

        await page.route("**/hx-sse*", late)
        await page.route("**/hx-upsert*", late)
        reloading = asyncio.create_task(page.reload())
        await asked.wait()
        await page.wait_for_function("() => window.htmx")
        await page.evaluate("() => new Promise((done) => setTimeout(done, 50))")
        go.set()
        await reloading
        await says(page, "hello")
        await expect(page.locator(".reply")).to_contain_text("c1 said: hello")


async def test_progress_is_shown_and_vanishes_with_the_reply(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await says(page, "slow 0.6")
        await expect(page.locator("#status")).to_have_text("Looking at your order")
        await page.reload()
        await expect(page.locator("#status")).to_have_text("Looking at your order")
        await expect(page.locator(".reply")).to_contain_text("arrives on Thursday")
        await expect(page.locator("#status")).to_be_empty()


async def test_a_person_joins_by_name(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await says(page, "person please")
        await expect(page.locator(".handover")).to_be_visible()
        (wait,) = (await web.http.get("/api/waiting", headers=web.operator)).json()["waiting"]
        answer = {"by": "Kim", "text": "Hello, I am Kim."}
        await web.http.post(f"/api/waiting/{wait['id']}/answer", json=answer, headers=web.operator)
        await expect(page.locator(".person .badge")).to_have_text("Kim from our team")
        await says(page, "hello Kim")
        await expect(page.locator(".passed")).to_be_visible()
        bye = {"by": "Kim", "text": "Bye!", "then": "close"}
        await web.http.post(f"/api/waiting/{wait['id']}/answer", json=bye, headers=web.operator)
        await expect(page.locator("#log")).to_contain_text("This conversation was closed")
        await says(page, "hello again")
        await expect(page.locator(".reply")).to_contain_text("c1 said: hello again")


async def test_however_often_one_submits_it_is_sent_once(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await page.get_by_role("textbox", name="Message").fill("hello")
        submit = "document.getElementById('composer').requestSubmit()"
        await page.evaluate(f"for (let i = 0; i < 5; i += 1) {submit}")
        await page.get_by_role("button", name="Send").dblclick()
        await expect(page.locator(".reply")).to_have_count(1)
        await says(page, "bye")
        await expect(page.locator(".reply")).to_have_count(2)
        assert await log(page) == ["hello", "c1 said: hello", "bye", "c1 said: bye"]


async def test_a_message_whose_answer_was_lost_is_sent_again_and_counts_once(
    web: Running, browser: Browser
) -> None:
    async with visitor(browser, web.url) as page:
        sent = []

        async def lose(route: object) -> None:
            sent.append(route.request.post_data)  # type: ignore[attr-defined]
            await route.fetch()  # type: ignore[attr-defined]
            await route.abort()  # type: ignore[attr-defined]

        await page.route("**/messages", lose, times=2)
        await says(page, "hello")
        await expect(page.locator(".reply")).to_have_count(1)
        await eventually(lambda: len(sent) == 2)
        await expect(page.locator(".reply")).to_have_count(1)
        assert sent[0] == sent[1]
        await page.reload()
        assert await log(page) == ["hello", "c1 said: hello"]


async def test_a_message_that_cannot_be_saved_waits_and_says_so(browser: Browser) -> None:
    journal = BrittleJournal()
    async with (
        running_server(make_desk(), journal=journal, sign_in=Demo()) as web,
        visitor(browser, web.url) as page,
    ):
        journal.deaf = True
        await says(page, "hello")
        await says(page, "bye")
        await expect(page.locator(".state").first).to_contain_text("trying again")
        await page.reload()
        await expect(page.locator(".own")).to_have_count(2)
        journal.deaf = False
        await expect(page.locator(".reply")).to_have_count(1)
        assert await log(page) == ["hello", "bye", "c1 said: hello\nbye"]
        await expect(page.locator(".state")).to_have_count(0)


async def test_trouble_is_told_and_forgotten_when_it_is_over(browser: Browser) -> None:
    journal = BrittleJournal()
    async with (
        running_server(make_desk(), journal=journal, sign_in=Demo()) as web,
        visitor(browser, web.url) as page,
    ):
        await says(page, "hello")
        await expect(page.locator(".reply")).to_have_count(1)
        journal.mute = True
        await says(page, "bye")
        await expect(page.locator("#trouble")).to_contain_text("cannot be saved")
        journal.mute = False
        await expect(page.locator(".reply")).to_have_count(2)
        await expect(page.locator("#trouble")).to_be_empty()


async def test_a_message_that_is_refused_comes_back_to_be_changed(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await says(page, "\u200b")
        await expect(page.locator(".state")).to_contain_text("text is empty")
        await says(page, "hello")
        await expect(page.locator(".reply")).to_have_count(1)
        assert await log(page) == ["hello", "c1 said: hello", "\u200b"]
        await page.get_by_role("button", name="Edit and send again").click()
        await expect(page.locator(".own")).to_have_count(1)
        await expect(page.get_by_role("textbox", name="Message")).to_have_value("\u200b")


async def test_too_long_a_message_is_not_sent_and_says_by_how_much(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await says(page, "x" * 20_012)
        await expect(page.locator("#count")).to_have_text("12 characters too many")
        await expect(page.locator(".own")).to_have_count(0)
        await page.get_by_role("textbox", name="Message").fill("👩🏽‍🚀" * 10)
        await expect(page.locator("#count")).to_be_empty()


async def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    async with ServerProcess(tmp_path / "desk.db") as server, visitor(browser, server.url) as page:
        await says(page, "hello")
        await expect(page.locator(".reply")).to_have_count(1)
        await says(page, "slow 0.8")
        await expect(page.locator("#status")).to_have_text("Looking at your order")
        await server.kill()
        await says(page, "written while it was down")
        await expect(page.locator(".state")).to_contain_text("trying again")
        await expect(page.locator("#offline")).to_contain_text("connection is interrupted")
        await server.start()
        await expect(page.locator(".reply")).to_have_count(3)
        await expect(page.locator("#offline")).to_be_empty()
        await expect(page.locator("#status")).to_be_empty()
        shown = await log(page)
        assert shown[:3] == ["hello", "c1 said: hello", "slow 0.8"]
        # The reply that was under way and the message that had to wait may meet in either order.
        assert sorted(shown[3:]) == [
            "Your parcel is with the carrier and arrives on Thursday, between 10 and 12.",
            "c1 said: written while it was down",
            "written while it was down",
        ]
        assert shown.index("written while it was down") < shown.index("c1 said: written while it was down")
        await page.reload()
        assert await log(page) == shown


async def test_a_line_cut_in_the_middle_is_resumed_where_it_was(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await says(page, "hello")
        await expect(page.locator(".reply")).to_have_count(1)
        resumed: list[str | None] = []

        def note(request: Request) -> None:
            if "/stream" in request.url:
                resumed.append(request.headers.get("last-event-id"))

        page.on("request", note)
        for number in range(3):
            web.cut()  # as when a proxy is restarted
            await says(page, f"message {number}")
            await expect(page.locator(".reply")).to_have_count(number + 2)
        assert len(resumed) >= 1
        assert all(resumed)
        mine = [text for text in await log(page) if "said" not in text]
        assert mine == ["hello", "message 0", "message 1", "message 2"]


async def test_a_conversation_that_is_gone_says_so(browser: Browser) -> None:
    async with running_server(make_desk(), sign_in=Demo()) as web:
        port = int(web.url.rpartition(":")[2])
        context = visitor(browser, web.url)
        page = await context.__aenter__()
    async with running_server(make_desk(), sign_in=Demo(), port=port):
        await expect(page.locator("#offline")).to_contain_text("cannot be opened any more")
        await context.__aexit__(None, None, None)


@pytest.mark.parametrize("language", ["en", "de"])
async def test_on_a_phone_nothing_runs_over_the_edge(web: Running, browser: Browser, language: str) -> None:
    async with visitor(browser, web.url, **PHONE) as page:
        await page.get_by_role("link", name="Deutsch" if language == "de" else "English").click()
        await expect(page.locator("html")).to_have_attribute("lang", language)
        for text in ("w" * 300, "https://example.org/" + "x" * 200, "שלום, איפה ההזמנה שלי?", "person"):
            await page.fill("#text", text)
            await page.locator("button.send").tap()
        await expect(page.locator(".reply")).to_be_visible()
        assert await fits(page)
        box = await page.locator("#composer").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 741
        send = await page.locator("button.send").bounding_box()
        assert send is not None
        assert min(send["width"], send["height"]) >= 40
        await page.goto(web.url)
        assert await fits(page)
        await page.goto(f"{web.url}/docs")
        assert await fits(page)


async def test_right_to_left_text_is_written_from_the_right(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await says(page, "שלום, איפה ההזמנה שלי?")
        await expect(page.locator(".reply")).to_be_visible()
        bubble = page.locator(".own .bubble")
        assert await bubble.evaluate("(one) => getComputedStyle(one).direction") == "rtl"


async def test_the_language_is_switched_without_losing_what_was_being_written(
    web: Running, browser: Browser
) -> None:
    async with visitor(browser, web.url) as page:
        await page.get_by_role("textbox", name="Message").fill("half a sent")
        await page.get_by_role("link", name="Deutsch").click()
        await expect(page.locator("html")).to_have_attribute("lang", "de")
        field = page.get_by_role("textbox", name="Nachricht")
        await expect(field).to_have_value("half a sent")
        await field.fill("ask bitte")
        await field.press("Enter")
        await expect(page.locator(".question")).to_contain_text("Um welche Bestellung geht es?")


async def test_a_message_of_20000_characters_is_shown(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await says(page, "word " * 3999 + "ends")
        await expect(page.locator(".reply")).to_be_visible()
        box = await page.locator(".own .bubble").bounding_box()
        assert box is not None
        assert box["height"] < 500
        assert await fits(page)


async def test_everything_can_be_done_with_the_keyboard(web: Running, browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(web.url)
    for _ in range(20):
        await page.keyboard.press("Tab")
        if "Ada" in await page.evaluate("document.activeElement.innerText"):
            break
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/chat/*")
    await page.keyboard.type("first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second line")
    await page.keyboard.press("Enter")
    await expect(page.locator(".own .bubble")).to_have_text("first line\nsecond line")
    await expect(page.locator(".reply")).to_be_visible()
    await page.keyboard.press("Shift+Tab")
    await context.close()


async def test_a_screen_reader_hears_what_is_new(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await says(page, "hello")
        await expect(page.locator(".reply")).to_be_visible()
        await expect(page.get_by_role("log", name="Conversation")).to_have_attribute("aria-live", "polite")
        await expect(page.locator(".reply .unseen")).to_have_text("Assistant:")
        unnamed = await page.evaluate(
            """() => [...document.querySelectorAll("a, button, textarea")].filter((one) =>
                !(one.innerText || one.getAttribute("aria-label") || one.labels?.length)).length"""
        )
        assert unnamed == 0


async def test_without_a_script_the_form_still_sends(web: Running, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(web.url)
    await page.get_by_role("button", name="Ada Marsh").click()
    await page.fill("#text", "hello")
    await page.click("button.send")
    await page.wait_for_load_state()
    for _ in range(20):
        if await page.locator(".reply").count():
            break
        await page.reload()
    assert await log(page) == ["hello", "c1 said: hello"]
    await context.close()


async def test_the_page_is_safe_from_its_own_content(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        own = "document.title='owned'"
        await says(page, f'<img src=x onerror="{own}"><script>{own}</script>')
        await expect(page.locator(".reply")).to_contain_text("<img src=x")
        assert await page.title() != "owned"
        assert await page.locator("#log img, #log script").count() == 0


async def test_the_stream_of_another_browser_is_closed_to_this_one(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page, httpx.AsyncClient() as other:
        assert (await other.get(f"{page.url}/stream")).status_code == 403
