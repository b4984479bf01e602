"""The whole directory with sample data behind a real socket, as `make demo` starts it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx2
from rich.console import Console

from directory.entities import Entity
from directory.record.open import open_record
from newgrowth.demo import CLIENT, load_once
from newgrowth.development_issuer.issuer import DevelopmentIssuer, RegisteredClient
from newgrowth.development_issuer.running import LOOPBACK, listening_socket, port_of, running
from newgrowth.development_issuer.web import web_of
from newgrowth.serving import application
from newgrowth.settings import Settings, read_settings
from schema.sign_in.endpoint import CALLBACK
from tests.conditions import all_indexed, eventually
from tests.record.steps import keep

FIRMS = 12


@dataclass(frozen=True)
class DemoSite:
    """Where the site is, and how it is set up."""

    url: str
    settings: Settings

    def client(self, **headers: str) -> httpx2.AsyncClient:
        """A browser without a screen: it keeps cookies and follows no redirect."""
        return httpx2.AsyncClient(base_url=self.url, headers=headers)

    @asynccontextmanager
    async def signed_in(self, person: str) -> AsyncIterator[httpx2.AsyncClient]:
        """A browser without a screen in which one of the personas is signed in; its forms come from our own pages."""
        async with self.client(**{"sec-fetch-site": "same-origin"}) as client:
            to_issuer = (await client.get("/sign-in", params={"next": "/zh/"})).headers["location"]
            back = (await client.get(f"{to_issuer}&{urlencode({'person': person})}")).headers["location"]
            landed = await client.get(back)
            assert landed.headers["location"] == "/zh/", landed.status_code
            yield client

    async def text(self, path: str) -> str:
        """The text of a page that must be there."""
        async with self.client() as client:
            response = await client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        return response.text


@asynccontextmanager
async def demo_site_in(directory: Path, *besides: Entity) -> AsyncIterator[DemoSite]:
    """The site over new sample data and `besides`, all searchable, with the development issuer beside it."""
    settings = read_settings(data_dir=directory, demo=True)
    await load_once(settings, FIRMS, Console(file=io.StringIO()))
    if besides:
        async with await open_record(settings.record_location) as record:
            await keep(record, *besides)
    with listening_socket() as own, listening_socket() as beside:
        url = f"http://{LOOPBACK}:{port_of(own)}"
        issuer = DevelopmentIssuer(
            f"http://{LOOPBACK}:{port_of(beside)}", {CLIENT: RegisteredClient(url + CALLBACK)}
        )
        signing_in = {"sign_in_issuer": issuer.url, "sign_in_client_id": CLIENT, "public_url": url}
        async with (
            running(web_of(issuer), beside),
            application(settings.model_copy(update=signing_in)) as app,
            running(app, own),
        ):
            site = DemoSite(url, settings)
            await _indexed(site)
            yield site


async def _indexed(site: DemoSite) -> None:
    """Returns once the index holds all that is recorded."""
    async with site.client() as client:
        await eventually(lambda: all_indexed(client))
