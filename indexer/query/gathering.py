"""The open reports that belong to no blocking point, latest first: what clusters are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from directory.likeness import Traits
from indexer.documents import fields
from indexer.query.alikeness import Ask, traits_of
from indexer.query.search import Filter, Is, Kind, Search, Sort

# Comparing each with each takes about a second for so many.
MOST_GATHERED = 500
# Where nearly all reports are linked, looking on would read them all.
MOST_PAGES = 4


async def unlinked_reports(visible: Filter, ask: Ask) -> Mapping[str, Traits]:
    """What is compared of each, by id: at most the latest 500 in sight."""
    page = Search(
        Kind.BLOCKAGE,
        visible,
        filters=((None, Is(fields.OPEN, True)),),
        sort=Sort(fields.REPORTED_AT),
        first=MOST_GATHERED,
    )
    found: dict[str, Traits] = {}
    for _ in range(MOST_PAGES):
        hits = await ask(page)
        found.update(
            (hit.id, traits_of(hit.source)) for hit in hits.hits if not hit.source.get(fields.BLOCKING_POINT)
        )
        if not hits.more or len(found) >= MOST_GATHERED:
            break
        page = replace(page, after=hits.end)
    return dict(list(found.items())[:MOST_GATHERED])
