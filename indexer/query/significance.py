"""How many reports say each term, counted by an engine: those of a search, and all that its caller may see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from directory.significance import Counted
from indexer.documents.fields import TERMS
from indexer.query.search import MOST_FACET_VALUES, FacetWanted, Hits, Search

Ask = Callable[[Search], Awaitable[Hits]]


async def counted_terms(search: Search, ask: Ask) -> tuple[Counted, Counted]:
    """The thousand most frequent terms of the reports found, and the same terms of all reports in the caller's sight."""
    inside = await _counted(replace(search, facets=(FacetWanted(TERMS, TERMS, MOST_FACET_VALUES),)), ask)
    everything = Search(search.kind, search.visible, text_fields=search.text_fields)
    among = FacetWanted(TERMS, TERMS, size=1, selected=tuple(inside.counts))
    return inside, await _counted(replace(everything, facets=(among,)), ask)


async def _counted(search: Search, ask: Ask) -> Counted:
    hits = await ask(replace(search, first=1, after=None, total=True, count_to=None))
    (facet,) = hits.facets
    return Counted(hits.total or 0, {value.value: value.count for value in facet.values})
