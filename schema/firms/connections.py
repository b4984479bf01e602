"""What a search of entries finds, as the API shows it."""

from __future__ import annotations

import strawberry

from directory import entities
from indexer.query.highlights import highlights
from indexer.query.search import Hit, Search
from schema.connections import Highlight, PageInfo, Searched, selects, wants_cursors, wants_total
from schema.context import Info
from schema.enums import Direction
from schema.facets import FacetMode, under
from schema.firms.filters import COUNTABLE, FirmFilter, firm_search
from schema.firms.lapses import with_lapses_counted
from schema.firms.sight import HIGHLIGHTED
from schema.firms.types import Firm, shown_firm
from schema.firms.words import FirmFacet, FirmSort
from schema.searching import Page, Question, found_page
from schema.terms import Facet


@strawberry.type(description="An entry that a search found.")
class FirmEdge:
    """Relay's edge, with why it was found."""

    cursor: str = strawberry.field(description="The place in the list.")
    node: Firm = strawberry.field(description="The entry, as the record has it now.")
    score: float | None = strawberry.field(
        description="How well the text matches, larger is better; null in any other order than by relevance."
    )
    highlights: list[Highlight] = strawberry.field(
        description="Where the text was found, in fields that the caller may read."
    )


@strawberry.type(description="A page of entries that a search found.")
class FirmConnection(Searched):
    """Relay's connection. What is not selected is not computed."""

    edges: list[FirmEdge] = strawberry.field(
        description="The entries with cursors. An entry that is no longer the caller's to see since it was indexed is "
        "left out, so a page can be shorter than asked for and still have a next one."
    )
    nodes: list[Firm] = strawberry.field(description="The entries alone.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")
    total_count: int = strawberry.field(description="How many entries the search finds in all.")
    facets: list[Facet] = strawberry.field(description="The counts asked for, in the order asked for.")


async def found_firms(
    info: Info,
    asked: FirmFilter,
    facets: list[FirmFacet],
    mode: FacetMode,
    order_by: FirmSort,
    direction: Direction,
    *,
    first: int,
    after: str | None,
) -> FirmConnection:
    """The page of entries. Raises: as `firm_search` and `found_page`."""
    context = info.context
    counted = facets if selects(info, "facets") else []
    search, reading = firm_search(
        context,
        asked,
        [facet for facet in counted if facet is not FirmFacet.LAPSED],
        order_by,
        direction,
        first=first,
        total=wants_total(info),
    )
    search = under(mode, search)
    marked = selects(info, "edges", "highlights")
    question = Question(
        "firms",
        (asked, order_by, direction),
        search,
        after,
        walks=wants_cursors(info),
        marks=marked,
        countable=COUNTABLE,
        selected=reading.selected,
    )
    page = await found_page(context, question)
    found = await context.loaders.firm.load_many(page.ids)
    edges = _edges(info, search, page, found, marked=marked)
    return FirmConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=page.page_info,
        total_count=page.total,
        total_is_exact=page.total_is_exact,
        complete_to=page.complete_to,
        facets=await with_lapses_counted(
            context, search, counted, page.facets, asked.lapsed, own=mode is FacetMode.ALL_FILTERS
        ),
    )


def _edges(
    info: Info, search: Search, page: Page, found: list[entities.Firm | None], *, marked: bool
) -> list[FirmEdge]:
    return [
        FirmEdge(
            cursor=cursor,
            node=firm,
            score=hit.score,
            highlights=_highlights(search, hit) if marked else [],
        )
        for hit, cursor, entity in zip(page.hits, page.cursors, found, strict=True)
        # The index may be a little behind: the record decides.
        if entity is not None
        and entity.merged_into is None
        and (firm := shown_firm(info.context.caller, entity)) is not None
    ]


def _highlights(search: Search, hit: Hit) -> list[Highlight]:
    return [
        Highlight(field=HIGHLIGHTED[one.field], fragments=list(one.fragments))
        for one in highlights(search.text, hit.source, HIGHLIGHTED)
    ]
