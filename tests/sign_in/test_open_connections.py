"""Sessions and accounts on WebSockets: what opens one, and what ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from directory.access import Role
from directory.accounts import IDLE_FOR
from schema.sockets import FORBIDDEN, UNAUTHORIZED
from tests.schema.serving import ISSUER
from tests.schema.test_sockets import PROTOCOL, closing_code, hear, introduced, say, socket, subscribed
from tests.sign_in.browser import Browser
from tests.sign_in.reception import Reception

WHO = "{ viewer { subject } }"


@asynccontextmanager
async def from_a_page(browser: Browser, origin: str | None = None) -> AsyncIterator[ClientConnection]:
    """A connection that a page opens: with the browser's cookies and the page's origin, ours unless told."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    options: dict[str, Any] = {"additional_headers": {"cookie": cookies}} if cookies else {}
    page = browser.url if origin is None else origin
    address = browser.url.replace("http://", "ws://") + "/graphql"
    async with connect(
        address, subprotocols=[PROTOCOL], origin=Origin(page) if page else None, proxy=None, **options
    ) as ws:
        yield ws


async def greet(ws: ClientConnection, browser: Browser, **payload: Any) -> None:
    """Introduces the page with its session's token, unless told otherwise."""
    session = await browser.session()
    token = {"csrfToken": session["csrfToken"]} if session else {}
    await say(ws, type="connection_init", payload={**token, **payload})


async def test_a_page_is_known_by_its_session(at_the_desk: Reception, browser: Browser) -> None:
    """By the cookie of the handshake and the token that the page shows."""
    await browser.sign_in("officer")
    async with from_a_page(browser) as ws:
        await greet(ws, browser)
        assert (await hear(ws))["type"] == "connection_ack"
        await subscribed(ws, WHO)

        assert (await hear(ws))["payload"]["data"] == {"viewer": {"subject": "officer-li"}}


@pytest.mark.parametrize("token", [None, "", "0" * 64, 7, ["a"]])
async def test_a_page_without_the_token_is_not_let_in(
    at_the_desk: Reception, browser: Browser, token: object
) -> None:
    """A cookie alone is sent by whoever's page."""
    await browser.sign_in("officer")
    async with from_a_page(browser) as ws:
        await greet(ws, browser, csrfToken=token)

        assert await closing_code(ws) == FORBIDDEN


async def test_a_page_of_another_origin_is_not_let_in(at_the_desk: Reception, browser: Browser) -> None:
    """Not even to the handshake; one without an origin, which is no browser, is stopped behind it."""
    await browser.sign_in("officer")
    with pytest.raises(InvalidStatus):
        async with from_a_page(browser, "https://elsewhere.example"):
            pass
    async with from_a_page(browser, "") as ws:
        await greet(ws, browser)

        assert await closing_code(ws) == FORBIDDEN


async def test_a_bearer_token_goes_before_the_cookie(at_the_desk: Reception, browser: Browser) -> None:
    """As over HTTP, and without the session's token."""
    await browser.sign_in("officer")
    token = at_the_desk.served.tokens.issue(Role.ANALYST, subject="zhao")
    async with from_a_page(browser, "") as ws:
        await introduced(ws, token)
        await subscribed(ws, WHO)

        assert (await hear(ws))["payload"]["data"] == {"viewer": {"subject": "zhao"}}


async def end_of(at_the_desk: Reception, browser: Browser, how: str) -> None:
    """Ends the session in one of the ways in which it can end."""
    accounts, at = at_the_desk.served.record.accounts, at_the_desk.served.clock()
    if how == "disabled":
        await accounts.disable("a" * 32, at_the_desk.issuer.url, "officer-li", actor="operator", at=at)
    elif how == "signed out":
        await browser.sign_out()
    else:
        at_the_desk.served.clock.ahead = IDLE_FOR


@pytest.mark.parametrize("how", ["disabled", "signed out", "unused"])
async def test_an_open_connection_ends_with_its_session(
    at_the_desk: Reception, browser: Browser, how: str
) -> None:
    """It asks again every few seconds; to listen is no use of a session."""
    await browser.sign_in("officer")
    async with from_a_page(browser) as ws:
        await greet(ws, browser)
        await hear(ws)
        await end_of(at_the_desk, browser, how)

        assert await closing_code(ws) == UNAUTHORIZED


async def test_a_bearer_of_a_disabled_account_is_refused(at_the_desk: Reception) -> None:
    """A valid token opens nothing from then on, and an open connection ends within five seconds."""
    served = at_the_desk.served
    token = served.tokens.issue(Role.ANALYST, subject="zhao")
    before = await served.ask(WHO, token=token)
    async with socket(served) as ws:
        await introduced(ws, token)
        await served.record.accounts.disable("a" * 32, ISSUER, "zhao", actor="operator", at=served.clock())
        after = await served.ask(WHO, token=token)

        assert await closing_code(ws) == UNAUTHORIZED
    assert (before.status, after.status) == (200, 401)
