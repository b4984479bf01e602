"""The console in a real browser: no request leaves the server, a query runs, a subscription shows what happens."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from graphql import parse, validate
from playwright.async_api import Page, expect

from directory.access import ANYONE, Role
from schema.app import EXPLORER
from schema.execution import ALL_OPERATIONS
from schema.root import SCHEMA, context_for
from tests.factories import NOW, make_firm
from tests.schema.serving import Served, listening

EXAMPLES: list[dict[str, Any]] = json.loads((EXPLORER / "examples.json").read_text(encoding="utf-8"))


@pytest_asyncio.fixture
async def url(served: Served) -> AsyncIterator[str]:
    """Where the console is."""
    async with listening(served.app) as base:
        yield base


@pytest_asyncio.fixture
async def complaints(browser_page: Page, url: str) -> list[str]:
    """Requests to other origins, errors of scripts and breaches of the policy; a page must cause none.

    The browser's driver wants a running loop to listen, which only a coroutine has for certain.
    """
    found: list[str] = []
    browser_page.on(
        "request", lambda request: found.append(request.url) if not request.url.startswith(url) else None
    )
    browser_page.on("pageerror", lambda error: found.append(str(error)))
    browser_page.on(
        "console", lambda message: found.append(message.text) if message.type == "error" else None
    )
    return found


async def opened(page: Page, url: str, token: str | None = None) -> None:
    """The console, ready, for the bearer of a token."""
    await page.goto(f"{url}/explorer")
    if token:
        await page.fill("#token", token)
        await page.press("#token", "Enter")
        await page.locator("#token").blur()
    await expect(page.locator("#caller")).not_to_be_empty()


@pytest.mark.chromium
async def test_a_query_runs_and_nothing_leaves_the_server(
    browser_page: Page, url: str, complaints: list[str]
) -> None:
    """The first example, as a newcomer would run it: with the keyboard."""
    await opened(browser_page, url)
    await browser_page.focus("#query")
    await browser_page.keyboard.press("Control+Enter")

    await expect(browser_page.locator("#messages")).to_contain_text('"PUBLIC"')
    await expect(browser_page.locator("#status")).to_contain_text("HTTP 200")
    assert complaints == []


@pytest.mark.chromium
async def test_a_subscription_shows_what_happens(
    browser_page: Page, url: str, served: Served, complaints: list[str]
) -> None:
    """An analyst follows the log; an entry is listed; the message is there, and the subscription can be ended."""
    await opened(browser_page, url, served.tokens.issue(Role.ANALYST, subject="li"))
    await browser_page.click("#tab-examples")
    await browser_page.click("#examples li:last-child button")
    await browser_page.click("#run")
    await expect(browser_page.locator("#status")).to_contain_text("已订阅")
    async with served.record.unit_of_work() as uow:
        await uow.firms.add(make_firm(), kind="firm:listed", actor="reviewer", at=NOW)
    await served.sealer.seal_once()
    served.services.doorbell.ring()

    await expect(browser_page.locator("#messages")).to_contain_text("firm:listed")
    await browser_page.click("#stop")
    await expect(browser_page.locator("#status")).to_contain_text("已结束")
    assert complaints == []


@pytest.mark.chromium
async def test_the_reference_is_found_by_its_descriptions(
    browser_page: Page, url: str, served: Served
) -> None:
    """A search leads to a type's page, and from there on to others."""
    await opened(browser_page, url, served.tokens.issue())
    await browser_page.fill("#search", "official wording")
    await browser_page.click("#reference .type >> text=Clause.quotable")

    await expect(browser_page.locator("#reference h2")).to_have_text("Clause")
    await browser_page.click("#reference .fields .type >> text=Policy")
    await expect(browser_page.locator("#reference h2")).to_have_text("Policy")


@pytest.mark.chromium
async def test_the_console_speaks_both_languages(browser_page: Page, url: str) -> None:
    """Every word of its own, and the page says which it is in."""
    await opened(browser_page, url)
    await expect(browser_page.locator("#run")).to_contain_text("运行")
    await browser_page.click("#en")

    await expect(browser_page.locator("#run")).to_contain_text("Run")
    await expect(browser_page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.chromium
async def test_tab_indents_and_escape_lets_it_leave(browser_page: Page, url: str) -> None:
    """An editor must not be a trap for those who use the keyboard."""
    await opened(browser_page, url)
    await browser_page.fill("#query", "")
    await browser_page.focus("#query")
    await browser_page.keyboard.press("Tab")
    await browser_page.keyboard.type("{ viewer")
    assert await browser_page.input_value("#query") == "  { viewer"
    await browser_page.keyboard.press("Escape")
    await browser_page.keyboard.press("Tab")

    await expect(browser_page.locator("#variables")).to_be_focused()


@pytest.mark.chromium
async def test_history_is_kept_without_the_token(browser_page: Page, url: str, served: Served) -> None:
    """What was run can be run again, in this browser; the token ends with the tab."""
    token = served.tokens.issue()
    await opened(browser_page, url, token)
    await browser_page.fill("#query", "query Remembered { viewer { subject } }")
    await browser_page.click("#run")
    await expect(browser_page.locator("#messages")).to_contain_text("someone")
    await browser_page.reload()
    await browser_page.click("#tab-history")

    await expect(browser_page.locator("#history li").first).to_contain_text("Remembered")
    assert token not in await browser_page.evaluate("JSON.stringify(localStorage)")


@pytest.mark.chromium
async def test_every_control_has_a_name(browser_page: Page, url: str) -> None:
    """For those who hear the page instead of seeing it."""
    await opened(browser_page, url)
    nameless = await browser_page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea")]
          .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.[0]?.textContent.trim()))
          .map((e) => e.id || e.outerHTML)"""
    )

    assert nameless == []


async def test_the_console_may_do_nothing_but_ask_its_own_server(served: Served) -> None:
    """No inline scripts, no other origins, in no frame."""
    async with served.client() as client:
        policy = (await client.get("/explorer")).headers["content-security-policy"]

    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )


@pytest.mark.parametrize("file", sorted(path.name for path in EXPLORER.iterdir()))
async def test_each_file_is_served_and_names_no_other_host(served: Served, file: str) -> None:
    """But for the namespace of SVG, which nobody fetches."""
    async with served.client() as client:
        answer = await client.get(f"/explorer/{file}")

    assert answer.status_code == 200
    text = answer.text.replace("http://www.w3.org/2000/svg", "")
    assert "http://" not in text
    assert "https://" not in text


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["en"])
def test_each_example_may_run(served: Served, example: dict[str, Any]) -> None:
    """Valid by the schema, and within its limits."""
    context = context_for(served.services, ANYONE)
    variables = json.loads(example["variables"] or "null")

    SCHEMA.admit(example["query"], variables, context, None, ALL_OPERATIONS)
    assert validate(SCHEMA._schema, parse(example["query"])) == []
    assert example["zh"]
