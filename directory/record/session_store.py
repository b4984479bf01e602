"""Sessions (会话) of those who signed in: digests of their secrets, and whom each speaks for. They are on no log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from directory.access import Caller, Role
from directory.accounts import IDLE_FOR, LONGEST_SESSION, Account, KeptSession
from directory.record.account_store import account_of, words
from directory.record.connection import Connections, Session, reading, transaction
from directory.record.encoding import instant, instant_text
from directory.record.tables import sessions

# Someone who signs in again and again loses the oldest: rows must not pile up.
MOST_OF_A_SUBJECT = 20


class SqlSessions:
    """The sessions of one record."""

    def __init__(self, writer: Connections, reader: Connections) -> None:
        self._writer = writer
        self._reader = reader

    async def add(self, kept: KeptSession, *, instead_of: str | None = None) -> None:
        """Keeps a new session; the one with the digest `instead_of` is over. Raises: RecordUnavailable."""
        subject = str(kept.caller.subject)
        row = {
            "digest": kept.digest,
            "issuer": kept.issuer,
            "subject": subject,
            "roles": words(kept.caller.roles),
            "agency": kept.caller.agency,
            "region": kept.caller.region,
            "display_name": kept.display_name,
            "display_name_en": kept.display_name_en,
            "account_version": kept.account_version,
            "created_at": instant_text(kept.created_at),
            "used_at": instant_text(kept.used_at),
        }
        async with transaction(self._writer) as session:
            await _end(session, [instead_of] if instead_of else [])
            await _end(session, await _surplus(session, kept.issuer, subject))
            await session.execute(insert(sessions).values(row))

    async def find(self, digest: str) -> tuple[KeptSession, Account | None] | None:
        """The session with this digest, and its subject's account as it stands now. Raises: RecordUnavailable."""
        async with reading(self._reader) as session:
            row = (await session.execute(select(sessions).where(sessions.c.digest == digest))).first()
            return row and (_kept(row), await account_of(session, row.issuer, row.subject))

    async def used(self, digest: str, at: datetime) -> None:
        """Keeps the instant of a session's use. Raises: RecordUnavailable."""
        async with transaction(self._writer) as session:
            this = update(sessions).where(sessions.c.digest == digest)
            await session.execute(this.values(used_at=instant_text(at)))

    async def end(self, digest: str) -> None:
        """Ends the session, everywhere. Raises: RecordUnavailable."""
        async with transaction(self._writer) as session:
            await _end(session, [digest])

    async def purge(self, now: datetime) -> int:
        """How many sessions that are over were removed. Raises: RecordUnavailable."""
        idle = sessions.c.used_at <= instant_text(now - IDLE_FOR)
        over = sessions.c.created_at <= instant_text(now - LONGEST_SESSION)
        async with transaction(self._writer) as session:
            return (await session.execute(delete(sessions).where(idle | over))).rowcount


async def _surplus(session: Session, issuer: str, subject: str) -> Sequence[str]:
    columns = sessions.c
    own = select(columns.digest).where((columns.issuer == issuer) & (columns.subject == subject))
    newest_first = own.order_by(columns.created_at.desc(), columns.digest)
    return [row.digest for row in await session.execute(newest_first.offset(MOST_OF_A_SUBJECT - 1))]


async def _end(session: Session, digests: Sequence[str]) -> None:
    if digests:
        await session.execute(delete(sessions).where(sessions.c.digest.in_(digests)))


def _kept(row: Row[Any]) -> KeptSession:
    return KeptSession(
        digest=row.digest,
        issuer=row.issuer,
        caller=Caller(row.subject, frozenset(map(Role, row.roles.split())), row.agency, row.region),
        display_name=row.display_name,
        display_name_en=row.display_name_en,
        account_version=row.account_version,
        created_at=instant(row.created_at),
        used_at=instant(row.used_at),
    )
