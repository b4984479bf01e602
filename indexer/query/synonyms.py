"""
What else the words of a search may mean: synonyms of the trade, and names spelled apart or together.

Only the query is widened, never what is stored. What was typed stays the better match; what is excluded, quoted, or
only the beginning of a word means itself and nothing more.

A group of synonyms is met by a whole Chinese run, or by words that stand side by side in the box as they do in the
group, the longest first: `live commerce` is met before `commerce`. Inside a longer Chinese run a synonym takes the
place of its equal, the rest staying as typed: 平台抽成 also finds 平台佣金. A run of four characters or more that is
several words of the dictionary (`directory/lexicon.py`) also finds them apart, each with its own synonyms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from directory.common_words import DEGREES, PARTICLES
from directory.lexicon import Piece
from directory.reference import Reference, Synonyms
from directory.text import RunKind, fold, run_texts, stem
from indexer.query.codes import spelled_codes
from indexer.query.syntax import Alike, All, Any, Coded, Joined, Phrase, Scoped, TextQuery, Without, Word

# A box of 64 words could otherwise ask for a thousand things.
MOST_ADDED = 64
# Elasticsearch refuses a search of some 8,000 look-ups; each piece is one in every text field, typed ones are two.
MOST_PIECES = 300
# Shorter ones would be taken apart and put together by chance: "in to".
SHORTEST_JOINED = 4
LONGEST_JOINED = 40
MOST_JOINED = 3
# More words side by side are a sentence.
LONGEST_NAME = 4
# One Chinese character says too little to stand for another word inside a run.
SHORTEST_INSIDE = 2
# Shorter runs are words, longer ones sentences that were pasted.
SHORTEST_CUT, LONGEST_CUT = 4, 24
MOST_CUT = 4
# A longer piece outside the dictionary is a name, or has too many parts to try.
LONGEST_SPLIT = 6

Key = tuple[str, ...]


@dataclass
class _Budget:
    left: int = field(default=MOST_ADDED)
    pieces: int = field(default=MOST_PIECES)
    cuts: int = field(default=MOST_CUT)

    def take(self, others: Sequence[TextQuery]) -> tuple[TextQuery, ...]:
        taken: list[TextQuery] = []
        for other in others[: self.left]:
            size = _size(other)
            if size <= self.pieces:
                taken.append(other)
                self.pieces -= size
        self.left -= len(taken)
        return tuple(taken)


def widened(query: TextQuery | None, reference: Reference) -> TextQuery | None:
    """The query with at most `MOST_ADDED` equivalents of its words, and its codes as the reference data spells them.

    A very long one means itself.
    """
    if query is None:
        return None
    budget = _Budget() if _size(query) <= MOST_PIECES else _Budget(left=0, pieces=0, cuts=0)
    return _widened(query, reference, budget)


def _size(query: TextQuery) -> int:
    """How many words and Chinese characters an engine looks up for the query."""
    if isinstance(query, All | Any):
        return sum(map(_size, query.parts))
    if isinstance(query, Alike):
        return sum(map(_size, (query.typed, *query.others)))
    if isinstance(query, Scoped | Without):
        return _size(query.part)
    if isinstance(query, Phrase):
        return sum(len(text) if kind is RunKind.CJK else 1 for kind, text in query.runs)
    return 1


def _widened(query: TextQuery, reference: Reference, budget: _Budget) -> TextQuery:
    if isinstance(query, All):
        return _all(query, reference, budget)
    if isinstance(query, Any):
        return Any(tuple(_widened(part, reference, budget) for part in query.parts))
    if isinstance(query, Scoped):
        return Scoped(query.field, _widened(query.part, reference, budget))
    if isinstance(query, Coded):
        return spelled_codes(query, reference)
    if isinstance(query, Without):
        coded = isinstance(query.part, Coded)
        return Without(_widened(query.part, reference, budget)) if coded else query
    others = _others((query,), _table(reference.synonyms))
    return _alike((query,), [*others, *_apart(query, reference, budget)], budget)


def _all(query: All, reference: Reference, budget: _Budget) -> TextQuery:
    """Sequences of words that mean something together, longest first, then each part for itself."""
    table = _table(reference.synonyms)
    parts = tuple(_flat(query))
    widened: list[TextQuery] = []
    words: list[str] = []
    at = 0
    while at < len(parts):
        length = _met(parts, at, table)
        if length > 1 or not isinstance(parts[at], Word):
            _respell(widened, words, budget)
        if length > 1:
            window = parts[at : at + length]
            widened.append(_alike(window, _others(window, table), budget))
        else:
            widened.append(_widened(parts[at], reference, budget))
            words += [part.text for part in parts[at : at + 1] if isinstance(part, Word)]
        at += length
    _respell(widened, words, budget)
    return All(tuple(widened)) if len(widened) > 1 else widened[0]


def _met(parts: Sequence[TextQuery], at: int, table: _Table) -> int:
    """How many parts from here are one member of a group; 1 where they are none."""
    lengths = range(min(table.longest, len(parts) - at), 1, -1)
    return next((length for length in lengths if _others(parts[at : at + length], table)), 1)


def _respell(widened: list[TextQuery], words: list[str], budget: _Budget) -> None:
    """Puts beside the last words, a name perhaps, the same with neighbours joined; then there are no last words."""
    if 2 <= len(words) <= LONGEST_NAME and (others := budget.take(list(_with_one_join(words)))):
        widened[-len(words) :] = [Alike(All(tuple(widened[-len(words) :])), others)]
    words.clear()


def _with_one_join(words: Sequence[str]) -> Iterator[TextQuery]:
    for count in range(2, MOST_JOINED + 1):
        for at in range(len(words) - count + 1):
            joined = "".join(words[at : at + count])
            if SHORTEST_JOINED <= len(joined) <= LONGEST_JOINED:
                parts = tuple(map(Word, (*words[:at], joined, *words[at + count :])))
                yield All(parts) if len(parts) > 1 else parts[0]


def _flat(query: TextQuery) -> Iterator[TextQuery]:
    if isinstance(query, All):
        for part in query.parts:
            yield from _flat(part)
    else:
        yield query


def _alike(window: Sequence[TextQuery], others: Sequence[TextQuery], budget: _Budget) -> TextQuery:
    typed = All(tuple(window)) if len(window) > 1 else window[0]
    taken = budget.take(others)
    return Alike(typed, taken) if taken else typed


@dataclass(frozen=True)
class _Table:
    """The synonyms by the words they are made of."""

    by_words: Mapping[Key, tuple[str, ...]]
    longest: int


@lru_cache(maxsize=4)
def _table(synonyms: Synonyms) -> _Table:
    found: dict[Key, dict[str, None]] = {}
    for term in synonyms.terms:
        found.setdefault(_key(run_texts(term)), {}).update(dict.fromkeys(synonyms.of(term)))
    longest = max((len(key) for key in found), default=1)
    return _Table({key: tuple(others) for key, others in found.items()}, longest)


def _key(runs: Sequence[tuple[RunKind, str]]) -> Key:
    return tuple(stem(text) if kind is RunKind.WORD else text for kind, text in runs)


def _apart(part: TextQuery, reference: Reference, budget: _Budget) -> tuple[TextQuery, ...]:
    """The words of a long Chinese run, which may stand apart in what is sought: 平台抽成太高 also finds 抽成……平台."""
    if not (isinstance(part, Phrase) and not part.quoted and len(part.runs) == 1 and budget.cuts):
        return ()
    kind, run = part.runs[0]
    if kind is not RunKind.CJK or not SHORTEST_CUT <= len(run) <= LONGEST_CUT:
        return ()
    budget.cuts -= 1
    pieces = [piece for piece in reference.lexicon.cut(run) if piece.text not in PARTICLES]
    if [piece.text for piece in pieces] == [run]:
        return () if pieces[0].known else tuple(_said_apart(run))
    telling = [piece for piece in pieces if piece.text not in DEGREES]
    found = (_all_of(kept, _table(reference.synonyms), budget) for kept in (pieces, telling) if kept)
    return tuple(dict.fromkeys(found))


def _all_of(pieces: Sequence[Piece], table: _Table, budget: _Budget) -> TextQuery:
    parts = [_piece(piece, table, budget) for piece in pieces]
    return All(tuple(parts)) if len(parts) > 1 else parts[0]


def _piece(piece: Piece, table: _Table, budget: _Budget) -> TextQuery:
    """A word with its synonyms; what is in no dictionary whole, or in parts of two characters or more."""
    whole = _run(piece.text)
    if piece.known:
        return _alike((whole,), _others((whole,), table), budget)
    return _alike((whole,), list(_said_apart(piece.text)), budget)


def _said_apart(text: str) -> Iterator[TextQuery]:
    if len(text) <= LONGEST_SPLIT:
        yield from (All(tuple(map(_run, parts))) for parts in _splits(text))


def _splits(text: str) -> Iterator[tuple[str, ...]]:
    """The ways to take a text apart in two or more parts, none of one character."""
    for length in range(SHORTEST_INSIDE, len(text) - SHORTEST_INSIDE + 1):
        head, rest = text[:length], text[length:]
        yield head, rest
        yield from ((head, *parts) for parts in _splits(rest))


def _run(text: str) -> TextQuery:
    return Phrase(((RunKind.CJK, text),))


def _others(window: Sequence[TextQuery], table: _Table) -> list[TextQuery]:
    """What may stand for the parts together, each once; nothing where one of them is no plain word or run."""
    runs: list[tuple[RunKind, str]] = []
    for part in window:
        if isinstance(part, Word):
            runs.append((RunKind.WORD, part.text))
        elif isinstance(part, Phrase) and not part.quoted:
            runs.extend(part.runs)
        else:
            return []
    others = [_meant(other) for other in table.by_words.get(_key(runs), ())]
    if not others and len(runs) == 1 and runs[0][0] is RunKind.CJK:
        others = list(_inside(runs[0][1], table))
    if (
        len(window) == 1
        and isinstance(window[0], Word)
        and SHORTEST_JOINED <= len(runs[0][1]) <= LONGEST_JOINED
    ):
        others.append(Joined(runs[0][1]))
    return [*dict.fromkeys(other for other in others if other not in window)]


def _meant(term: str) -> TextQuery:
    """A word by its stem; several words side by side."""
    runs = tuple(run_texts(term))
    return Word(runs[0][1]) if len(runs) == 1 and runs[0][0] is RunKind.WORD else Phrase(runs)


def _inside(run: str, table: _Table) -> Iterator[TextQuery]:
    """The run with its longest synonym, the first of equals, replaced by its Chinese equivalents."""
    for length in range(len(run) - 1, SHORTEST_INSIDE - 1, -1):
        for at in range(len(run) - length + 1):
            for other in table.by_words.get((run[at : at + length],), ()):
                if all(kind is RunKind.CJK for kind, _ in run_texts(other)):
                    whole = run[:at] + fold(other) + run[at + length :]
                    yield Phrase(((RunKind.CJK, whole),))
            if (run[at : at + length],) in table.by_words:
                return
