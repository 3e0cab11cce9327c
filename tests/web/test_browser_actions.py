"""What a customer sees on the chat page of what was done, in a real browser."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from tests.web.browser import PHONE, chromium, fits, log, needs_chromium, says, visitor
from tests.web.paying_desk import Bank, make_desk
from tests.web.server import Running, running_server
from tests.web.small_desk import Demo

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture
async def web() -> AsyncIterator[Running]:
    async with running_server(make_desk(Bank()), sign_in=Demo(), heartbeat=0.1) as running:
        yield running


async def seen(page: Page) -> list[str]:
    """Everything in the log from top to bottom: bubbles, and receipts."""
    found = await page.locator("#log .bubble, #log .told > p:first-child").all_inner_texts()
    return [" ".join(text.split()) for text in found[1:]]


async def undo(web: Running, page: Page, order: int) -> None:
    """An operator takes back what was done for an order."""
    path = f"/api/conversations/{page.url.rpartition('/')[2]}/undo"
    plan = (await web.http.get(path, headers=web.operator)).json()["actions"]
    only = [line["identity"] for line in plan if f"({order})" in line["told"]]
    answer = await web.http.post(path, json={"by": "kim", "only": only}, headers=web.operator)
    assert answer.status_code == 202, answer.text


DONE = "Done: We have refunded €30.00 (1001). Reference: R-1."
ALSO = "Done: We have refunded €20.00 (1002). Reference: R-2."


async def test_what_was_done_stands_as_a_list_below_the_reply(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await says(page, "1001 30 and 1002 20")
        reply = "Thank you: order 1001 is refunded, order 1002 is refunded."
        await expect(page.locator(".receipt")).to_have_count(2)
        await expect(page.locator(".reply")).to_have_count(1)
        assert await seen(page) == ["1001 30 and 1002 20", reply, DONE, ALSO]
        await expect(page.locator(".receipt .until").first).to_contain_text("Can be undone; write to us by")
        await page.reload()
        assert await seen(page) == ["1001 30 and 1002 20", reply, DONE, ALSO]
        await says(page, "1003 10")
        await expect(page.locator(".reply")).to_have_count(2)
        assert [text[:12] for text in (await seen(page))[4:]] == ["1003 10", "Thank you: o", "Done: We hav"]


async def test_what_was_undone_is_shown_as_undone_where_it_was_done(web: Running, browser: Browser) -> None:
    async with visitor(browser, web.url) as page:
        await says(page, "1001 30 and 1002 20")
        await expect(page.locator(".reply")).to_have_count(1)
        await undo(web, page, 1001)
        await expect(page.locator(".receipt.undone")).to_have_count(1)
        await expect(page.locator(".reply")).to_have_count(2)
        undone = "Undone: Refund €30.00 (1001): this was undone. Reference: R-1."
        for _ in range(2):
            assert (await seen(page))[2:4] == [undone, ALSO]
            await expect(page.locator(".receipt.undone .until")).to_have_count(0)
            await page.reload()


async def test_what_was_undone_while_the_line_was_cut_is_shown_afterwards(
    web: Running, browser: Browser
) -> None:
    async with visitor(browser, web.url) as page:
        await says(page, "1001 30")
        await expect(page.locator(".receipt")).to_have_count(1)
        await page.context.set_offline(True)
        web.cut()
        await undo(web, page, 1001)
        await page.context.set_offline(False)
        await expect(page.locator(".receipt.undone")).to_have_count(1)
        await expect(page.locator(".receipt")).to_have_count(1)


async def test_what_a_person_settles_later_stands_at_the_end(browser: Browser) -> None:
    bank = Bank(lost=9)
    async with (
        running_server(make_desk(bank), sign_in=Demo()) as web,
        visitor(browser, web.url) as page,
    ):
        await says(page, "blind 1001")
        await expect(page.locator(".handover")).to_be_visible()
        path = f"/api/conversations/{page.url.rpartition('/')[2]}/actions"
        (line,) = (await web.http.get(path, headers=web.operator)).json()["actions"]
        said = {"outcome": "done", "reference": "DHL 7", "by": "Kim"}
        await web.http.post(f"{path}/{line['identity']}/settle", json=said, headers=web.operator)
        await expect(page.locator(".receipt")).to_contain_text("new shipment (1001). Reference: DHL 7.")
        await says(page, "thanks")
        await expect(page.locator(".passed")).to_be_visible()
        shown = await seen(page)
        assert (shown[-2][:5], shown[-1]) == ("Done:", "thanks")
        assert await log(page)


@pytest.mark.parametrize(
    "options", [{}, PHONE, {**PHONE, "locale": "de-DE"}], ids=["desk", "phone", "german"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_receipt_fits_and_can_be_read(
    web: Running, browser: Browser, options: dict[str, Any], scheme: Any
) -> None:
    german = options.get("locale") == "de-DE"
    async with visitor(browser, web.url, color_scheme=scheme, **options) as page:
        await page.get_by_role("textbox").fill("1001 30")
        await page.get_by_role("button", name="Senden" if german else "Send").click()
        receipt = page.locator(".receipt")
        await expect(receipt).to_contain_text("erstattet (1001)" if german else "refunded €30.00 (1001)")
        assert await fits(page)
        ratio = await receipt.locator(".until").evaluate(CONTRAST)
        assert ratio >= 4.5, ratio


CONTRAST = """(one) => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [ink, ground] = [getComputedStyle(one).color, getComputedStyle(document.body).backgroundColor].map(light);
  return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
}"""
