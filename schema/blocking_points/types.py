"""A policy blocking point (政策堵点) as the API shows it to one caller."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from directory import entities
from directory.blocking_points import open_point_actions, point_sides
from directory.point_counts import answers, extent, quorum, recurrences, state_of
from directory.point_progress import open_steps, overdue_level, progress_due_at
from directory.reference import Reference
from directory.states import EntityType, ResolutionState
from schema.arguments import After, First
from schema.blockages.details import Resolution, shown_resolution
from schema.blockages.seeing import all_seen
from schema.blocking_points.impact import PointImpact, impact_of
from schema.blocking_points.progress import ProgressNote, shown_notes
from schema.blocking_points.seeing import counted_reports, surviving_point
from schema.blocking_points.words import BlockingPointStatus
from schema.changes import feed
from schema.changes.types import ChangeConnection
from schema.context import Context, Info
from schema.enums import OverdueLevel
from schema.limits import page_size
from schema.node import Fetchers, Node
from schema.plans import PlanStep, shown_plan
from schema.reference.types import Agency, Clause, agency, clause
from schema.terms import Region, Term, region, term

if TYPE_CHECKING:
    from schema.blockages.connections import BlockageConnection
    from schema.blockages.types import Blockage
    from schema.clause_graph.precedents import RegionCompared

DEFAULT_HISTORY = 50


@strawberry.type(
    description="What reporters say to the resolution that was claimed last, over the reports that the caller may know "
    "of. Four counts that are never added together."
)
class ResolutionAnswers:
    """All zero while nothing was claimed."""

    claimed: int = strawberry.field(description="Asked, and not answered yet.")
    confirmed: int = strawberry.field(description="Confirmed by the reporter.")
    contested: int = strawberry.field(description="Disputed by the reporter, at once or later.")
    unanswered: int = strawberry.field(description="Not answered within the confirmation period.")
    not_asked: int = strawberry.field(
        description="Open reports that were not asked, as they were not in progress when it was claimed."
    )


@strawberry.type(
    description="Whether the reporters stand behind the resolution that was claimed last (多数确认): within fifteen working days "
    "at least one confirms it and none contests it, over the reports that the caller may know of."
)
class ResolutionQuorum:
    """Never added to the four counts of the answers."""

    closes_at: datetime = strawberry.field(description="When the fifteen working days are over.")
    open: bool = strawberry.field(description="Whether they still run.")
    reached: bool = strawberry.field(description="Whether they are over, with a confirmation and no contest.")


@strawberry.type(
    description="A policy blocking point (政策堵点): what many reports have in common, tied to the clauses it blocks."
)
class BlockingPoint(Node):
    """Made by `shown_point`; the key is the point's id in the record."""

    point: strawberry.Private[entities.BlockingPoint]
    terms_of: strawberry.Private[Reference]
    reference: str = strawberry.field(
        description="The number to quote, such as BP-7K4M-2QXC; that of a merged point leads here too."
    )
    version: int = strawberry.field(
        description="Grows by one with each change; commands give it as `expectedVersion`."
    )
    status: BlockingPointStatus = strawberry.field(description="Where it stands.")
    title: str = strawberry.field(description="What blocks, in one line of Chinese.")
    title_en: str | None = strawberry.field(description="The same in English.")
    description: str = strawberry.field(description="What blocks, and whom, in Chinese.")
    description_en: str | None = strawberry.field(description="The same in English.")
    resolved_at: datetime | None = strawberry.field(
        description="When it was claimed to be removed; null while it is not."
    )
    merged_from: list[str] = strawberry.field(description="Numbers of points that were merged into this one.")
    reopens: int = strawberry.field(description="How often its review was reopened by decision.")
    review_reopened_at: datetime | None = strawberry.field(
        description="When its review was last reopened, by decision or by a report that came in spite of a resolution."
    )
    beneficiaries: int | None = strawberry.field(
        description="How many listed firms of the same forms and regions never reported and gain by the resolution that was "
        "claimed last (受益主体); null until they were told."
    )
    created_at: datetime = strawberry.field(description="When it was named.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @strawberry.field(description="What kind of obstacle it is, of the vocabulary `blockage_categories`.")
    def category(self) -> Term:
        return term(self.terms_of, "blockage_categories", self.point.category)

    @strawberry.field(description="The clauses that block; at least one.")
    def clauses(self) -> list[Clause]:
        return [clause(self.terms_of, code) for code in self.point.clauses]

    @strawberry.field(description="The agency that answers for it (牵头单位); null before there is one.")
    def lead_agency(self) -> Agency | None:
        code = self.point.lead_agency
        return agency(self.terms_of, code) if code else None

    @strawberry.field(description="Agencies that help (会办).")
    def co_agencies(self) -> list[Agency]:
        return [agency(self.terms_of, code) for code in self.point.co_agencies]

    @strawberry.field(
        description="The resolution claimed last. It is contested while one reporter contests it, and confirmed once one "
        "reporter confirms it and none contests."
    )
    async def resolution(self, info: Info) -> Resolution | None:
        if not self.point.resolutions:
            return None
        said = answers(self.point, await counted_reports(info.context, self.point))
        state = state_of(said)
        return _shown(self.point.resolutions[-1], state, said.last_answered_at, self.terms_of)

    @strawberry.field(
        description="How many reports came in spite of a resolution, over the reports that the caller may know of."
    )
    async def recurrences(self, info: Info) -> int:
        return recurrences(self.point, await counted_reports(info.context, self.point))

    @strawberry.field(
        description="Reports that are like the point and came after it was claimed to be removed, which reopened its review; "
        "those of them that are not linked to it, and that the caller may read, latest first."
    )
    async def suspected_recurrences(
        self, info: Info
    ) -> list[Annotated[Blockage, strawberry.lazy("schema.blockages.types")]]:
        from schema.blockages.types import shown_blockage

        came = dict.fromkeys(each.report for each in reversed(self.point.recurrences))
        seen = await all_seen(info.context, came)
        return [
            shown_blockage(info.context, one)
            for one in seen
            if one is not None and one.report.blocking_point is None
        ]

    @strawberry.field(description="What its reporters say to the resolution that was claimed last.")
    async def answers(self, info: Info) -> ResolutionAnswers:
        said = answers(self.point, await counted_reports(info.context, self.point))
        return ResolutionAnswers(
            claimed=said.claimed,
            confirmed=said.confirmed,
            contested=said.contested,
            unanswered=said.unanswered,
            not_asked=said.not_asked,
        )

    @strawberry.field(
        description="Whether its reporters stand behind the resolution that was claimed last; null while nothing was claimed."
    )
    async def quorum(self, info: Info) -> ResolutionQuorum | None:
        said = answers(self.point, await counted_reports(info.context, self.point))
        services = info.context.services
        found = quorum(self.point, said, services.clock(), services.directory.rulebook)
        if found is None:
            return None
        return ResolutionQuorum(closes_at=found.closes_at, open=found.open, reached=found.reached)

    @strawberry.field(
        description="Its clauses compared across provinces, most reports first: where they block, and where they work "
        "(外地经验). For those who may not see single cases the counts are told as `blockageStatistics` tells them."
    )
    async def regions_compared(
        self, info: Info
    ) -> list[Annotated[RegionCompared, strawberry.lazy("schema.clause_graph.precedents")]]:
        from schema.clause_graph.precedents import regions_compared

        return await regions_compared(info.context, self.point.clauses)

    @strawberry.field(
        description="How many firms reported it, over the reports that the caller may know of; reports that were refused, "
        "merged as duplicates or withdrawn do not count."
    )
    async def firms_affected(self, info: Info) -> int:
        return extent(self.point, await counted_reports(info.context, self.point)).firms

    @strawberry.field(description="Where it was reported, over the same reports.")
    async def regions_affected(self, info: Info) -> list[Region]:
        found = extent(self.point, await counted_reports(info.context, self.point))
        return [region(self.terms_of, code) for code in found.regions]

    @strawberry.field(
        description="What it costs those who reported it, by the bands they named; null for callers who may read the impact of "
        "none of its reports."
    )
    async def impact(self, info: Info) -> PointImpact | None:
        return await impact_of(info.context, self.point)

    @strawberry.field(
        description="When it was first reported, over the same reports; of one that was split off, when the point it was "
        "part of was."
    )
    async def first_reported_at(self, info: Info) -> datetime | None:
        return extent(self.point, await counted_reports(info.context, self.point)).first_reported_at

    @strawberry.field(description="Its reports that the caller may read, latest first.")
    async def blockages(
        self, info: Info, first: First = 20, after: After = None
    ) -> Annotated[BlockageConnection, strawberry.lazy("schema.blockages.connections")]:
        from schema.blocking_points.connections import reports_of_point

        return await reports_of_point(info.context, self.point, first=first, after=after)

    @strawberry.field(description="Public notes on how far it is (进展通报), latest first.")
    def progress(self) -> list[ProgressNote]:
        return shown_notes(self.point)

    @strawberry.field(
        description="The first instant at which the next public note is late, twenty working days after the last one; null "
        "where none is owed, as the point is claimed to be removed."
    )
    def progress_due_at(self, info: Info) -> datetime | None:
        return progress_due_at(self.point, info.context.services.directory.rulebook)

    @strawberry.field(description="How late the next public note is; null where it has time or none is owed.")
    def overdue_level(self, info: Info) -> OverdueLevel | None:
        services = info.context.services
        return overdue_level(self.point, services.clock(), services.directory.rulebook)

    @strawberry.field(description="The next steps (推进计划), first due first.")
    def plan(self) -> list[PlanStep]:
        return shown_plan(self.point.plan, open_steps(self.point), self.terms_of)

    @strawberry.field(description="The point that it was split off from.")
    async def split_from(self, info: Info) -> BlockingPoint | None:
        return await fetch_point(info.context, self.point.split_from) if self.point.split_from else None

    @strawberry.field(
        description="The moves that this caller may make now, such as link, split or resolve; empty for others."
    )
    def open_actions(self, info: Info) -> list[str]:
        sides = point_sides(info.context.caller, self.point)
        return [action.value for action in open_point_actions(self.point, sides)]

    @strawberry.field(description="What happened to it, oldest first, as far as the caller may see it.")
    async def history(
        self, info: Info, first: First = DEFAULT_HISTORY, after: After = None
    ) -> ChangeConnection:
        return await feed.page(
            info.context,
            after=after,
            first=page_size(first, DEFAULT_HISTORY),
            entity=(EntityType.BLOCKING_POINT, self.key),
        )


def _shown(
    claimed: entities.PointResolution, state: ResolutionState, answered_at: datetime | None, terms: Reference
) -> Resolution:
    """A point's resolution in the words of one on a report, with what its reporters say together."""
    confirmed = state is ResolutionState.CONFIRMED
    as_on_report = entities.Resolution(
        state=state,
        kind=claimed.kind,
        summary=claimed.summary,
        clause=claimed.clause,
        amending_document=claimed.amending_document,
        proposed_by=claimed.proposed_by,
        proposed_at=claimed.proposed_at,
        answered_at=answered_at,
        confirmed_by_reporter=confirmed,
    )
    return shown_resolution(as_on_report, terms)


def shown_point(context: Context, point: entities.BlockingPoint) -> BlockingPoint:
    """The point as the API shows it."""
    return BlockingPoint(
        key=point.id,
        point=point,
        terms_of=context.reference,
        reference=point.reference,
        version=point.version,
        status=point.status,
        title=point.title,
        title_en=point.title_en,
        description=point.description,
        description_en=point.description_en,
        resolved_at=point.resolved_at,
        merged_from=list(point.merged_from),
        reopens=point.reopens,
        review_reopened_at=point.review_reopened_at,
        beneficiaries=point.beneficiaries,
        created_at=point.created_at,
        updated_at=point.updated_at,
    )


async def fetch_point(context: Context, key: str) -> BlockingPoint | None:
    """The point with this id, or the one that it lives on in; None where there is none."""
    found = await surviving_point(context, key)
    return shown_point(context, found) if found else None


FETCHERS: Fetchers = {"BlockingPoint": fetch_point}
