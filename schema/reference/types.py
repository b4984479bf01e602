"""Policies, clauses, agencies and support programmes as the API shows them; what they are comes without a read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from directory import vocabulary
from directory.reference import Reference
from directory.vocabulary import Label
from schema.arguments import After, First, In
from schema.context import Info
from schema.enums import Language
from schema.limits import DEFAULT_PAGE, page_size
from schema.node import Node
from schema.statistics.performance import AgencyPerformance, performance_of
from schema.terms import Region, Term, region, terms

if TYPE_CHECKING:
    from schema.blocking_points.connections import BlockingPointConnection
    from schema.clause_graph.types import ClauseInRegion, ClauseResolution

Since = Annotated[
    date | None, strawberry.argument(name="from", description="The first day; open when left out.")
]
Until = Annotated[date | None, strawberry.argument(description="The last day; open when left out.")]

SUMMARY = Label("摘要：{text}", "Summary: {text}")


@strawberry.type(description="An agency that handles reports (部门): national, or a local office.")
class Agency(Node):
    """Made by `agency`; the key is the agency's code."""

    agency: strawberry.Private[vocabulary.Agency]
    reference: strawberry.Private[Reference]
    code: str = strawberry.field(description="The agency's code: stable for ever.")

    @strawberry.field(description="The agency's official name.")
    def name(self, language: In = Language.ZH) -> str:
        return self.agency.label.in_(language or Language.ZH)

    @strawberry.field(description="The region that the agency works for; null for the nation.")
    def region(self) -> Region | None:
        return region(self.reference, self.agency.region) if self.agency.region else None

    @strawberry.field(
        description="How the agency handles what it is responsible for, of the reports of these days in Asia/Shanghai."
    )
    async def performance(self, info: Info, from_: Since = None, to: Until = None) -> AgencyPerformance:
        return await performance_of(info.context, self.code, from_, to)


@strawberry.type(description="A law, rule or policy document (政策文件).")
class Policy(Node):
    """Made by `policy`; the key is the policy's code."""

    policy: strawberry.Private[vocabulary.Policy]
    reference: strawberry.Private[Reference]
    code: str = strawberry.field(description="The policy's code: stable for ever.")
    document_number: str | None = strawberry.field(description="The issuer's document number (发文字号).")
    issued_on: date | None = strawberry.field(
        description="The day of signature, or of publication where that is not known."
    )
    source_url: str | None = strawberry.field(
        description="Where the text was read; null where it is not known."
    )

    @strawberry.field(description="The policy's title.")
    def title(self, language: In = Language.ZH) -> str:
        return self.policy.title.in_(language or Language.ZH)

    @strawberry.field(description="The agencies that issued it, the leading one first.")
    def issuers(self) -> list[Agency]:
        return [agency(self.reference, code) for code in self.policy.issuers]

    @strawberry.field(description="The clauses that reports cite.")
    def clauses(self) -> list[Clause]:
        return [shown_clause(self.reference, found) for found in self.policy.clauses]

    @strawberry.field(
        description="The resolutions, of blocking points and of single reports that the caller may read, that changed or "
        "explained a clause of this policy, or that this policy brought about by its document number; latest first, of "
        "those that changed last."
    )
    async def resolutions(
        self, info: Info, first: First = DEFAULT_PAGE
    ) -> list[Annotated[ClauseResolution, strawberry.lazy("schema.clause_graph.types")]]:
        from schema.clause_graph.changes import changes_named

        return await changes_named(info.context, self.code, page_size(first))


@strawberry.type(description="A clause of a policy (条款): what a report can say it is blocked by.")
class Clause(Node):
    """Made by `clause`; the key is the clause's code."""

    clause: strawberry.Private[vocabulary.Clause]
    reference: strawberry.Private[Reference]
    code: str = strawberry.field(description="The clause's code, `<policy>#<number>`: stable for ever.")
    quotable: bool = strawberry.field(
        description="Whether the Chinese text is the official wording and may be quoted; otherwise it is a summary."
    )

    @strawberry.field(description="The policy that the clause belongs to.")
    def policy(self) -> Policy:
        return policy(self.reference, self.clause.policy_code)

    @strawberry.field(description="The clause's heading.")
    def heading(self, language: In = Language.ZH) -> str:
        return self.clause.heading.in_(language or Language.ZH)

    @strawberry.field(
        description="The wording where it is quotable, else a summary that says so. The English is a translation "
        "by this project, never official."
    )
    def text(self, language: In = Language.ZH) -> str:
        chosen = language or Language.ZH
        text = self.clause.text.in_(chosen)
        return text if self.quotable else SUMMARY.in_(chosen).format(text=text)

    @strawberry.field(description="The agencies that reports about this clause usually go to.")
    def lead_agencies(self) -> list[Agency]:
        return [agency(self.reference, code) for code in self.clause.lead_agencies_suggested]

    @strawberry.field(
        description="The policy blocking points (政策堵点) that cite this clause, latest first."
    )
    async def blocking_points(
        self, info: Info, first: First = 20, after: After = None
    ) -> Annotated[BlockingPointConnection, strawberry.lazy("schema.blocking_points.connections")]:
        from schema.blocking_points.connections import points_of_clause

        return await points_of_clause(info.context, self.code, first=first, after=after)

    @strawberry.field(
        description="The resolutions, of blocking points and of single reports that the caller may read, that changed or "
        "explained this clause; latest first, of those that changed last."
    )
    async def changes_made(
        self, info: Info, first: First = DEFAULT_PAGE
    ) -> list[Annotated[ClauseResolution, strawberry.lazy("schema.clause_graph.types")]]:
        from schema.clause_graph.changes import changes_named

        return await changes_named(info.context, self.code, page_size(first))

    @strawberry.field(
        description="What was claimed to resolve the blocking points that cite this clause, latest first, each with the clause "
        "that was changed for it, which need not be this one."
    )
    async def resolutions(
        self, info: Info
    ) -> list[Annotated[ClauseResolution, strawberry.lazy("schema.clause_graph.types")]]:
        from schema.clause_graph.types import resolutions_of

        return await resolutions_of(info.context, self.code)

    @strawberry.field(
        description="The same clause compared across provinces, most reports first: where it blocks, and where it works. Null "
        "for those who are shown no exact figures."
    )
    async def regions(
        self, info: Info
    ) -> list[Annotated[ClauseInRegion, strawberry.lazy("schema.clause_graph.types")]] | None:
        from schema.clause_graph.types import regions_of

        return await regions_of(info.context, self.code)


@strawberry.type(description="A programme that helps firms of the new forms (扶持计划).")
class SupportProgramme(Node):
    """Made by `programme`; the key is the programme's code."""

    programme: strawberry.Private[vocabulary.SupportProgramme]
    reference: strawberry.Private[Reference]
    code: str = strawberry.field(description="The programme's code: stable for ever.")
    sponsor: str = strawberry.field(description="Who provides it, in Chinese.")

    @strawberry.field(description="The programme's name.")
    def name(self, language: In = Language.ZH) -> str:
        return self.programme.name.in_(language or Language.ZH)

    @strawberry.field(description="What it offers, and to whom.")
    def description(self, language: In = Language.ZH) -> str:
        return self.programme.description.in_(language or Language.ZH)

    @strawberry.field(description="The kinds of help that it gives.")
    def measures(self) -> list[Term]:
        return terms(self.reference, "measures", self.programme.measures)

    @strawberry.field(description="The business forms that it is for; empty for all.")
    def forms(self) -> list[Term]:
        return terms(self.reference, "business_forms", self.programme.forms)


def agency(reference: Reference, code: str) -> Agency:
    """The agency or local office. Raises: UnknownCode."""
    return shown_agency(reference, reference.agencies.require(code))


def shown_agency(reference: Reference, found: vocabulary.Agency) -> Agency:
    """An agency as the API shows it."""
    return Agency(key=found.code, agency=found, reference=reference, code=found.code)


def policy(reference: Reference, code: str) -> Policy:
    """The policy. Raises: KeyError."""
    return shown_policy(reference, reference.policies[code])


def shown_policy(reference: Reference, found: vocabulary.Policy) -> Policy:
    """A policy as the API shows it."""
    return Policy(
        key=found.code,
        policy=found,
        reference=reference,
        code=found.code,
        document_number=found.number,
        issued_on=found.issued_on,
        source_url=found.source,
    )


def clause(reference: Reference, code: str) -> Clause:
    """The clause. Raises: KeyError."""
    return shown_clause(reference, reference.clauses[code])


def shown_clause(reference: Reference, found: vocabulary.Clause) -> Clause:
    """A clause as the API shows it."""
    return Clause(key=found.code, clause=found, reference=reference, code=found.code, quotable=found.quotable)


def shown_programme(reference: Reference, found: vocabulary.SupportProgramme) -> SupportProgramme:
    """A support programme as the API shows it."""
    return SupportProgramme(
        key=found.code, programme=found, reference=reference, code=found.code, sponsor=found.sponsor.zh
    )
