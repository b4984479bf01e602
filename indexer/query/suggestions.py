"""Suggestions while typing: which names of the found documents continue what was typed, best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from directory.text import RunKind, fold, run_texts, search_text
from indexer.documents.fields import SUGGESTED
from indexer.query.search import Filter, Hit, Kind, Search, Suggested
from indexer.query.syntax import LONGEST_PREFIX, SHORTEST_PREFIX, All, Phrase, Prefix, TextQuery, Word

LONGEST_TYPED = 60
LOOKED_AT = 50


def suggestion_search(typed: str, visible: Filter) -> Search | None:
    """The search for names that begin with, or hold a word that begins with, what was typed; None for too little."""
    query = _query(run_texts(search_text(typed[:LONGEST_TYPED])))
    if query is None:
        return None
    return Search(Kind.FIRM, visible, text=query, text_fields=SUGGESTED[Kind.FIRM], first=LOOKED_AT)


def _query(runs: Sequence[tuple[RunKind, str]]) -> TextQuery | None:
    if not runs or (runs[-1][0] is RunKind.WORD and len(runs[-1][1]) < SHORTEST_PREFIX):
        return None
    parts: list[TextQuery] = [Phrase((run,)) if run[0] is RunKind.CJK else Word(run[1]) for run in runs]
    kind, last = runs[-1]
    if kind is RunKind.WORD:
        parts[-1] = Prefix(last[:LONGEST_PREFIX])
    return All(tuple(parts)) if len(parts) > 1 else parts[0]


def suggestions(typed: str, hits: Sequence[Hit], first: int) -> list[Suggested]:
    """The names, each once: those that begin with what was typed, then short ones, then by name."""
    wanted = [text for _, text in run_texts(search_text(typed[:LONGEST_TYPED]))]
    found: dict[str, Suggested] = {}
    for hit in hits:
        for name in _names(hit):
            if _continues(name, wanted):
                found.setdefault(name, Suggested(name, Kind.FIRM.value, hit.id))
    begin = "".join(wanted)
    ordered = sorted(
        found.values(), key=lambda s: (not _compact(s.text).startswith(begin), len(s.text), s.text)
    )
    return ordered[:first]


def _names(hit: Hit) -> Iterator[str]:
    for field in SUGGESTED[Kind.FIRM]:
        value = hit.source.get(field)
        yield from ([value] if isinstance(value, str) else value or [])


def _continues(name: str, wanted: Sequence[str]) -> bool:
    folded = fold(name)
    return all(text in folded for text in wanted)


def _compact(name: str) -> str:
    return "".join(text for _, text in run_texts(name))
