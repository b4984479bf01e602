"""
A watch on the sealer: an entry that gets no position is told to nobody, and no search finds it.

On PostgreSQL any transaction that writes and stays open holds up all entries that came after it, whoever opened it. What
was acknowledged is kept; it is seen again as soon as that transaction ends.
"""

from __future__ import annotations

import asyncio

import structlog

from directory.errors import ServiceFault
from directory.record.open import SqlRecord
from directory.record.standing import holding_up
from schema.services import HELD_UP_SECONDS

PERIOD_SECONDS = 10.0

log = structlog.get_logger(__name__)


async def watch_log(record: SqlRecord) -> None:
    """Looks all the time, until cancelled."""
    watch = LogWatch(record)
    while True:
        await watch.look()
        await asyncio.sleep(PERIOD_SECONDS)


class LogWatch:
    """Tells once when the log is held up, and once when it goes on."""

    def __init__(self, record: SqlRecord) -> None:
        self._record = record
        self._told = False

    async def look(self) -> None:
        """Looks once; a record that cannot be asked is told of by whoever needs it."""
        try:
            async with self._record.reader() as reader:
                seconds = await reader.unsealed_seconds()
                held_up = seconds > HELD_UP_SECONDS
                by = await holding_up(reader) if held_up and not self._told else ()
        except ServiceFault:
            return
        if held_up and not self._told:
            log.error("log_held_up", seconds=round(seconds), by=list(by))
        if self._told and not held_up:
            log.warning("log_goes_on")
        self._told = held_up
