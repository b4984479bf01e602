"""What a record runs on: its database's version, whether its tables are this program's, and who holds up its log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Writing:
    """A transaction that has written and is still open: PostgreSQL's process, and for how long, in seconds."""

    process: int
    seconds: float


async def oldest_writing(reader: SqlReader) -> Writing | None:
    """The transaction that began to write longest ago and has not ended; None on SQLite, where writers take turns.

    It holds up the log from its first write on. One that only reads does not, such as that of a backup. Of other users only
    those that the role may see (`pg_read_all_stats`). Raises: RecordUnavailable.
    """
    if reader.session.dialect == "sqlite":
        return None
    found = await reader.session.execute(
        text(
            "SELECT pid, extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds FROM pg_stat_activity "
            "WHERE backend_xid IS NOT NULL AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1"
        )
    )
    row = found.first()
    return None if row is None else Writing(row.pid, max(0.0, row.seconds))


async def connections_offered(reader: SqlReader) -> int | None:
    """How many connections PostgreSQL takes of ordinary users; None on SQLite. Raises: RecordUnavailable."""
    if reader.session.dialect == "sqlite":
        return None
    offered = await reader.session.execute(
        text(
            "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
        )
    )
    count: int = offered.scalar_one()
    return count
