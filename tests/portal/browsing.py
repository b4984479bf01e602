"""A page of the portal in a real browser: what it asks for, what it complains of, and what axe finds on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import axe_playwright_python
from playwright.async_api import Page

from tests.measure import measure

DESK = (1280, 900)
PHONE = (390, 844)
GRAVE = ["serious", "critical"]
# Of what is repeated, a short measure looks at the first ones: a list of five hundred codes is no other than one of five.
REPEATED = measure([":is(ul, ol, dl, tbody, select, optgroup, svg, g) > :nth-child(n + 6)"], [])
# Nothing is asked for again: no rule that is on needs the style sheets' text, and no page has a frame. A rule that finds
# nothing grave, whatever it finds, is not run.
LOOK = """async ([grave, repeated]) => {
  const rules = axe._audit.rules.filter((one) => one.enabled && grave.includes(one.impact)).map((one) => one.id);
  const options = {runOnly: rules, resultTypes: ["violations"], preload: false, iframes: false};
  const found = await axe.run(repeated.length ? {exclude: repeated} : document, options);
  return found.violations.filter((one) => grave.includes(one.impact))
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 200)}`));
}"""


@cache
def axe_source() -> str:
    """The script of axe-core."""
    (script,) = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
    return script.read_text(encoding="utf-8")


@dataclass
class Browsing:
    """One page of one profile."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listens: requests to elsewhere, errors of scripts and breaches of the policy are complaints."""
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type == "error" else None,
        )

    def _asked(self, url: str) -> None:
        if not url.startswith((self.url, "data:")):
            self.complaints.append(url)

    async def phone(self) -> None:
        """Makes the window as small as a phone's."""
        await self.sized(PHONE)

    async def sized(self, size: tuple[int, int]) -> None:
        """Makes the window that wide and high, in CSS pixels."""
        await self.page.set_viewport_size({"width": size[0], "height": size[1]})

    async def coloured(self, scheme: Literal["light", "dark"]) -> None:
        """Makes the system's colours light or dark."""
        await self.page.emulate_media(color_scheme=scheme)

    async def become(self, cookies: Iterable[Cookie]) -> None:
        """Goes on as whoever has these cookies, and no others."""
        await self.page.context.clear_cookies()
        kept: list[Any] = [{"name": one.name, "value": one.value or "", "url": self.url} for one in cookies]
        await self.page.context.add_cookies(kept)

    async def open(self, path: str) -> int:
        """Opens a page of the site with all that it loads: its status."""
        response = await self.page.goto(f"{self.url}{path}", wait_until="load")
        assert response is not None, path
        return response.status

    async def sign_in(self, person: str, path: str = "/zh/") -> None:
        """Signs in as one of the development issuer's personas, and goes on to a page."""
        before = list(self.complaints)
        await self.page.goto(f"{self.url}/sign-in?next={quote(path)}")
        await self.page.click(f"#{person}")
        await self.page.wait_for_url(f"{self.url}{path}")
        # What the issuer, a site of its own, asked for is no complaint about ours.
        self.complaints[:] = before

    async def barriers(self) -> list[str]:
        """What axe finds serious or critical on the page as it stands."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(axe_source())
        found: list[str] = await self.page.evaluate(LOOK, [GRAVE, REPEATED])
        return found

    async def too_wide(self) -> bool:
        """Whether the page has to be moved sideways to be read."""
        wide: bool = await self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wide
