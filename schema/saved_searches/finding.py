"""Which of some reports a saved search finds, for its owner as the owner is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphql import GraphQLError

from directory.access import Caller
from directory.entities import Blockage
from directory.errors import UserFault
from directory.saved_searches import SavedSearch
from indexer.documents import fields
from indexer.query.search import AnyOf
from schema.blockages.facets import BlockageSort
from schema.blockages.filters import BlockageFilter, blockage_search
from schema.blockages.seeing import all_seen
from schema.enums import Direction
from schema.exporting.asking import filter_of
from schema.root import context_for
from schema.services import Services


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of the reports that were found, and the log position up to which the index was complete."""

    ids: tuple[str, ...]
    position: int


async def found_among(
    services: Services, saved: SavedSearch, owner: Caller, reports: Sequence[Blockage]
) -> Found | None:
    """Those of the reports that the search finds and the owner may read; None where the owner may no longer ask so.

    Raises: SearchUnavailable, RecordUnavailable.
    """
    context = context_for(services, owner)
    order = (BlockageSort.RELEVANCE, Direction.DESC)
    try:
        wanted = filter_of(saved.filter, BlockageFilter)
        search, _ = await blockage_search(context, wanted, (), order, first=len(reports), total=False)
    except (UserFault, GraphQLError):
        return None
    these = AnyOf(fields.REFERENCE, tuple(report.reference for report in reports))
    filters = (*search.filters, (None, these))
    hits = await services.search.search(replace(search, filters=filters, documents=False))
    seen = await all_seen(context, [hit.id for hit in hits.hits])
    return Found(tuple(one.report.id for one in seen if one is not None), hits.position)
