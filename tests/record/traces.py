"""Where a person's values still stand: in the rows of a record, and as bytes in the files of a folder."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from directory.record.open import SqlRecord
from directory.record.tables import metadata


async def tables_with(record: SqlRecord, values: Collection[str]) -> set[tuple[str, str]]:
    """Each value found, with the table that holds it in any column of any row."""
    found: set[tuple[str, str]] = set()
    async with record.reader() as reader:
        for table in metadata.sorted_tables:
            rows = (await reader.session.execute(select(table))).all()
            text = "\n".join(str(value) for row in rows for value in row)
            found.update((table.name, value) for value in values if value in text)
    return found


def values_in_files(folder: Path, values: Collection[str]) -> set[tuple[str, str]]:
    """Each value found, with the file below `folder` that holds its bytes."""
    found: set[tuple[str, str]] = set()
    for file in (each for each in folder.rglob("*") if each.is_file()):
        # A server at work removes files while they are looked through.
        with suppress(FileNotFoundError):
            content = file.read_bytes()
            found.update((file.name, value) for value in values if value.encode() in content)
    return found
