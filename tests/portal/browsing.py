"""A page of the portal in a real browser: what it asks for, what it complains of, and what axe finds on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

PHONE = {"width": 390, "height": 844}
GRAVE = ("serious", "critical")


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
        await self.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})

    async def open(self, path: str) -> None:
        """Opens a page of the site, until nothing more is asked for."""
        await self.page.goto(f"{self.url}{path}", wait_until="networkidle")

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
        found = await Axe().run(self.page)
        return [
            f"{one['id']}: {node['html'][:200]}"
            for one in found.response["violations"]
            if one["impact"] in GRAVE
            for node in one["nodes"]
        ]

    async def too_wide(self) -> bool:
        """Whether the page has to be moved sideways to be read."""
        wide: bool = await self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wide
