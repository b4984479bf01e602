"""
Leases: one leader at a time by the database's clock, and epochs that fence off a leader who slept too long.

A lease alone cannot stop a holder that was frozen and wakes up believing it still leads. So every acquisition raises
the epoch, and each write of a leader checks its epoch inside the write's own transaction.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, update

from directory.errors import ServiceFault
from directory.record.clock import DatabaseClock
from directory.record.connection import Connections, Session, reading, transaction
from directory.record.tables import leases
from directory.record.upsert import upserting


class LeaseLost(ServiceFault):
    """Another holder has taken the lease since; what was about to be written is not."""


class SqlLeases:
    """`ports.Leases` over SQL."""

    def __init__(self, writer: Connections, reader: Connections) -> None:
        self._writer = writer
        self._reader = reader

    async def acquire(self, name: str, holder: str, seconds: float) -> int | None:
        """A new epoch when the lease was free, expired or the holder's own; None while another holds it."""
        expires_at: Any = DatabaseClock() + seconds
        async with transaction(self._writer) as session:
            statement = upserting(session.dialect, leases).values(
                name=name, holder=holder, epoch=1, expires_at=expires_at
            )
            upsert = statement.on_conflict_do_update(
                index_elements=[leases.c.name],
                set_={"holder": holder, "epoch": leases.c.epoch + 1, "expires_at": expires_at},
                where=or_(leases.c.holder == holder, leases.c.expires_at <= DatabaseClock()),
            )
            epoch: int | None = (await session.execute(upsert.returning(leases.c.epoch))).scalar()
        return epoch

    async def renew(self, name: str, holder: str, epoch: int, seconds: float) -> bool:
        """True while the lease is the holder's under this epoch: one that expired without being taken revives."""
        renewed = update(leases).where(_held(name, holder, epoch))
        async with transaction(self._writer) as session:
            result = await session.execute(renewed.values(expires_at=DatabaseClock() + seconds))
        return result.rowcount == 1

    async def release(self, name: str, holder: str, epoch: int) -> None:
        """Gives the lease up, if it is still held."""
        async with transaction(self._writer) as session:
            released = update(leases).where(_held(name, holder, epoch))
            await session.execute(released.values(expires_at=0.0, holder=None))

    async def free_all(self) -> None:
        """Takes every lease from whoever holds it; epochs stay, so that what was begun under them is fenced off."""
        async with transaction(self._writer) as session:
            await session.execute(update(leases).values(expires_at=0.0, holder=None))

    async def holder(self, name: str) -> str | None:
        """Who holds the lease now; None when it is free or expired."""
        statement = select(leases.c.holder).where(
            leases.c.name == name, leases.c.expires_at > DatabaseClock()
        )
        async with reading(self._reader) as session:
            holder: str | None = (await session.execute(statement)).scalar()
        return holder


_FENCED = (
    select(leases.c.epoch)
    .where(
        leases.c.name == bindparam("name"),
        leases.c.holder == bindparam("holder"),
        leases.c.epoch == bindparam("epoch"),
    )
    .with_for_update(read=True)
)


async def fence(session: Session, name: str, holder: str, epoch: int) -> None:
    """Holds off a takeover until the transaction ends. Raises: LeaseLost when one has happened."""
    if (await session.execute(_FENCED, {"name": name, "holder": holder, "epoch": epoch})).first() is None:
        raise LeaseLost(name)


def _held(name: str, holder: str, epoch: int) -> ColumnElement[bool]:
    return (leases.c.name == name) & (leases.c.holder == holder) & (leases.c.epoch == epoch)
