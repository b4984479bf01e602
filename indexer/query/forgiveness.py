"""
A second look for searches that find nothing: words of which one letter is wrong.

It is taken only where nothing that the caller may see says what was typed, whatever the filters: a search that is
understood keeps its exact totals, and hits, facets and later pages of one search are always of the same kind.

The engines hold no fuzzy index. A word of a name, title or label is indexed under its spellings (the word, and the word
less one letter, the first one kept); two words that share a spelling are near. So a letter wrong, missing, doubled or
two swapped are forgiven, by look-ups of whole tokens.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from indexer.documents.fields import REMAINS
from indexer.query.search import Both, Hits, Is, Kind, Not, Search, Walk
from indexer.query.syntax import Alike, All, Any, Near, Scoped, TextQuery, Word
from indexer.query.tallies import Tallied

# A shorter word has too many neighbours that are words themselves.
SHORTEST_FORGIVEN = 5
# What is typed may have a letter too many.
SHORTEST_SPELLED = SHORTEST_FORGIVEN - 1
LONGEST_FORGIVEN = 24
# Each word asks for as many tokens as it has letters.
MOST_FORGIVEN = 8

_NO_REMAINS = Not(Is(REMAINS, True))


def spellings(word: str) -> frozenset[str]:
    """The spellings under which a folded word is near others; none for short, very long and not English words."""
    if not (SHORTEST_SPELLED <= len(word) <= LONGEST_FORGIVEN and word.isascii() and word.isalpha()):
        return frozenset()
    return frozenset({word, *(word[:at] + word[at + 1 :] for at in range(1, len(word)))})


@dataclass
class _Budget:
    left: int = field(default=MOST_FORGIVEN)


def forgiving(query: TextQuery) -> TextQuery:
    """The query with near words beside its first eight words of five letters or more; the same when it has none."""
    return _forgiving(query, _Budget())


def _forgiving(query: TextQuery, budget: _Budget) -> TextQuery:
    if isinstance(query, All | Any):
        return type(query)(tuple(_forgiving(part, budget) for part in query.parts))
    if isinstance(query, Scoped):
        return Scoped(query.field, _forgiving(query.part, budget))
    if isinstance(query, Alike):
        other = _forgiving(query.typed, budget)
        return query if other == query.typed else Alike(query.typed, (*query.others, other))
    if (
        isinstance(query, Word)
        and len(query.text) >= SHORTEST_FORGIVEN
        and spellings(query.text)
        and budget.left
    ):
        budget.left -= 1
        return Alike(query, (Near(query.text),))
    return query


async def answered(search: Search, ask: Callable[[Search], Awaitable[Hits]]) -> Hits:
    """What `ask` finds; where nothing visible says what was typed, what it finds with words forgiven."""
    search = _without_remains(search)
    if search.walk is not None:
        return await ask(_as_begun(search, search.walk))
    hits = await ask(search)
    if hits.hits:
        return hits
    understood = await _understood(search, ask)
    return hits if understood is search else _forgiven(await ask(understood))


def _without_remains(search: Search) -> Search:
    """What is left of erased reports is there to be counted by tallies, not to be found."""
    if search.kind is not Kind.BLOCKAGE:
        return search
    return replace(search, visible=Both((search.visible, _NO_REMAINS)))


def _as_begun(search: Search, walk: Walk) -> Search:
    """The search read as the first page of its walk was: whatever was written since, it is the same search."""
    if walk.forgiven and search.text is not None:
        return replace(search, text=forgiving(search.text))
    return search


def _forgiven(hits: Hits) -> Hits:
    return hits if hits.walk is None else replace(hits, walk=replace(hits.walk, forgiven=True))


async def tallied(
    search: Search, ask: Callable[[Search], Awaitable[Hits]], count: Callable[[Search], Awaitable[Tallied]]
) -> Tallied:
    """What `count` gives for just those documents that the search would find."""
    counts = await count(search)
    if any(counts.counts):
        return counts
    understood = await _understood(search, ask)
    return counts if understood is search else await count(understood)


async def _understood(search: Search, ask: Callable[[Search], Awaitable[Hits]]) -> Search:
    """The search with words forgiven where nothing visible says them; else the very same. It is one that found nothing."""
    if search.text is None or (text := forgiving(search.text)) == search.text:
        return search
    anything = replace(search, filters=(), facets=(), after=None, lasting=False, first=1, total=False)
    return search if (await ask(anything)).hits else replace(search, text=text)
