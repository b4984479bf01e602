"""First results by client mutation id (幂等)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from directory.ports import Remembered
from directory.record.connection import Session
from directory.record.encoding import from_json, instant_text, quick_json_text
from directory.record.tables import replies

KEPT_FOR = timedelta(days=1)


class ReplyStore:
    """`ports.Replies` over SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def recall(self, subject: str, key: str, now: datetime) -> Remembered | None:
        """What this caller's key led to within the last day.

        On PostgreSQL a second transaction with the same key waits here until the first has ended, so that it finds the
        first result instead of running into what the first one wrote.
        """
        if self._session.dialect == "postgresql":
            await self._session.execute(select(func.pg_advisory_xact_lock(_lock_number(subject, key))))
        row = (
            await self._session.execute(
                select(replies).where(
                    replies.c.subject == subject,
                    replies.c.key == key,
                    replies.c.at > instant_text(now - KEPT_FOR),
                )
            )
        ).first()
        return None if row is None else Remembered(row.operation, row.body_digest, from_json(row.outcome))

    async def remember(self, subject: str, key: str, remembered: Remembered, now: datetime) -> None:
        """Keeps the first result. Raises: AlreadyExists when another transaction kept one first."""
        await forget_replies(self._session, now, subject=subject, key=key)
        await self._session.insert(replies, [self.row(subject, key, remembered, now)])

    @staticmethod
    def row(subject: str, key: str, remembered: Remembered, now: datetime) -> dict[str, str]:
        """The first result as it is kept."""
        return {
            "subject": subject,
            "key": key,
            "operation": remembered.operation,
            "body_digest": remembered.body_digest,
            "outcome": quick_json_text(dict(remembered.outcome)),
            "at": instant_text(now),
        }


async def forget_replies(
    session: Session, now: datetime, *, subject: str | None = None, key: str | None = None
) -> int:
    """How many replies older than a day were removed: of this key, or of all."""
    old = delete(replies).where(replies.c.at <= instant_text(now - KEPT_FOR))
    if subject is not None:
        old = old.where(replies.c.subject == subject, replies.c.key == key)
    return (await session.execute(old)).rowcount


def _lock_number(subject: str, key: str) -> int:
    """A number of 64 bits for PostgreSQL's advisory locks; two keys that share one only wait for each other."""
    digest = hashlib.sha256(f"{len(subject)}:{subject}{key}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
