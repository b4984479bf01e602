"""Every way to be signed in as someone else, or to be led elsewhere, that is not to be gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.accounts import digest_of
from schema.allowances import Purpose, Rate
from schema.services import ApiSettings
from schema.sign_in.attempt import attempt_of, local_path, new_attempt
from tests.sign_in.browser import Browser
from tests.sign_in.lies import LIES, LyingIssuer, later, saying
from tests.sign_in.reception import Reception, reception

ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example",
    "///elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "/\t/elsewhere.example",
    "/\n/elsewhere.example",
    " //elsewhere.example",
    "javascript:alert(1)",
    "data:text/html,hello",
    "http:elsewhere.example",
    "elsewhere.example",
    "@elsewhere.example",
    "/path\r\nSet-Cookie: a=b",
    "/堵点",
    "/" + "a" * 2000,
]


@pytest.fixture
def issuer(lying: Reception) -> Iterator[LyingIssuer]:
    """The issuer, honest again afterwards."""
    assert isinstance(lying.issuer, LyingIssuer)
    yield lying.issuer
    lying.issuer.lie = None


def changed(url: str, **changes: str | None) -> str:
    """The URL with other parameters; None leaves one out."""
    parsed = httpx2.URL(url)
    parameters = {name: value for name, value in {**parsed.params, **changes}.items() if value is not None}
    return str(parsed.copy_with(params=parameters))


async def refused(browser: Browser, location: str) -> bool:
    """Whether coming back so is refused, with a page, and leaves neither session nor attempt."""
    response = await browser.come_back(location)
    return (response.status_code, browser.secret, browser.cookies) == (400, None, {})


@pytest.mark.parametrize("lie", LIES)
async def test_an_id_token_that_lies_signs_nobody_in(lying: Reception, issuer: LyingIssuer, lie: str) -> None:
    """Only the issuer's word, to us, now, and about this attempt is taken."""
    issuer.lie = LIES[lie]
    async with lying.browser() as browser:
        location = await browser.choose(await browser.begin(), "officer")

        assert await refused(browser, location)


@pytest.mark.parametrize(
    "truth", [saying(azp="newgrowth"), saying(aud=["newgrowth"]), later(25, "iat", "nbf")]
)
async def test_an_id_token_may_be_unusual(lying: Reception, issuer: LyingIssuer, truth: object) -> None:
    """One that names us twice, or comes from a clock a little ahead, is taken."""
    issuer.lie = truth  # type: ignore[assignment]
    async with lying.browser() as browser:
        assert (await browser.sign_in("officer")).status_code == 303


@pytest.mark.parametrize(
    "answer",
    [
        {"state": "A" * 43},
        {"state": None},
        {"state": "堵点"},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"code": "invented"},
        {"code": None},
        {"code": None, "error": "access_denied"},
    ],
    ids=str,
)
async def test_an_answer_that_is_not_to_this_attempt_is_refused(
    lying: Reception, answer: dict[str, str | None]
) -> None:
    """State, issuer and code have to be those of the provider that this browser was sent to."""
    async with lying.browser() as browser:
        location = await browser.choose(await browser.begin(), "officer")

        assert await refused(browser, changed(location, **answer))


async def test_an_answer_that_says_a_thing_twice_is_refused(lying: Reception) -> None:
    """Nobody can say which of both counts."""
    async with lying.browser() as browser:
        location = await browser.choose(await browser.begin(), "officer")

        assert await refused(browser, location + "&code=another")


async def test_a_code_is_taken_once(lying: Reception) -> None:
    """Who reads it afterwards, with the attempt's cookie too, comes too late."""
    async with lying.browser() as browser, lying.browser() as thief:
        location = await browser.choose(await browser.begin(), "officer")
        thief.client.cookies.update(browser.client.cookies)
        assert (await browser.come_back(location)).status_code == 303

        assert await refused(thief, location)


async def test_nobody_is_signed_in_as_whoever_sent_them_the_link(lying: Reception) -> None:
    """An answer to another browser's attempt is no answer to this one's (login CSRF)."""
    async with lying.browser() as attacker, lying.browser() as victim:
        location = await attacker.choose(await attacker.begin(), "operator")

        assert await refused(victim, location)
        await victim.begin()
        assert await refused(victim, location)


async def test_a_stolen_code_is_of_no_use_in_another_attempt(lying: Reception) -> None:
    """It was asked for with another proof (PKCE)."""
    async with lying.browser() as victim, lying.browser() as thief:
        stolen = httpx2.URL(await victim.choose(await victim.begin(), "officer")).params["code"]
        location = await thief.choose(await thief.begin(), "xiaoyu")

        assert await refused(thief, changed(location, code=stolen))


async def test_the_code_of_another_client_is_refused(lying: Reception, issuer: LyingIssuer) -> None:
    """The issuer gives tokens only to whom it gave the code."""
    async with lying.browser() as browser:
        authorize = await browser.begin()
        others = changed(authorize, client_id="another", redirect_uri="http://127.0.0.1:9/callback")
        code = httpx2.URL(await browser.choose(others, "officer")).params["code"]
        location = await browser.choose(authorize, "officer")

        assert await refused(browser, changed(location, code=code))


@pytest.mark.parametrize("next", ELSEWHERE)
async def test_nobody_is_led_elsewhere(lying: Reception, next: str) -> None:
    """What is no local path leads home."""
    async with lying.browser() as browser:
        response = await browser.sign_in("xiaoyu", next=next)

        assert (response.status_code, response.headers["location"]) == (303, "/")


@given(st.one_of(st.text(), st.from_regex(r"[/\\.@:%]{1,4}[a-z/\\.@:]*")))
def test_a_local_path_stays_here(text: str) -> None:
    """However it is written, it leads to this origin."""
    path = local_path(text, home="/")

    assert path.startswith("/")
    assert urlsplit(urljoin("https://directory.example/a", path)).netloc == "directory.example"


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_a_cookie_that_we_did_not_write_is_no_attempt(text: str) -> None:
    """It is not taken apart, and its way on leads home at most."""
    attempt = attempt_of(text, home="/")

    assert attempt is None or attempt.next.startswith("/")


def test_an_attempt_comes_back_as_it_was() -> None:
    """All that ties the answer to the browser is in its cookie, and each part is another secret."""
    attempt = new_attempt("/explorer?a=1")

    assert attempt_of(attempt.cookie(), home="/") == attempt
    assert len({attempt.secret, attempt.state, attempt.nonce, attempt.verifier}) == 4
    assert attempt.state != new_attempt("/").state


async def test_another_host_name_is_led_to_the_public_one(lying: Reception) -> None:
    """An attempt's cookie belongs to one host; the way there is ours, whatever the request says."""
    async with lying.browser() as browser:
        port = urlsplit(lying.url).port
        response = await browser.client.get(
            "/sign-in?next=//elsewhere.example", headers={"host": f"localhost:{port}"}
        )

        assert response.headers["location"] == f"{lying.url}/sign-in?next=%2F"


async def test_who_fails_too_often_has_to_wait(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Then the provider is not asked for them any more, and no further attempt is begun."""
    settings = replace(ApiSettings(), rates={Purpose.FAILED_SIGN_INS: Rate(3, 3600)})
    place = tmp_path_factory.mktemp("rates")
    async with (
        reception(place, issuer_kind=LyingIssuer, settings=settings) as running,
        running.browser() as browser,
    ):
        locations = []
        for _ in range(4):
            authorize = await browser.begin()
            locations.append(
                (changed(await browser.choose(authorize, "xiaoyu"), code="invented"), browser.cookies)
            )
        statuses = []
        for location, cookies in locations:
            browser.client.cookies.clear()
            browser.client.cookies.update({name: str(value) for name, value in cookies.items()})
            statuses.append((await browser.come_back(location)).status_code)

        assert statuses == [400, 400, 400, 429]
        assert isinstance(running.issuer, LyingIssuer)
        assert running.issuer.redeemed == 3
        assert (await browser.client.get("/sign-in")).status_code == 429


async def test_a_refusal_shows_nothing_of_its_reason(lying: Reception) -> None:
    """The page is in both languages, runs nothing, and is kept by nobody; the reason is in the log."""
    async with lying.browser() as browser:
        response = await browser.come_back("/sign-in/callback?code=a&state=%3Cscript%3E&error=%3Cscript%3E")

        assert response.headers["cache-control"] == "no-store"
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
        assert "<script>" not in response.text
        assert 'lang="zh"' in response.text
        assert 'lang="en"' in response.text


async def test_no_session_was_begun_by_any_of_this(lying: Reception) -> None:
    """A secret of one's own choice is none of ours."""
    assert await lying.served.record.sessions.find(digest_of("A" * 43)) is None
