"""People on the same site at the same time, each in a browser of their own; what they see can be kept as pictures."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Locator

from tests.portal.browsing import Browsing
from tests.portal.demo_site import DemoSite

# Where the pictures of a run go; none are taken without.
PICTURES = os.environ.get("SCREENSHOTS")
MOST_STOPS = 400
# Nothing has the focus yet, and what is meant stands in the main part of the page.
COMES_FOR = """(selector) => document.activeElement === document.body
  && [...document.querySelectorAll("main *")].some((one) => one.matches(selector))"""


@dataclass
class Actor(Browsing):
    """Someone signed in; paths are those within their language."""

    segment: str = "zh"

    async def go(self, path: str) -> None:
        """Opens a page, which must be there."""
        assert await self.open(f"/{self.segment}{path}") == 200, path

    async def at(self, pattern: str) -> str:
        """Waits until the page's address ends so; the path within the language."""
        await self.page.wait_for_url(f"**{pattern}", wait_until="load")
        return self.here

    @property
    def here(self) -> str:
        """The path of the page within the language."""
        return self.page.url.removeprefix(f"{self.url}/{self.segment}").partition("?")[0].partition("#")[0]

    async def picture(self, name: str) -> None:
        """Keeps what is to be seen, where pictures are asked for."""
        if PICTURES:
            await self.page.screenshot(path=Path(PICTURES) / f"{name}.png")

    def field(self, name: str) -> Locator:
        """The field of that name."""
        return self.page.locator(f"#f-{name.replace('.', '-')}")

    async def act(self, path: str, act: str, **fields: str) -> None:
        """Opens an act of an office by its link, on the page in view if it offers it, fills its form in and sends it."""
        link = self.page.locator(f'a[href*="act={act}#"]').first
        if self.here != path or not await link.count():
            await self.go(path)
        await link.click()
        await self.at(f"act={act}#*")
        await self.page.locator(".act-form").wait_for()
        for name, value in fields.items():
            await self.fill(name, value)
        await self.page.locator(".act-form p.buttons button").click()
        told = self.page.locator("main .notice.done, main .summary").first
        await told.wait_for()
        assert "done" in (await told.get_attribute("class") or ""), (path, act, await told.inner_text())

    async def fill(self, name: str, value: str) -> None:
        """Fills a field of an act in."""
        await put(self.page.locator(f'.act-form [name="{name}"]:not([type=hidden])'), value)

    async def reach(self, selector: str) -> None:
        """Goes on with Tab until what is meant has the focus: nothing is clicked. Raises: AssertionError.

        Whoever comes to a page leaves out what stands on every page.
        """
        if await self.page.evaluate(COMES_FOR, selector):
            await self.page.keyboard.press("Tab")
            await self.page.keyboard.press("Enter")
        for _ in range(MOST_STOPS):
            if await self.page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by Tab on {self.page.url}")

    async def type(self, name: str, value: str) -> None:
        """Fills a field in by keys."""
        await self.reach(f'[name="{name}"]')
        await self.page.keyboard.insert_text(value)

    async def pick(self, name: str, value: str) -> None:
        """Chooses one of a list by the arrow keys, or ticks one box by the space bar."""
        if await self.page.locator(f'select[name="{name}"]').count():
            await self.reach(f'select[name="{name}"]')
            steps = await self.page.evaluate(
                "(v) => [...document.activeElement.options].findIndex((o) => o.value === v)"
                " - document.activeElement.selectedIndex",
                value,
            )
            for _ in range(abs(steps)):
                await self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
            return
        folded = f'details:not([open]):has([name="{name}"][value="{value}"]) > summary'
        if await self.page.locator(folded).count():
            await self.press(folded)
        if await self.page.locator(f'input[type=radio][name="{name}"]').count():
            await self.reach(f'[name="{name}"]')
            await self.page.keyboard.press("Space")
            for _ in range(MOST_STOPS):
                if await self.page.evaluate("(v) => document.activeElement.value === v", value):
                    return
                await self.page.keyboard.press("ArrowDown")
        await self.reach(f'[name="{name}"][value="{value}"]')
        await self.page.keyboard.press("Space")

    async def press(self, selector: str) -> None:
        """Presses a button or follows a link by Enter."""
        await self.reach(selector)
        await self.page.keyboard.press("Enter")


async def put(field: Locator, value: str) -> None:
    """Fills a field in, chooses in it, or ticks the one with this value."""
    kind = await field.first.evaluate("(one) => one.tagName === 'SELECT' ? 'select' : one.type")
    if kind == "select":
        await field.first.select_option(value)
    elif kind in ("radio", "checkbox"):
        await field.and_(field.page.locator(f'[value="{value}"]')).check()
    else:
        await field.first.fill(value)


@dataclass
class Cast:
    """Those on the stage, in one language and on one size."""

    browser: Browser
    site: DemoSite
    stack: AsyncExitStack
    segment: str
    size: tuple[int, int]
    actors: dict[str, Actor] = field(default_factory=dict)

    async def actor(self, person: str) -> Actor:
        """One of the personas, signed in."""
        if person not in self.actors:
            context = await self.browser.new_context(
                locale="zh-CN" if self.segment == "zh" else "en-GB",
                timezone_id="Asia/Shanghai",
                viewport={"width": self.size[0], "height": self.size[1]},
                accept_downloads=True,
            )
            self.stack.push_async_callback(context.close)
            self.actors[person] = Actor(await context.new_page(), self.site.url, segment=self.segment)
            async with self.site.signed_in(person) as client:
                await self.actors[person].become(client.cookies.jar)
        return self.actors[person]

    @property
    def complaints(self) -> list[str]:
        """What their browsers complained of."""
        return [one for actor in self.actors.values() for one in actor.complaints]


@asynccontextmanager
async def cast_on(
    browser: Browser, site: DemoSite, segment: str, size: tuple[int, int]
) -> AsyncIterator[Cast]:
    """People who come to the site, each when first called for."""
    async with AsyncExitStack() as stack:
        yield Cast(browser, site, stack, segment, size)
