"""The root field that ranks clauses by whom they block."""

from __future__ import annotations

import strawberry

from directory.access import Operation
from directory.clause_graph import burdens
from directory.statistics import UNRESOLVED
from indexer.documents import fields
from indexer.query.search import AnyOf, Kind, Search
from indexer.query.tallies import Tally
from schema.arguments import First
from schema.blockages.sight import visible_to
from schema.context import Info
from schema.limits import DEFAULT_PAGE, page_size
from schema.reference.types import Clause, clause

COUNTED_BY = (fields.CLAUSES, fields.FIRM, fields.SEVERITY)


@strawberry.type(description="What a clause costs now, over the unresolved reports that cite it.")
class ClauseBurden:
    """A row of the ranking."""

    clause: Clause = strawberry.field(description="The clause.")
    firms: int = strawberry.field(description="How many firms it blocks.")
    reports: int = strawberry.field(description="In how many reports.")
    weight: int = strawberry.field(
        description="The firms, each weighed by its gravest report: LOW 1, MEDIUM 2, HIGH 4, CRITICAL 8."
    )


@strawberry.type
class ClauseGraphQueries:
    """Counted in the index, which follows the record."""

    @strawberry.field(
        description="The clauses that block most firms, weighed by severity, heaviest first, over the unresolved reports that "
        "the caller may read. For agencies, supervisors and analysts."
    )
    async def clauses_by_blocking(self, info: Info, first: First = DEFAULT_PAGE) -> list[ClauseBurden]:
        context, most = info.context, page_size(first)
        context.require(Operation.READ_EXACT_STATISTICS)
        visible = visible_to(context.caller, context.reference.agencies)
        unresolved = AnyOf(fields.OUTCOME, tuple(each.value for each in UNRESOLVED))
        tallied = await context.services.search.tally(
            Search(Kind.BLOCKAGE, visible, first=1), [Tally(COUNTED_BY, (unresolved,))]
        )
        known = [
            each for each in burdens(tallied.counts[0]) if context.reference.clause(each.clause) is not None
        ]
        return [
            ClauseBurden(
                clause=clause(context.reference, each.clause),
                firms=each.firms,
                reports=each.reports,
                weight=each.weight,
            )
            for each in known[:most]
        ]
