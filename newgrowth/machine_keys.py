"""Keys for machines (机器密钥), made and revoked from the command line, also while a server runs."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from rich.console import Console

from directory.access import Role
from directory.machine_keys import ID_LENGTH, MARK, SECRET_BYTES, MachineKey, Scope, digest_of
from newgrowth.settings import Settings
from newgrowth.wiring import now, opened_beside
from schema.identity import caller_of_claims

ACTOR = "operator"


async def create(
    settings: Settings,
    *,
    subject: str,
    roles: Sequence[Role],
    scopes: Iterable[Scope],
    agency: str | None,
    region: str | None,
    lifetime: timedelta,
) -> str:
    """The secret of a new key; it is kept nowhere. Raises: BadToken for bounds that no caller has; ServiceFault."""
    claims = {"sub": subject, "roles": [*map(str, roles)], "agency": agency, "region": region}
    caller = caller_of_claims(claims)
    secret, at = MARK + secrets.token_urlsafe(SECRET_BYTES), now()
    key = MachineKey(
        id=secret[:ID_LENGTH],
        subject=subject,
        roles=caller.roles,
        scopes=frozenset({Scope.READ, *scopes}),
        created_at=at,
        expires_at=at + lifetime,
        agency=agency,
        region=region,
    )
    async with await opened_beside(settings) as record:
        await record.machine_keys.add(key, digest_of(secret), actor=ACTOR)
    return secret


async def show(settings: Settings, console: Console) -> None:
    """Prints every key on a line, without its secret. Raises: ServiceFault."""
    async with await opened_beside(settings) as record:
        found = await record.machine_keys.every()
    for key in found:
        console.print(_line(key, now()), highlight=False, soft_wrap=True, markup=False)


async def revoke(settings: Settings, key_id: str) -> bool:
    """Whether there was such a key to revoke. Raises: ServiceFault."""
    async with await opened_beside(settings) as record:
        return await record.machine_keys.revoke(key_id, actor=ACTOR, at=now())


def _line(key: MachineKey, at: datetime) -> str:
    if key.revoked_at is not None:
        state = f"revoked {key.revoked_at:%Y-%m-%d}"
    else:
        state = f"{'expires' if key.holds(at) else 'expired'} {key.expires_at:%Y-%m-%d}"
    used = f"used {key.last_used_on}" if key.last_used_on else "never used"
    bounds = " ".join(filter(None, (key.agency, key.region)))
    parts = (
        key.id,
        key.subject,
        "+".join(sorted(key.roles)),
        bounds,
        "+".join(sorted(key.scopes)),
        state,
        used,
    )
    return "  ".join(filter(None, parts))
