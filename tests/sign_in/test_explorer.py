"""Signing in and out at the console, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.sign_in.reception import Reception

pytestmark = pytest.mark.chromium
FEED = "subscription { changed { kind } }"


async def test_one_signs_in_at_the_console_and_out_again(browser_page: Page, at_the_desk: Reception) -> None:
    """By two clicks, at the issuer's page; a query and a subscription then run as whom one chose to be."""
    complaints: list[str] = []
    browser_page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await browser_page.goto(f"{at_the_desk.url}/explorer")
    await browser_page.click("#sign-in")
    await browser_page.click("#analyst")

    await expect(browser_page.locator("#caller")).to_contain_text("ANALYST")
    await browser_page.fill("#query", "{ viewer { subject } }")
    await browser_page.click("#run")
    await expect(browser_page.locator("#messages")).to_contain_text('"analyst"')
    await browser_page.fill("#query", FEED)
    await browser_page.click("#run")
    await expect(browser_page.locator("#status")).to_contain_text("已订阅")
    await browser_page.click("#stop")

    async with browser_page.expect_navigation():
        await browser_page.click("#sign-out button")
    await browser_page.goto(f"{at_the_desk.url}/explorer")
    await expect(browser_page.locator("#caller")).to_have_text("公众")
    await expect(browser_page.locator("#sign-in")).to_be_visible()
    assert [text for text in complaints if "404" not in text] == []


async def test_a_token_goes_before_the_session_at_the_console(
    browser_page: Page, at_the_desk: Reception
) -> None:
    """The box for tokens still does what it did."""
    await browser_page.goto(f"{at_the_desk.url}/sign-in?next=/explorer")
    await browser_page.click("#analyst")
    await expect(browser_page.locator("#caller")).to_contain_text("analyst")
    await browser_page.fill("#token", at_the_desk.served.tokens.issue(subject="zhao"))
    await browser_page.locator("#token").blur()

    await expect(browser_page.locator("#caller")).to_contain_text("zhao")
