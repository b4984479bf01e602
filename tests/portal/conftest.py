"""The portal under test: one site with sample data for the whole run, and a browser that notes what a page does wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.portal.browsing import Browsing
from tests.portal.demo_site import DemoSite, demo_site_in


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo_site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoSite]:
    """The site with sample data, shared by all tests of a run: they may add to it, never count on its exact figures."""
    async with demo_site_in(tmp_path_factory.mktemp("demo")) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def browsing(chromium_browser: Browser, demo_site: DemoSite) -> AsyncIterator[Browsing]:
    """A reader of Chinese with a profile of their own; `browsing.phone()` makes the window a phone's."""
    context = await chromium_browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 900}
    )
    yield Browsing(await context.new_page(), demo_site.url)
    await context.close()
