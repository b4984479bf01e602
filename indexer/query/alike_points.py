"""
Blocking points (政策堵点) that a report may belong to, be it filed or still being written.

Two things speak for a point: its own words, and the reports linked to it that the caller may know of. An engine proposes
both in one search each, the rule in `directory/likeness.py` decides. A point is compared in the language in which it is
more like the report: that it is told in two languages does not make it less alike in either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any as Json

from directory.lexicon import Lexicon
from directory.likeness import POINT, RECURRENCE, Likeness, Traits, likeness, weights_among
from directory.terms import distinct_terms
from indexer.documents import fields
from indexer.query.alikeness import LOOKED_AT, Ask, said, traits_of
from indexer.query.search import EVERYTHING, Between, Filter, Hit, Is, Kind, Search
from indexer.query.syntax import TextQuery

POINTS_LOOKED_AT = 20
# A point's words are cut once and not for each report of a page.
REMEMBERED = 2_000
_LANGUAGES = ((fields.TITLE, fields.DESCRIPTION), (fields.TITLE_EN, fields.DESCRIPTION_EN))


@dataclass(frozen=True, slots=True)
class AlikePoint:
    """A point's id, and how the report is like it, or like `report`, which is linked to it."""

    id: str
    likeness: Likeness
    report: str | None = None


async def alike_points(
    own: Traits,
    visible: Filter,
    ask: Ask,
    lexicon: Lexicon,
    *,
    first: int,
    own_id: str | None = None,
    own_point: str | None = None,
) -> list[AlikePoint]:
    """At most `first` points that the report may belong to, likeliest first.

    `visible` are the reports in the caller's sight; the report itself and the point it has are left out.
    """
    text = said(own)
    if text is None:
        return []
    points, reports = await asyncio.gather(ask(_points(text)), ask(_reports(text, visible)))
    linked = [hit for hit in reports.hits if hit.id != own_id]
    best: dict[str, AlikePoint] = {}
    for found in (*_by_words(own, points.hits, lexicon), *_by_reports(own, linked)):
        kept = best.get(found.id)
        if found.id != own_point and (kept is None or found.likeness.score > kept.likeness.score):
            best[found.id] = found
    return sorted(best.values(), key=lambda each: (-each.likeness.score, each.id))[:first]


def _points(text: TextQuery) -> Search:
    wanted = fields.ALIKE_POINT
    return Search(Kind.BLOCKING_POINT, EVERYTHING, text=text, text_fields=wanted, first=POINTS_LOOKED_AT)


def _reports(text: TextQuery, visible: Filter) -> Search:
    return Search(Kind.BLOCKAGE, visible, text=text, text_fields=fields.ALIKE, first=LOOKED_AT)


def _by_words(own: Traits, hits: Iterable[Hit], lexicon: Lexicon) -> list[AlikePoint]:
    found = [(hit.id, told) for hit in hits for told in traits_of_point(hit.source, lexicon)]
    weights = weights_among([own, *(told for _, told in found)])
    return [AlikePoint(id_, how) for id_, told in found if (how := likeness(own, told, weights, POINT))]


def _by_reports(own: Traits, hits: Iterable[Hit]) -> list[AlikePoint]:
    """The points of alike reports; reports that belong to none are looked at for what is telling."""
    found = [(hit, traits_of(hit.source)) for hit in hits]
    weights = weights_among([own, *(other for _, other in found)])
    return [
        AlikePoint(point, how, hit.id)
        for hit, other in found
        if (point := hit.source.get(fields.BLOCKING_POINT)) and (how := likeness(own, other, weights))
    ]


async def reports_like(
    point: Mapping[str, Json], ask: Ask, lexicon: Lexicon, *, since: datetime
) -> list[str]:
    """Open reports that everyone may read, belong to no point, came since then and are like the point's document.

    Half of the reports of a cause or more pass its bar, and hardly one of another.
    """
    found: set[str] = set()
    for told in traits_of_point(point, lexicon):
        hits = (await ask(_open_since(said(told), since))).hits
        others = {hit.id: traits_of(hit.source) for hit in hits if not hit.source.get(fields.BLOCKING_POINT)}
        weights = weights_among([told, *others.values()])
        found.update(id_ for id_, other in others.items() if likeness(told, other, weights, RECURRENCE))
    return sorted(found)


def _open_since(text: TextQuery | None, since: datetime) -> Search:
    filters = (Is(fields.OPEN, True), Between(fields.REPORTED_AT, at_least=int(since.timestamp())))
    return Search(
        Kind.BLOCKAGE,
        Is(fields.PUBLIC, True),
        text=text,
        text_fields=fields.ALIKE,
        filters=tuple((None, each) for each in filters),
        first=LOOKED_AT,
    )


def traits_of_point(source: Mapping[str, Json], lexicon: Lexicon) -> list[Traits]:
    """What is compared, of a point's document: once for each language that it is told in."""
    told = (tuple(source.get(name) or "" for name in names) for names in _LANGUAGES)
    return [
        Traits(terms, source.get(fields.CATEGORY), tuple(source.get(fields.CLAUSES, ())))
        for texts in told
        if (terms := _terms(texts, lexicon))
    ]


@lru_cache(maxsize=REMEMBERED)
def _terms(texts: tuple[str, ...], lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(distinct_terms(texts, lexicon))
