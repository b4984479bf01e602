"""
The open reports that belong to no blocking point: what clusters are made of.

Half of them are the latest, whatever they are about. The other half is shared among the categories, the latest of each: a
cause that few meet, and seldom, is not pushed out by what is reported every day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from directory.likeness import Traits
from indexer.documents import fields
from indexer.query.alikeness import traits_of
from indexer.query.search import AnyOf, Filter, Is, Kind, Search, SearchEngine, Sort
from indexer.query.tallies import Tally

# Comparing each with each takes about a second for so many.
MOST_GATHERED = 500
# Where nearly all reports are linked, looking on would read them all.
MOST_PAGES = 4
# Fewer of a category make no cluster that anyone is shown.
LEAST_OF_CATEGORY = 3
_OPEN = Is(fields.OPEN, True)


async def unlinked_reports(visible: Filter, engine: SearchEngine) -> Mapping[str, Traits]:
    """What is compared of each, by id: at most 500 of those in sight."""
    found = await _latest(visible, engine, (_OPEN,), -(-MOST_GATHERED // 2))
    waiting = await _waiting(visible, engine)
    for place, category in enumerate(waiting):
        share = (MOST_GATHERED - len(found)) // (len(waiting) - place)
        if share > 0:
            of_category = (_OPEN, AnyOf(fields.CATEGORY, (category,)))
            found |= await _latest(visible, engine, of_category, share, but=found)
    return found


async def _waiting(visible: Filter, engine: SearchEngine) -> list[str]:
    """The categories with enough unlinked reports, the rarest first, so that others take what it leaves of its share."""
    search = Search(Kind.BLOCKAGE, visible, first=1)
    tallied = await engine.tally(search, [Tally((fields.CATEGORY, fields.BLOCKING_POINT), (_OPEN,))])
    counts = {
        str(category): count
        for (category, point), count in tallied.counts[0].items()
        if point is None and category is not None and count >= LEAST_OF_CATEGORY
    }
    return sorted(counts, key=lambda category: (counts[category], category))


async def _latest(
    visible: Filter,
    engine: SearchEngine,
    filters: tuple[Filter, ...],
    most: int,
    but: Mapping[str, Traits] | None = None,
) -> dict[str, Traits]:
    """The latest unlinked reports that the filters find, without those known already."""
    page = Search(
        Kind.BLOCKAGE,
        visible,
        filters=tuple((None, each) for each in filters),
        sort=Sort(fields.REPORTED_AT),
        first=MOST_GATHERED,
    )
    found: dict[str, Traits] = {}
    for _ in range(MOST_PAGES):
        hits = await engine.search(page)
        found.update(
            (hit.id, traits_of(hit.source))
            for hit in hits.hits
            if not hit.source.get(fields.BLOCKING_POINT) and hit.id not in (but or {})
        )
        if not hits.more or len(found) >= most:
            break
        page = replace(page, after=hits.end)
    return dict(list(found.items())[:most])
