"""The API with the development issuer beside it, both behind real sockets."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from newgrowth.development_issuer.issuer import DevelopmentIssuer, RegisteredClient
from newgrowth.development_issuer.running import LOOPBACK, listening_socket, port_of, running
from newgrowth.development_issuer.web import web_of
from schema.services import ApiSettings
from schema.sign_in.desk import SignInDesk
from schema.sign_in.endpoint import CALLBACK
from tests.schema.serving import CLIENT, Provider, Served, serving
from tests.sign_in.browser import Browser

# Nothing here is asked over TLS, and to read the authorities anew for each browser takes a while.
UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass
class Reception:
    """The API, the issuer, and browsers that come by."""

    served: Served
    issuer: DevelopmentIssuer
    url: str

    @property
    def desk(self) -> SignInDesk:
        """Where people sign in."""
        assert self.served.services.sign_in is not None
        return self.served.services.sign_in

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """Someone's browser."""
        async with httpx2.AsyncClient(base_url=self.url, trust_env=False, verify=UNUSED) as client:
            yield Browser(client, self.url)


@asynccontextmanager
async def reception(
    place: Path,
    *,
    record_url: str | None = None,
    issuer_kind: type[DevelopmentIssuer] = DevelopmentIssuer,
    secret: str | None = None,
    claims_trusted: bool = True,
    settings: ApiSettings | None = None,
) -> AsyncIterator[Reception]:
    """Both over a new record; the issuer tells the time by the API's clock."""
    with listening_socket() as own, listening_socket() as beside:
        url, issuer_url = (f"http://{LOOPBACK}:{port_of(each)}" for each in (own, beside))
        provider = Provider(issuer_url, url, secret, claims_trusted)
        async with serving(place, settings, record_url=record_url, provider=provider) as served:
            registered = {
                CLIENT: RegisteredClient(url + CALLBACK, secret),
                "another": RegisteredClient("http://127.0.0.1:9/callback"),
            }
            issuer = issuer_kind(issuer_url, registered, served.clock)
            async with running(web_of(issuer), beside), running(served.app, own):
                yield Reception(served, issuer, url)
