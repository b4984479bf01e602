"""
The sealer gives finished log entries their position and digest, in an order that hides none.

On PostgreSQL a lower entry id can commit after a higher one, so that a reader who goes by id runs past entries that are
not visible yet. The sealer takes only entries of transactions below the snapshot's horizon: every transaction that
could still bring an earlier one has ended. Positions follow (transaction, id) and have no gaps; readers go by them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import cache
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    delete,
    func,
    or_,
    select,
    true,
)

from directory.errors import ServiceFault
from directory.record.connection import Connections, Session, reading, transaction
from directory.record.digest import GENESIS, sealed_digest
from directory.record.lease import LeaseLost, SqlLeases, fence
from directory.record.log import ENTRY_COLUMNS, Head, stored_entry
from directory.record.personal import new_ref
from directory.record.tables import log_entries, log_pending, log_seals

LEASE = "sealer"
BATCH = 500
POLL_SECONDS = 0.2
# A lone entry is sealed at once; what many write at the same time is sealed together, for each seal is a transaction.
APART_SECONDS = 0.05
LEASE_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 5.0

log = structlog.get_logger(__name__)


_HEAD = select(log_seals.c.position, log_seals.c.digest).order_by(log_seals.c.position.desc()).limit(1)
_ANY_PENDING = select(log_pending.c.entry_id).limit(1)
_SEALED = delete(log_pending).where(log_pending.c.entry_id.in_(bindparam("ids", expanding=True)))


async def head_of(session: Session) -> Head:
    """The end of the sealed log."""
    row = (await session.execute(_HEAD)).first()
    return Head(0, GENESIS) if row is None else Head(row.position, row.digest)


class Sealer:
    """Seals while it holds the lease; several may run, one of them works."""

    def __init__(
        self,
        writer: Connections,
        reader: Connections,
        *,
        lease_seconds: float = LEASE_SECONDS,
        sealed: Callable[[int], None] = lambda head: None,
    ) -> None:
        """`sealed` is told the new head after each batch: the doorbell of followers, never their only call."""
        self._writer = writer
        self._reader = reader
        self._leases = SqlLeases(writer, reader)
        self._seconds = lease_seconds
        self._sealed = sealed
        self._holder = new_ref()
        self._epoch: int | None = None
        self._renew_at = 0.0

    async def seal_once(self) -> int:
        """How many entries were sealed: one batch, 0 when nothing is finished or another sealer leads."""
        if not await self._anything_pending() or (epoch := await self._leading()) is None:
            return 0
        async with transaction(self._writer) as session:
            entries = await _finished(session)
            if not entries:
                return 0
            await fence(session, LEASE, self._holder, epoch)
            head = await _seal(session, entries, epoch)
        self._sealed(head)
        return len(entries)

    async def run(self, doorbell: asyncio.Event, *, poll_seconds: float = POLL_SECONDS) -> None:
        """Seals whenever rung and at least every `poll_seconds`, until cancelled; then another may lead at once."""
        pause = poll_seconds
        try:
            while True:
                await _rung(doorbell, pause)
                began = monotonic()
                pause = await self._drain(poll_seconds, pause)
                await asyncio.sleep(max(0.0, began + APART_SECONDS - monotonic()))
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Gives up the lease, so that another sealer need not wait for its end."""
        epoch, self._epoch = self._epoch, None
        if epoch is not None:
            try:
                await self._leases.release(LEASE, self._holder, epoch)
            except ServiceFault as fault:
                log.warning("sealer_lease_not_released", reason=str(fault))

    async def _drain(self, poll_seconds: float, pause: float) -> float:
        """Seals all there is; gives the seconds to wait next, twice as long after each failure."""
        try:
            while await self.seal_once() >= BATCH:
                pass
        except LeaseLost:
            self._epoch = None
        except ServiceFault as fault:
            log.warning("sealing_failed", reason=str(fault))
            return min(2 * pause, LONGEST_PAUSE_SECONDS)
        return poll_seconds

    async def _anything_pending(self) -> bool:
        async with reading(self._reader) as session:
            return (await session.execute(_ANY_PENDING)).first() is not None

    async def _leading(self) -> int | None:
        """The epoch to seal under; None while another sealer leads. Raises: LeaseLost."""
        if self._epoch is None:
            self._epoch = await self._leases.acquire(LEASE, self._holder, self._seconds)
        elif monotonic() < self._renew_at:
            return self._epoch
        elif not await self._leases.renew(LEASE, self._holder, self._epoch, self._seconds):
            raise LeaseLost(LEASE)
        self._renew_at = monotonic() + self._seconds / 3
        return self._epoch


async def _rung(doorbell: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await doorbell.wait()
    except TimeoutError:
        return
    doorbell.clear()


async def _finished(session: Session) -> Sequence[Row[Any]]:
    """The first pending entries whose transactions have ended, in order; a transaction is taken whole or not at all."""
    return (await session.execute(_next(session.dialect), {"batch": BATCH})).all()


@cache
def _next(dialect: str) -> Select[Any]:
    order, ended = (log_pending.c.xid, log_pending.c.entry_id), _below_horizon(dialect)
    first = select(log_pending.c.xid).where(ended).order_by(*order).limit(bindparam("batch")).subquery()
    last = select(func.max(first.c.xid)).scalar_subquery()
    return (
        select(log_pending.c.xid, *ENTRY_COLUMNS)
        .join_from(log_pending, log_entries, log_entries.c.id == log_pending.c.entry_id)
        .where(ended, log_pending.c.xid <= last)
        .order_by(*order)
    )


def _below_horizon(dialect: str) -> ColumnElement[bool]:
    """Transactions that have ended, with all before them.

    An id at or above the snapshot's end cannot be of this server's life: such an entry was visible before it began,
    so it came with a dump from another one.
    """
    if dialect == "sqlite":
        return true()
    snapshot = func.pg_current_snapshot()
    lowest, end = (
        cast(cast(bound, Text), BigInteger)
        for bound in (func.pg_snapshot_xmin(snapshot), func.pg_snapshot_xmax(snapshot))
    )
    return or_(log_pending.c.xid < lowest, log_pending.c.xid >= end)


async def _seal(session: Session, entries: Sequence[Row[Any]], epoch: int) -> int:
    head = await head_of(session)
    seals = []
    for row in entries:
        position = head.position + 1
        head = Head(position, sealed_digest(head.digest, position, epoch, stored_entry(row)))
        seals.append({"position": position, "entry_id": row.id, "digest": head.digest, "epoch": epoch})
    await session.insert(log_seals, seals)
    await session.execute(_SEALED, {"ids": [row.id for row in entries]})
    return head.position
