"""What the operator does for a person (个人信息权利): a copy of everything, erasure, and who has seen their contact details."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from directory.errors import NotFound
from directory.looks import FACTS, WAYS, ViewWay
from directory.record.connection import Session
from directory.record.open import SqlRecord, open_record
from directory.record.person_export import Rows, copy_of_person, files_of_person
from directory.spreadsheets import guarded
from newgrowth.forgetting import clean_files, keep_list
from newgrowth.settings import Settings
from newgrowth.wiring import now, opened_beside

ACTOR = "operator"


async def export_person(settings: Settings, subject: str, folder: Path, console: Console) -> bool:
    """Whether anything is kept of the subject; a copy of it is in `folder` then, as JSON and as CSV, with the files.

    That it was made is on the log. Raises: ServiceFault; OSError, also where the folder is there already.
    """
    async with await opened_beside(settings) as record:
        async with record.reader() as reader:
            tables = await copy_of_person(reader.session, subject)
        if not any(tables.values()):
            return False
        _make_private(folder)
        # On the log before there is a copy: none is made that nobody is told of.
        async with record.unit_of_work() as uow:
            said = {"purpose": "person_request"}
            await uow.note_about(FACTS[ViewWay.COPIED], subject, actor=ACTOR, at=now(), data=said)
        _write(folder, tables)
        async with record.reader() as reader:
            await _write_files(folder / "files", reader.session, subject)
    counted = ", ".join(f"{name} {len(rows)}" for name, rows in tables.items() if rows)
    console.print(f"{folder} holds what is kept: {counted}.", highlight=False, soft_wrap=True, markup=False)
    return True


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True)


def _write(folder: Path, tables: Mapping[str, Rows]) -> None:
    whole = json.dumps(tables, ensure_ascii=False, indent=1, default=str)
    (folder / "person.json").write_text(f"{whole}\n", encoding="utf-8")
    for name, rows in tables.items():
        if rows:
            _write_csv(folder / f"{name}.csv", rows)


async def _write_files(folder: Path, session: Session, subject: str) -> None:
    """What is in the files of the person's reports, each under its id: names may be the same, or mean something to a shell."""
    async for file, content in files_of_person(session, subject):
        _write_file(folder, f"{file.id}{Path(file.name).suffix}", content)


def _write_file(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / name).write_bytes(content)


def _write_csv(path: Path, rows: Rows) -> None:
    # With a mark, so that a spreadsheet takes it for UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows[0])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return guarded(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


async def erase_person(settings: Settings, subject: str, console: Console) -> bool:
    """Whether anything was kept of the subject; it is erased. Raises: ServiceFault, VersionConflict."""

    async def erase(record: SqlRecord) -> None:
        async with record.unit_of_work() as uow:
            await uow.erase_person(subject, actor=ACTOR, at=now())

    return await _erased(settings, erase, console)


async def erase_entry(settings: Settings, entry_number: str, console: Console) -> bool:
    """Whether there was an entry with this number; it is erased. Raises: ServiceFault."""

    async def erase(record: SqlRecord) -> None:
        async with record.unit_of_work() as uow:
            firm = await uow.firms.by_entry_number(entry_number)
            if firm is None:
                raise NotFound.at("entry", key="not_found")
            await uow.erase(firm.id, actor=ACTOR, at=now())

    return await _erased(settings, erase, console)


async def _erased(settings: Settings, erase: Any, console: Console) -> bool:
    async with await opened_beside(settings) as record:
        try:
            await erase(record)
        except NotFound:
            return False
        await keep_list(settings, record)
        if record.beside:
            console.print("Erased. The running server cleans its files within seconds, the index follows.")
        else:
            await clean_files(settings, record)
            console.print("Erased, and the record's files are clean. The index follows when a server runs.")
    console.print("Backups made before hold it until they expire; `newgrowth restore` erases it again.")
    return True


async def show_views(settings: Settings, subject: str, console: Console) -> None:
    """Prints who has seen somebody, and by which way, a line each time. Raises: ServiceFault."""
    async with await open_record(settings.record_location, mode="read") as record, record.reader() as reader:
        entries = await reader.log_about(subject, tuple(WAYS))
    for entry in entries:
        said = entry.fact.data
        parts = (
            f"{entry.fact.at:%Y-%m-%d %H:%M}Z",
            entry.fact.kind,
            entry.fact.actor,
            said.get("agency"),
            said.get("purpose"),
            said.get("report"),
        )
        console.print("  ".join(filter(None, parts)), highlight=False, soft_wrap=True, markup=False)


async def show_exposed(settings: Settings, reader_subject: str, console: Console) -> None:
    """Prints whom somebody has seen, each person once. Raises: ServiceFault."""
    async with await open_record(settings.record_location, mode="read") as record, record.reader() as reader:
        found = await reader.viewed_by(reader_subject, tuple(WAYS))
    for subject in found:
        console.print(subject, highlight=False, soft_wrap=True, markup=False)
