"""The edges of the clause graph: resolutions of a clause's points, and the same clause compared across provinces."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.dataloader import DataLoader

from directory import entities
from directory.access import Operation
from directory.clause_graph import InProvince, compared
from directory.reference import Reference
from directory.states import BlockageStatus
from indexer.documents import fields
from indexer.query.search import AnyOf, Kind, Search
from indexer.query.tallies import Tally
from schema.blockages.sight import visible_to
from schema.blockages.words import ResolutionKind
from schema.context import Context
from schema.terms import Region, region

if TYPE_CHECKING:
    from schema.blockages.types import Blockage
    from schema.blocking_points.types import BlockingPoint
    from schema.reference.types import Agency, Clause, Policy

COMPARED_BY = (fields.CLAUSES, fields.REGION, fields.OUTCOME, fields.BLOCKING_POINT)


@strawberry.type(
    description="A claimed resolution of a blocking point, or of a report, seen from a clause or policy."
)
class ClauseResolution:
    """Made by `of_point` and `of_report`."""

    point: strawberry.Private[entities.BlockingPoint | None]
    report: strawberry.Private[entities.Blockage | None]
    claimed: strawberry.Private[entities.PointResolution | entities.Resolution]
    reference: strawberry.Private[Reference]
    kind: ResolutionKind = strawberry.field(description="What removed the obstacle.")
    summary: str = strawberry.field(description="What was done, in the agency's words.")
    proposed_at: datetime = strawberry.field(description="When it was claimed.")
    stands: bool = strawberry.field(
        description="Whether the point or report still counts as resolved by it; false once its review was reopened, "
        "something else was claimed, or before the reporter answered."
    )
    amending_document: str | None = strawberry.field(
        description="The number of the document that changed the rule (发文字号); null where none was named."
    )

    @strawberry.field(description="The clause that was changed or explained; null where none was named.")
    def changed_by(self) -> Annotated[Clause, strawberry.lazy("schema.reference.types")] | None:
        from schema.reference.types import clause

        return clause(self.reference, self.claimed.clause) if self.claimed.clause else None

    @strawberry.field(description="The agency that claimed it.")
    def proposed_by(self) -> Annotated[Agency, strawberry.lazy("schema.reference.types")]:
        from schema.reference.types import agency

        return agency(self.reference, self.claimed.proposed_by)

    @strawberry.field(
        description="The policy that has the amending document's number; null for documents that are not kept here."
    )
    def amending_policy(self) -> Annotated[Policy, strawberry.lazy("schema.reference.types")] | None:
        from schema.reference.types import shown_policy

        number = self.claimed.amending_document
        found = self.reference.policy_numbered(number) if number else None
        return shown_policy(self.reference, found) if found else None

    @strawberry.field(description="The blocking point; null where it is the resolution of a single report.")
    async def blocking_point(
        self, info: strawberry.Info[Context, None]
    ) -> Annotated[BlockingPoint, strawberry.lazy("schema.blocking_points.types")] | None:
        from schema.blocking_points.types import shown_point

        return shown_point(info.context, self.point) if self.point else None

    @strawberry.field(description="The report; null where it is the resolution of a blocking point.")
    async def blockage(
        self, info: strawberry.Info[Context, None]
    ) -> Annotated[Blockage, strawberry.lazy("schema.blockages.types")] | None:
        from schema.blockages.types import fetch_blockage

        return await fetch_blockage(info.context, self.report.id) if self.report else None


@strawberry.type(
    description="A clause in one province: over the reports that cite it and that the caller may read."
)
class ClauseInRegion:
    """Made by `regions_of`."""

    counted: strawberry.Private[InProvince]
    reference: strawberry.Private[Reference]
    reports: int = strawberry.field(
        description="How many reports cite it; those that were refused, merged or withdrawn left out."
    )
    unresolved: int = strawberry.field(
        description="How many are not resolved: open, claimed, contested, or given up."
    )
    resolved: int = strawberry.field(
        description="How many are resolved, confirmed by their reporter or not contested in time."
    )
    blocking_points: int = strawberry.field(description="How many blocking points they are linked to.")

    @strawberry.field(description="The province.")
    def region(self) -> Region:
        return region(self.reference, self.counted.region)


async def resolutions_of(context: Context, clause: str) -> list[ClauseResolution]:
    """The resolutions of all points that cite the clause, latest first; one read for all clauses of a page."""
    points = await context.loaders.points_of_clause.load(clause) or ()
    found = [(point, claimed) for point in points for claimed in point.resolutions]
    found.sort(key=lambda each: (each[1].proposed_at, each[0].id), reverse=True)
    return [of_point(context.reference, point, claimed) for point, claimed in found]


def of_point(
    reference: Reference, point: entities.BlockingPoint, claimed: entities.PointResolution
) -> ClauseResolution:
    """A resolution of the point."""
    return ClauseResolution(
        point=point,
        report=None,
        claimed=claimed,
        reference=reference,
        kind=claimed.kind,
        summary=claimed.summary,
        proposed_at=claimed.proposed_at,
        amending_document=claimed.amending_document,
        stands=point.resolved_at is not None and claimed is point.resolutions[-1],
    )


def of_report(
    reference: Reference, report: entities.Blockage, claimed: entities.Resolution
) -> ClauseResolution:
    """A resolution of the report; it stands while the report is resolved by it."""
    resolved = report.status is BlockageStatus.RESOLVED
    return ClauseResolution(
        point=None,
        report=report,
        claimed=claimed,
        reference=reference,
        kind=claimed.kind,
        summary=claimed.summary,
        proposed_at=claimed.proposed_at,
        amending_document=claimed.amending_document,
        stands=resolved and claimed is report.resolutions[-1],
    )


async def regions_of(context: Context, clause: str) -> list[ClauseInRegion] | None:
    """The provinces of the clause; None for those who are shown no exact figures."""
    if not context.may(Operation.READ_EXACT_STATISTICS):
        return None
    return [
        ClauseInRegion(
            counted=each,
            reference=context.reference,
            reports=each.reports,
            unresolved=each.unresolved,
            resolved=each.resolved,
            blocking_points=each.points,
        )
        for each in await context.loader(_comparisons).load(clause)
    ]


def _comparisons(context: Context) -> DataLoader[str, list[InProvince]]:
    """Counts all clauses that an operation asks about with one question."""

    async def load(clauses: list[str]) -> list[list[InProvince]]:
        found = await _compared(context, clauses)
        return [found.get(clause, []) for clause in clauses]

    return DataLoader(load_fn=load)


async def _compared(context: Context, clauses: list[str]) -> Mapping[str, list[InProvince]]:
    visible = visible_to(context.caller, context.reference.agencies)
    cited = AnyOf(fields.CLAUSES, tuple(clauses))
    tallied = await context.services.search.tally(
        Search(Kind.BLOCKAGE, visible, first=1), [Tally(COMPARED_BY, (cited,))]
    )
    return compared(tallied.counts[0])
