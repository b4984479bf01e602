"""How much a search would tell of, before it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import strawberry

from directory.saved_searches import WINDOW_DAYS
from indexer.documents import fields
from indexer.query.search import Between
from schema.blockages.facets import BlockageSort
from schema.blockages.filters import BlockageFilter, blockage_search
from schema.context import Context
from schema.enums import Direction


@strawberry.type(description="How much a saved search would tell of.")
class SavedSearchEstimate:
    """From what the search would have told of lately."""

    hits_per_day: float = strawberry.field(
        description="How many reports a day came or were changed that the search finds, on average of the window."
    )
    window_days: int = strawberry.field(description="How many days back that was counted.")


async def hits_per_day(context: Context, wanted: BlockageFilter) -> float:
    """Reports that came or were changed lately and that the search finds, a day.

    Raises: InvalidInput, ApiError, as `blockage_search`; SearchUnavailable.
    """
    order = (BlockageSort.RELEVANCE, Direction.DESC)
    search, _ = await blockage_search(context, wanted, (), order, first=1, total=True)
    since = context.services.clock() - timedelta(days=WINDOW_DAYS)
    lately = Between(fields.UPDATED_AT, at_least=int(since.timestamp()))
    found = await context.services.search.search(replace(search, filters=(*search.filters, (None, lately))))
    return (found.total or 0) / WINDOW_DAYS
