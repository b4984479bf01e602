"""
The head of the log as it is kept outside the record, and whether a record still holds it.

A chain of digests cannot see that its end was cut off, nor that all of it was exchanged for an older copy; who has seen a
later head can.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from sqlalchemy import select

from directory.errors import ServiceFault
from directory.record.backup import sync
from directory.record.log import Head
from directory.record.reader import SqlReader
from directory.record.sealer import head_of
from directory.record.tables import log_seals
from directory.record.verify import Break, Damage, verify_log

# What a start has time for; `newgrowth log verify` takes all of it.
LAST_ENTRIES = 1_000


class LogDiffers(ServiceFault):
    """The record's log is not the one that was seen before: cut, exchanged or changed."""

    code = "LOG_DIFFERS"


def read_head(file: Path) -> Head | None:
    """The head in the file; None without a file. The note beside a backup is such a file too. Raises: LogDiffers."""
    try:
        kept = json.loads(file.read_text("utf-8"))
        return Head(int(kept["position"]), str(kept["digest"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise LogDiffers(
            f"{file} should hold the log's last known head and cannot be read ({type(error).__name__})"
        ) from None


def write_head(file: Path, head: Head) -> None:
    """Keeps the head in the file, whole or not at all, on disk when it returns. Raises: OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    unfinished.write_text(json.dumps({"position": head.position, "digest": head.digest}), encoding="utf-8")
    sync(unfinished)
    unfinished.replace(file)
    sync(file.parent)


async def present_head(reader: SqlReader) -> Head:
    """The end of the record's log. Raises: RecordUnavailable."""
    return await head_of(reader.session)


async def first_break(reader: SqlReader, kept: Head | None, *, last: int = LAST_ENTRIES) -> Break | None:
    """Where the log is not the one whose head was kept, or does not hold in its `last` entries; None where it does.

    Raises: RecordUnavailable.
    """
    head = await present_head(reader)
    if kept is not None and kept.position > head.position:
        return Break(head.position + 1, Damage.TAIL_CUT)
    if kept is not None and kept.position and await _sealed_at(reader, kept.position) != kept:
        return Break(kept.position, Damage.HEAD_DIFFERS)
    return await verify_log(reader, after=await _sealed_at(reader, head.position - last))


async def _sealed_at(reader: SqlReader, position: int) -> Head | None:
    columns = log_seals.c
    wanted = select(columns.position, columns.digest).where(columns.position == position)
    row = (await reader.session.execute(wanted)).first()
    return None if row is None else Head(row.position, row.digest)
