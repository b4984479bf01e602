"""
The tables of the record brought up to date, by the migrations that ship with the package.

Alembic is imported only where there is something to migrate: it takes as long as the rest of a start.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from directory.record.connection import Connections
from directory.record.engines import Pools, sqlite_path, writing_connections
from directory.record.faults import SchemaOutdated, translated
from directory.record.file_lock import FileLock

# The last of the migrations: what this version of the program needs.
REVISION = "0015"
MIGRATIONS = Path(__file__).parent.parent / "migrations"
# Any number, as long as every process that migrates asks for the same one.
ONE_AT_A_TIME = 0x6E67_6D69


async def migrate(url: str) -> None:
    """Creates or changes the tables at `url` as this version needs them; nothing happens when they are so already.

    Raises: RecordInUse while another process writes to a SQLite record, RecordUnavailable.
    """
    lock = FileLock(path) if (path := sqlite_path(make_url(url))) else None
    try:
        writer = writing_connections(url, Pools(writers=1, statement_seconds=3600))
        try:
            async with writer.lent() as connection:
                with translated():
                    async with connection.begin():
                        await connection.run_sync(_upgrade)
        finally:
            await writer.close()
    finally:
        if lock:
            lock.release()


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
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ONE_AT_A_TIME})
    if _revision(connection) == REVISION:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision
