"""Requests that another site makes a signed-in browser send (CSRF): none changes anything, on any way in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from directory.access import Role
from directory.accounts import csrf_token_of
from newgrowth.development_issuer.issuer import RegisteredClient
from schema.app import make_app
from schema.sign_in.endpoint import CALLBACK
from tests.schema.serving import CLIENT, Provider, desk_of
from tests.sign_in.browser import Browser
from tests.sign_in.reception import Reception

CHANGE = json.dumps({"query": "mutation { markNoticesRead(input: {}) { errors { code } } }"})
EXPORT = json.dumps({"filter": {}})
ELSEWHERE = "https://elsewhere.example"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
REFUSED = {401, 403, 415}

# What differs from an honest request; None leaves a header out.
FORGED: dict[str, dict[str, str | None]] = {
    "no proof at all": {"x-csrf-token": None, "origin": None, "sec-fetch-site": None},
    "no token": {"x-csrf-token": None},
    "an empty token": {"x-csrf-token": ""},
    "an invented token": {"x-csrf-token": "0" * 64},
    "the token of another session": {"x-csrf-token": "foreign"},
    "the token of one's session before": {"x-csrf-token": "reused"},
    "the session's secret for a token": {"x-csrf-token": "secret"},
    "another origin": {"origin": ELSEWHERE},
    "another origin, of an old browser": {"origin": ELSEWHERE, "sec-fetch-site": None},
    "no origin, of an old browser": {"origin": None, "sec-fetch-site": None},
    "an origin that hides, of an old browser": {"origin": "null", "sec-fetch-site": None},
    "another port of this host": {"origin": "http://127.0.0.1:9"},
    "another site, says the browser": {"sec-fetch-site": "cross-site"},
    "a sibling of this host": {"sec-fetch-site": "same-site"},
    "typed by the user": {"sec-fetch-site": "none"},
    "plain text": {"content-type": "text/plain"},
    "a form": {"content-type": FORM},
    "a form with files": {"content-type": "multipart/form-data; boundary=a"},
    "no media type": {"content-type": None},
}


PROOFS = [kind for kind in FORGED if "content-type" not in FORGED[kind]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def officer(lying: Reception) -> AsyncIterator[Browser]:
    """An officer's browser, signed in."""
    async with lying.browser() as browser:
        await browser.sign_in("officer")
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tokens(lying: Reception, officer: Browser) -> dict[str, str]:
    """Values that are no token of the officer's session: a stranger's, the one of the session before, the secret."""
    found = {"reused": (await officer.proof())["x-csrf-token"]}
    await officer.sign_in("officer")
    async with lying.browser() as stranger:
        await stranger.sign_in("xiaoyu")
        return {**found, "foreign": (await stranger.proof())["x-csrf-token"], "secret": str(officer.secret)}


async def forged(browser: Browser, tokens: dict[str, str], changes: dict[str, str | None]) -> dict[str, str]:
    """An honest request's headers, with changes."""
    headers = {"content-type": JSON, **await browser.proof(), **changes}
    return {name: tokens.get(value, value) for name, value in headers.items() if value is not None}


@pytest.mark.parametrize(("path", "body"), [("/graphql", CHANGE), ("/export/firms.ndjson", EXPORT)])
@pytest.mark.parametrize("kind", FORGED)
async def test_a_forged_request_is_refused(
    officer: Browser, tokens: dict[str, str], kind: str, path: str, body: str
) -> None:
    """With the cookie that the browser sends by itself, and one thing missing that only our page knows."""
    headers = await forged(officer, tokens, FORGED[kind])
    response = await officer.client.post(path, content=body, headers=headers)

    assert response.status_code in REFUSED
    assert "data" not in response.text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("kind", PROOFS)
async def test_a_forged_request_neither_sends_nor_fetches_a_file(
    officer: Browser, tokens: dict[str, str], kind: str, method: str
) -> None:
    """Whatever its media type: refused before it is asked which file."""
    headers = await forged(officer, tokens, FORGED[kind])
    response = await officer.client.request(method, "/evidence/BK-7K4M-2QXC", headers=headers)

    assert response.status_code in REFUSED


@pytest.mark.parametrize("kind", PROOFS)
async def test_a_forged_form_signs_nobody_out(officer: Browser, tokens: dict[str, str], kind: str) -> None:
    """The token comes in the form's field there."""
    headers = await forged(officer, tokens, FORGED[kind] | {"content-type": FORM})
    token = headers.pop("x-csrf-token", None)
    form = {} if token is None else {"csrf_token": token}
    response = await officer.client.post("/sign-out", data=form, headers=headers)

    assert response.status_code == 403
    assert await officer.session() is not None


@pytest.mark.parametrize(
    "changes",
    [{}, {"origin": None}, {"origin": "null"}, {"sec-fetch-site": None}],
    ids=["as all browsers do", "without an origin", "from a page without a referrer", "of an old browser"],
)
async def test_our_own_page_is_heard(officer: Browser, changes: dict[str, str | None]) -> None:
    """Whatever of its proof a browser leaves out, what it does say is right."""
    headers = {**await officer.proof(), **changes}
    response = await officer.ask(
        "{ viewer { subject } }", {name: value for name, value in headers.items() if value}
    )

    assert response.json()["data"] == {"viewer": {"subject": "officer-li"}}


async def test_a_bearer_token_needs_no_proof_and_goes_before_the_cookie(
    lying: Reception, officer: Browser
) -> None:
    """No browser sends it by itself; a bad one is refused, cookie or not."""
    token = lying.served.tokens.issue(Role.ANALYST, subject="zhao")
    good, bad = [
        await officer.ask("{ viewer { subject } }", {"authorization": f"Bearer {each}"})
        for each in (token, token[:-4] + "AAAA")
    ]

    assert good.json()["data"] == {"viewer": {"subject": "zhao"}}
    assert bad.status_code == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_only_a_post_signs_out(officer: Browser, method: str) -> None:
    """A picture in a foreign page is a GET."""
    response = await officer.client.request(method, "/sign-out", headers=await officer.proof())

    assert response.status_code == 405
    assert await officer.session() is not None


async def test_a_cookie_of_nothing_is_not_the_public(lying: Reception) -> None:
    """A session that is over is told so, instead of an answer that looks like one's own."""
    async with lying.browser() as browser:
        browser.client.cookies.set(lying.desk.session_cookie.name, "B" * 43, domain="127.0.0.1")
        response = await browser.ask("{ viewer { subject } }", {})

    assert response.status_code == 401


async def test_the_session_is_told_to_our_own_pages_alone(officer: Browser) -> None:
    """No other origin may read it, and nobody on the way keeps it."""
    response = await officer.client.get("/sign-in/session", headers={"origin": ELSEWHERE})

    assert "access-control-allow-origin" not in response.headers
    assert response.headers["cross-origin-resource-policy"] == "same-origin"
    assert response.headers["cache-control"] == "no-store"


async def test_the_token_is_not_the_secret(officer: Browser) -> None:
    """A page may show the one; the other stays in the cookie."""
    session: Any = await officer.session()

    assert session["csrfToken"] == csrf_token_of(str(officer.secret))
    assert str(officer.secret) not in json.dumps(session)


async def test_over_https_the_cookies_belong_to_the_host_alone(lying: Reception) -> None:
    """`__Host-`, Secure, HttpOnly, SameSite=Lax, for every path and no domain: only such a cookie has that name."""
    secure = "https://directory.example"
    cookies = await over_https(lying, secure)

    for cookie, name in zip(cookies, ("__Host-sign-in", "__Host-session"), strict=True):
        first, *rest = (part.strip().lower() for part in cookie.split(";"))
        assert first.startswith(f"{name.lower()}=")
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(rest)
        assert not any(part.startswith("domain") for part in rest)


async def over_https(lying: Reception, url: str) -> list[str]:
    """The cookies with which an attempt and a session begin, at a server found at `url`."""
    services = lying.served.services
    desk = desk_of(lying.served.record, services.clock, Provider(lying.issuer.url, url))
    settings = replace(services.settings, allowed_hosts=("directory.example",))
    app = make_app(replace(services, sign_in=desk, settings=settings))
    before = lying.issuer.clients
    lying.issuer.clients = {CLIENT: RegisteredClient(url + CALLBACK)}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=url) as client:
        begun = await client.get("/sign-in")
        async with lying.browser() as elsewhere:
            back = await elsewhere.choose(begun.headers["location"], "officer")
        ended = await client.get(back)
    lying.issuer.clients = before
    assert ended.status_code == 303
    return [response.headers.get_list("set-cookie")[0] for response in (begun, ended)]
