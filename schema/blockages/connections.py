"""Pages of reports: from a search, and those of one firm from the record."""

from __future__ import annotations

import strawberry

from schema.blockages.seeing import Seen, seen
from schema.blockages.types import Blockage, shown_blockage
from schema.connections import Highlight, PageInfo, Searched
from schema.context import Context
from schema.limits import page_size
from schema.searching import listed_page
from schema.terms import Facet


@strawberry.type(description="A report in its list.")
class BlockageEdge:
    """Relay's edge."""

    cursor: str = strawberry.field(description="The place in the list.")
    node: Blockage = strawberry.field(description="The report.")
    score: float | None = strawberry.field(
        default=None,
        description="How well it matches, where the order is by relevance; comparable within one search only.",
    )
    highlights: list[Highlight] = strawberry.field(
        default_factory=list, description="Where the words of the search were found."
    )


@strawberry.type(description="A page of reports.")
class BlockageConnection(Searched):
    """Relay's connection. Totals and facets are counted only when selected."""

    edges: list[BlockageEdge] = strawberry.field(description="The reports with their cursors.")
    nodes: list[Blockage] = strawberry.field(description="The reports alone.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")
    total_count: int = strawberry.field(description="How many reports the list has in all.")
    facets: list[Facet] = strawberry.field(
        description="The facets asked for, in that order; none for the list of one firm."
    )


async def reports_of_firm(
    context: Context, firm_id: str, *, first: int | None, after: str | None
) -> BlockageConnection:
    """The firm's reports, latest first, of which the caller may know that they are the firm's; else an empty page.

    All reports of all firms of a page come with one read; it is the record's answer, so a firm sees what it just sent.
    """
    page = listed_page(
        context,
        "firm.blockages",
        firm_id,
        await _known_as_the_firms(context, firm_id),
        lambda one: (one.report.reported_at.isoformat(), one.report.id),
        first=page_size(first),
        after=after,
    )
    nodes = [shown_blockage(context, one) for one in page.items]
    return BlockageConnection(
        edges=[
            BlockageEdge(cursor=cursor, node=node) for cursor, node in zip(page.cursors, nodes, strict=True)
        ],
        nodes=nodes,
        page_info=page.page_info,
        total_count=page.total,
        total_is_exact=True,
        complete_to=None,
        facets=[],
    )


async def _known_as_the_firms(context: Context, firm_id: str) -> list[Seen]:
    reports = await context.loaders.blockages_of_firm.load(firm_id) or ()
    found = [await seen(context, report) for report in reversed(reports)]
    return [one for one in found if one is not None and one.knows_reporter]
