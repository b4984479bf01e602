"""Sessions (会话) from signing in to signing out, on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from directory.access import Caller, Role
from directory.accounts import IDLE_FOR, LONGEST_SESSION, digest_of
from directory.record.connection import reading
from directory.record.session_store import MOST_OF_A_SUBJECT
from newgrowth.development_issuer.personas import PERSONAS
from schema.allowances import Purpose, Rate
from schema.people import CERTAIN_FOR
from schema.services import ApiSettings
from tests.sign_in.reception import Reception, reception

EVERYONE = sorted(PERSONAS)


@pytest.mark.parametrize("persona", EVERYONE)
async def test_each_persona_signs_in_as_themselves(at_the_desk: Reception, persona: str) -> None:
    """With the role, the agency and the region that the issuer vouches for."""
    chosen = PERSONAS[persona]
    async with at_the_desk.browser() as browser:
        await browser.sign_in(persona)
        session = await browser.session()
        subject = await browser.subject()

    assert session is not None
    assert (subject, session["roles"]) == (chosen.subject, [chosen.role])
    assert (session["displayName"], session["displayNameEn"]) == (chosen.name, chosen.name_en)


async def test_signing_in_leads_back_to_where_one_came_from(at_each_desk: Reception) -> None:
    """Within the site, to the page that asked."""
    async with at_each_desk.browser() as browser:
        response = await browser.sign_in("xiaoyu", next="/explorer?a=1&b=%E5%A0%B5")

        assert (response.status_code, response.headers["location"]) == (303, "/explorer?a=1&b=%E5%A0%B5")
        assert await browser.subject() == "article-xiaoyu"


async def test_the_record_holds_no_secret_of_a_session(at_each_desk: Reception) -> None:
    """Only a digest: who reads the record can sign in as nobody."""
    async with at_each_desk.browser() as browser:
        await browser.sign_in("officer")
        secret = browser.secret
        assert secret is not None
        async with reading(at_each_desk.served.record._reading) as session:
            kept = (await session.execute(text("SELECT * FROM sessions"))).all()

    assert digest_of(secret) in repr(kept)
    assert secret not in repr(kept)


async def test_signing_in_anew_is_another_session(at_each_desk: Reception) -> None:
    """The id before is not the id after, and the one before opens nothing (session fixation)."""
    async with at_each_desk.browser() as browser:
        await browser.sign_in("xiaoyu")
        before, proof = browser.secret, await browser.proof()
        await browser.sign_in("officer")
        after = browser.secret
        assert await browser.subject() == "officer-li"

        browser.client.cookies.set(at_each_desk.desk.session_cookie.name, before or "", domain="127.0.0.1")
        assert before != after
        assert await browser.subject(proof) is None


async def test_a_session_that_was_slipped_in_is_not_taken_over(at_the_desk: Reception) -> None:
    """Whoever plants a cookie of their choice does not know the session that is then signed in."""
    planted = "A" * 43
    async with at_the_desk.browser() as browser:
        browser.client.cookies.set(at_the_desk.desk.session_cookie.name, planted, domain="127.0.0.1")
        await browser.sign_in("xiaoyu")

        assert await at_the_desk.desk.sessions.find(planted) is None


async def test_signing_out_kills_the_cookie_at_once(at_each_desk: Reception) -> None:
    """Everywhere: a copy of the cookie in another browser opens nothing from then on."""
    async with at_each_desk.browser() as browser, at_each_desk.browser() as other:
        await browser.sign_in("xiaoyu")
        proof = await browser.proof()
        other.client.cookies.update(browser.client.cookies)
        assert await other.subject(proof) == "article-xiaoyu"

        response = await browser.sign_out()

        assert response.status_code == 303
        assert browser.secret is None
        assert (await other.ask("{ viewer { subject } }", proof)).status_code == 401


@pytest.mark.parametrize("used_every", [timedelta(minutes=50), None], ids=["after a day's work", "unused"])
async def test_a_session_ends_by_itself(at_each_desk: Reception, used_every: timedelta | None) -> None:
    """An hour after its last use; and twelve hours after it began, however much it is used."""
    clock = at_each_desk.served.clock
    async with at_each_desk.browser() as browser:
        await browser.sign_in("xiaoyu")
        proof = await browser.proof()
        while used_every and clock.ahead + used_every < LONGEST_SESSION:
            clock.ahead += used_every
            assert await browser.subject(proof) == "article-xiaoyu"
        clock.ahead = LONGEST_SESSION if used_every else IDLE_FOR

        assert (await browser.ask("{ viewer { subject } }", proof)).status_code == 401
        assert await browser.session() is None
        assert browser.secret is None


async def test_sessions_that_are_over_are_purged(at_each_desk: Reception) -> None:
    """By the clock's round; those that hold stay."""
    served = at_each_desk.served
    async with at_each_desk.browser() as first, at_each_desk.browser() as second:
        await first.sign_in("xiaoyu")
        served.clock.ahead = IDLE_FOR
        await second.sign_in("officer")

        purged = [await served.record.purge_sessions(served.clock()) for _ in range(2)]

        assert purged == [1, 0]
        assert await second.subject() == "officer-li"


async def test_a_disabled_account_is_nobody_at_once(at_each_desk: Reception) -> None:
    """Its sessions end, a new one is not begun, and after it is let in again the old ones stay over."""
    accounts, at, issuer = (
        at_each_desk.served.record.accounts,
        at_each_desk.served.clock(),
        at_each_desk.issuer.url,
    )
    async with at_each_desk.browser() as browser:
        await browser.sign_in("officer")
        proof = await browser.proof()

        assert await accounts.disable("a" * 32, issuer, "officer-li", actor="operator", at=at)
        refused = await browser.ask("{ viewer { subject } }", proof)
        again = await browser.sign_in("officer")
        await accounts.enable(issuer, "officer-li", actor="operator", at=at)
        later = await browser.ask("{ viewer { subject } }", proof)

        assert (refused.status_code, again.status_code, later.status_code) == (401, 403, 401)
        assert (await browser.sign_in("officer")).status_code == 303


async def test_other_roles_are_another_session(at_each_desk: Reception) -> None:
    """A change of roles ends the session; the next has a new id and the new roles, whatever the issuer claims."""
    accounts, at = at_each_desk.served.record.accounts, at_each_desk.served.clock()
    granted = Caller("officer-li", frozenset({Role.ANALYST}))
    async with at_each_desk.browser() as browser:
        await browser.sign_in("officer")
        before, proof = browser.secret, await browser.proof()

        await accounts.grant("b" * 32, at_each_desk.issuer.url, granted, actor="operator", at=at)
        refused = await browser.ask("{ viewer { subject } }", proof)
        await browser.sign_in("officer")
        session = await browser.session()

        assert (refused.status_code, browser.secret != before) == (401, True)
        assert session is not None
        assert session["roles"] == ["ANALYST"]


async def test_sessions_of_one_subject_do_not_pile_up(at_each_desk: Reception) -> None:
    """The oldest go."""
    async with at_each_desk.browser() as first, at_each_desk.browser() as other:
        await first.sign_in("xiaoyu")
        proof = await first.proof()
        for _ in range(MOST_OF_A_SUBJECT):
            other.client.cookies.clear()
            at_each_desk.served.clock.ahead += timedelta(seconds=1)
            await other.sign_in("xiaoyu")

        assert await first.subject(proof) is None
        assert await other.subject() == "article-xiaoyu"


def test_what_is_known_of_a_session_is_known_for_less_than_five_seconds() -> None:
    """That is how late an open connection may learn that its session is over."""
    assert timedelta(seconds=5) > CERTAIN_FOR


@pytest.mark.parametrize("purpose", [Purpose.SIGN_INS, Purpose.SIGN_INS_OF_ADDRESS])
async def test_who_signs_in_too_often_is_told_how_long_to_wait(tmp_path: Path, purpose: Purpose) -> None:
    """One person, and one address; what is signed in stays so, and the page says it in both languages."""
    settings = ApiSettings(rates={purpose: Rate(2, 3600)})
    async with reception(tmp_path, settings=settings) as running, running.browser() as browser:
        statuses = [(await browser.sign_in("xiaoyu")).status_code for _ in range(2)]
        refused = await browser.sign_in("xiaoyu")
        subject = await browser.subject()
        async with running.browser() as neighbours:
            neighbour = (await neighbours.sign_in("officer")).status_code

    seconds = refused.headers["retry-after"]
    assert (statuses, refused.status_code) == ([303, 303], 429)
    assert int(seconds) > 0
    assert f"请在{seconds}秒后重试" in refused.text
    assert f"Try again in {seconds} seconds" in refused.text
    assert subject == "article-xiaoyu"
    assert neighbour == (303 if purpose is Purpose.SIGN_INS else 429)
