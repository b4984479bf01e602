"""Suggestions while typing: which names of the found documents continue what was typed, best first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence

from directory.text import RunKind, fold, run_texts, search_text
from indexer.documents.fields import SUGGESTED
from indexer.query.forgiveness import MOST_FORGIVEN, SHORTEST_FORGIVEN, spellings
from indexer.query.search import Filter, Hit, Hits, Kind, Search, Suggested
from indexer.query.syntax import LONGEST_PREFIX, SHORTEST_PREFIX, All, Near, Phrase, Prefix, TextQuery, Word

Ask = Callable[[Search], Awaitable[Hits]]
Runs = Sequence[tuple[RunKind, str]]
LONGEST_TYPED = 60
LOOKED_AT = 50
# One letter more is typed soon: so many are enough to choose from, and to score all of a large index takes a second.
RANKED_AMONG = 1_000


async def suggested(
    typed: str, visible: Filter, first: int, ask: Ask, kind: Kind = Kind.FIRM
) -> list[Suggested]:
    """At most `first` names that begin with, or hold a word that begins with, what was typed.

    Where there are none, those that hold all of its words, of the long ones each with a letter wrong at most.
    """
    runs = run_texts(search_text(typed[:LONGEST_TYPED]))
    for query in (_query(runs), _forgiving(runs)):
        if query is not None:
            search = Search(
                kind,
                visible,
                text=query,
                text_fields=SUGGESTED[kind],
                first=LOOKED_AT,
                ranked_among=RANKED_AMONG,
            )
            if found := _ordered(runs, (await ask(search)).hits, kind):
                return found[:first]
    return []


def _query(runs: Runs) -> TextQuery | None:
    """None for too little."""
    if not runs or (runs[-1][0] is RunKind.WORD and len(runs[-1][1]) < SHORTEST_PREFIX):
        return None
    *before, (kind, last) = runs
    ending = Prefix(last[:LONGEST_PREFIX]) if kind is RunKind.WORD else Phrase(((kind, last),))
    return _all([*(_whole(*run) for run in before), ending])


def _forgiving(runs: Runs) -> TextQuery | None:
    """None where no word is long enough to have a letter wrong."""
    if not any(_is_forgiven(text) for _, text in runs):
        return None
    return _all(
        [Near(text) if _is_forgiven(text) else _whole(kind, text) for kind, text in runs[:MOST_FORGIVEN]]
    )


def _whole(kind: RunKind, text: str) -> TextQuery:
    return Phrase(((kind, text),)) if kind is RunKind.CJK else Word(text)


def _all(parts: Sequence[TextQuery]) -> TextQuery:
    return All(tuple(parts)) if len(parts) > 1 else parts[0]


def _is_forgiven(text: str) -> bool:
    return len(text) >= SHORTEST_FORGIVEN and bool(spellings(text))


def _ordered(runs: Runs, hits: Sequence[Hit], kind: Kind) -> list[Suggested]:
    """The names, each once: those that begin with what was typed, then short ones, then by name."""
    wanted = [text for _, text in runs]
    found: dict[str, Suggested] = {}
    for hit in hits:
        for name in _names(hit, kind):
            if _continues(name, wanted):
                found.setdefault(name, Suggested(name, kind.value, hit.id))
    begin = "".join(wanted)
    return sorted(found.values(), key=lambda s: (not _compact(s.text).startswith(begin), len(s.text), s.text))


def _names(hit: Hit, kind: Kind) -> Iterator[str]:
    for field in SUGGESTED[kind]:
        value = hit.source.get(field)
        yield from ([value] if isinstance(value, str) else value or [])


def _continues(name: str, wanted: Sequence[str]) -> bool:
    """Whether the name holds each text, or a word that is near to it."""
    folded = fold(name)
    missing = [text for text in wanted if text not in folded]
    if not all(_is_forgiven(text) for text in missing):
        return False
    words = run_texts(name) if missing else ()
    near = {key for kind, word in words if kind is RunKind.WORD for key in spellings(word)}
    return all(not near.isdisjoint(spellings(text)) for text in missing)


def _compact(name: str) -> str:
    return "".join(text for _, text in run_texts(name))
