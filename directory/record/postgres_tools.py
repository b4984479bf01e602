"""Backups of a PostgreSQL record by its own tools, `pg_dump` and `pg_restore`."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from directory.errors import RecordUnavailable
from directory.record.backup import finished
from directory.record.backup_note import Note, read_note
from directory.record.digest import GENESIS
from directory.record.log import Head
from directory.record.open import open_record
from directory.record.restore import Progress, RecordInPlace, verified

DUMP = ("pg_dump", "--format=custom", "--no-owner", "--no-privileges")
RESTORE = ("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")


async def dump(url: str, target: Path) -> Note:
    """Writes the PostgreSQL record at `url` to `target`, with the note beside it; commands go on meanwhile.

    Raises: RecordUnavailable, with the command to run by hand where the tool is not on this machine; FileExistsError.
    """
    unfinished = await asyncio.to_thread(_begun, target)
    async with await open_record(url, mode="read") as record, record.reader() as reader:
        # The dump begins later, so it holds this head and perhaps more.
        position = await reader.head()
        last = await reader.log_after(position - 1, limit=1) if position else []
    head = Head(last[0].position, last[0].digest) if last else Head(0, GENESIS)
    try:
        await _run(make_url(url), (*DUMP, f"--file={unfinished}"))
        return await asyncio.to_thread(finished, unfinished, target, head)
    finally:
        await asyncio.to_thread(unfinished.unlink, missing_ok=True)


def _begun(target: Path) -> Path:
    """The file to write to, which nobody else can read. Raises: FileExistsError, OSError."""
    if target.exists():
        raise FileExistsError(target)
    unfinished = target.with_name(f"{target.name}.unfinished")
    os.close(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    return unfinished


async def restore_dump(
    copy: Path, url: str, *, replace: bool, progress: Progress = lambda position: None
) -> Note:
    """Puts the backup `copy` into the PostgreSQL database at `url`, brings its tables up to date and verifies its log.

    A record that is there is replaced, in one transaction, only when asked for; stop the servers first. Raises:
    BackupUnusable, RecordInPlace, RecordUnavailable.
    """
    note = await asyncio.to_thread(read_note, copy)
    parsed = make_url(url)
    tables = await _run(
        parsed, ("psql", "--no-psqlrc", "--tuples-only", "--command=SELECT to_regclass('log_entries')")
    )
    if tables.strip() and not replace:
        raise RecordInPlace(
            f"there is a record in {parsed.database}: to put the backup in its place, say --replace"
        )
    clean = ("--clean", "--if-exists") if replace else ()
    await _run(parsed, (*RESTORE, *clean, f"--dbname={parsed.database}", str(copy)))
    await verified(url, note, progress)
    return note


async def _run(url: URL, command: tuple[str, ...]) -> str:
    """What the command printed. Raises: RecordUnavailable, with the end of its complaint."""
    if shutil.which(command[0]) is None:
        at = url.set(drivername="postgresql", password=None).render_as_string()
        raise RecordUnavailable(f"{command[0]} is not on this machine; run: {shlex.join(command)}, for {at}")
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **_environment(url)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await process.communicate()
    if process.returncode:
        raise RecordUnavailable(f"{command[0]} failed: {complaint.decode(errors='replace').strip()[-500:]}")
    return said.decode()


def _environment(url: URL) -> dict[str, str]:
    """Where the database is and who asks, as the tools take it; a password on the command line could be seen by others."""
    host = url.host or url.query.get("host")
    given = {
        "PGHOST": host if isinstance(host, str) else None,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return {name: value for name, value in given.items() if value}
