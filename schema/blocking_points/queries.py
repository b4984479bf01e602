"""The root fields over blocking points: one by its number, and the search."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import strawberry

from directory.point_progress import days_noted
from indexer.documents import fields
from indexer.documents.paths import epoch_days
from indexer.query.search import EVERYTHING, Between, Either, Kind, Search, Sort
from schema.arguments import After, First
from schema.blocking_points.connections import BlockingPointConnection, BlockingPointEdge
from schema.blocking_points.facets import COUNTABLE, BlockingPointFacet
from schema.blocking_points.seeing import point_numbered
from schema.blocking_points.types import BlockingPoint, fetch_point, shown_point
from schema.blocking_points.words import BlockingPointStatus
from schema.connections import selects, wants_cursors, wants_total
from schema.context import Context, Info
from schema.enums import OverdueLevel
from schema.facets import facets_wanted
from schema.filters import FilterReading, read_text
from schema.limits import DEFAULT_PAGE, page_size
from schema.searching import Question, found_page

Reference = Annotated[
    str,
    strawberry.argument(description="The point's number, in any spacing and case, with or without hyphens."),
]
Text = Annotated[
    str | None,
    strawberry.argument(
        description="Full text over titles, descriptions and resolutions, Chinese and English, read as that of reports "
        "is; a point's number finds exactly that point."
    ),
]
Statuses = Annotated[
    list[BlockingPointStatus] | None, strawberry.argument(description="Where it stands; any of these.")
]
Categories = Annotated[
    list[str] | None,
    strawberry.argument(
        description="Codes of the vocabulary `blockage_categories`, each with everything below it."
    ),
]
Clauses = Annotated[
    list[str] | None, strawberry.argument(description="Codes of clauses that it cites; any of these.")
]


OverdueLevels = Annotated[
    list[OverdueLevel] | None,
    strawberry.argument(description="How late the next public note on its progress is; any of these."),
]
Facets = Annotated[
    list[BlockingPointFacet] | None,
    strawberry.argument(description="What to count; each facet leaves out the filters of its own field."),
]


@strawberry.type
class BlockingPointQueries:
    """Reading blocking points. One is read from the record; lists are searched in the index, which follows it."""

    @strawberry.field(
        description="The blocking point with this number, or the one that it was merged into; null where there is none."
    )
    async def blocking_point(self, info: Info, reference: Reference) -> BlockingPoint | None:
        found = await point_numbered(info.context, reference)
        return await fetch_point(info.context, found.id) if found else None

    @strawberry.field(
        description="Blocking points, by relevance where a text is given, else latest first. Lists mean 'any of'; "
        "arguments are combined with AND."
    )
    async def blocking_points(
        self,
        info: Info,
        text: Text = None,
        statuses: Statuses = None,
        categories: Categories = None,
        clauses: Clauses = None,
        overdue_levels: OverdueLevels = None,
        facets: Facets = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> BlockingPointConnection:
        reference = info.context.reference
        reading = FilterReading(reference, "blockingPoints")
        reading.words(statuses, fields.STATUS, BlockingPointFacet.STATUS)
        reading.terms(
            "categories",
            categories,
            "blockage_categories",
            fields.CATEGORY_PATH,
            BlockingPointFacet.CATEGORY,
        )
        reading.codes(
            "clauses",
            clauses,
            lambda code: reference.clause(code) is not None,
            fields.CLAUSES,
            BlockingPointFacet.CLAUSE,
        )
        _read_levels(reading, overdue_levels, info.context)
        query = read_text(text, reference)
        counted = (facets or ()) if selects(info, "facets") else ()
        search = Search(
            Kind.BLOCKING_POINT,
            EVERYTHING,
            text=query,
            filters=reading.finish(),
            facets=facets_wanted(counted, COUNTABLE, reading.selected),
            sort=Sort() if query else Sort(fields.CREATED_AT),
            first=page_size(first),
            total=wants_total(info),
        )
        asked = [text, statuses, categories, clauses, overdue_levels]
        question = Question(
            "Query.blockingPoints",
            asked,
            search,
            after,
            walks=wants_cursors(info),
            countable=COUNTABLE,
            selected=reading.selected,
        )
        return await _found(info.context, question)


def _read_levels(reading: FilterReading, levels: list[OverdueLevel] | None, context: Context) -> None:
    if not levels:
        return
    now, rulebook = context.services.clock(), context.services.directory.rulebook
    windows = [days_noted(level, now, rulebook) for level in levels]
    late = [
        Between(
            fields.PROGRESS_SINCE,
            at_least=None if each.after is None else epoch_days(each.after + timedelta(days=1)),
            at_most=epoch_days(each.until),
        )
        for each in windows
    ]
    reading.add(Either(tuple(late)))


async def _found(context: Context, question: Question) -> BlockingPointConnection:
    """The page, without points that the record, which is ahead of the index, has merged away."""
    page = await found_page(context, question)
    loaded = await context.loaders.blocking_point.load_many(page.ids)
    edges = [
        BlockingPointEdge(cursor=cursor, node=shown_point(context, point), score=hit.score)
        for hit, cursor, point in zip(page.hits, page.cursors, loaded, strict=True)
        if point is not None and point.merged_into is None
    ]
    return BlockingPointConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=page.page_info,
        total_count=page.total,
        total_is_exact=page.total_is_exact,
        complete_to=page.complete_to,
        facets=page.facets,
    )
