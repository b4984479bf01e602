"""Connections: their settings, and who may write."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from directory.errors import RecordUnavailable
from directory.record.connection import Session
from directory.record.engines import USUAL, Pools
from directory.record.faults import RecordInUse, SchemaOutdated
from directory.record.migrate import migrate
from directory.record.open import SqlRecord, open_record
from tests.factories import make_firm
from tests.record.steps import firm_at, keep

EVERYWHERE = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": 2000,
}
WRITER = {**EVERYWHERE, "query_only": 0, "wal_autocheckpoint": 1000}
READER = {**EVERYWHERE, "query_only": 1, "wal_autocheckpoint": 0}
SMALL = Pools(writers=1, readers=1, queue_seconds=0.2, busy_seconds=0.2)


async def pragmas(session: Session) -> dict[str, Any]:
    """The connection's settings, as SQLite answers."""
    return {name: (await session.execute(text(f"PRAGMA {name}"))).scalar() for name in WRITER}


async def test_the_writer_waits_for_the_disk_and_checkpoints(sqlite_record: SqlRecord) -> None:
    """synchronous=FULL in WAL mode: an acknowledged command survives a power cut."""
    async with sqlite_record.unit_of_work() as uow:
        assert await pragmas(uow.firms._work.session) == WRITER


async def test_every_reader_is_read_only_and_never_checkpoints(sqlite_record: SqlRecord) -> None:
    """All connections of the readers' pool at once."""
    async with AsyncExitStack() as stack:
        readers = [await stack.enter_async_context(sqlite_record.reader()) for _ in range(USUAL.readers)]
        assert [await pragmas(reader.session) for reader in readers] == [READER] * USUAL.readers


async def test_a_reader_cannot_write(sqlite_record: SqlRecord) -> None:
    """Not even by SQL of its own."""
    async with sqlite_record.reader() as reader:
        with pytest.raises(RecordUnavailable, match="readonly"):
            await reader.session.execute(text("DELETE FROM replies"))


@pytest.mark.postgresql
async def test_postgresql_writes_read_committed_with_limits(postgres_record: SqlRecord) -> None:
    """Statements and forgotten transactions end by themselves, so that the sealer's horizon moves on."""
    async with postgres_record.unit_of_work() as uow:
        session = uow.firms._work.session
        for name, value in {
            "transaction_isolation": "read committed",
            "statement_timeout": "15s",
            "lock_timeout": "5s",
            "idle_in_transaction_session_timeout": "20s",
        }.items():
            assert (await session.execute(text(f"SHOW {name}"))).scalar() == value


@pytest.mark.postgresql
async def test_readers_of_postgresql_cannot_write(postgres_record: SqlRecord) -> None:
    """They are outside transactions, and read-only."""
    async with postgres_record.reader() as reader:
        with pytest.raises(RecordUnavailable, match="read-only"):
            await reader.session.execute(text("DELETE FROM replies"))


async def test_a_second_writer_of_a_file_is_told_what_to_do(
    sqlite_record: SqlRecord, sqlite_record_url: str
) -> None:
    """Two writing processes could lose commits in older versions of SQLite: the second one is refused."""
    with pytest.raises(RecordInUse, match="PostgreSQL"):
        await open_record(sqlite_record_url)
    with pytest.raises(RecordInUse):
        await migrate(sqlite_record_url)


async def test_the_lock_dies_with_its_process(sqlite_record_url: str) -> None:
    """Another process that writes keeps this one out; killed, it leaves nothing in the way."""
    holder = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLD, sqlite_record_url),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    with pytest.raises(RecordInUse, match=str(holder.pid)):
        await open_record(sqlite_record_url)
    holder.kill()
    await holder.communicate()
    async with await open_record(sqlite_record_url) as record:
        await keep(record, make_firm())


HOLD = """
import asyncio, sys
from directory.record.open import open_record

async def hold():
    async with await open_record(sys.argv[1]):
        print("held", flush=True)
        await asyncio.sleep(600)

asyncio.run(hold())
"""


async def test_a_record_opened_for_reading_follows_the_writer(
    sqlite_record: SqlRecord, sqlite_record_url: str
) -> None:
    """It needs no lock, sees each commit, and refuses commands."""
    firm = make_firm()
    async with await open_record(sqlite_record_url, mode="read") as onlooker:
        await keep(sqlite_record, firm)
        assert (await firm_at(onlooker, firm.id)).version == 1
        with pytest.raises(RecordUnavailable, match="for reading"):
            await keep(onlooker, make_firm())


async def test_a_record_can_be_read_with_no_writer_about(sqlite_record_url: str) -> None:
    """After the writer has closed the file, and again once it writes."""
    firm = make_firm()
    async with await open_record(sqlite_record_url) as record:
        await keep(record, firm)
    async with await open_record(sqlite_record_url, mode="read") as onlooker:
        assert (await firm_at(onlooker, firm.id)).id == firm.id
        async with await open_record(sqlite_record_url) as record:
            await keep(record, later := make_firm())
            assert (await firm_at(onlooker, later.id)).id == later.id


async def test_tables_of_another_version_are_refused(sqlite_record_url: str, tmp_path: Path) -> None:
    """No file, an empty one, or one of a later program: none is written to, and the way out is named."""
    empty = f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    with pytest.raises(RecordUnavailable, match="newgrowth migrate"):
        await open_record(empty)
    sqlite3.connect(tmp_path / "empty.db").close()
    with pytest.raises(SchemaOutdated, match="newgrowth migrate"):
        await open_record(empty)
    with closing(sqlite3.connect(make_url(sqlite_record_url).database or "")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'later'")
    with pytest.raises(SchemaOutdated, match="later"):
        await open_record(sqlite_record_url)


@pytest.mark.parametrize(
    "url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "mysql+asyncmy://host/db"]
)
async def test_other_databases_are_refused(url: str) -> None:
    """A record in memory would be gone with its connection."""
    with pytest.raises(ValueError, match="SQLite file or a PostgreSQL"):
        await open_record(url)


async def test_a_locked_file_is_unavailable_not_an_error(sqlite_record_url: str) -> None:
    """Someone's open sqlite3 shell makes commands fail in time; reads go on, and so do commands afterwards."""
    async with await open_record(sqlite_record_url, pools=SMALL) as record:
        await keep(record, firm := make_firm())
        with closing(sqlite3.connect(make_url(sqlite_record_url).database or "")) as shell:
            shell.execute("BEGIN IMMEDIATE")
            with pytest.raises(RecordUnavailable, match="locked"):
                await keep(record, make_firm())
            assert (await firm_at(record, firm.id)).id == firm.id
        await keep(record, make_firm())


async def test_a_full_disk_is_unavailable_not_corruption(sqlite_record: SqlRecord) -> None:
    """Commands are refused, reads go on; with room again commands work and the file is sound."""
    await keep(sqlite_record, firm := make_firm())
    await limit_pages(sqlite_record, 1)
    with pytest.raises(RecordUnavailable, match="full"):
        await keep(sqlite_record, *(make_firm() for _ in range(200)))
    assert (await firm_at(sqlite_record, firm.id)).id == firm.id
    await limit_pages(sqlite_record, 1_000_000)
    await keep(sqlite_record, make_firm())
    async with sqlite_record.reader() as reader:
        assert (await reader.session.execute(text("PRAGMA integrity_check"))).scalar() == "ok"


async def limit_pages(record: SqlRecord, pages: int) -> None:
    """Lets the file grow to `pages` pages, or not at all when it is larger already."""
    async with record.unit_of_work() as uow:
        await uow.firms._work.session.execute(text(f"PRAGMA max_page_count={pages}"))


async def test_callers_get_their_turn_in_order(record: SqlRecord) -> None:
    """Who has just been served and comes again stands behind those who wait: a busy task starves nobody."""
    served: list[str] = []

    async def busy(name: str) -> None:
        for _ in range(3):
            async with record._writer.lent():
                served.append(name)

    size = record._writer._free._value
    async with AsyncExitStack() as stack:
        for _ in range(size - 1):
            await stack.enter_async_context(record._writer.lent())
        await asyncio.gather(*(busy(name) for name in "abc"))
    assert served == list("abcabcabc")


async def test_no_free_connection_is_unavailable(empty_record_url: str) -> None:
    """A caller waits a moment for its turn, then is told to come again."""
    async with await open_record(empty_record_url, pools=SMALL) as record, record.unit_of_work():
        with pytest.raises(RecordUnavailable, match="no connection"):
            await keep(record, make_firm())


async def test_a_lease_of_a_writer_that_died_is_free_at_the_next_start(sqlite_record_url: str) -> None:
    """A server that comes back after a crash seals and indexes at once; what was begun before stays fenced off."""
    async with await open_record(sqlite_record_url) as died:
        assert await died.leases.acquire("sealer", "the one that died", 600) == 1
    async with await open_record(sqlite_record_url) as again:
        assert await again.leases.acquire("sealer", "the next one", 600) == 2
        assert not await again.leases.renew("sealer", "the one that died", 1, 600)
