"""Pages of blocking points: from a search, and those that cite a clause; and the reports of one point."""

from __future__ import annotations

import strawberry

from directory import entities
from schema.blockages.connections import BlockageConnection, BlockageEdge
from schema.blockages.types import shown_blockage
from schema.blocking_points.seeing import seen_reports
from schema.blocking_points.types import BlockingPoint, shown_point
from schema.connections import PageInfo, Searched
from schema.context import Context
from schema.limits import page_size
from schema.searching import listed_page
from schema.terms import Facet


@strawberry.type(description="A blocking point in its list.")
class BlockingPointEdge:
    """Relay's edge."""

    cursor: str = strawberry.field(description="The place in the list.")
    node: BlockingPoint = strawberry.field(description="The blocking point.")
    score: float | None = strawberry.field(
        default=None,
        description="How well it matches, where the order is by relevance; comparable within one search only.",
    )


@strawberry.type(description="A page of blocking points.")
class BlockingPointConnection(Searched):
    """Relay's connection. The total is counted only when selected."""

    edges: list[BlockingPointEdge] = strawberry.field(description="The blocking points with their cursors.")
    nodes: list[BlockingPoint] = strawberry.field(description="The blocking points alone.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")
    total_count: int = strawberry.field(description="How many blocking points the list has in all.")
    facets: list[Facet] = strawberry.field(
        description="The facets asked for, in that order; none for those that cite one clause."
    )


async def points_of_clause(
    context: Context, clause: str, *, first: int | None, after: str | None
) -> BlockingPointConnection:
    """The points that cite a clause, latest first; those of all clauses of a page come in one read of the record."""
    points = await context.loaders.points_of_clause.load(clause) or ()
    page = listed_page(
        context,
        "clause.blockingPoints",
        clause,
        list(reversed(points)),
        lambda point: (point.created_at.isoformat(), point.id),
        first=page_size(first),
        after=after,
    )
    return point_page(
        [shown_point(context, point) for point in page.items],
        page.cursors,
        page.page_info,
        total=page.total,
    )


def point_page(
    nodes: list[BlockingPoint], cursors: tuple[str, ...], info: PageInfo, *, total: int
) -> BlockingPointConnection:
    """A page of a list that is the record's own."""
    return BlockingPointConnection(
        edges=[
            BlockingPointEdge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)
        ],
        nodes=nodes,
        page_info=info,
        total_count=total,
        total_is_exact=True,
        complete_to=None,
        facets=[],
    )


async def reports_of_point(
    context: Context, point: entities.BlockingPoint, *, first: int | None, after: str | None
) -> BlockageConnection:
    """The point's reports that the caller may know of, latest first, by the record."""
    page = listed_page(
        context,
        "blockingPoint.blockages",
        point.id,
        await seen_reports(context, point),
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
