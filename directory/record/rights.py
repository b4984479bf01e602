"""
What the application may do on PostgreSQL when it runs as another role than the owner of the tables.

The log's triggers refuse changes to everyone but who removes the triggers: the owner. A role with only these rights
cannot remove them either.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from directory.record.connection import transaction
from directory.record.engines import Pools, writing_connections
from directory.record.holdings import ERASABLE
from directory.record.tables import log_entries, log_seals, metadata, notices

APPEND_ONLY = frozenset({log_entries.name, log_seals.name})
SEQUENCES = (f"{log_entries.name}_id_seq", f"{notices.name}_position_seq")
# The first of PostgreSQL's versions that can let others than the owner clean a table.
MAINTAIN_SINCE = 170000


def application_rights(role: str, *, cleaning: bool = False) -> Sequence[str]:
    """The statements that give `role` its rights, to be run by the owner after each migration.

    With `cleaning` (PostgreSQL 17) it may also clean the tables that an erasure empties.
    """
    quoted = '"' + role.replace('"', '""') + '"'
    tables = [table.name for table in metadata.sorted_tables]
    changing = ", ".join(name for name in tables if name not in APPEND_ONLY)
    return (
        f"REVOKE ALL ON {', '.join(tables)} FROM {quoted}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {changing} TO {quoted}",
        f"GRANT SELECT, INSERT ON {', '.join(sorted(APPEND_ONLY))} TO {quoted}",
        f"GRANT USAGE ON SEQUENCE {', '.join(SEQUENCES)} TO {quoted}",
        f"GRANT SELECT ON alembic_version TO {quoted}",
        *((f"GRANT MAINTAIN ON {', '.join(ERASABLE)} TO {quoted}",) if cleaning else ()),
    )


async def grant(url: str, role: str) -> None:
    """Gives `role` the application's rights on the PostgreSQL record at `url` and takes all others; all or none of it.

    Raises: RecordUnavailable; ProgrammingError where there is no such role, or the tables are another's.
    """
    writer = writing_connections(url, Pools(writers=1))
    try:
        async with transaction(writer) as session:
            number = await session.execute(text("SELECT current_setting('server_version_num')::int"))
            for statement in application_rights(role, cleaning=number.scalar_one() >= MAINTAIN_SINCE):
                await session.execute(text(statement))
    finally:
        await writer.close()
