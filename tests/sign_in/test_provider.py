"""The provider as a server knows it: found by its issuer, with keys that change, and sometimes not there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from newgrowth.development_issuer.issuer import KEY_SIGNS_FOR
from schema.keys import REFRESH_SECONDS
from schema.sign_in.provider import KEEP_SECONDS, RETRY_SECONDS, endpoints_of
from tests.sign_in.browser import Browser
from tests.sign_in.lies import LyingIssuer, later
from tests.sign_in.reception import Reception, reception

ISSUER = "https://id.example.gov.cn"
DESCRIBED = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
}


async def test_a_new_key_is_fetched_when_a_token_names_it(at_the_desk: Reception, browser: Browser) -> None:
    """The issuer signs with another one from one minute to the next, and nobody notices."""
    await browser.sign_in("officer")
    at_the_desk.issuer.rotate()
    at_the_desk.served.clock.ahead = timedelta(seconds=REFRESH_SECONDS)

    assert (await browser.sign_in("officer")).status_code == 303
    assert len(at_the_desk.issuer.key_set()["keys"]) == 2


async def test_the_development_issuer_changes_its_key_every_day(at_the_desk: Reception) -> None:
    """The one before stays published, the one before that does not."""
    issuer, clock = at_the_desk.issuer, at_the_desk.served.clock
    seen = []
    for day in range(3):
        clock.ahead = day * KEY_SIGNS_FOR
        seen.append([key["kid"] for key in issuer.key_set()["keys"]])

    assert [len(keys) for keys in seen] == [1, 2, 2]
    assert seen[2][1] == seen[1][0]
    assert seen[2][0] not in seen[1]


async def test_a_provider_that_is_down_costs_new_people_only(
    at_the_desk: Reception, browser: Browser
) -> None:
    """Who is signed in goes on; who wants to sign in is told to wait, and let in once it is back."""
    await browser.sign_in("officer")
    provider = at_the_desk.desk.provider
    known = provider.client
    provider._endpoints, provider.client = None, replace(known, issuer="http://127.0.0.1:9")
    async with at_the_desk.browser() as other:
        refused = await other.client.get("/sign-in")
        assert (refused.status_code, await browser.subject()) == (503, "officer-li")

        provider.client = known
        at_the_desk.served.clock.ahead = timedelta(seconds=RETRY_SECONDS)
        assert (await other.sign_in("xiaoyu")).status_code == 303


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://elsewhere.example"},
        {"issuer": ISSUER + "/"},
        {"token_endpoint": "http://id.example.gov.cn/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
def test_a_description_that_is_not_the_issuers_own_is_not_taken(changes: dict[str, str | None]) -> None:
    """It names the issuer letter by letter, and endpoints that nobody on the way can read."""
    with pytest.raises(ValueError, match=r"issuer|https"):
        endpoints_of(json.dumps({**DESCRIBED, **changes}).encode(), ISSUER)


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"<html>", b"{}"])
def test_what_is_no_description_is_not_taken(text: bytes) -> None:
    """A login page of the network, for example."""
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
        endpoints_of(text, ISSUER)


async def test_the_description_is_kept_for_an_hour(tmp_path: Path) -> None:
    """Signing in asks for it once, not each time."""
    async with reception(tmp_path, issuer_kind=LyingIssuer) as desk, desk.browser() as browser:
        assert isinstance(desk.issuer, LyingIssuer)
        for hours in (0, 0, KEEP_SECONDS / 3600):
            desk.served.clock.ahead = timedelta(hours=hours)
            await browser.begin()

        assert desk.issuer.described == 2


@pytest.mark.parametrize(("seconds", "status"), [(-25, 303), (-35, 400)])
async def test_clocks_may_differ_by_half_a_minute(tmp_path: Path, seconds: int, status: int) -> None:
    """An ID token that ended as long ago is taken; one that ended before that is not."""
    async with reception(tmp_path, issuer_kind=LyingIssuer) as desk, desk.browser() as browser:
        assert isinstance(desk.issuer, LyingIssuer)
        desk.issuer.lie = later(seconds, "exp")

        assert (await browser.sign_in("officer")).status_code == status


async def test_a_client_with_a_secret_shows_it_to_the_provider_alone(tmp_path: Path) -> None:
    """By HTTP Basic; the browser sees nothing of it."""
    async with reception(tmp_path, secret="quite a secret: 100%") as desk, desk.browser() as browser:
        authorize = await browser.begin()

        assert "secret" not in authorize
        assert (await browser.come_back(await browser.choose(authorize, "officer"))).status_code == 303


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None},
        {"code_challenge": "short"},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"response_type": "token"},
        {"scope": "profile"},
    ],
    ids=str,
)
async def test_the_development_issuer_gives_no_code_without_proof(
    lying: Reception, changes: dict[str, str | None]
) -> None:
    """As a real provider: it sends the browser back with an error."""
    async with lying.browser() as browser:
        asked = {**httpx2.URL(await browser.begin()).params, "person": "officer", **changes}
        response = await browser.client.get(
            f"{lying.issuer.url}/authorize", params={name: value for name, value in asked.items() if value}
        )

    answer = httpx2.URL(response.headers["location"]).params
    assert "code" not in answer
    assert answer["error"] in {"invalid_request", "invalid_scope", "unsupported_response_type"}


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://elsewhere.example/sign-in/callback"},
        {"redirect_uri": "http://127.0.0.1:9/callback"},
        {"redirect_uri": None},
        {"client_id": "nobody"},
    ],
    ids=str,
)
async def test_the_development_issuer_sends_nobody_to_a_foreign_address(
    lying: Reception, changes: dict[str, str | None]
) -> None:
    """Not even with an error."""
    async with lying.browser() as browser:
        asked = {**httpx2.URL(await browser.begin()).params, "person": "officer", **changes}
        response = await browser.client.get(
            f"{lying.issuer.url}/authorize", params={name: value for name, value in asked.items() if value}
        )

    assert response.status_code == 400
    assert "location" not in response.headers


@pytest.mark.parametrize("verifier", [None, "", "A" * 43], ids=["none", "empty", "wrong"])
async def test_the_development_issuer_gives_no_token_without_proof(
    lying: Reception, verifier: str | None
) -> None:
    """PKCE: who has the code alone has nothing, and has used it up."""
    async with lying.browser() as browser:
        back = httpx2.URL(await browser.choose(await browser.begin(), "officer"))
        form = {
            "grant_type": "authorization_code",
            "code": back.params["code"],
            "redirect_uri": f"{lying.url}/sign-in/callback",
            "client_id": "newgrowth",
            **({} if verifier is None else {"code_verifier": verifier}),
        }
        answer = await browser.client.post(f"{lying.issuer.url}/token", data=form)

        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})
        assert (await browser.come_back(str(back))).status_code == 400
