"""The root field for the terms that stand out in a selection of reports."""

from __future__ import annotations

from typing import Annotated

import strawberry

from directory.access import Operation
from directory.disclosure import LEAST_SHOWN, published, too_few
from directory.errors import LimitExceeded
from directory.significance import LEAST_TEXTS, Counted, significant
from indexer.query.significance import counted_terms
from schema.arguments import First
from schema.blockages.facets import BlockageSort
from schema.blockages.filters import BlockageFilter, blockage_search
from schema.context import Info
from schema.enums import Direction
from schema.limits import DEFAULT_PAGE, page_size


@strawberry.type(
    description="A term that stands out in the selected reports (显著词). Those who may not see single cases are told counts "
    "to the nearest five, and no term of fewer than eight reports."
)
class SignificantTerm:
    """A word of the reports' titles and descriptions."""

    term: str = strawberry.field(description="The word: simplified Chinese, or English in the singular.")
    count: int = strawberry.field(description="How many of the selected reports say it.")
    background_count: int = strawberry.field(
        description="How many of all reports that the caller may read say it."
    )
    score: float = strawberry.field(
        description="Dunning's log-likelihood ratio G2 of the two counts as they are told; 10.83 is passed by chance once in "
        "a thousand terms, and nothing below it is listed."
    )


@strawberry.type
class SignificanceQueries:
    """Terms are counted in the index, which follows the record."""

    @strawberry.field(
        description="The terms that the selected reports say more often than all reports that the caller may read, by more "
        "than chance, best first. A selection of everything has none. Fewer than eight selected reports are refused to "
        "those who may not see single cases."
    )
    async def significant_terms(
        self,
        info: Info,
        filter: Annotated[BlockageFilter, strawberry.argument(description="Which reports.")],
        first: First = DEFAULT_PAGE,
    ) -> list[SignificantTerm]:
        context, most = info.context, page_size(first)
        order = (BlockageSort.REPORTED_AT, Direction.DESC)
        search, _ = await blockage_search(context, filter, (), order, first=1, total=True)
        selected, everything = await counted_terms(search, context.services.search.search)
        least = LEAST_TEXTS
        if not context.may(Operation.READ_EXACT_STATISTICS):
            if too_few(selected.texts):
                raise LimitExceeded.at("filter", key="statistics.too_few", least=LEAST_SHOWN)
            selected, everything, least = _published(selected), _published(everything), LEAST_SHOWN
        return [
            SignificantTerm(
                term=each.term, count=each.count, background_count=each.background, score=each.score
            )
            for each in significant(selected, everything, first=most, least=least)
        ]


def _published(counted: Counted) -> Counted:
    return Counted(
        published(counted.texts), {term: published(count) for term, count in counted.counts.items()}
    )
