"""What a customer sees on the chat page of who wrote a reply, in a real browser."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect
from tests.web.browser import chromium, needs_chromium, says, visitor
from tests.web.server import running_server
from tests.web.small_desk import Demo

from segue import Desk, Draft, Flow, Message, Objection, Person, Refine, Reply, step
from segue.agents import Agent
from segue.flow.step import Step
from segue.testing.models import Scripted

pytestmark = [pytest.mark.browser, needs_chromium]

lead = Person("support lead")
write = Agent("write", reads=[Message], gives=Draft, instructions="Answer in one sentence.")


@step
async def plain(message: Message) -> Draft:
    return Draft("We have your message.")


@step
async def mind(draft: Draft) -> list[Objection]:
    return []


def make_desk(guard: Step[Any, Any, list[Objection]] = mind) -> Desk:
    """A model that answers once, then is gone."""
    models = Scripted(write=["Your parcel is on its way.", ConnectionError("gone")])
    flow = Flow(Refine(write.or_else(plain), against=[guard]).escalate(to=lead), takes=Message, gives=Reply)
    return Desk(flow, tools=[models], people={lead: "leads"}, languages=("en", "de"), name="Kite & Co.")


async def test_a_reply_says_discreetly_who_wrote_it_where_the_desk_wants_that() -> None:
    async with (
        chromium() as browser,
        running_server(make_desk(), sign_in=Demo(), writers=True) as web,
        visitor(browser, web.url) as page,
    ):
        await says(page, "Where is it?")
        await expect(page.locator(".reply .by")).to_have_text("Written by AI")
        await says(page, "And now?")
        await expect(page.locator(".reply .by").nth(1)).to_have_text("Standard text")
        await page.reload()
        assert await page.locator(".by").all_inner_texts() == ["Written by AI", "Standard text"]
        await page.get_by_role("link", name="Deutsch").click()
        await expect(page.locator(".by").first).to_have_text("Von einer KI geschrieben")


async def test_whoever_comes_between_the_draft_and_the_reply_learns_who_wrote_it() -> None:
    reached, opened = asyncio.Event(), asyncio.Event()

    @step
    async def long_look(draft: Draft) -> list[Objection]:
        reached.set()
        await opened.wait()
        return []

    async with (
        chromium() as browser,
        running_server(make_desk(long_look), sign_in=Demo(), writers=True) as web,
        visitor(browser, web.url) as page,
    ):
        await says(page, "Where is it?")
        await reached.wait()
        await page.reload()
        opened.set()
        await expect(page.locator(".reply .by")).to_have_text("Written by AI")


async def test_it_says_nothing_of_it_otherwise() -> None:
    async with (
        chromium() as browser,
        running_server(make_desk(), sign_in=Demo()) as web,
        visitor(browser, web.url) as page,
    ):
        await says(page, "Where is it?")
        await expect(page.locator(".reply")).to_be_visible()
        assert await page.locator(".by").count() == 0
