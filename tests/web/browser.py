"""The system's Chromium, driven by Playwright; tests that use it are skipped where there is none."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

# How long something may take says nothing about whether it happens; machines are shared and slow at times.
expect.set_options(timeout=20_000)

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no Chromium (apt-get install chromium, or set CHROMIUM to its path)"
)

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visitor(
    browser: Browser, url: str, *, who: str = "Ada Marsh", **options: Any
) -> AsyncIterator[Page]:
    """Somebody who began a conversation on the page. Whatever the page complains about fails the test."""
    context = await browser.new_context(**{"locale": "en-GB", **options})
    page = await context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    await page.goto(url)
    await page.get_by_role("button", name=who).click()
    await page.wait_for_url("**/chat/*")
    try:
        yield page
        # That a server is gone for a while is what some tests are about.
        expected = ("Failed to load resource", "htmx:sse:error")
        left = [one for one in complaints if not any(part in one for part in expected)]
        assert not left, left
    finally:
        await context.close()


async def says(page: Page, text: str) -> None:
    """Write and press Enter."""
    await page.get_by_role("textbox", name="Message").fill(text)
    await page.get_by_role("textbox", name="Message").press("Enter")


async def log(page: Page) -> list[str]:
    """Every bubble and note, top to bottom, without the greeting."""
    found = await page.locator("#log .bubble, #log .note p").all_inner_texts()
    return [text.strip() for text in found[1:]]


async def fits(page: Page) -> bool:
    """Is there nothing to scroll to the side?"""
    return bool(
        await page.evaluate(
            """() => [document.documentElement, document.getElementById("scroll")]
                .every((one) => !one || one.scrollWidth <= one.clientWidth + 1)"""
        )
    )
