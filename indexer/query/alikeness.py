"""
Which reports are alike: the words and pairs of Chinese characters they share, rare ones counting more.

An engine proposes reports that share some of the most telling pieces; how much they share in all decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any as Json

from directory.text import RunKind, run_texts, stem
from indexer.documents.fields import ALIKE, DESCRIPTION, TITLE
from indexer.query.search import Filter, Hit, Kind, Search
from indexer.query.syntax import Any, Phrase, TextQuery, Word

MOST_PIECES = 32
LOOKED_AT = 50
# Below this share two reports have only common words in common.
LEAST_SHARED = 0.1
SHORTEST_WORD = 3
MOST_READ = 4_000


def alike_search(source: dict[str, Json], visible: Filter) -> Search | None:
    """The search for reports that share pieces with this document; None when it has none."""
    pieces: dict[str, TextQuery] = {}
    for field in (TITLE, DESCRIPTION):
        for key, query in _pieces(source.get(field, "")[:MOST_READ]):
            pieces.setdefault(key, query)
    chosen = tuple(pieces.values())[:MOST_PIECES]
    if not chosen:
        return None
    text = Any(chosen) if len(chosen) > 1 else chosen[0]
    return Search(Kind.BLOCKAGE, visible, text=text, text_fields=ALIKE, first=LOOKED_AT)


def _pieces(text: str) -> Iterator[tuple[str, TextQuery]]:
    for kind, run in run_texts(text):
        if kind is RunKind.WORD:
            if len(run) >= SHORTEST_WORD:
                yield stem(run), Word(run)
            continue
        for index in range(len(run) - 1):
            pair = run[index : index + 2]
            yield pair, Phrase(((kind, pair),))


def most_alike(source: dict[str, Json], own_id: str, hits: Sequence[Hit], first: int) -> list[Hit]:
    """The hits that share enough with the document, most alike first; `score` is the share, from 0 to 1."""
    known = _weights([source, *(hit.source for hit in hits)])
    own = _keys(source)
    scored = [
        Hit(id=hit.id, key=hit.key, score=_share(own, _keys(hit.source), known), source=hit.source)
        for hit in hits
        if hit.id != own_id
    ]
    alike = [hit for hit in scored if hit.score is not None and hit.score >= LEAST_SHARED]
    return sorted(alike, key=lambda hit: (-(hit.score or 0.0), hit.id))[:first]


def _keys(source: dict[str, Json]) -> frozenset[str]:
    text = f"{source.get(TITLE, '')}\n{source.get(DESCRIPTION, '')}"[:MOST_READ]
    return frozenset(key for key, _ in _pieces(text))


def _weights(sources: Iterable[dict[str, Json]]) -> dict[str, float]:
    """How telling each piece is among the documents looked at: one over the number that have it."""
    counts: dict[str, int] = {}
    for source in sources:
        for key in _keys(source):
            counts[key] = counts.get(key, 0) + 1
    return {key: 1.0 / count for key, count in counts.items()}


def _share(own: frozenset[str], other: frozenset[str], weights: dict[str, float]) -> float:
    """The weight of what both have, over the geometric mean of the weights of each."""
    both = sum(weights[key] for key in own & other)
    return both / ((sum(weights[k] for k in own) * sum(weights[k] for k in other)) ** 0.5 or 1.0)
