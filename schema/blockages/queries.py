"""The root fields over reports: one by its number, and the search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import strawberry

from directory.identifiers import Prefix, parse_number
from indexer.documents import fields
from indexer.query.highlights import highlights
from indexer.query.search import Hit
from indexer.query.syntax import TextQuery
from schema.arguments import After, First
from schema.blockages.connections import BlockageConnection, BlockageEdge
from schema.blockages.facets import COUNTABLE, BlockageFacet, BlockageSort
from schema.blockages.filters import BlockageFilter, blockage_search
from schema.blockages.seeing import Seen, all_seen, seen
from schema.blockages.types import Blockage, shown_blockage
from schema.connections import Highlight, selects, wants_cursors, wants_total
from schema.context import Context, Info
from schema.enums import Direction
from schema.facets import FacetMode, FacetsUnder, under
from schema.limits import DEFAULT_PAGE, page_size
from schema.searching import Page, Question, found_page

# Every text of a report that is searched may be read by all who may know of the report.
HIGHLIGHTED = {
    fields.TITLE: "title",
    fields.DESCRIPTION: "description",
    fields.RESOLUTION: "resolution",
    fields.CLAUSE_HEADINGS: "clauses",
    fields.LABELS: "labels",
}

Reference = Annotated[
    str,
    strawberry.argument(description="The report's number, in any spacing and case, with or without hyphens."),
]
Filter = Annotated[
    BlockageFilter | None, strawberry.argument(description="What to look for; everything when left out.")
]
Facets = Annotated[
    list[BlockageFacet] | None,
    strawberry.argument(description="What to count; each facet leaves out the filters of its own field."),
]
OrderBy = Annotated[BlockageSort | None, strawberry.argument(description="The order.")]
Descending = Annotated[
    Direction | None, strawberry.argument(description="Which end of the order comes first.")
]


async def report_by_reference(context: Context, reference: str) -> Seen | None:
    """The report with this number for the caller; None for what is no number of a report."""
    number = parse_number(reference)
    if number is None or number.prefix is not Prefix.REPORT:
        return None
    async with context.services.record.reader() as reader:
        found = await reader.blockage_by_reference(number.canonical)
    return await seen(context, found)


@strawberry.type
class BlockageQueries:
    """Reading reports. One is read from the record; lists are searched in the index, which follows it."""

    @strawberry.field(
        description="The report with this number; null where there is none for the caller's eyes."
    )
    async def blockage(self, info: Info, reference: Reference) -> Blockage | None:
        found = await report_by_reference(info.context, reference)
        return shown_blockage(info.context, found) if found else None

    @strawberry.field(description="The reports that the caller may read and that the filter asks for.")
    async def blockages(
        self,
        info: Info,
        filter: Filter = None,
        facets: Facets = None,
        facet_mode: FacetsUnder = FacetMode.OTHER_FILTERS,
        order_by: OrderBy = BlockageSort.RELEVANCE,
        direction: Descending = Direction.DESC,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> BlockageConnection:
        wanted = filter or BlockageFilter()
        order = (order_by or BlockageSort.RELEVANCE, direction or Direction.DESC)
        counted = (facets or ()) if selects(info, "facets") else ()
        mode = facet_mode or FacetMode.OTHER_FILTERS
        return await _search(info, wanted, counted, mode, order, page_size(first), after)


async def _search(
    info: Info,
    wanted: BlockageFilter,
    counted: Sequence[BlockageFacet],
    mode: FacetMode,
    order: tuple[BlockageSort, Direction],
    first: int,
    after: str | None,
) -> BlockageConnection:
    context = info.context
    search, reading = await blockage_search(
        context, wanted, counted, order, first=first, total=wants_total(info)
    )
    search = under(mode, search)
    asked = [wanted, order]
    marked = search.text if selects(info, "edges", "highlights") else None
    question = Question(
        "Query.blockages",
        asked,
        search,
        after,
        walks=wants_cursors(info),
        marks=marked is not None,
        countable=COUNTABLE,
        selected=reading.selected,
    )
    page = await found_page(context, question)
    edges = _edges(context, page, await all_seen(context, page.ids), marked)
    return BlockageConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=page.page_info,
        total_count=page.total,
        total_is_exact=page.total_is_exact,
        complete_to=page.complete_to,
        facets=page.facets,
    )


def _edges(
    context: Context, page: Page, found: Sequence[Seen | None], marked: TextQuery | None
) -> list[BlockageEdge]:
    """The hits that the record, which is ahead of the index, still lets the caller see."""
    return [
        BlockageEdge(
            cursor=cursor,
            node=shown_blockage(context, one),
            score=hit.score,
            highlights=_highlights(marked, hit),
        )
        for hit, cursor, one in zip(page.hits, page.cursors, found, strict=True)
        if one is not None
    ]


def _highlights(text: TextQuery | None, hit: Hit) -> list[Highlight]:
    return [
        Highlight(field=HIGHLIGHTED[found.field], fragments=list(found.fragments))
        for found in highlights(text, hit.source, HIGHLIGHTED)
    ]
