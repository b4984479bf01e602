"""Accounts (账号), granted and disabled from the command line, also while a server runs."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from rich.console import Console

from directory.access import Role
from directory.accounts import Account
from directory.identifiers import new_id
from newgrowth.settings import Settings, SettingsInvalid
from newgrowth.wiring import now, opened_beside
from schema.identity import caller_of_claims

ACTOR = "operator"


async def grant(
    settings: Settings,
    *,
    issuer: str | None,
    subject: str,
    roles: Sequence[Role],
    agency: str | None,
    region: str | None,
) -> None:
    """Lets the subject have these roles and no others. Raises: BadToken for what no caller has; ServiceFault."""
    claims = {"sub": subject, "roles": [*map(str, roles)], "agency": agency, "region": region}
    caller = caller_of_claims(claims)
    async with await opened_beside(settings) as record:
        await record.accounts.grant(_new_id(), _issuer(settings, issuer), caller, actor=ACTOR, at=now())


async def disable(settings: Settings, *, issuer: str | None, subject: str) -> bool:
    """Whether the subject was not disabled before; it is from now on. Raises: ServiceFault."""
    async with await opened_beside(settings) as record:
        return await record.accounts.disable(
            _new_id(), _issuer(settings, issuer), subject, actor=ACTOR, at=now()
        )


async def enable(settings: Settings, *, issuer: str | None, subject: str) -> bool:
    """Whether the subject was disabled; it is not from now on. Raises: ServiceFault."""
    async with await opened_beside(settings) as record:
        return await record.accounts.enable(_issuer(settings, issuer), subject, actor=ACTOR, at=now())


async def show(settings: Settings, console: Console) -> None:
    """Prints every account on a line. Raises: ServiceFault."""
    async with await opened_beside(settings) as record:
        found = await record.accounts.every()
    for account in found:
        console.print(_line(account), highlight=False, soft_wrap=True, markup=False)


def _issuer(settings: Settings, given: str | None) -> str:
    issuer = given or settings.sign_in_issuer or settings.issuer
    if issuer is None:
        raise SettingsInvalid(
            ["A subject is known by its issuer: give --issuer, or set NEWGROWTH_SIGN_IN_ISSUER."]
        )
    return issuer


def _new_id() -> str:
    return new_id(secrets.token_bytes)


def _line(account: Account) -> str:
    bounds = " ".join(filter(None, (account.agency, account.region)))
    parts = (
        account.issuer,
        account.subject,
        "+".join(sorted(account.roles)) or "nothing granted",
        bounds,
        "disabled" if account.disabled else "",
        f"changed {account.changed_at:%Y-%m-%d}",
    )
    return "  ".join(filter(None, parts))
