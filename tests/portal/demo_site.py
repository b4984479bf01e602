"""The whole directory with sample data behind a real socket, as `make demo` starts it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from rich.console import Console

from newgrowth.demo import load_once
from newgrowth.serving import application
from newgrowth.settings import Settings, read_settings
from tests.conditions import eventually
from tests.schema.serving import listening

FIRMS = 12


@dataclass(frozen=True)
class DemoSite:
    """Where the site is, and how it is set up."""

    url: str
    settings: Settings

    def client(self, **headers: str) -> httpx2.AsyncClient:
        """A browser without a screen: it keeps cookies and follows no redirect."""
        return httpx2.AsyncClient(base_url=self.url, headers=headers)

    async def text(self, path: str) -> str:
        """The text of a page that must be there."""
        async with self.client() as client:
            response = await client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        return response.text


@asynccontextmanager
async def demo_site_in(directory: Path) -> AsyncIterator[DemoSite]:
    """The site over new sample data, all of it searchable."""
    settings = read_settings(data_dir=directory, demo=True)
    await load_once(settings, FIRMS, Console(file=io.StringIO()))
    async with application(settings) as app, listening(app) as url:
        site = DemoSite(url, settings)
        await _indexed(site)
        yield site


async def _indexed(site: DemoSite) -> None:
    """Returns once the index holds all that is recorded."""
    async with site.client() as client:

        async def whole() -> bool:
            told = (await client.get("/readyz")).json()
            return told["recordPosition"] != "0" and told["indexedPosition"] == told["recordPosition"]

        await eventually(whole)
