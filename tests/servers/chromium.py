"""Debian's Chromium for browser tests, driven by Playwright without its own downloads."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.servers.process import ServerMissing

NAMES = ("chromium", "chromium-browser", "google-chrome")

# Nothing but the pages under test may cause a request: no updates, no sync, no address look-ups of its own.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
)


def find_chromium() -> Path:
    """The browser's program: CHROMIUM_EXECUTABLE, or the first known name on PATH. Raises: ServerMissing."""
    if chosen := os.environ.get("CHROMIUM_EXECUTABLE"):
        return Path(chosen)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise ServerMissing(f"no Chromium on PATH (looked for {', '.join(NAMES)})")


def launch_arguments() -> list[str]:
    """Command-line switches for the browser. Its sandbox does not start for root."""
    return [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


@asynccontextmanager
async def running_browser(executable: Path) -> AsyncIterator[Browser]:
    """A headless browser, closed at the end."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=launch_arguments())
        try:
            yield browser
        finally:
            await browser.close()
