"""
Where a found document matches: fragments of its original texts, safe for HTML, the matches in <em>.

One highlighter for every engine, by the same rules as the search: the text keeps its traditional characters, width
and case, only the comparison folds them. It reads the fields it is given and no others: give it those that the caller
may read.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any as Json

from directory.text import Run, RunKind, fold_with_offsets, original_span, runs, stem
from indexer.documents.fields import SPELLED
from indexer.query.forgiveness import forgiving, spellings
from indexer.query.scopes import TEXT_SCOPES
from indexer.query.synonyms import MOST_JOINED
from indexer.query.syntax import (
    Alike,
    All,
    Any,
    Joined,
    Leaf,
    Near,
    Phrase,
    Prefix,
    Scoped,
    TextQuery,
    Word,
)

WHOLE_UP_TO = 160
AROUND = 40
MOST_FRAGMENTS = 3
MOST_VALUES = 20
ELLIPSIS = "…"
_SPELLED = frozenset(chain.from_iterable(SPELLED.values()))

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Highlight:
    """The fragments of one field, in the order of the text."""

    field: str
    fragments: tuple[str, ...]


def highlights(
    query: TextQuery | None, source: Mapping[str, Json], fields: Iterable[str]
) -> tuple[Highlight, ...]:
    """The matching fragments of those of `fields` that match; nothing for a search without text.

    What stands for a word is marked as the word is; a word that none of the fields says is marked where it is near.
    """
    texts = {field: list(_texts(source.get(field))) for field in fields}
    wanted = tuple(_met(demand, texts) for demand in _demands(query))
    found = []
    for field, values in texts.items():
        of_field = [leaf for demand in wanted for leaf in leaves_in(demand, field)]
        marked = (_fragments(text, spans) for text in values if (spans := matches(of_field, text)))
        if fragments := tuple(chain.from_iterable(marked))[:MOST_FRAGMENTS]:
            found.append(Highlight(field, fragments))
    return tuple(found)


def _texts(value: Json) -> Iterator[str]:
    values = value[:MOST_VALUES] if isinstance(value, list) else [value]
    return (text for text in values if isinstance(text, str))


def _demands(query: TextQuery | None) -> Iterator[TextQuery]:
    """What a document must say, piece by piece."""
    if isinstance(query, All):
        for part in query.parts:
            yield from _demands(part)
    elif query is not None:
        yield query


def _met(demand: TextQuery, texts: Mapping[str, Sequence[str]]) -> TextQuery:
    """The demand as the texts meet it: in one piece, or else as it is, or else with a letter forgiven."""
    ways = (_in_one_piece(demand), demand)
    return next((way for way in ways if _says(texts, way)), None) or forgiving(demand)


def _says(texts: Mapping[str, Sequence[str]], demand: TextQuery) -> bool:
    wanted = {field: list(leaves_in(demand, field)) for field in texts}
    return any(matches(wanted[field], text) for field, values in texts.items() for text in values)


def _in_one_piece(demand: TextQuery) -> TextQuery:
    """The demand without the words that a run was cut into: a text that says the run whole is found for that."""
    if isinstance(demand, Scoped):
        return Scoped(demand.field, _in_one_piece(demand.part))
    if isinstance(demand, Alike) and isinstance(demand.typed, Phrase):
        return Alike(demand.typed, tuple(other for other in demand.others if not isinstance(other, All)))
    return demand


def leaves_in(query: TextQuery, field: str) -> Iterator[Leaf]:
    """The leaves of the query that this field can match."""
    if isinstance(query, Scoped):
        if field in TEXT_SCOPES[query.field]:
            yield from leaves_in(query.part, field)
    elif isinstance(query, All | Any | Alike):
        parts = (query.typed, *query.others) if isinstance(query, Alike) else query.parts
        for part in parts:
            yield from leaves_in(part, field)
    elif isinstance(query, Near | Joined):
        if field in _SPELLED:
            yield query
    elif isinstance(query, Word | Phrase | Prefix):
        yield query


def matches(wanted: Sequence[Leaf], text: str) -> list[Span]:
    """The spans of `text` that match, in order, those that touch joined."""
    found = runs(text) if wanted else []
    spans = sorted(span for leaf in wanted for span in _spans(leaf, found, text))
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _spans(leaf: Leaf, found: Sequence[Run], text: str) -> Iterator[Span]:
    if isinstance(leaf, Phrase):
        yield from _phrase_spans(leaf.runs, found, text)
    elif isinstance(leaf, Joined):
        yield from _joined_spans(leaf.text, found)
    else:
        fits = _fitting(leaf)
        yield from ((run.start, run.end) for run in found if run.kind is RunKind.WORD and fits(run.text))


def _fitting(leaf: Word | Prefix | Near) -> Callable[[str], bool]:
    """Whether a word of a text is what the leaf wants."""
    if isinstance(leaf, Prefix):
        return lambda word: word.startswith(leaf.text)
    if isinstance(leaf, Near):
        near = spellings(leaf.text)
        return lambda word: not near.isdisjoint(spellings(word))
    wanted = stem(leaf.text)
    return lambda word: stem(word) == wanted


def _joined_spans(wanted: str, found: Sequence[Run]) -> Iterator[Span]:
    for count in range(2, MOST_JOINED + 1):
        for at in range(len(found) - count + 1):
            window = found[at : at + count]
            words = all(run.kind is RunKind.WORD for run in window)
            if words and "".join(run.text for run in window) == wanted:
                yield window[0].start, window[-1].end


def _phrase_spans(wanted: Sequence[tuple[RunKind, str]], found: Sequence[Run], text: str) -> Iterator[Span]:
    if len(wanted) == 1 and wanted[0][0] is RunKind.CJK:
        for run in found:
            if run.kind is RunKind.CJK:
                yield from _inside(run, wanted[0][1], text)
        return
    for index in range(len(found) - len(wanted) + 1):
        window = found[index : index + len(wanted)]
        if all(
            _fits(run, part, place, len(wanted))
            for place, (run, part) in enumerate(zip(window, wanted, strict=True))
        ):
            (_, first), (_, last) = wanted[0], wanted[-1]
            start = _piece(window[0], len(window[0].text) - len(first), len(window[0].text), text)[0]
            yield start, _piece(window[-1], 0, len(last), text)[1]


def _fits(run: Run, part: tuple[RunKind, str], place: int, length: int) -> bool:
    """Whether the run is the part: the first Chinese run of a phrase may end a longer run, the last may begin one."""
    kind, wanted = part
    if run.kind is not kind:
        return False
    if kind is RunKind.CJK and place == 0:
        return run.text.endswith(wanted)
    if kind is RunKind.CJK and place == length - 1:
        return run.text.startswith(wanted)
    return run.text == wanted


def _inside(run: Run, wanted: str, text: str) -> Iterator[Span]:
    at = run.text.find(wanted)
    while at >= 0:
        yield _piece(run, at, at + len(wanted), text)
        at = run.text.find(wanted, at + 1)


def _piece(run: Run, start: int, end: int, text: str) -> Span:
    """Where the characters `start:end` of the folded run stand in the original text."""
    if run.end - run.start == len(run.text):
        return run.start + start, run.start + end
    folded, offsets = fold_with_offsets(text[run.start : run.end])
    base = max(folded.find(run.text), 0)
    begin, stop = original_span(base + start, base + end, offsets)
    return run.start + begin, run.start + stop


def _fragments(text: str, spans: Sequence[Span]) -> Iterator[str]:
    if len(text) <= WHOLE_UP_TO:
        yield _marked(text, spans, 0, len(text))
        return
    for start, end in _windows(len(text), spans):
        inside = [span for span in spans if start <= span[0] and span[1] <= end]
        before, after = ELLIPSIS if start else "", ELLIPSIS if end < len(text) else ""
        yield before + _marked(text, inside, start, end) + after


def _windows(length: int, spans: Sequence[Span]) -> list[Span]:
    """What to show around the spans; windows that would overlap are one."""
    windows: list[Span] = []
    for start, end in spans:
        window = (max(0, start - AROUND), min(length, end + AROUND))
        if windows and window[0] <= windows[-1][1]:
            windows[-1] = (windows[-1][0], window[1])
        elif len(windows) == MOST_FRAGMENTS:
            break
        else:
            windows.append(window)
    return windows


def _marked(text: str, spans: Sequence[Span], start: int, end: int) -> str:
    """The piece of text, escaped part by part, so that no markup of its own can survive."""
    parts: list[str] = []
    at = start
    for begin, stop in spans:
        parts.append(html.escape(text[at:begin]))
        parts.append(f"<em>{html.escape(text[begin:stop])}</em>")
        at = stop
    parts.append(html.escape(text[at:end]))
    return "".join(parts)
