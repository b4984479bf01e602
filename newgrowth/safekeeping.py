"""The commands that make a backup of the record and put it back, with what they show on the terminal."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from sqlalchemy.engine import make_url

from directory.errors import SearchUnavailable, ServiceFault
from directory.record.backup import backup as copy_of_sqlite
from directory.record.backup_note import Note, note_beside
from directory.record.engines import sqlite_path
from directory.record.kept_head import write_head
from directory.record.open import open_record
from directory.record.postgres_tools import dump, restore_dump
from directory.record.restore import restore as put_back_sqlite
from indexer.rebuild import Rebuilder
from newgrowth.forgetting import LIST, clean_files, erase_listed, keep_list
from newgrowth.indexing import count_entities, progress_on, seal_all
from newgrowth.settings import Settings
from newgrowth.wiring import opened, process_name


async def make_backup(settings: Settings, file: Path, console: Console) -> None:
    """Writes a backup of the record to `file`, beside a running server too. Raises: ServiceFault, OSError."""
    make = copy_of_sqlite if _is_sqlite(settings) else dump
    note = await make(settings.record_location, file)
    console.print(
        f"{file} holds the record up to position {note.position}, digest {note.digest}.", soft_wrap=True
    )
    console.print(f"Keep {note_beside(file).name} with it, and position and digest somewhere else too.")


async def put_back(settings: Settings, file: Path, console: Console, *, replace: bool) -> bool:
    """Puts the backup `file` in the record's place and builds the index from it; False when the index is still to do.

    Raises: ServiceFault, and then the record is as it was.
    """
    await _note_erased(settings)
    note = await _restored(settings, file, console, replace=replace)
    await asyncio.to_thread(write_head, settings.anchor_file, note.head)
    console.print(f"The record is that of the backup, its log verified up to position {note.position}.")
    await _erase_again(settings, console)
    try:
        await _build_index(settings, console)
    except SearchUnavailable as fault:
        console.print(f"The index is still that of another record: {fault}", soft_wrap=True, markup=False)
        console.print("Before you serve, run `newgrowth index rebuild` and `newgrowth index drop-previous`.")
        return False
    return True


async def _note_erased(settings: Settings) -> None:
    """Takes over from the record that is there whom it has erased; one that cannot be read has told before."""
    with suppress(ServiceFault):
        async with await open_record(settings.record_location, mode="read") as record:
            await keep_list(settings, record)


async def _erase_again(settings: Settings, console: Console) -> None:
    """Erases whom the list beside the record names: the backup may be from before."""
    async with await open_record(settings.record_location) as record:
        count = await erase_listed(settings, record, actor="operator")
        await clean_files(settings, record)
    console.print(
        f"{count} entries or people were erased since the backup, and are erased again. The list is {LIST} in the data "
        "directory: if it was lost with the record, erase again whoever was erased since.",
        soft_wrap=True,
    )


async def _restored(settings: Settings, file: Path, console: Console, *, replace: bool) -> Note:
    put = put_back_sqlite if _is_sqlite(settings) else restore_dump
    with progress_on(console) as progress:
        task = progress.add_task("Verifying the log", total=None)
        return await put(
            file,
            settings.record_location,
            replace=replace,
            progress=lambda position: progress.update(task, completed=position),
        )


async def _build_index(settings: Settings, console: Console) -> None:
    """A whole new index; of the old one, which may know what this record never held, nothing is kept."""
    async with opened(settings) as parts:
        await seal_all(parts)
        with progress_on(console) as progress:
            task = progress.add_task("Rebuilding", total=await count_entities(parts))
            built = await Rebuilder(parts.route).run(
                parts.record.leases, process_name("restore"), lambda n: progress.advance(task, n)
            )
        await parts.engine.drop_previous()
    console.print(f"{built.documents} documents in the new index, complete up to position {built.position}.")


def _is_sqlite(settings: Settings) -> bool:
    return sqlite_path(make_url(settings.record_location)) is not None
