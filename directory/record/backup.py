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
from directory.record.engines import sqlite_path


async def backup(url: str, target: Path) -> None:
    """Writes a consistent copy of the SQLite record at `url` to the file `target`; commands go on meanwhile.

    `target` appears only once it is whole, on disk and checked. Copying the database file alone is no backup: what was
    committed last is in the write-ahead log beside it. Raises: RecordUnavailable; ValueError for PostgreSQL, where
    `pg_dump` makes the copy; FileExistsError.
    """
    path = sqlite_path(make_url(url))
    if path is None:
        raise ValueError("a PostgreSQL record is backed up with pg_dump")
    await asyncio.to_thread(_copy, path, target)


def _copy(path: Path, target: Path) -> None:
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
        _sync(unfinished)
        unfinished.rename(target)
        _sync(target.parent)
    except sqlite3.Error as error:
        raise RecordUnavailable(f"no backup: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _check(copy: sqlite3.Connection) -> None:
    # Out of WAL mode, so that the copy is one file; opening it as a record switches it back.
    copy.execute("PRAGMA journal_mode=DELETE")
    said = [row[0] for row in copy.execute("PRAGMA integrity_check")]
    if said != ["ok"]:
        raise RecordUnavailable(f"the copy is damaged: {said[0]}")


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
