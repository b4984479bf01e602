"""The follow-up of an entry (跟踪服务): its yearly confirmation, programmes that may help it, its growth over the years."""

from __future__ import annotations

from datetime import date

import strawberry

from directory import entities
from directory.confirmations import confirmation_due, is_lapsed
from directory.history import growth_findings
from directory.programmes import Finding, ProgrammeCriterion, programmes_for
from directory.reference import Reference
from directory.report_reading import may_report
from directory.states import EntityType
from schema.context import Info
from schema.enums import expose
from schema.firms.details import GrowthAssessment, shown_growth
from schema.firms.versions import log_of
from schema.reference.types import SupportProgramme, shown_programme

expose(
    ProgrammeCriterion,
    "What a support programme asks for.",
    {
        ProgrammeCriterion.FORM: "One of its business forms (业态).",
        ProgrammeCriterion.TARGET: "One of the occupations or kinds of business that it is for (扶持对象).",
        ProgrammeCriterion.PLATFORM: "An account on its platform (平台).",
    },
)


@strawberry.type(description="One criterion of a support programme, held against what an entry declares.")
class ProgrammeFinding:
    """Made by `_shown`."""

    criterion: ProgrammeCriterion = strawberry.field(description="What is asked for.")
    wanted: list[str] = strawberry.field(
        description="Codes of which any will do: business forms, occupations and carriers, or a platform."
    )
    met: bool | None = strawberry.field(
        description="Whether the entry meets it; null where nothing in it tells."
    )


@strawberry.type(
    description="A support programme that an entry may qualify for, and why; the provider decides."
)
class ProgrammeMatch:
    """No criterion is known not to be met."""

    programme: SupportProgramme = strawberry.field(description="The programme.")
    findings: list[ProgrammeFinding] = strawberry.field(description="Its criteria; empty where it has none.")


@strawberry.type
class FollowedUp:
    """What is followed up, as fields of an entry."""

    entity: strawberry.Private[entities.Firm]

    @strawberry.field(
        description="The last day for the next yearly update (年度更新), in Asia/Shanghai; null for an entry that owes none."
    )
    def next_confirmation_due(self, info: Info) -> date | None:
        return confirmation_due(self.entity, info.context.services.directory.rulebook)

    @strawberry.field(
        description="Whether it is listed without a yearly update for 15 months (逾期未更新), as of now."
    )
    def lapsed(self, info: Info) -> bool:
        services = info.context.services
        return is_lapsed(self.entity, services.clock(), services.directory.rulebook)

    @strawberry.field(
        description="Whether it may report what hinders it (报送堵点), as of now: while it is listed or suspended, and for "
        "twelve months after it graduated."
    )
    def may_report(self, info: Info) -> bool:
        return may_report(self.entity, info.context.services.clock())

    @strawberry.field(
        description="Support programmes that it may qualify for (扶持计划匹配), those with fewest open questions first."
    )
    def programme_matches(self, info: Info) -> list[ProgrammeMatch]:
        reference = info.context.reference
        return [
            ProgrammeMatch(
                programme=shown_programme(reference, one.programme),
                findings=[_shown(finding) for finding in one.findings],
            )
            for one in programmes_for(self.entity, reference)
        ]

    @strawberry.field(description="Every growth assessment that was kept with it, oldest first.")
    async def growth_history(self, info: Info) -> list[GrowthAssessment]:
        entries = await log_of(info.context, EntityType.FIRM, self.entity.id)
        return _assessments([*growth_findings(entries)], self.entity, info.context.reference)


def _assessments(
    found: list[entities.GrowthFinding], firm: entities.Firm, reference: Reference
) -> list[GrowthAssessment]:
    """With the present one, which the log may tell of a moment later."""
    if firm.growth is not None and firm.growth not in found:
        found.append(firm.growth)
    return [shown_growth(finding, reference) for finding in found]


def _shown(finding: Finding) -> ProgrammeFinding:
    return ProgrammeFinding(criterion=finding.criterion, wanted=list(finding.wanted), met=finding.met)
