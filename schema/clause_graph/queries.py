"""The root field that ranks clauses by whom they block."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from typing import Annotated

import strawberry

from directory.access import Operation
from directory.clause_graph import Burden, burdens, costs
from directory.impact import Sum, midpoint
from directory.statistics import UNRESOLVED
from indexer.documents import fields
from indexer.query.search import AnyOf, Kind, Search
from indexer.query.tallies import Tally
from schema.arguments import First
from schema.blockages.sight import visible_to
from schema.blocking_points.impact import ImpactSum, shown_sum
from schema.context import Context, Info
from schema.enums import expose
from schema.limits import DEFAULT_PAGE, page_size
from schema.reference.types import Clause, clause

COUNTED_BY = (fields.CLAUSES, fields.FIRM, fields.SEVERITY)
COSTED_BY = (fields.CLAUSES, fields.FIRM, fields.COST_BAND)
NOTHING_TOLD = Sum(0, 0)


class ClauseOrder(StrEnum):
    """What makes a clause come first."""

    WEIGHT = "WEIGHT"
    YEARLY_COST = "YEARLY_COST"


expose(
    ClauseOrder,
    "What makes a clause come first in the ranking.",
    {
        ClauseOrder.WEIGHT: "The firms that it blocks, weighed by severity.",
        ClauseOrder.YEARLY_COST: "What it costs these firms a year, as they said; for supervisors, who read every impact.",
    },
)
By = Annotated[ClauseOrder | None, strawberry.argument(description="What makes a clause come first.")]


@strawberry.type(description="What a clause costs now, over the unresolved reports that cite it.")
class ClauseBurden:
    """A row of the ranking."""

    clause: Clause = strawberry.field(description="The clause.")
    firms: int = strawberry.field(description="How many firms it blocks.")
    reports: int = strawberry.field(description="In how many reports.")
    weight: int = strawberry.field(
        description="The firms, each weighed by its gravest report: LOW 1, MEDIUM 2, HIGH 4, CRITICAL 8."
    )
    yearly_cost_cny: ImpactSum | None = strawberry.field(
        description="What it costs the firms a year, in CNY, by the midpoints of the bands that they named; firms that named "
        "none are left out. Null for callers who may not read every impact."
    )


@strawberry.type
class ClauseGraphQueries:
    """Counted in the index, which follows the record."""

    @strawberry.field(
        description="The clauses that block most firms, weighed by severity or by cost, heaviest first, over the unresolved "
        "reports that the caller may read. For agencies, supervisors and analysts."
    )
    async def clauses_by_blocking(
        self, info: Info, first: First = DEFAULT_PAGE, by: By = ClauseOrder.WEIGHT
    ) -> list[ClauseBurden]:
        context, most = info.context, page_size(first)
        context.require(Operation.READ_EXACT_STATISTICS)
        if by is ClauseOrder.YEARLY_COST:
            context.require(Operation.READ_EVERY_IMPACT)
        found, cost = await _tallied(context)
        if by is ClauseOrder.YEARLY_COST:
            found.sort(key=lambda each: -cost.get(each.clause, NOTHING_TOLD).total)
        return [_shown(context, each, cost) for each in found[:most]]


async def _tallied(context: Context) -> tuple[list[Burden], Mapping[str, Sum]]:
    """The known clauses, heaviest first, and what each costs, of no clause for those who may not read every impact."""
    visible = visible_to(context.caller, context.reference.agencies)
    unresolved = AnyOf(fields.OUTCOME, tuple(each.value for each in UNRESOLVED))
    told = context.may(Operation.READ_EVERY_IMPACT)
    wanted = [Tally(each, (unresolved,)) for each in ((COUNTED_BY, COSTED_BY) if told else (COUNTED_BY,))]
    counts = (await context.services.search.tally(Search(Kind.BLOCKAGE, visible, first=1), wanted)).counts
    known = [each for each in burdens(counts[0]) if context.reference.clause(each.clause) is not None]
    worth = partial(midpoint, context.reference, "yearly_cost_band")
    return known, costs(counts[1], worth) if told else {}


def _shown(context: Context, burden: Burden, cost: Mapping[str, Sum]) -> ClauseBurden:
    told = context.may(Operation.READ_EVERY_IMPACT)
    return ClauseBurden(
        clause=clause(context.reference, burden.clause),
        firms=burden.firms,
        reports=burden.reports,
        weight=burden.weight,
        yearly_cost_cny=shown_sum(cost.get(burden.clause, NOTHING_TOLD)) if told else None,
    )
