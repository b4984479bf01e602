"""What a blocking point costs (影响估算), over the reports whose impact the caller may read."""

from __future__ import annotations

import strawberry

from directory.entities import BlockingPoint
from directory.impact import Sum, point_impact
from schema.blocking_points.seeing import seen_reports
from schema.context import Context


@strawberry.type(
    description="A sum of midpoints of bands: an estimate, over the firms that named a band; each firm counts once, by "
    "the highest band of its reports."
)
class ImpactSum:
    """Made by `shown_sum`."""

    total: int = strawberry.field(description="The sum of the midpoints.")
    firms: int = strawberry.field(description="Over how many firms.")


@strawberry.type(
    description="What a blocking point costs those who reported it (影响估算), as they said. Counted are the reports whose "
    "impact the caller may read, as `Blockage.impact` shows it; not those that were refused, merged as duplicates or "
    "withdrawn, and not firms that never reported."
)
class PointImpact:
    """Made by `impact_of`."""

    yearly_cost_cny: ImpactSum = strawberry.field(
        description="What it costs a year, in CNY, by the midpoints of `cost_bands`."
    )
    jobs_affected: ImpactSum = strawberry.field(
        description="How many jobs it touches, by the midpoints of `jobs_bands`."
    )
    silent_firms: int = strawberry.field(
        description="How many of the firms counted named no band; nothing is guessed for them."
    )


async def impact_of(context: Context, point: BlockingPoint) -> PointImpact | None:
    """The impact of the point as this caller may know it; None for those who read the impact of none of its reports."""
    readable = [one.report for one in await seen_reports(context, point) if one.reads("impact")]
    if not readable:
        return None
    found = point_impact(readable, context.reference)
    return PointImpact(
        yearly_cost_cny=shown_sum(found.yearly_cost),
        jobs_affected=shown_sum(found.jobs),
        silent_firms=found.silent,
    )


def shown_sum(found: Sum) -> ImpactSum:
    """The sum as the API shows it."""
    return ImpactSum(total=found.total, firms=found.firms)
