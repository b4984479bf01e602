"""
The log's head, kept in a file beside the record, and looked at before anything is written to a record again.

Whoever cuts the log, or puts an older record in its place, would have to change this file too; so it belongs where those
who can write to the record cannot (`NEWGROWTH_ANCHOR`).
"""

from __future__ import annotations

import asyncio

import structlog
from rich.console import Console

from directory.errors import ServiceFault
from directory.record.kept_head import LogDiffers, first_break, present_head, read_head, write_head
from directory.record.log import Head
from directory.record.open import SqlRecord, open_record
from newgrowth.settings import Settings
from schema.changes.doorbell import Doorbell, rung_or_patient

PERIOD_SECONDS = 1.0
PATIENCE_SECONDS = 60.0

log = structlog.get_logger(__name__)


async def check_head(settings: Settings, record: SqlRecord) -> None:
    """Raises: LogDiffers, with what to do, when the record's log is not the one that this program saw before."""
    file = settings.anchor_file
    async with record.reader() as reader:
        broken = await first_break(reader, await asyncio.to_thread(read_head, file))
    if broken is not None:
        raise LogDiffers(
            f"The log does not hold at position {broken.position} ({broken.damage}), against its own digests and the head "
            f"kept in {file}. Nothing is written to such a record: look with `newgrowth log verify`, and restore a backup "
            "by `newgrowth restore`. Where it was put back on purpose, say `newgrowth log head --keep`."
        )


class HeadKeeper:
    """Writes the head down as it grows."""

    def __init__(self, settings: Settings, record: SqlRecord) -> None:
        self._file = settings.anchor_file
        self._record = record
        self._kept = -1

    async def run(self, news: Doorbell) -> None:
        """Keeps the head at most once a second, until cancelled."""
        while True:
            bell = news.listen()
            await self.keep()
            await rung_or_patient(bell, seconds=PATIENCE_SECONDS)
            await asyncio.sleep(PERIOD_SECONDS)

    async def keep(self) -> None:
        """Keeps the head as it is now; where it cannot, that is told and tried again."""
        try:
            async with self._record.reader() as reader:
                head = await present_head(reader)
            if head.position > self._kept:
                await asyncio.to_thread(write_head, self._file, head)
                self._kept = head.position
        except (ServiceFault, OSError) as fault:
            log.warning("head_not_kept", file=str(self._file), reason=type(fault).__name__)


async def show_head(settings: Settings, console: Console, *, keep: bool) -> Head:
    """Prints the log's head; with `keep` it is the one that the next start wants to find. Raises: RecordUnavailable."""
    async with await open_record(settings.record_location, mode="read") as record, record.reader() as reader:
        head = await present_head(reader)
    console.print_json(data={"position": head.position, "digest": head.digest})
    if keep:
        await asyncio.to_thread(write_head, settings.anchor_file, head)
    return head
