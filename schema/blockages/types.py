"""A report (堵点诉求) as the API shows it to one caller."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from directory import deadlines
from directory.blockages import open_actions, steps_owed, waiting_on
from directory.public_texts import public_text
from directory.reference import Reference
from directory.report_fields import readable_close_reason
from directory.routing import suggested_co_agencies, suggested_leads
from directory.rulebook import Rulebook
from directory.sealing import alias_of, exchanged
from directory.standing import readable_timeline
from schema.arguments import First
from schema.blockages.details import (
    Deadline,
    Holding,
    Impact,
    Pause,
    PublicText,
    ReportMessage,
    Resolution,
    TimelineEntry,
    shown_deadline,
    shown_holding,
    shown_impact,
    shown_message,
    shown_pause,
    shown_public_text,
    shown_resolution,
    shown_step,
)
from schema.blockages.evidence import Evidenced
from schema.blockages.seeing import Seen, seen_by_id, surviving_firm
from schema.blockages.supervision import Watched
from schema.blockages.words import BlockageStatus, Severity, Visibility, WaitingOn
from schema.context import Context, Info
from schema.enums import Language
from schema.firms.types import Firm, fetch_firm
from schema.firms.words import SizeClass
from schema.limits import page_size
from schema.node import Fetchers, Node
from schema.plans import PlanStep, shown_plan
from schema.reference.types import Agency, Clause, agency, clause
from schema.terms import Region, Term, region, term, terms

if TYPE_CHECKING:
    from schema.blockages.similar import SimilarReport
    from schema.blocking_points.suggested import SuggestedBlockingPoint
    from schema.blocking_points.types import BlockingPoint

SIMILAR = 5
SUGGESTED = 3


@strawberry.type(description="A firm's report of what blocks it (堵点诉求).")
class Blockage(Evidenced, Watched, Node):
    """Made by `shown_blockage`; the key is the report's id in the record. `seen` says what the caller may read."""

    seen: strawberry.Private[Seen]
    terms_of: strawberry.Private[Reference]
    reference: str = strawberry.field(description="The number to quote, such as BK-7K4M-2QXC")
    version: int = strawberry.field(
        description="Grows by one with each change; commands give it as `expectedVersion`."
    )
    status: BlockageStatus = strawberry.field(description="Where the report stands.")
    title: str = strawberry.field(
        description="What blocks the firm, in one line: the reporter's for the parties, the approved one for all others."
    )
    description: str = strawberry.field(
        description="What blocks the firm: in the reporter's words for the parties, as approved for all others."
    )
    language: Language = strawberry.field(description="The language that the report is written in.")
    severity: Severity = strawberry.field(
        description="How badly it hinders; decides the limit for a resolution."
    )
    visibility: Visibility = strawberry.field(description="Who may read the report at all.")
    cause_known: bool = strawberry.field(
        description="Whether triage has checked which clauses are the cause; before that they are the firm's claim."
    )
    reported_at: datetime = strawberry.field(description="When the report was received.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    closed_at: datetime | None = strawberry.field(description="When it was closed; null while it is open.")
    disputes: int = strawberry.field(description="How often the reporter disputed a claimed resolution.")
    reopens: int = strawberry.field(description="How often the reporter contested a resolution later.")
    transfers: int = strawberry.field(description="How often it was handed on to another agency.")
    returns: int = strawberry.field(description="How often an agency returned it; at most once.")
    extensions: int = strawberry.field(description="How often its limit was extended; at most once.")
    supervised: bool = strawberry.field(description="Whether it is escalated for supervision (督办).")

    @strawberry.field(description="What kind of obstacle it is, of the vocabulary `blockage_categories`.")
    def category(self) -> Term:
        return term(self.terms_of, "blockage_categories", self.seen.report.category)

    @strawberry.field(description="The business forms that it touches.")
    def forms(self) -> list[Term]:
        return terms(self.terms_of, "business_forms", self.seen.report.forms)

    @strawberry.field(description="The platforms that it is about.")
    def platforms(self) -> list[Term]:
        return terms(self.terms_of, "platforms", self.seen.report.platforms)

    @strawberry.field(description="Where it happens.")
    def region(self) -> Region:
        return region(self.terms_of, self.seen.report.region)

    @strawberry.field(description="The clauses that block, claimed by the reporter or checked by triage.")
    def clauses(self) -> list[Clause]:
        return [clause(self.terms_of, code) for code in self.seen.report.clauses]

    @strawberry.field(
        description="Whose rule or practice is the cause (成因层级), of the vocabulary `cause_levels`; null while that is not "
        "known."
    )
    def cause_level(self) -> Term | None:
        level = self.seen.report.cause_level
        return term(self.terms_of, "cause_levels", level) if level else None

    @strawberry.field(
        description="The step of the procedure in which the cause sits (所在环节), of the vocabulary `procedure_steps`; null "
        "while that is not known."
    )
    def procedure_step(self) -> Term | None:
        step = self.seen.report.procedure_step
        return term(self.terms_of, "procedure_steps", step) if step else None

    @strawberry.field(
        description="What the public reads of it, as approved; null before triage took it up (公开文本)."
    )
    def public_text(self) -> PublicText | None:
        text = public_text(self.seen.report)
        return shown_public_text(text) if text else None

    @strawberry.field(
        description="What its reporter is called, such as RP-7K4M-2QXC; two reports of one firm have nothing in common."
    )
    def reporter_alias(self) -> str:
        return alias_of(self.seen.report)

    @strawberry.field(
        description="The size of the firm that reported; null where it is not known, or not for this caller."
    )
    async def reporter_size_class(self, info: Info) -> SizeClass | None:
        if not self.seen.reads("reporter_size_class"):
            return None
        firm = await surviving_firm(info.context, self.seen.report.firm_id)
        return firm.size_class if firm else None

    @strawberry.field(
        description="What the reporter and the offices wrote to each other, oldest first; for who may write."
    )
    def messages(self) -> list[ReportMessage]:
        if not self.seen.reads("messages"):
            return []
        report = self.seen.report
        return [shown_message(each, alias_of(report)) for each in exchanged(report)]

    @strawberry.field(
        description="The firm that reported; null for everyone but the firm, and a supervisor for a day after "
        "`unsealReporter`."
    )
    async def reported_by(self, info: Info) -> Firm | None:
        if not self.seen.reads("reported_by"):
            return None
        return await fetch_firm(info.context, self.seen.report.firm_id)

    @strawberry.field(description="The responsible agency (牵头单位); null before assignment.")
    def agency(self) -> Agency | None:
        code = self.seen.report.agency
        return agency(self.terms_of, code) if code else None

    @strawberry.field(description="Agencies that help (会办); the responsible one answers.")
    def co_agencies(self) -> list[Agency]:
        return [agency(self.terms_of, code) for code in self.seen.report.co_agencies]

    @strawberry.field(
        description="Agencies it could go to, best first: the one named with a return, then those of its category and "
        "region. Empty for callers who are no party to the report."
    )
    def suggested_agencies(self) -> list[Agency]:
        if not self.seen.reads("suggested_agencies"):
            return []
        report = self.seen.report
        named = (report.suggested_agency,) if report.suggested_agency else ()
        usual = suggested_leads(report.category, report.region, self.terms_of)
        codes = dict.fromkeys(code for code in (*named, *usual) if code not in report.returned_by)
        return [agency(self.terms_of, code) for code in codes]

    @strawberry.field(
        description="Agencies that could help (会办建议), by its category and region, the local office first; empty for callers "
        "who are no party to the report."
    )
    def suggested_co_agencies(self) -> list[Agency]:
        if not self.seen.reads("suggested_co_agencies"):
            return []
        report = self.seen.report
        helpers = suggested_co_agencies(report.category, report.region, self.terms_of)
        return [agency(self.terms_of, code) for code in helpers if code != report.agency]

    @strawberry.field(description="Who has to act next; null when it is closed.")
    def waiting_on(self) -> WaitingOn | None:
        return waiting_on(self.seen.report)

    @strawberry.field(
        description="The moves that this caller may make now, such as accept or answer; empty for others."
    )
    def open_actions(self, info: Info) -> list[str]:
        return [action.value for action in open_actions(self.seen.report, self.seen.sides, *_now(info))]

    @strawberry.field(
        description="Working days since the report, to its close or to now; a transfer never resets it."
    )
    def gross_days(self, info: Info) -> int:
        return deadlines.gross_days(self.seen.report, *_now(info))

    @strawberry.field(description="The same without the time in which the clock stood still.")
    def net_days(self, info: Info) -> int:
        return deadlines.net_days(self.seen.report, *_now(info))

    @strawberry.field(
        description="What it costs the reporter; null where that is not known, or not for this caller."
    )
    def impact(self) -> Impact | None:
        impact = self.seen.report.impact
        return shown_impact(impact) if impact and self.seen.reads("impact") else None

    @strawberry.field(description="The limits of its stages, oldest first.")
    def deadlines(self, info: Info) -> list[Deadline]:
        report = self.seen.report
        return [shown_deadline(each, report, *_now(info)) for each in report.deadlines]

    @strawberry.field(description="The times in which its clock stood still, oldest first.")
    def pauses(self) -> list[Pause]:
        return [shown_pause(each) for each in self.seen.report.pauses]

    @strawberry.field(description="Who held it from when to when, without a gap, oldest first.")
    def holdings(self, info: Info) -> list[Holding]:
        return [shown_holding(each, *_now(info)) for each in self.seen.report.holdings]

    @strawberry.field(
        description="Its plan (推进计划): next steps of the agencies that have a part in it, first due first; empty for callers "
        "who are no party to the report."
    )
    def plan(self) -> list[PlanStep]:
        report = self.seen.report
        return shown_plan(report.plan, steps_owed(report), self.terms_of) if self.seen.reads("plan") else []

    @strawberry.field(description="The latest claimed resolution with the reporter's answer.")
    def resolution(self) -> Resolution | None:
        claimed = self.seen.report.resolutions
        return shown_resolution(claimed[-1], self.terms_of) if claimed else None

    @strawberry.field(description="All claimed resolutions, latest first.")
    def resolutions(self) -> list[Resolution]:
        return [shown_resolution(each, self.terms_of) for each in reversed(self.seen.report.resolutions)]

    @strawberry.field(
        description="What the latest claimed resolution leaves blocked; null where it leaves nothing."
    )
    def residual(self) -> str | None:
        claimed = self.seen.report.resolutions
        return claimed[-1].residual if claimed else None

    @strawberry.field(
        description="The policy blocking point (政策堵点) that it is linked to; null where it has none."
    )
    async def blocking_point(
        self, info: Info
    ) -> Annotated[BlockingPoint, strawberry.lazy("schema.blocking_points.types")] | None:
        from schema.blocking_points.types import fetch_point

        point = self.seen.report.blocking_point
        if point is None or not self.seen.reads("blocking_point"):
            return None
        return await fetch_point(info.context, point)

    @strawberry.field(description="Every step of its life, oldest first.")
    def timeline(self) -> list[TimelineEntry]:
        return [shown_step(step) for step in readable_timeline(self.seen.report, self.seen.sides)]

    @strawberry.field(
        description="Why it was closed without a resolution. Public where it was closed as unresolved, "
        "else for the parties."
    )
    def close_reason(self) -> str | None:
        return readable_close_reason(self.seen.report, self.seen.sides)

    @strawberry.field(
        description="Whether an agency asked the reporter to withdraw (撤单); null for a report that was not withdrawn, "
        "and for callers who are no party to it."
    )
    def withdrawal_asked_by_agency(self) -> bool | None:
        readable = self.seen.reads("withdrawal_asked_by_agency")
        return self.seen.report.withdrawal_asked_by_agency if readable else None

    @strawberry.field(description="The report of the same firm that it was merged into.")
    async def duplicate_of(self, info: Info) -> Blockage | None:
        original = self.seen.report.duplicate_of
        if original is None or not self.seen.reads("duplicate_of"):
            return None
        return await fetch_blockage(info.context, original)

    @strawberry.field(description="Reports like this one that the caller may read, most alike first.")
    async def similar(self, info: Info, first: First = SIMILAR) -> list[Blockage]:
        from schema.blockages.similar import similar_to

        most = page_size(first, SIMILAR)
        return [each.blockage for each in await similar_to(info.context, self.seen, first=most)]

    @strawberry.field(
        description="The reports of `similar`, each with how alike it is and what both have in common."
    )
    async def similar_with_reasons(
        self, info: Info, first: First = SIMILAR
    ) -> list[Annotated[SimilarReport, strawberry.lazy("schema.blockages.similar")]]:
        from schema.blockages.similar import similar_to

        return await similar_to(info.context, self.seen, first=page_size(first, SIMILAR))

    @strawberry.field(
        description="Blocking points that it may belong to beside the one it has, likeliest first, by their own words and "
        "by the linked reports that the caller may read."
    )
    async def suggested_blocking_points(
        self, info: Info, first: First = SUGGESTED
    ) -> list[Annotated[BlockingPoint, strawberry.lazy("schema.blocking_points.types")]]:
        from schema.blocking_points.suggested import suggested_for

        most = page_size(first, SUGGESTED)
        return [each.blocking_point for each in await suggested_for(info.context, self.seen, first=most)]

    @strawberry.field(description="The points of `suggestedBlockingPoints`, each with what speaks for it.")
    async def suggested_blocking_points_with_reasons(
        self, info: Info, first: First = SUGGESTED
    ) -> list[Annotated[SuggestedBlockingPoint, strawberry.lazy("schema.blocking_points.suggested")]]:
        from schema.blocking_points.suggested import suggested_for

        return await suggested_for(info.context, self.seen, first=page_size(first, SUGGESTED))


def _now(info: Info) -> tuple[datetime, Rulebook]:
    services = info.context.services
    return services.clock(), services.directory.rulebook


def shown_blockage(context: Context, seen: Seen) -> Blockage:
    """The report as this caller may see it."""
    report, words = seen.report, seen.words
    return Blockage(
        key=report.id,
        seen=seen,
        terms_of=context.reference,
        reference=report.reference,
        version=report.version,
        status=report.status,
        title=words.title,
        description=words.description,
        language=report.language,
        severity=report.severity,
        visibility=report.visibility,
        cause_known=report.cause_known,
        reported_at=report.reported_at,
        updated_at=report.updated_at,
        closed_at=report.closed_at,
        disputes=report.disputes,
        reopens=report.reopens,
        transfers=report.transfers,
        returns=report.returns,
        extensions=report.extensions,
        supervised=report.supervised,
    )


async def fetch_blockage(context: Context, blockage_id: str) -> Blockage | None:
    """The report with this id; None where there is none for the caller's eyes."""
    found = await seen_by_id(context, blockage_id)
    return shown_blockage(context, found) if found else None


FETCHERS: Fetchers = {"Blockage": fetch_blockage}
