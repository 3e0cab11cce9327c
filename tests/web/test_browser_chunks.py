"""How a reply comes to somebody who looks on, in a real browser whose clock the tests turn."""

from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from tests.web.browser import PHONE, chromium, log, needs_chromium, visitor
from tests.web.paying_desk import Bank, make_desk
from tests.web.server import Running, running_server
from tests.web.small_desk import Demo

pytestmark = [pytest.mark.browser, needs_chromium]

LONG = (
    "Your parcel left the warehouse on Monday, see https://example.org/track/1001, and was 30 km away. " * 4
)

SEEN = """() => {
  const bubble = [...document.querySelectorAll("#log .bubble")].at(-1), box = bubble.getBoundingClientRect();
  return {
    coming: [...CSS.highlights.get("coming")].map(String).join("|"),
    place: [box.x, box.y, box.width, box.height, document.getElementById("scroll").scrollTop],
  };
}"""


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def hold(page: Page) -> None:
    """Stop the page's clock, once the page hears the desk."""
    await page.clock.install()
    await page.reload()
    await page.evaluate("() => new Promise((heard) => feed.addEventListener('beat', heard, { once: true }))")
    await page.clock.pause_at(await page.evaluate("Date.now() / 1000 + 1"))


async def says(page: Page, text: str) -> None:
    """Write and send, also on a phone and in any language."""
    await page.fill("#text", text)
    await page.click("button.send")


async def until_shown(page: Page, count: int = 1, what: str = ".reply") -> None:
    """Let the page's time pass until so many are there."""
    for _ in range(2000):
        if await page.locator(what).count() == count:
            return
        await page.clock.run_for(1)
    raise AssertionError(f"{what} does not come")


async def passing(page: Page, step: int = 16, steps: int = 80) -> list[dict[str, Any]]:
    """What is seen, each time that time passes."""
    found = [await page.evaluate(SEEN)]
    for _ in range(steps):
        await page.clock.run_for(step)
        found.append(await page.evaluate(SEEN))
    return found


async def lose(web: Running, page: Page, parcel: int) -> None:
    """Something happens outside that the customer is told of."""
    path = f"/api/conversations/{page.url.rpartition('/')[2]}/facts"
    body = {"fact": "ParcelLost", "fields": {"number": parcel}, "by": "carrier", "id": f"lost-{parcel}"}
    headers = {**web.operator, "connection": "close"}  # a line that is kept would be cut with the page's
    answer = await web.http.post(path, json=body, headers=headers)
    assert answer.is_success, answer.text


@pytest.mark.parametrize("options", [{}, PHONE, {"locale": "de-DE"}], ids=["desk", "phone", "german"])
async def test_a_reply_comes_a_few_words_at_a_time_and_nothing_moves(
    web: Running, browser: Browser, options: dict[str, Any]
) -> None:
    async with visitor(browser, web.url, **options) as page:
        await hold(page)
        await says(page, LONG)
        await until_shown(page)
        seen = await passing(page)
        whole = (await log(page))[-1]
        assert whole == f"c1 said: {LONG}".strip()
        rest = [one["coming"] for one in seen]
        assert len(set(rest)) > 10
        assert all(before.endswith(after) for before, after in pairwise(rest))
        shown = {whole.removesuffix(one) for one in rest}
        assert not [text for text in shown if text[-1:].isalnum() and whole[len(text) :][:1].isalnum()]
        assert rest[-1] == ""
        assert {str(one["place"]) for one in seen} == {str(seen[0]["place"])}


async def test_a_short_reply_takes_less_time_and_the_longest_below_a_second(
    web: Running, browser: Browser
) -> None:
    async with visitor(browser, web.url) as page:
        await hold(page)
        took = []
        for number, text in enumerate(["hello, how are you today?", LONG, LONG * 30], 1):
            await says(page, text)
            await until_shown(page, number)
            took.append(16 * sum(bool(one["coming"]) for one in await passing(page)))
        assert 0 < took[0] < 300 < took[1] <= took[2] + 16 < 1000


async def test_a_screen_reader_gets_a_reply_once_and_whole(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await hold(page)
        await says(page, "hello, how are you today?")
        await page.evaluate(
            """() => {
                window.heard = [];
                const quiet = (node) => node.parentElement?.closest("[aria-live=off], time");
                new MutationObserver((changes) => {
                    for (const node of changes.flatMap((change) => [...change.addedNodes]))
                        if (!quiet(node)) heard.push(node.textContent);
                }).observe(log, { childList: true, characterData: true, subtree: true });
            }"""
        )
        await until_shown(page)
        await passing(page)
        heard = [" ".join(text.split()) for text in await page.evaluate("window.heard")]
        (one,) = [text for text in heard if text and "You:" not in text]
        assert one.startswith("Assistant:c1 said: hello, how are you today?")


@pytest.mark.parametrize("options", [{"reduced_motion": "reduce"}, {"forced_colors": "active"}], ids=str)
async def test_who_wants_no_motion_or_own_colours_reads_it_at_once(
    web: Running, browser: Browser, options: dict[str, Any]
) -> None:
    async with visitor(browser, web.url, **options) as page:
        await hold(page)
        await says(page, LONG)
        await until_shown(page)
        assert (await page.evaluate(SEEN))["coming"] == ""


async def test_a_reply_that_begins_out_of_sight_is_there_at_once(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url, **PHONE) as page:
        await hold(page)
        await says(page, (LONG * 4)[:1400])
        await until_shown(page)
        assert (await page.evaluate(SEEN))["coming"] == ""


async def test_what_happened_while_the_line_was_cut_is_there_at_once(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await hold(page)
        await lose(web, page, 1001)
        await until_shown(page)
        assert (await page.evaluate(SEEN))["coming"]  # the line is not cut yet
        await passing(page)
        await page.context.set_offline(True)
        web.cut()
        await lose(web, page, 1002)
        await page.context.set_offline(False)
        await page.clock.resume()
        await expect(page.locator(".reply")).to_have_count(2)
        assert (await page.evaluate(SEEN))["coming"] == ""
        await hold(page)
        assert (await page.evaluate(SEEN))["coming"] == ""


async def test_when_another_reply_comes_the_one_before_is_all_there(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await hold(page)
        for number, parcel in enumerate([10_000_000_001, 10_000_000_002], 1):
            await lose(web, page, parcel)
            await until_shown(page, number)
            (rest,) = (await page.evaluate(SEEN))["coming"].split("|")
            assert f"Parcel {parcel} is lost.".endswith(rest)
            assert rest


async def test_what_comes_to_a_tab_that_is_put_away_is_there_at_once(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await hold(page)
        await says(page, LONG)
        await until_shown(page)
        assert (await page.evaluate(SEEN))["coming"]
        await page.evaluate(
            """() => {
                Object.defineProperty(document, "hidden", { get: () => true });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
        assert (await page.evaluate(SEEN))["coming"] == ""


async def test_a_question_comes_like_a_reply_and_what_a_person_writes_does_not(
    web: Running, browser: Browser
) -> None:
    async with visitor(browser, web.url) as page:
        await hold(page)
        await says(page, "person please")
        await until_shown(page, what=".handover")
        await passing(page)
        (wait,) = (await web.http.get("/api/waiting", headers=web.operator)).json()["waiting"]
        answer = {"by": "Kim", "text": "Hello, I am Kim, and I read what you wrote.", "then": "return"}
        await web.http.post(f"/api/waiting/{wait['id']}/answer", json=answer, headers=web.operator)
        await until_shown(page, what=".person")
        assert (await page.evaluate(SEEN))["coming"] == ""
        await says(page, "ask about something")
        await until_shown(page, what=".question")
        assert (await page.evaluate(SEEN))["coming"]


async def test_receipts_stand_below_the_reply_while_it_comes(browser: Browser) -> None:
    async with (
        running_server(make_desk(Bank()), sign_in=Demo(), heartbeat=0.1) as web,
        visitor(browser, web.url) as page,
    ):
        await hold(page)
        await says(page, "1001 30 and 1002 20")
        await until_shown(page)
        seen = await passing(page)
        assert await page.locator(".receipt").count() == 2
        assert "Thank you: order 1001 is refunded, order 1002 is refunded.".endswith(seen[0]["coming"])
        assert seen[0]["coming"]
        assert {str(one["place"]) for one in seen} == {str(seen[0]["place"])}
