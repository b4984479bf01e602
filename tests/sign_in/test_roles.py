"""Roles (角色): from the record, and from claims only where the operator trusts the issuer for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from directory.access import Caller, Role
from tests.schema.serving import ISSUER
from tests.sign_in.reception import Reception, reception

WHO = "{ viewer { subject roles } }"
GRANTED = Caller("officer-li", frozenset({Role.SUPERVISOR}), "ndrc")


@pytest_asyncio.fixture
async def distrusting(tmp_path: Path) -> AsyncIterator[Reception]:
    """A server that takes no roles from claims."""
    async with reception(tmp_path, claims_trusted=False) as running:
        yield running


async def roles_by_token(desk: Reception, **claims: object) -> list[str]:
    """The roles of someone with a token."""
    answer = await desk.served.ask(
        WHO, token=desk.served.tokens.issue(Role.OPERATOR, subject="officer-li", **claims)
    )
    roles: list[str] = answer.data["viewer"]["roles"]
    return roles


async def roles_by_session(desk: Reception) -> list[str]:
    """The roles of someone who signs in."""
    async with desk.browser() as browser:
        await browser.sign_in("officer")
        session = await browser.session()
    assert session is not None
    roles: list[str] = session["roles"]
    return roles


async def test_what_a_token_claims_makes_nobody_an_officer(distrusting: Reception) -> None:
    """Whoever is known by name alone is a firm."""
    assert await roles_by_token(distrusting) == ["FIRM"]
    assert await roles_by_session(distrusting) == ["FIRM"]


async def test_claims_that_are_not_trusted_may_be_anything(distrusting: Reception) -> None:
    """They are not even read."""
    assert await roles_by_token(distrusting, roles="everything", agency=7) == ["FIRM"]


@pytest.mark.parametrize("trusting", [True, False])
async def test_what_was_granted_counts(tmp_path: Path, trusting: bool) -> None:
    """Against whatever the issuer claims, with the agency that was granted."""
    async with reception(tmp_path, claims_trusted=trusting) as desk:
        for issuer in (ISSUER, desk.issuer.url):
            await desk.served.record.accounts.grant(
                issuer[-8:], issuer, GRANTED, actor="operator", at=desk.served.clock()
            )

        assert await roles_by_token(desk) == ["SUPERVISOR"]
        assert await roles_by_session(desk) == ["SUPERVISOR"]


async def test_an_account_is_that_of_its_issuer(distrusting: Reception) -> None:
    """Another issuer may call someone else by the same name."""
    await distrusting.served.record.accounts.grant(
        "a" * 32, "https://elsewhere.example", GRANTED, actor="operator", at=distrusting.served.clock()
    )

    assert await roles_by_token(distrusting) == ["FIRM"]
