"""What a record runs on: its database's version, whether its tables are this program's, and who holds up its log."""

from __future__ import annotations

from collections.abc import Sequence

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


async def holding_up(reader: SqlReader) -> Sequence[int]:
    """The processes of PostgreSQL whose open transactions keep the first waiting entry of the log from its position.

    Also those of other programs and other databases of the server; of other users only where the role may see them
    (`pg_read_all_stats`). Nobody on SQLite, where writers take turns. Raises: RecordUnavailable.
    """
    if reader.session.dialect == "sqlite":
        return ()
    found = await reader.session.execute(
        text(
            "SELECT pid FROM pg_stat_activity "
            "WHERE backend_xid::text::bigint <= (SELECT min(xid) FROM log_pending) ORDER BY xact_start"
        )
    )
    return found.scalars().all()
