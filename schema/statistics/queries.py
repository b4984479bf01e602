"""The root field for statistics on reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import strawberry

from directory.access import Operation
from directory.disclosure import LEAST_SHOWN, too_few
from directory.errors import ErrorCode, InvalidInput, LimitExceeded, Problem
from directory.statistics import Group, figures
from indexer.query.blockage_groups import NUMBER_OF_TALLIES, Key, groups, tallies_wanted
from indexer.query.search import Search
from schema.blockages.facets import BlockageSort
from schema.blockages.filters import BlockageFilter, blockage_search
from schema.context import Context, Info
from schema.enums import Direction
from schema.limits import page_size
from schema.statistics.dimensions import Dimension, RegionLevel, StatisticsDimension, dimension
from schema.statistics.tables import Table
from schema.statistics.types import BlockageStatistics, shown_row

MOST_DIMENSIONS = 2
DEFAULT_ROWS = 50
NO_GROUP: Key = ()

Filter = Annotated[
    BlockageFilter | None,
    strawberry.argument(description="Which reports; all that the caller may read when left out."),
]
GroupBy = Annotated[
    list[StatisticsDimension],
    strawberry.argument(description="Up to two dimensions; none for the total alone."),
]
First = Annotated[int | None, strawberry.argument(description="How many rows at most, from 1 to 100.")]
Level = Annotated[
    RegionLevel | None, strawberry.argument(description="How finely REGION tells regions apart.")
]


@strawberry.type
class StatisticsQueries:
    """Statistics are counted in the index, which follows the record."""

    @strawberry.field(
        description="Figures on the reports that the caller may read and the filter asks for, by up to two dimensions. "
        "Fewer than eight selected reports are refused to those who may not see single cases."
    )
    async def blockage_statistics(
        self,
        info: Info,
        group_by: GroupBy,
        filter: Filter = None,
        first: First = DEFAULT_ROWS,
        region_level: Level = RegionLevel.PROVINCE,
    ) -> BlockageStatistics:
        asked = _dimensions(group_by)
        level = region_level or RegionLevel.PROVINCE
        rows = page_size(first, DEFAULT_ROWS)
        return await statistics_of(info.context, filter or BlockageFilter(), asked, level, rows)


def _dimensions(asked: Sequence[StatisticsDimension]) -> tuple[StatisticsDimension, ...]:
    if len(asked) > MOST_DIMENSIONS:
        problem = Problem(
            ErrorCode.INVALID,
            ("group_by",),
            "statistics.too_many_dimensions",
            {"most": MOST_DIMENSIONS, "given": len(asked)},
        )
        raise InvalidInput(problem)
    if len(set(asked)) < len(asked):
        raise InvalidInput.at("group_by", "1", key="statistics.same_dimension")
    return tuple(asked)


async def statistics_of(
    context: Context,
    wanted: BlockageFilter,
    asked: tuple[StatisticsDimension, ...],
    level: RegionLevel,
    rows: int,
) -> BlockageStatistics:
    """Raises: InvalidInput; LimitExceeded, for a selection too small to tell; SearchUnavailable."""
    order = (BlockageSort.REPORTED_AT, Direction.DESC)
    search, _ = await blockage_search(context, wanted, (), order, first=1, total=False)
    by = tuple(dimension(each, level, reference=context.reference) for each in asked)
    total, found, position = await _counted(context, search, by)
    exact = context.may(Operation.READ_EXACT_STATISTICS)
    if not exact and too_few(total.reported):
        raise LimitExceeded.at("filter", key="statistics.too_few", least=LEAST_SHOWN)
    table = Table(by, found, exact, StatisticsDimension.AGENCY in asked, context.reference)
    return _answer(table, total, rows, position)


async def _counted(
    context: Context, search: Search, by: tuple[Dimension, ...]
) -> tuple[Group, Mapping[Key, Group], int]:
    """All that the search finds, its groups, and the log position they stand for."""
    now, calendar = context.services.clock(), context.reference.calendar
    tallies = tallies_wanted((), now)
    if by:
        tallies += tallies_wanted(tuple(each.countable.field for each in by), now)
    tallied = await context.services.search.tally(search, tallies)

    def fold(key: Key) -> Key:
        return tuple(each.group(part) for each, part in zip(by, key, strict=True))

    whole = groups(tallied.counts[:NUMBER_OF_TALLIES], lambda key: key, calendar, now)
    found = groups(tallied.counts[NUMBER_OF_TALLIES:], fold, calendar, now) if by else {}
    return whole.get(NO_GROUP) or Group(), found, tallied.position


def _answer(table: Table, total: Group, rows: int, position: int) -> BlockageStatistics:
    ordered = table.shown()
    return BlockageStatistics(
        total=shown_row([], figures(total, exact=table.exact)),
        rows=[table.row(key) for key in ordered[:rows]],
        suppressed=table.suppressed(),
        more_rows=max(0, len(ordered) - rows),
        as_of=str(position),
    )
