"""A copy of a SQLite record while it is in use."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import make_url

from directory.errors import RecordUnavailable
from directory.record.backup_note import Note
from directory.record.digest import GENESIS
from directory.record.engines import sqlite_path
from directory.record.log import Head


async def backup(url: str, target: Path) -> Note:
    """Writes a consistent copy of the SQLite record at `url` to the file `target`; commands go on meanwhile.

    `target` appears only once it is whole, on disk and checked, after the note beside it, which is returned.
    Copying the database file alone is no backup: what was committed last is in the write-ahead log beside it.
    Raises: RecordUnavailable; ValueError for PostgreSQL, where `pg_dump` makes the copy; FileExistsError.
    """
    path = sqlite_path(make_url(url))
    if path is None:
        raise ValueError("a PostgreSQL record is backed up with pg_dump")
    return await asyncio.to_thread(_copy, path, target)


def _copy(path: Path, target: Path) -> Note:
    if target.exists():
        raise FileExistsError(target)
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            # In one step: a reader's snapshot, which writers do not disturb and need not wait for.
            source.backup(copy, pages=-1)
            _check(copy)
            head = _head(copy)
        return finished(unfinished, target, head)
    except sqlite3.Error as error:
        raise RecordUnavailable(f"no backup: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def finished(unfinished: Path, target: Path, head: Head) -> Note:
    """Moves a backup that was written to its place, its note first, and returns the note once both are on disk."""
    sync(unfinished)
    note = Note.of(unfinished, head)
    note.write(target)
    unfinished.rename(target)
    sync(target.parent)
    return note


def _check(copy: sqlite3.Connection) -> None:
    # Out of WAL mode, so that the copy is one file; opening it as a record switches it back.
    copy.execute("PRAGMA journal_mode=DELETE")
    said = [row[0] for row in copy.execute("PRAGMA integrity_check")]
    if said != ["ok"]:
        raise RecordUnavailable(f"the copy is damaged: {said[0]}")


def _head(copy: sqlite3.Connection) -> Head:
    found = copy.execute("SELECT position, digest FROM log_seals ORDER BY position DESC LIMIT 1").fetchone()
    return Head(*found) if found else Head(0, GENESIS)


def sync(path: Path) -> None:
    """Has the file or folder on disk when it returns."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
