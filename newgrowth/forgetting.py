"""
What follows an erasure: files are cleaned, and a list is kept of what a restored backup has to erase again.

A command erases beside a running server, whose connection alone may empty the write-ahead log; so the server does it,
within `PERIOD_SECONDS`. The list is beside the record and names nobody: opaque ids of entries and of people in the log.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import structlog

from directory.errors import ServiceFault
from directory.record.erased import Erased, erase_again, erased_by, note_scrubbed, unscrubbed
from directory.record.open import SqlRecord
from newgrowth.settings import Settings

LIST = "erased.list"
PERIOD_SECONDS = 5.0

log = structlog.get_logger(__name__)


def listed(settings: Settings) -> Erased:
    """Whom the list names; nobody where there is none."""
    path = settings.data_dir / LIST
    return Erased.read(path.read_text(encoding="ascii").splitlines()) if path.exists() else Erased()


async def keep_list(settings: Settings, record: SqlRecord) -> None:
    """Adds to the list what the record has erased; what it names already stays, for a record may be restored."""
    async with record.reader() as reader:
        erased = await erased_by(reader.session)
    known = listed(settings)
    if (known | erased) != known:
        _write(settings.data_dir / LIST, known | erased)


def _write(path: Path, erased: Erased) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    with unfinished.open("w", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in erased.lines()))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


async def erase_listed(settings: Settings, record: SqlRecord, *, actor: str) -> int:
    """How many of the list the record still knew, after a restore; it knows none of them any more."""
    from newgrowth.wiring import now

    async with record.unit_of_work() as uow:
        return await erase_again(uow, listed(settings), actor=actor, at=now())


async def clean_files(settings: Settings, record: SqlRecord) -> bool:
    """Whether there was something to clean after an erasure, and it was done. Raises: RecordUnavailable."""
    async with record.reader() as reader:
        last = await unscrubbed(reader.session)
    if last is None:
        return False
    await keep_list(settings, record)
    await record.scrub()
    async with record.unit_of_work() as uow:
        await note_scrubbed(uow.session, last)
    return True


async def mind_erasures(settings: Settings, record: SqlRecord) -> None:
    """Cleans up after every erasure, until cancelled; a record that is down, or a reader in the way, costs a round."""
    while True:
        try:
            if await clean_files(settings, record):
                log.info("files_cleaned_after_erasure")
        except ServiceFault as fault:
            log.warning("files_not_cleaned", reason=str(fault))
        await asyncio.sleep(PERIOD_SECONDS)
