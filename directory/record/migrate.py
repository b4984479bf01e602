"""
The tables of the record brought up to date, by the migrations that ship with the package.

On PostgreSQL others go on reading and writing meanwhile: each migration is a transaction of its own, waits for no lock
longer than `LOCK_SECONDS`, and makes indexes of tables that are in use beside their writers (`migrations/indexes.py`). One
that had to give up changed nothing that a second attempt does not take up again. SQLite is migrated whole or not at all.

Alembic is imported only where there is something to migrate: it takes as long as the rest of a start.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.errors import RecordUnavailable
from directory.record.connection import Connections
from directory.record.engines import Pools, sqlite_path, writing_connections
from directory.record.faults import SchemaOutdated, translated
from directory.record.file_lock import FileLock

# The last of the migrations: what this version of the program needs.
REVISION = "0018"
MIGRATIONS = Path(__file__).parent.parent / "migrations"
# Any number, as long as every process that migrates asks for the same one.
ONE_AT_A_TIME = 0x6E67_6D69
# While a migration waits for a table, whoever comes after it waits too: it gives up before they do.
LOCK_SECONDS = 3.0
STATEMENT_SECONDS = 3600.0
# How long the second of two processes that migrate waits for the first.
PATIENCE_SECONDS = 600.0
POLL_SECONDS = 0.2
LOCK_NOT_AVAILABLE = "55P03"


async def migrate(url: str, *, lock_seconds: float = LOCK_SECONDS) -> None:
    """Creates or changes the tables at `url` as this version needs them; nothing happens when they are so already.

    Raises: RecordInUse while another process writes to a SQLite record; RecordUnavailable, also when a transaction held a
    table of PostgreSQL for too long: migrate again once it has ended.
    """
    pools = Pools(writers=1, statement_seconds=STATEMENT_SECONDS, lock_seconds=lock_seconds)
    lock = FileLock(path) if (path := sqlite_path(make_url(url))) else None
    try:
        writer = writing_connections(url, pools)
        try:
            async with writer.lent() as connection:
                with translated():
                    async with _alone(connection):
                        await connection.run_sync(_upgrade)
        finally:
            await writer.close()
    finally:
        if lock:
            lock.release()


@asynccontextmanager
async def _alone(connection: AsyncConnection) -> AsyncIterator[None]:
    """No other process migrates until the block ends. On SQLite it is one transaction; on PostgreSQL there is none yet."""
    if connection.dialect.name == "sqlite":
        async with connection.begin():
            yield
        return
    # Asked for again and again: who waits inside a statement would be waited for by the index that the other one makes.
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await _taken(connection):  # noqa: ASYNC110 - what is waited for is another process
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise RecordUnavailable("another process has been migrating this record for ten minutes") from None
    # The lock ends with the connection, which is closed after this.
    yield


async def _taken(connection: AsyncConnection) -> bool:
    found = await connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": ONE_AT_A_TIME})
    taken: bool = found.scalar_one()
    await connection.commit()
    return taken


async def check_schema(reader: Connections) -> None:
    """Raises: SchemaOutdated, when the tables are not those of this version; RecordUnavailable."""
    async with reader.lent() as connection:
        with translated():
            present = await connection.run_sync(_revision)
    if present != REVISION:
        raise SchemaOutdated(
            f"the record has the tables of version {present or 'none'}, this program needs {REVISION}: run `newgrowth migrate`"
        )


def _upgrade(connection: Connection) -> None:
    present = _revision(connection)
    if connection.dialect.name == "postgresql":
        connection.commit()
    if present == REVISION:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        raise RecordUnavailable(
            "an open transaction held a table for too long: wait for its end, or end it, and run `newgrowth migrate` again"
        ) from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision
