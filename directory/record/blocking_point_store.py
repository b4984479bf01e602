"""Blocking points inside a unit of work, with the rows that say which clauses they cite."""

from __future__ import annotations

from sqlalchemy import delete, insert

from directory.entities import BlockingPoint
from directory.record.columns import BLOCKING_POINT
from directory.record.entity_store import EntityStore, Work
from directory.record.selects import rows_of
from directory.record.tables import blocking_point_clauses, blocking_points


class BlockingPointStore(EntityStore[BlockingPoint]):
    """`ports.BlockingPoints` over SQL."""

    def __init__(self, work: Work) -> None:
        super().__init__(BLOCKING_POINT, work)

    async def by_reference(self, reference: str) -> BlockingPoint | None:
        """The point that bears this canonical reference itself, merged or not."""
        return await self._one(rows_of(BLOCKING_POINT).where(blocking_points.c.reference == reference))

    async def _follow(self, before: BlockingPoint | None, after: BlockingPoint) -> None:
        if before is not None and _cited(before) == _cited(after):
            return
        columns = blocking_point_clauses.c
        if before is not None:
            await self._work.session.execute(
                delete(blocking_point_clauses).where(columns.blocking_point == after.id)
            )
        if cited := _cited(after):
            await self._work.session.execute(
                insert(blocking_point_clauses),
                [{"clause": clause, "blocking_point": after.id} for clause in sorted(cited)],
            )


def _cited(point: BlockingPoint) -> frozenset[str]:
    """The clauses under which the point is listed: none for one that lives on in another."""
    return frozenset() if point.merged_into is not None else frozenset(point.clauses)
