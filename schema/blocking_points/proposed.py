"""Blocking points that nobody has named yet, as clusters of reports: for staff and analysts."""

from __future__ import annotations

import asyncio

import strawberry
from strawberry.dataloader import DataLoader

from directory.access import Operation
from directory.clusters import clusters
from directory.proposals import Proposal, proposals
from directory.reference import Reference
from indexer.query.gathering import unlinked_reports
from schema.arguments import First
from schema.blockages.seeing import Seen, all_seen
from schema.blockages.sight import visible_to
from schema.blockages.types import Blockage, shown_blockage
from schema.context import Context, Info
from schema.limits import page_size
from schema.reference.types import Clause, clause
from schema.terms import Region, Term, region, term

PROPOSED = 10


@strawberry.type(
    description="A blocking point that nobody has named yet (疑似堵点): open reports of several firms that seem to have one "
    "cause and are linked to no point. All counts are over reports that the caller may read."
)
class ProposedBlockingPoint:
    """Made by `_shown`."""

    proposal: strawberry.Private[Proposal]
    terms_of: strawberry.Private[Reference]
    reports: list[Blockage] = strawberry.field(description="The reports that it is made of, oldest first.")
    words: list[str] = strawberry.field(
        description="What at least half of the reports say, most telling first, at most eight words or short phrases."
    )
    firms: int = strawberry.field(description="How many firms reported; two at least.")
    recent: int = strawberry.field(description="How many of the reports came in the last thirty days.")
    before: int = strawberry.field(description="How many came in the thirty days before those.")
    rising: bool = strawberry.field(
        description="Whether more came in the last thirty days than in those before."
    )

    @strawberry.field(
        description="The category that most of the reports bear, of the vocabulary `blockage_categories`."
    )
    def category(self) -> Term:
        return term(self.terms_of, "blockage_categories", self.proposal.category)

    @strawberry.field(description="The clauses that the reports cite, most cited first.")
    def clauses(self) -> list[Clause]:
        return [clause(self.terms_of, code) for code in self.proposal.clauses]

    @strawberry.field(description="Where it was reported.")
    def regions(self) -> list[Region]:
        return [region(self.terms_of, code) for code in self.proposal.regions]


@strawberry.type
class ProposedPointQueries:
    """Early warning, before anyone names a point."""

    @strawberry.field(
        description="Clusters of open reports that are linked to no blocking point, of three reports and two firms at least, "
        "the fastest growing first, out of at most 500 such reports that the caller may read: half of them the latest, half "
        "shared among the categories. Reports are compared within their language. For agencies, supervisors and analysts."
    )
    async def proposed_blocking_points(
        self, info: Info, first: First = PROPOSED
    ) -> list[ProposedBlockingPoint]:
        context, most = info.context, page_size(first, PROPOSED)
        context.require(Operation.READ_PROPOSED_POINTS)
        made, seen = await context.loader(_proposals).load(None)
        return [_shown(context, each, seen) for each in made[:most]]


Proposed = tuple[list[Proposal], dict[str, Seen]]


def _proposals(context: Context) -> DataLoader[None, Proposed]:
    """Made once an operation, however often it is asked for."""

    async def load(keys: list[None]) -> list[Proposed]:
        visible = visible_to(context.caller, context.reference.agencies)
        told = await unlinked_reports(visible, context.services.search)
        found = await asyncio.to_thread(clusters, told)
        ids = [id_ for cluster in found for id_ in cluster.reports]
        seen = {one.report.id: one for one in await all_seen(context, ids) if one is not None}
        reports = {id_: one.report for id_, one in seen.items()}
        return [(proposals(found, reports, context.services.clock()), seen)] * len(keys)

    return DataLoader(load_fn=load)


def _shown(context: Context, made: Proposal, seen: dict[str, Seen]) -> ProposedBlockingPoint:
    return ProposedBlockingPoint(
        proposal=made,
        terms_of=context.reference,
        reports=[shown_blockage(context, seen[report.id]) for report in made.reports],
        words=list(made.words),
        firms=made.firms,
        recent=made.recent,
        before=made.before,
        rising=made.rising,
    )
