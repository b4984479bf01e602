"""A SQLite record put back from a backup."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import make_url

from directory.errors import RecordUnavailable, ServiceFault
from directory.record.backup import sync
from directory.record.backup_note import BackupUnusable, Note, read_note
from directory.record.engines import sqlite_path
from directory.record.file_lock import FileLock
from directory.record.migrate import migrate
from directory.record.open import open_record
from directory.record.verify import verify_log

# The database and what SQLite keeps beside it: the log of the last commits belongs to the one file alone.
PARTS = ("", "-wal", "-shm")
Progress = Callable[[int], None]


class RecordInPlace(ServiceFault):
    """There is a record where the backup is to be put."""


async def restore(copy: Path, url: str, *, replace: bool, progress: Progress = lambda position: None) -> Note:
    """Puts the backup `copy` where the SQLite record at `url` is kept, its tables brought up to date, its log verified.

    A record that is there is replaced only when asked for, and kept beside under the name `….replaced`. Until the backup
    is found whole nothing changes. `progress` is told each position verified.
    Raises: BackupUnusable, RecordInPlace, RecordInUse, RecordUnavailable; ValueError for PostgreSQL.
    """
    path = sqlite_path(make_url(url))
    if path is None:
        raise ValueError("a PostgreSQL record is put back with pg_restore")
    if path.exists() and not replace:
        raise RecordInPlace(f"there is a record at {path}: to put the backup in its place, say --replace")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(path)
    aside = path.with_name(f"{path.name}.restoring")
    try:
        note = await asyncio.to_thread(_copied, copy, aside / path.name)
        await verified(f"sqlite+aiosqlite:///{aside / path.name}", note, progress)
        await asyncio.to_thread(_exchange, aside / path.name, path)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        lock.release()
    return note


async def verified(url: str, note: Note, progress: Progress) -> None:
    """Brings the tables up to date and verifies the whole log. Raises: BackupUnusable, RecordUnavailable."""
    await migrate(url)
    async with await open_record(url) as record, record.reader() as reader:
        broken = await verify_log(reader, expected_head=note.head, progress=progress)
    if broken is not None:
        raise BackupUnusable(
            f"the log in the backup is broken at position {broken.position}: {broken.damage}"
        )


def _copied(copy: Path, to: Path) -> Note:
    note = read_note(copy)
    shutil.rmtree(to.parent, ignore_errors=True)
    to.parent.mkdir(mode=0o700)
    shutil.copyfile(copy, to)
    to.chmod(0o600)
    return note


def _exchange(new: Path, path: Path) -> None:
    """Sets the old record aside and moves the new one to its place. Raises: RecordUnavailable, unless that is one file."""
    if new.with_name(f"{new.name}-wal").exists():
        raise RecordUnavailable(f"{new} was not closed in good order")
    sync(new)
    if path.exists():
        for part in PARTS:
            path.with_name(f"{path.name}.replaced{part}").unlink(missing_ok=True)
    for part in PARTS:
        old = path.with_name(path.name + part)
        if old.exists():
            old.rename(path.with_name(f"{path.name}.replaced{part}"))
    new.rename(path)
    sync(path.parent)
