"""
Sessions (会话) as pages and the API see them.

A session is looked up at each request together with its account, so that signing out, a change of roles and a disabled
account hold at once in every process; an open connection asks again every few seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from directory.access import Caller
from directory.accounts import USE_KEPT_EVERY, Account, KeptSession, csrf_token_of, digest_of, new_secret
from directory.errors import ServiceFault
from schema.identity import Identity
from schema.keys import KeysUnavailable
from schema.people import CERTAIN_FOR, Known

log = structlog.get_logger(__name__)


class KeptSessions(Protocol):
    """The record's sessions. All raise RecordUnavailable."""

    async def add(self, kept: KeptSession, *, instead_of: str | None = None) -> None:
        """Keeps a new session; the one with the digest `instead_of` is over."""

    async def find(self, digest: str) -> tuple[KeptSession, Account | None] | None:
        """The session with this digest, and its subject's account as it stands now."""

    async def used(self, digest: str, at: datetime) -> None:
        """Keeps the instant of a session's use."""

    async def end(self, digest: str) -> None:
        """Ends the session, everywhere."""


@dataclass(frozen=True, slots=True)
class Session:
    """Someone who is signed in. `expires_at` is when the session ends if it is not used again."""

    caller: Caller
    display_name: str
    display_name_en: str | None
    csrf_token: str = field(repr=False)
    expires_at: datetime
    digest: str = field(repr=False)
    identity: Identity = field(repr=False)


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(self, kept: KeptSessions, clock: Callable[[], datetime]) -> None:
        self._kept = kept
        self._clock = clock

    async def begin(
        self, issuer: str, known: Known, name: str, name_en: str | None, *, before: str | None
    ) -> str:
        """The secret of a new session; that with the secret `before` is over. Raises: KeysUnavailable."""
        secret, now = new_secret(), self._clock()
        kept = KeptSession(
            digest=digest_of(secret),
            issuer=issuer,
            caller=known.caller,
            display_name=name,
            display_name_en=name_en,
            account_version=known.account_version,
            created_at=now,
            used_at=now,
        )
        try:
            await self._kept.add(kept, instead_of=digest_of(before) if before else None)
        except ServiceFault as fault:
            raise KeysUnavailable from fault
        return secret

    async def find(self, secret: str, *, using: bool = True) -> Session | None:
        """The session with this secret, if it holds now; `using` counts as a use. Raises: KeysUnavailable."""
        try:
            found = await self._kept.find(digest_of(secret))
        except ServiceFault as fault:
            raise KeysUnavailable from fault
        now = self._clock()
        if found is None or not found[0].holds(found[1], now):
            return None
        kept = found[0]
        if using and now - kept.used_at >= USE_KEPT_EVERY:
            await self._note_use(kept, now)
        return Session(
            caller=kept.caller,
            display_name=kept.display_name,
            display_name_en=kept.display_name_en,
            csrf_token=csrf_token_of(secret),
            expires_at=kept.ends_at,
            digest=kept.digest,
            identity=Identity(kept.caller, min(kept.ends_at, now + CERTAIN_FOR)),
        )

    async def end(self, session: Session) -> None:
        """Ends it, everywhere at once. Raises: KeysUnavailable."""
        try:
            await self._kept.end(session.digest)
        except ServiceFault as fault:
            raise KeysUnavailable from fault

    async def _note_use(self, kept: KeptSession, now: datetime) -> None:
        try:
            await self._kept.used(kept.digest, now)
        except ServiceFault as fault:
            # Reads go on while nothing can be written; the session then ends by its last use that was kept.
            log.warning("session_use_not_kept", code=fault.code)
