"""
The same clauses in other provinces (外地经验): where they block, and where what they blocked was resolved.

Counted and told by `blockageStatistics`, so that nothing follows from here that does not follow from there.
"""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from directory.clause_graph import works
from directory.errors import LimitExceeded
from schema.blockages.filters import BlockageFilter
from schema.context import Context
from schema.limits import PAGE
from schema.statistics.dimensions import RegionLevel, StatisticsDimension
from schema.statistics.queries import statistics_of
from schema.statistics.types import StatisticsRow
from schema.terms import Region, region


@strawberry.type(
    description="A clause, or several, in one province: over the reports that cite them and that the caller may read."
)
class RegionCompared:
    """Made by `regions_compared`."""

    row: strawberry.Private[StatisticsRow]
    region: Region = strawberry.field(description="The province.")
    reported: int = strawberry.field(
        description="How many reports cite them; those that were refused, merged or withdrawn left out."
    )
    open: int = strawberry.field(description="How many are open, contested ones among them.")
    closed_unresolved: int = strawberry.field(description="How many were given up.")
    confirmed: int = strawberry.field(description="How many are resolved, as their reporters confirm.")
    unanswered: int = strawberry.field(description="How many are resolved, with no word of their reporters.")
    precedent: bool = strawberry.field(
        description="Whether it works there: reporters confirm, and no more than one report stands open or given up for "
        "every three that are confirmed, by the counts as they are told."
    )


async def regions_compared(context: Context, clauses: Sequence[str]) -> list[RegionCompared]:
    """The provinces in which reports cite any of the clauses; none where too few do to be told."""
    wanted = BlockageFilter(clauses=list(clauses))
    try:
        told = await statistics_of(
            context, wanted, (StatisticsDimension.REGION,), RegionLevel.PROVINCE, rows=PAGE
        )
    except LimitExceeded:
        return []
    return [_compared(context, row) for row in told.rows if row.keys[0].value]


def _compared(context: Context, row: StatisticsRow) -> RegionCompared:
    return RegionCompared(
        row=row,
        region=region(context.reference, row.keys[0].value),
        reported=row.reported,
        open=row.open,
        closed_unresolved=row.closed_unresolved,
        confirmed=row.confirmed,
        unanswered=row.unanswered,
        precedent=works(row.confirmed, row.open + row.closed_unresolved),
    )
