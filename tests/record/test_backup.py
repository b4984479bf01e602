"""Backup of a SQLite record under load: the copy is whole, verifies, and holds what was acknowledged before it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from directory.entities import Firm, load
from directory.errors import RecordUnavailable
from directory.facts import replay
from directory.record.backup import backup
from directory.record.open import SqlRecord, open_record
from directory.record.verify import verify_log
from directory.states import EntityType
from tests.factories import make_firm, make_freelancer_profile
from tests.record.steps import firm_at, keep, seal, whole_log

BEFORE = 60


@asynccontextmanager
async def under_writes(record: SqlRecord) -> AsyncIterator[list[str]]:
    """Entries are added all the time; the list grows with the ids of those acknowledged, `BEFORE` of them already."""
    acknowledged: list[str] = []
    enough = asyncio.Event()

    async def write() -> None:
        while True:
            firm = make_firm(profile=make_freelancer_profile())
            await keep(record, firm)
            acknowledged.append(firm.id)
            if len(acknowledged) >= BEFORE:
                enough.set()

    writing = asyncio.create_task(write())
    waiting = asyncio.create_task(enough.wait())
    await asyncio.wait([writing, waiting], return_when=asyncio.FIRST_COMPLETED)
    try:
        yield acknowledged
    finally:
        writing.cancel()
        await asyncio.wait([writing])


async def test_a_backup_under_writes_restores_and_verifies(
    sqlite_record: SqlRecord, sqlite_record_url: str, tmp_path: Path
) -> None:
    """The copy opens as a record, its chain holds, and folding its log gives each entry as it stands in it."""
    copy = tmp_path / "copies" / "record.db"
    copy.parent.mkdir()
    async with under_writes(sqlite_record) as acknowledged:
        before = list(acknowledged)
        await backup(sqlite_record_url, copy)

    assert {file.name for file in copy.parent.iterdir()} == {"record.db", "record.db.json"}
    async with await open_record(f"sqlite+aiosqlite:///{copy}") as restored:
        await seal(restored)
        async with restored.reader() as reader:
            assert await verify_log(reader) is None
            kept = await reader.firms(await reader.entity_ids(EntityType.FIRM, limit=100_000))
        assert kept.keys() >= set(before)
        folded = {
            entry.fact.entity_id: load(Firm, entry.fact.entity_id, 1, replay({}, entry.fact.changes))
            for entry in await whole_log(restored)
        }
        assert folded == kept
        await keep(restored, make_firm())


async def test_a_copy_of_the_database_file_alone_is_no_backup(
    sqlite_record: SqlRecord, sqlite_record_url: str, tmp_path: Path
) -> None:
    """What was acknowledged last is in the write-ahead log: this test can see a bad copy."""
    copy = tmp_path / "copy.db"
    async with under_writes(sqlite_record) as acknowledged:
        before = len(acknowledged)
        shutil.copy(make_url(sqlite_record_url).database or "", copy)
    with closing(sqlite3.connect(copy)) as connection:
        copied = connection.execute("SELECT count(*) FROM firms").fetchone()[0]
    assert copied < before


async def test_a_backup_replaces_nothing(
    sqlite_record: SqlRecord, sqlite_record_url: str, tmp_path: Path
) -> None:
    """An older copy of that name stays."""
    (tmp_path / "old.db").write_text("older copy")
    with pytest.raises(FileExistsError):
        await backup(sqlite_record_url, tmp_path / "old.db")
    assert (tmp_path / "old.db").read_text() == "older copy"


@pytest.mark.parametrize("target", ["missing/copy.db", "record-folder"])
async def test_a_backup_that_fails_leaves_nothing(
    sqlite_record: SqlRecord, sqlite_record_url: str, tmp_path: Path, target: str
) -> None:
    """Neither a half copy nor a file that looks like one."""
    (tmp_path / "record-folder").mkdir()
    before = files_under(tmp_path)
    with pytest.raises(OSError, match=r"No such file|exists|record-folder"):
        await backup(sqlite_record_url, tmp_path / target)
    assert files_under(tmp_path) == before


def files_under(folder: Path) -> set[Path]:
    """Every file and folder."""
    return set(folder.rglob("*"))


async def test_a_damaged_record_is_not_backed_up(
    sqlite_record: SqlRecord, sqlite_record_url: str, tmp_path: Path
) -> None:
    """A copy of damage would be found only when it is needed."""
    await keep(sqlite_record, *(make_firm() for _ in range(50)))
    await sqlite_record.close()
    damage(Path(make_url(sqlite_record_url).database or ""))
    with pytest.raises(RecordUnavailable, match=r"damaged|malformed"):
        await backup(sqlite_record_url, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def damage(database: Path) -> None:
    """Overwrites the beginning of every page after the first ones."""
    content = bytearray(database.read_bytes())
    for start in range(8 * 4096, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    database.write_bytes(content)


async def test_postgresql_has_its_own_backup(tmp_path: Path) -> None:
    """The refusal names the tool."""
    with pytest.raises(ValueError, match="pg_dump"):
        await backup("postgresql+asyncpg://host/database", tmp_path / "copy")


async def test_a_record_may_be_backed_up_from_another_process_view(
    sqlite_record: SqlRecord, sqlite_record_url: str, tmp_path: Path
) -> None:
    """No lock is needed: the copy is read like any reader's snapshot, and the writer goes on at once."""
    await keep(sqlite_record, firm := make_firm())
    await backup(sqlite_record_url, tmp_path / "copy.db")
    await keep(sqlite_record, make_firm())
    async with await open_record(f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}", mode="read") as copy:
        assert (await firm_at(copy, firm.id)).id == firm.id
