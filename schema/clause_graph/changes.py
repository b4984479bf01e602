"""
What was changed in a clause or a policy (修订), and by a policy in others: resolutions that name it, of points and reports.

One question for all clauses of a page tells which of them any resolution names; only those are searched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from strawberry.dataloader import DataLoader

from directory.clause_graph import changed_by
from directory.entities import Blockage, BlockingPoint
from indexer.documents import fields
from indexer.query.search import EVERYTHING, AnyOf, Filter, Kind, Search, Sort
from indexer.query.tallies import Tally
from schema.blockages.seeing import all_seen
from schema.blockages.sight import visible_to
from schema.clause_graph.types import ClauseResolution, of_point, of_report
from schema.context import Context


async def changes_named(context: Context, code: str, first: int) -> list[ClauseResolution]:
    """The resolutions that name the code, latest first, at most `first`: of the points and reports that changed last."""
    if not await context.loader(_named).load(code):
        return []
    points, reports = await asyncio.gather(
        _found(context, Kind.BLOCKING_POINT, EVERYTHING, code, first),
        _found(context, Kind.BLOCKAGE, visible_to(context.caller, context.reference.agencies), code, first),
    )
    kept = await context.loaders.blocking_point.load_many(points)
    seen = await all_seen(context, reports)
    named = [
        *(each for point in kept if point is not None for each in _by_point(context, point, code)),
        *(each for one in seen if one is not None for each in _by_report(context, one.report, code)),
    ]
    return sorted(named, key=lambda each: each.proposed_at, reverse=True)[:first]


def _by_point(context: Context, point: BlockingPoint, code: str) -> Iterator[ClauseResolution]:
    if point.merged_into is not None:
        return
    for claimed in point.resolutions:
        if code in changed_by(claimed, context.reference):
            yield of_point(context.reference, point, claimed)


def _by_report(context: Context, report: Blockage, code: str) -> Iterator[ClauseResolution]:
    """What a report was asked about for its whole point is the point's."""
    for claimed in report.resolutions:
        if claimed.blocking_point is None and code in changed_by(claimed, context.reference):
            yield of_report(context.reference, report, claimed)


async def _found(context: Context, kind: Kind, visible: Filter, code: str, first: int) -> list[str]:
    search = Search(
        kind,
        visible,
        filters=((None, AnyOf(fields.CHANGED, (code,))),),
        sort=Sort(fields.UPDATED_AT),
        first=first,
        documents=False,
    )
    return [hit.id for hit in (await context.services.search.search(search)).hits]


def _named(context: Context) -> DataLoader[str, bool]:
    """Whether any resolution names a code: one question a kind for all codes that an operation asks about."""

    async def load(codes: list[str]) -> list[bool]:
        tally = Tally((fields.CHANGED,), (AnyOf(fields.CHANGED, tuple(codes)),))
        visible = visible_to(context.caller, context.reference.agencies)
        tallied = await asyncio.gather(
            context.services.search.tally(Search(Kind.BLOCKING_POINT, EVERYTHING, first=1), [tally]),
            context.services.search.tally(Search(Kind.BLOCKAGE, visible, first=1), [tally]),
        )
        named = {key[0] for each in tallied for key in each.counts[0]}
        return [code in named for code in codes]

    return DataLoader(load_fn=load)
