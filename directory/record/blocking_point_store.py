"""Blocking points inside a unit of work, with the rows that say which clauses they cite and on whose desks they lie."""

from __future__ import annotations

from sqlalchemy import Table, delete

from directory.entities import BlockingPoint
from directory.point_progress import desks
from directory.record.columns import BLOCKING_POINT
from directory.record.entity_store import EntityStore, Work
from directory.record.tables import blocking_point_clauses, blocking_point_desks


class BlockingPointStore(EntityStore[BlockingPoint]):
    """`ports.BlockingPoints` over SQL."""

    def __init__(self, work: Work) -> None:
        super().__init__(BLOCKING_POINT, work)

    async def _follow(self, before: BlockingPoint | None, after: BlockingPoint) -> None:
        for table, column, listed in (
            (blocking_point_clauses, "clause", _cited),
            (blocking_point_desks, "desk", desks),
        ):
            were = listed(before) if before is not None else frozenset[str]()
            if were != (are := listed(after)):
                await self._list(table, column, after.id, were, are)

    async def _list(
        self, table: Table, column: str, point_id: str, were: frozenset[str], are: frozenset[str]
    ) -> None:
        """Lists the point under the codes that are new, and no longer under those that are gone."""
        if gone := were - are:
            listed = (table.c.blocking_point == point_id) & table.c[column].in_(sorted(gone))
            await self._work.session.execute(delete(table).where(listed))
        if new := are - were:
            rows = [{column: code, "blocking_point": point_id} for code in sorted(new)]
            await self._work.session.insert(table, rows)


def _cited(point: BlockingPoint) -> frozenset[str]:
    """The clauses under which the point is listed: none for one that lives on in another."""
    return frozenset() if point.merged_into is not None else frozenset(point.clauses)
