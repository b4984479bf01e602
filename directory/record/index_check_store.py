"""When an index was last compared with the record (核对)."""

from __future__ import annotations

from sqlalchemy import select

from directory.dead_letter_ports import IndexCheck
from directory.record.connection import Connections, Session, transaction
from directory.record.encoding import instant, instant_text
from directory.record.tables import index_checks
from directory.record.upsert import upserting


class SqlIndexChecks:
    """The last comparison of each engine."""

    def __init__(self, writer: Connections) -> None:
        self._writer = writer

    async def keep(self, check: IndexCheck) -> None:
        """Keeps it in place of the one before. Raises: RecordUnavailable."""
        row = {
            "engine": check.engine,
            "generation": check.generation,
            "at": instant_text(check.at),
            "compared": check.compared,
            "differing": check.differing,
        }
        async with transaction(self._writer) as session:
            statement = upserting(session.dialect, index_checks).values(row)
            newer = {name: statement.excluded[name] for name in row if name != "engine"}
            await session.execute(
                statement.on_conflict_do_update(index_elements=[index_checks.c.engine], set_=newer)
            )


async def last_check(session: Session, engine: str) -> IndexCheck | None:
    """The last comparison of this engine's index; None before the first."""
    row = (await session.execute(select(index_checks).where(index_checks.c.engine == engine))).first()
    if row is None:
        return None
    return IndexCheck(row.engine, row.generation, instant(row.at), row.compared, row.differing)
