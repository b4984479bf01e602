"""What a record runs on: the version of its database, and whether its tables are those of this program."""

from __future__ import annotations

from sqlalchemy import text

from directory.record.migrate import REVISION
from directory.record.reader import SqlReader


async def database_version(reader: SqlReader) -> tuple[str, str]:
    """The database's kind, `sqlite` or `postgresql`, and its version, such as 17.2. Raises: RecordUnavailable."""
    session = reader.session
    if session.dialect == "sqlite":
        version = (await session.execute(text("SELECT sqlite_version()"))).scalar_one()
    else:
        version = (await session.execute(text("SELECT current_setting('server_version')"))).scalar_one()
    return session.dialect, str(version)


async def has_own_tables(reader: SqlReader) -> bool:
    """Whether the tables are those of this version of the program, not of an older or newer. Raises: RecordUnavailable."""
    found = await reader.session.execute(text("SELECT version_num FROM alembic_version"))
    return found.scalar() == REVISION
