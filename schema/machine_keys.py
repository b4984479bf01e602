"""
Who calls by a machine's key (机器密钥), and the two ways to say who one is in a header put together.

A key is looked up in the record at each request, so that a revocation holds at once in every process; an open
connection asks again every few seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Protocol

import structlog

from directory.errors import ServiceFault
from directory.machine_keys import MARK, MachineKey, digest_of, is_secret
from schema.identity import BadToken, Identity, TokenVerifier, Verifier
from schema.keys import KeysUnavailable
from schema.people import CERTAIN_FOR, People

log = structlog.get_logger(__name__)


class MachineKeys(Protocol):
    """The record's keys. Both raise RecordUnavailable."""

    async def find(self, digest: str) -> MachineKey | None:
        """The key whose secret has this digest, as it stands now."""

    async def used(self, key_id: str, day: date) -> None:
        """Keeps the day on which a key was used last."""


class Callers(Verifier):
    """Turns tokens and machines' keys into identities. `tokens` None takes keys only."""

    def __init__(
        self,
        tokens: TokenVerifier | None,
        keys: MachineKeys,
        people: People,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(clock)
        self._tokens = tokens
        self._machine_keys = keys
        self._people = people

    async def identify(self, token: str) -> Identity:
        """Whose token or key it is. Raises: BadToken; KeysUnavailable, when that cannot be found out now."""
        if token.startswith(MARK):
            return await self._machine(token)
        if self._tokens is None:
            raise BadToken("no tokens are taken here")
        verified = await self._tokens.verified(token)
        known = await self._people.known(verified)
        return Identity(known.caller, min(verified.expires_at, self._clock() + CERTAIN_FOR))

    async def _machine(self, secret: str) -> Identity:
        if not is_secret(secret):
            raise BadToken("not a machine's key")
        try:
            key = await self._machine_keys.find(digest_of(secret))
        except ServiceFault as fault:
            raise KeysUnavailable from fault
        now = self._clock()
        if key is None:
            raise BadToken("no such machine's key")
        if not key.holds(now):
            raise BadToken("a machine's key that is revoked or expired")
        await self._note_use(key, now.astimezone(UTC).date())
        return Identity(key.caller(), min(key.expires_at, now + CERTAIN_FOR))

    async def _note_use(self, key: MachineKey, day: date) -> None:
        if key.last_used_on == day:
            return
        try:
            await self._machine_keys.used(key.id, day)
        except ServiceFault as fault:
            # Reads go on while nothing can be written, and a later request keeps the day.
            log.warning("machine_key_use_not_kept", key=key.id, code=fault.code)
