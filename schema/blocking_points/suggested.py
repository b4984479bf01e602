"""Blocking points that a report may belong to, filed or still being written, with what speaks for each."""

from __future__ import annotations

import asyncio

import strawberry
from strawberry.dataloader import DataLoader

from directory import entities
from directory.likeness import Traits
from indexer.query.alike_points import AlikePoint, alike_points
from schema.arguments import First
from schema.blockages.seeing import Seen, seen_by_id
from schema.blockages.sight import visible_to
from schema.blockages.similar import (
    Category,
    Clauses,
    Description,
    Forms,
    Platforms,
    RegionCode,
    SimilarityReason,
    Title,
    shown_reasons,
    traits_of_draft,
    traits_of_report,
)
from schema.blockages.types import SUGGESTED, Blockage, shown_blockage
from schema.blocking_points.seeing import surviving_point
from schema.blocking_points.types import BlockingPoint, shown_point
from schema.context import Context, Info
from schema.limits import page_size


@strawberry.type(description="A blocking point that a report may belong to (可关联堵点).")
class SuggestedBlockingPoint:
    """A point with what speaks for it."""

    blocking_point: BlockingPoint = strawberry.field(description="The point.")
    score: float = strawberry.field(
        description="How much speaks for it, up to 1; comparable within one answer only."
    )
    reasons: list[SimilarityReason] = strawberry.field(
        description="What the report has in common with the point, or with `alikeReport`; words come first."
    )
    alike_report: Blockage | None = strawberry.field(
        description="The report linked to the point that is like the one given; null where the point's own words are."
    )


@strawberry.type
class SuggestedPointQueries:
    """What to show beside a form while someone writes a report: 'this hinders us too'."""

    @strawberry.field(
        description="Blocking points that the report being written may belong to, likeliest first, by their own words and by "
        "the linked reports that the caller may read; none for a text that is too short to compare. Nothing of what is asked "
        "is kept."
    )
    async def suggest_blocking_points(
        self,
        info: Info,
        title: Title,
        description: Description = None,
        category: Category = None,
        clauses: Clauses = None,
        forms: Forms = None,
        platforms: Platforms = None,
        region: RegionCode = None,
        first: First = SUGGESTED,
    ) -> list[SuggestedBlockingPoint]:
        context, most = info.context, page_size(first, SUGGESTED)
        own = traits_of_draft(
            context.reference, title, description, category, clauses, forms, platforms, region
        )
        return await _shown(context, await _found(context, own, first=most))


async def suggested_for(context: Context, seen: Seen, *, first: int) -> list[SuggestedBlockingPoint]:
    """Points that the report may belong to beside the one it has."""
    found = await context.loader(_alike).load((seen.report.id, first))
    return await _shown(context, found, seen.report.blocking_point)


def _alike(context: Context) -> DataLoader[tuple[str, int], list[AlikePoint]]:
    """For all reports of a page at once: what is found is then read together, too."""

    async def found(report_id: str, first: int) -> list[AlikePoint]:
        report = await seen_by_id(context, report_id)
        return [] if report is None else await _asked(context, report, first)

    async def load(keys: list[tuple[str, int]]) -> list[list[AlikePoint]]:
        return list(await asyncio.gather(*(found(*key) for key in keys)))

    return DataLoader(load_fn=load)


async def _asked(context: Context, seen: Seen, first: int) -> list[AlikePoint]:
    own, report = traits_of_report(seen, context.reference), seen.report
    return await _found(context, own, first=first, own_id=report.id, own_point=report.blocking_point)


async def _found(
    context: Context, own: Traits, *, first: int, own_id: str | None = None, own_point: str | None = None
) -> list[AlikePoint]:
    return await alike_points(
        own,
        visible_to(context.caller, context.reference.agencies),
        context.services.search.search,
        context.reference.lexicon,
        first=first,
        own_id=own_id,
        own_point=own_point,
    )


async def _shown(
    context: Context, found: list[AlikePoint], own_point: str | None = None
) -> list[SuggestedBlockingPoint]:
    """The points as they are in the record, which is ahead of the index; each once."""
    loaded = await asyncio.gather(*(_loaded(context, each) for each in found))
    shown = dict[str, SuggestedBlockingPoint]()
    for each, (point, report) in zip(found, loaded, strict=True):
        if point is None or point.id == own_point or (each.report and not report):
            continue
        shown.setdefault(point.id, _shown_one(context, each, point, report))
    return list(shown.values())


async def _loaded(context: Context, found: AlikePoint) -> tuple[entities.BlockingPoint | None, Seen | None]:
    """The point, or the one it lives on in, with the report that speaks for it if the caller may still see it there."""
    point = await surviving_point(context, found.id)
    report = await seen_by_id(context, found.report) if found.report else None
    if report is None or point is None or not report.reads("blocking_point"):
        return point, None
    return point, report if report.report.blocking_point in (found.id, point.id) else None


def _shown_one(
    context: Context, found: AlikePoint, point: entities.BlockingPoint, report: Seen | None
) -> SuggestedBlockingPoint:
    return SuggestedBlockingPoint(
        blocking_point=shown_point(context, point),
        score=found.likeness.score,
        reasons=shown_reasons(found.likeness, context.reference),
        alike_report=shown_blockage(context, report) if report else None,
    )
