"""A backup made beside a writing server gives everything back; what is no whole backup changes nothing."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from directory.record.backup_note import Note, note_beside
from directory.record.file_lock import FileLock
from directory.record.log import Head
from directory.record.open import SqlRecord, open_record
from directory.states import EntityType
from tests.factories import make_firm, make_freelancer_profile
from tests.newgrowth.terminal import done, newgrowth
from tests.record.fixtures import migrated
from tests.record.steps import keep, seal

BEFORE = 100
A_SECOND = 100


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory with three entries and a whole index."""
    folder = tmp_path / "data"
    folder.mkdir()
    migrated(url_of(folder))
    asyncio.run(fill(url_of(folder), 3))
    done("index", "rebuild", "--data-dir", folder)
    return folder


@pytest.fixture
def copy(data_dir: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    done("backup", tmp_path / "copy.db", "--data-dir", data_dir)
    return tmp_path / "copy.db"


def url_of(data_dir: Path) -> str:
    """The record's URL."""
    return f"sqlite+aiosqlite:///{data_dir / 'record.db'}"


async def fill(url: str, count: int) -> None:
    """Adds entries and seals them."""
    async with await open_record(url) as record:
        await keep(record, *(make_firm(profile=make_freelancer_profile()) for _ in range(count)))
        await seal(record)


async def firms(url: str) -> set[str]:
    """The ids of all entries."""
    async with await open_record(url, mode="read") as record, record.reader() as reader:
        return set(await reader.entity_ids(EntityType.FIRM, limit=100_000))


@asynccontextmanager
async def writing(record: SqlRecord) -> AsyncIterator[list[str]]:
    """A hundred entries a second are added and sealed; the list grows with those acknowledged, `BEFORE` already."""
    acknowledged: list[str] = []
    enough = asyncio.Event()

    async def write() -> None:
        while True:
            pace = asyncio.create_task(asyncio.sleep(1 / A_SECOND))
            firm = make_firm(profile=make_freelancer_profile())
            await keep(record, firm)
            acknowledged.append(firm.id)
            if len(acknowledged) % 10 == 0:
                await seal(record)
            if len(acknowledged) >= BEFORE:
                enough.set()
            await pace

    task = asyncio.create_task(write())
    await asyncio.wait([task, asyncio.create_task(enough.wait())], return_when=asyncio.FIRST_COMPLETED)
    try:
        yield acknowledged
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_a_backup_under_writes_gives_back_all_that_was_acknowledged(tmp_path: Path) -> None:
    """The chain holds, the index built from it has no difference, and so has not what is written afterwards."""
    live, other, copy = tmp_path / "live", tmp_path / "other", tmp_path / "copy.db"
    live.mkdir()
    migrated(url_of(live))
    async with await open_record(url_of(live)) as record, writing(record) as acknowledged:
        before = set(acknowledged)
        said = await asyncio.to_thread(done, "backup", copy, "--data-dir", live)

    note = json.loads(note_beside(copy).read_text())
    assert f"position {note['position']}, digest {note['digest']}" in said
    assert note["position"] >= BEFORE
    await asyncio.to_thread(done, "restore", copy, "--data-dir", other)
    assert await firms(url_of(other)) >= before
    assert "whole" in await asyncio.to_thread(done, "log", "verify", "--data-dir", other)
    assert " 0 differ" in await asyncio.to_thread(done, "index", "verify", "--data-dir", other)
    await fill(url_of(other), 2)


async def test_the_database_file_alone_is_refused(tmp_path: Path) -> None:
    """What was acknowledged last is in the write-ahead log: a bare copy is found out by the head that a backup noted."""
    live, copy = tmp_path / "live", tmp_path / "copy.db"
    live.mkdir()
    migrated(url_of(live))
    async with await open_record(url_of(live)) as record, writing(record):
        shutil.copy(live / "record.db", tmp_path / "bare.db")
        await asyncio.to_thread(done, "backup", copy, "--data-dir", live)
    bare = tmp_path / "bare.db"
    shutil.copy(note_beside(copy), note_beside(bare))
    for said in ("is not the file", "the log in the backup is broken"):
        result = await asyncio.to_thread(newgrowth, "restore", bare, "--data-dir", tmp_path / "x")
        assert result.exit_code == 2
        assert said in " ".join(result.output.split())
        assert not (tmp_path / "x" / "record.db").exists()
        fit_the_note(bare)


def test_an_older_backup_takes_the_record_and_the_index_back(data_dir: Path, copy: Path) -> None:
    """An index that is ahead of the record would show what the record never held; the record that was there is kept."""
    early = asyncio.run(firms(url_of(data_dir)))
    asyncio.run(fill(url_of(data_dir), 5))
    done("index", "rebuild", "--data-dir", data_dir)
    late = asyncio.run(firms(url_of(data_dir)))

    assert "3 documents" in done("restore", copy, "--replace", "--data-dir", data_dir)

    assert asyncio.run(firms(url_of(data_dir))) == early
    assert " 0 differ" in done("index", "verify", "--data-dir", data_dir)
    words = done("index", "status", "--data-dir", data_dir).replace("│", " ").split()
    assert "none" in words  # no generation of the other record to go back to
    (data_dir / "record.db.replaced").rename(data_dir / "kept.db")
    kept = f"sqlite+aiosqlite:///{data_dir / 'kept.db'}"
    assert asyncio.run(firms(kept)) == late


def test_a_record_is_replaced_only_when_asked_for(data_dir: Path, copy: Path) -> None:
    """Somebody who restores into the wrong directory loses nothing."""
    asyncio.run(fill(url_of(data_dir), 1))
    before = asyncio.run(firms(url_of(data_dir)))
    result = newgrowth("restore", copy, "--data-dir", data_dir)
    assert result.exit_code == 2
    assert "--replace" in result.output
    assert asyncio.run(firms(url_of(data_dir))) == before


def test_a_record_in_use_is_not_replaced(data_dir: Path, copy: Path) -> None:
    """A server that writes to it is to be stopped first."""
    lock = FileLock(data_dir / "record.db")
    try:
        result = newgrowth("restore", copy, "--replace", "--data-dir", data_dir)
    finally:
        lock.release()
    assert result.exit_code == 2
    assert "being written" in result.output


def cut(copy: Path) -> None:
    """The file ends early."""
    copy.write_bytes(copy.read_bytes()[:-4096])


def change_a_byte(copy: Path) -> None:
    """One byte is another."""
    content = bytearray(copy.read_bytes())
    content[-1] ^= 1
    copy.write_bytes(content)


def lose_the_note(copy: Path) -> None:
    """Nobody knows what the file should be."""
    note_beside(copy).unlink()


def spoil_the_note(copy: Path) -> None:
    """It is no JSON object."""
    note_beside(copy).write_text("[]")


def forge_history(copy: Path) -> None:
    """An entry of the log is rewritten, and the note made to fit the file."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("DROP TRIGGER log_entries_no_update")
        connection.execute("UPDATE log_entries SET actor = 'somebody else' WHERE id = 2")
        connection.commit()
    fit_the_note(copy)


def cut_the_log(copy: Path) -> None:
    """The last entry is gone with its seal, which the chain alone does not show, and the note made to fit the file."""
    with closing(sqlite3.connect(copy)) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute("DELETE FROM log_seals WHERE position = 3")
        connection.execute("DELETE FROM log_entries WHERE id = 3")
        connection.commit()
    fit_the_note(copy)


def fit_the_note(copy: Path) -> None:
    """Size and check sum of the changed file; the head stays what the backup's maker saw."""
    kept = json.loads(note_beside(copy).read_text())
    Note.of(copy, Head(kept["position"], kept["digest"])).write(copy)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (cut, "is not the file"),
        (change_a_byte, "is not the file"),
        (lose_the_note, "cannot be read"),
        (spoil_the_note, "no note"),
        (forge_history, "broken at position 2"),
        (cut_the_log, "broken at position 3: tail_cut"),
    ],
)
def test_what_is_no_whole_backup_changes_nothing(
    data_dir: Path, copy: Path, harm: Callable[[Path], None], said: str
) -> None:
    """Found before the record that is there is touched."""
    harm(copy)
    asyncio.run(fill(url_of(data_dir), 1))
    before = asyncio.run(firms(url_of(data_dir)))
    result = newgrowth("restore", copy, "--replace", "--data-dir", data_dir)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert asyncio.run(firms(url_of(data_dir))) == before
    assert not (data_dir / "record.db.restoring").exists()


def test_a_backup_replaces_no_file(data_dir: Path, copy: Path) -> None:
    """An older backup stays."""
    result = newgrowth("backup", copy, "--data-dir", data_dir)
    assert result.exit_code == 2
    assert "there already" in result.output


@pytest.mark.postgresql
def test_a_postgresql_record_is_backed_up_and_put_back(
    postgres_record_url: str, postgres_database: str, tmp_path: Path
) -> None:
    """By the database's own tools: into an empty database, and over a record only when asked for."""
    live = {"record_url": postgres_record_url, "data_dir": str(tmp_path / "live")}
    other = {"record_url": postgres_database, "data_dir": str(tmp_path / "other")}
    copy = tmp_path / "copy.dump"
    asyncio.run(fill(postgres_record_url, 4))
    assert "position 4, digest" in done("backup", copy, **live)

    assert "up to position 4" in done("restore", copy, **other)
    assert asyncio.run(firms(postgres_database)) == asyncio.run(firms(postgres_record_url))
    assert " 0 differ" in done("index", "verify", **other)

    asyncio.run(fill(postgres_database, 2))
    assert newgrowth("restore", copy, **other).exit_code == 2
    done("restore", copy, "--replace", **other)
    assert asyncio.run(firms(postgres_database)) == asyncio.run(firms(postgres_record_url))
    assert " 0 differ" in done("index", "verify", **other)
