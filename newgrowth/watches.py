"""
Watches on what nobody else would notice: each tells once, as an error, when something is wrong, and once when it is over.

An entry that gets no position is told to nobody, and no search finds it. On PostgreSQL any transaction that writes and
stays open holds up all entries that came after it, whoever opened it. What was acknowledged is kept; it is seen again as
soon as that transaction ends.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog

from directory.errors import ServiceFault
from directory.record.open import SqlRecord
from directory.record.standing import holding_up, oldest_writing
from indexer.status import IndexStatus
from newgrowth.wiring import Parts
from schema.services import HELD_UP_SECONDS

PERIOD_SECONDS = 10.0

log = structlog.get_logger(__name__)


class Watch(ABC):
    """Looks at one thing; `wrong` and `over` name the lines of the log."""

    wrong: str
    over: str

    def __init__(self) -> None:
        self._told = False

    async def look(self) -> None:
        """Looks once; a store that cannot be asked is told of by whoever needs it."""
        try:
            found = await self.found()
        except ServiceFault:
            return
        if found is not None and not self._told:
            log.error(self.wrong, **found)
        if found is None and self._told:
            log.warning(self.over)
        self._told = found is not None

    @abstractmethod
    async def found(self) -> Mapping[str, Any] | None:
        """What is wrong, as the log says it; None while nothing is. Raises: ServiceFault."""


class LogWatch(Watch):
    """Entries that have waited for the sealer too long, and who holds them up."""

    wrong, over = "log_held_up", "log_goes_on"

    def __init__(self, record: SqlRecord) -> None:
        super().__init__()
        self._record = record

    async def found(self) -> Mapping[str, Any] | None:
        async with self._record.reader() as reader:
            seconds = await reader.unsealed_seconds()
            if seconds <= HELD_UP_SECONDS:
                return None
            return {"seconds": round(seconds), "by": list(await holding_up(reader))}


class TransactionWatch(Watch):
    """A transaction that has written, stays open and will hold up whatever comes after it, also before anything does."""

    wrong, over = "transaction_left_open", "no_transaction_left_open"

    def __init__(self, record: SqlRecord, most_seconds: float) -> None:
        super().__init__()
        self._record = record
        self._most = most_seconds

    async def found(self) -> Mapping[str, Any] | None:
        async with self._record.reader() as reader:
            oldest = await oldest_writing(reader)
        if oldest is None or oldest.seconds <= self._most:
            return None
        return {"seconds": round(oldest.seconds), "by": oldest.process}


class LagWatch(Watch):
    """An index that is too far behind the record, whether or not anybody writes it."""

    wrong, over = "index_behind", "index_caught_up"

    def __init__(self, status: Callable[[], Awaitable[IndexStatus]], most_seconds: float) -> None:
        super().__init__()
        self._status = status
        self._most = most_seconds

    async def found(self) -> Mapping[str, Any] | None:
        status = await self._status()
        if status.lag_seconds <= self._most:
            return None
        return {
            "seconds": round(status.lag_seconds),
            "position": status.indexed_position,
            "head": status.record_position,
            "reachable": status.reachable,
            "following": status.following,
        }


def watches(parts: Parts) -> Sequence[Watch]:
    """All of them, with the limits of the settings."""
    return (
        LogWatch(parts.record),
        TransactionWatch(parts.record, parts.settings.transaction_alarm_seconds),
        LagWatch(parts.index_status, parts.settings.lag_alarm_seconds),
    )


async def keep_watch(all_of_them: Sequence[Watch]) -> None:
    """Looks all the time, until cancelled."""
    while True:
        for watch in all_of_them:
            await watch.look()
        await asyncio.sleep(PERIOD_SECONDS)
