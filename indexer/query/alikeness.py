"""
Reports like one that is given, be it filed or still being written: an engine proposes those that say some of its terms,
the rule in `directory/likeness.py` decides.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any as Json

from directory.likeness import Likeness, Traits, likeness, weights_among
from directory.text import RunKind
from indexer.documents import fields
from indexer.query.search import Filter, Hits, Kind, Search
from indexer.query.syntax import Any, Phrase, TextQuery, Word

MOST_ASKED = 32
LOOKED_AT = 50

Ask = Callable[[Search], Awaitable[Hits]]


@dataclass(frozen=True, slots=True)
class AlikeReport:
    """A report's id, and how it is like the one given."""

    id: str
    likeness: Likeness


async def alike_reports(
    own: Traits, visible: Filter, ask: Ask, *, first: int, own_id: str | None = None
) -> list[AlikeReport]:
    """At most `first` reports in sight that are like the one given, most alike first; `own_id` is left out."""
    text = said(own)
    if text is None:
        return []
    wanted = Search(Kind.BLOCKAGE, visible, text=text, text_fields=fields.ALIKE, first=LOOKED_AT)
    found = {hit.id: traits_of(hit.source) for hit in (await ask(wanted)).hits if hit.id != own_id}
    weights = weights_among([own, *found.values()])
    alike = [AlikeReport(id_, how) for id_, other in found.items() if (how := likeness(own, other, weights))]
    return sorted(alike, key=lambda each: (-each.likeness.score, each.id))[:first]


def said(own: Traits) -> TextQuery | None:
    """What says one of the first terms; None without terms."""
    asked = tuple(map(_said, own.terms[:MOST_ASKED]))
    if not asked:
        return None
    return Any(asked) if len(asked) > 1 else asked[0]


def _said(term: str) -> TextQuery:
    return Word(term) if term.isascii() else Phrase(((RunKind.CJK, term),))


def traits_of(source: Mapping[str, Json]) -> Traits:
    """What is compared, of a report's document."""
    return Traits(
        terms=tuple(source.get(fields.TERMS, ())),
        category=source.get(fields.CATEGORY),
        clauses=tuple(source.get(fields.CLAUSES, ())),
        forms=tuple(source.get(fields.FORMS, ())),
        platforms=tuple(source.get(fields.PLATFORMS, ())),
        region=source.get(fields.REGION),
    )
