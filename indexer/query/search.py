"""
A search in the directory's own words, the same for every engine.

The schema builds a `Search` from the API's filter; an engine translates it and answers with `Hits`. Field names are those
of the documents (`indexer/documents/fields.py`). Visibility is not optional: a `Search` cannot be made without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from directory.errors import SearchUnavailable
from indexer.query.syntax import TextQuery

if TYPE_CHECKING:
    from indexer.query.tallies import Tallied, Tally


class Kind(StrEnum):
    """What is searched."""

    FIRM = "firm"
    BLOCKAGE = "blockage"
    BLOCKING_POINT = "blocking_point"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The field has one of the values; an empty tuple matches nothing."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The field's number lies between, bounds included; None leaves a side open. Dates are days since 1970-01-01."""

    field: str
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Is:
    """The field's truth value."""

    field: str
    value: bool


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the filters holds; an empty tuple matches nothing."""

    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """All of the filters hold; an empty tuple matches everything."""

    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The filter does not hold."""

    filter: Filter


Filter = AnyOf | Between | Is | Either | Both | Not
MOST_HITS = 1_000
MOST_FACET_VALUES = 1_000
# Beyond it a total is a lower bound: nobody reads further, and counting on costs as much as the search.
MOST_COUNTED = 100_000
EVERYTHING = Both(())
NOTHING = Either(())


@dataclass(frozen=True, slots=True)
class FacetWanted:
    """Counts by value of `field`, leaving out the filters of `Search.filters` that bear this facet's `name` or one of `beside`.

    Such as a choice of cities for the facet of their provinces. With `own` those hold too: then it counts what the search
    finds. `selected` values are counted even when they are not
    among the `size` most frequent.
    """

    name: str
    field: str
    size: int = 50
    selected: tuple[str, ...] = ()
    own: bool = False
    beside: tuple[str, ...] = ()

    @property
    def left_out(self) -> frozenset[str]:
        """The names of the filters that do not hold in its counts."""
        return frozenset() if self.own else frozenset((self.name, *self.beside))

    def __post_init__(self) -> None:
        if not 0 < self.size <= MOST_FACET_VALUES:
            raise ValueError(f"a facet has 1 to {MOST_FACET_VALUES} values, not {self.size}")


@dataclass(frozen=True, slots=True)
class Sort:
    """`field` None sorts by relevance; documents without the field come last either way; ties are broken by id, ascending."""

    field: str | None = None
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk by relevance over an order that stands still, as a cursor carries it from page to page.

    `view` names what the engine keeps of the order, `generation` the index it is of, `position` the log position up to
    which that was complete when the walk began. `forgiven`: the text was read as `forgiveness.answered` reads it.
    """

    view: str
    generation: str
    position: int
    forgiven: bool = False


class WalkEnded(SearchUnavailable):
    """The order that a walk goes over is no longer kept: it paused for too long, or the index was made anew."""


@dataclass(frozen=True, slots=True)
class Search:
    """One page of a search. `filters` are ANDed; each has the name of the facet it belongs to, or None.

    `text` may match in `text_fields`, by default in all text fields of the kind: a caller who may not read one of them
    must not be given it, or could find out its words by asking.
    `after` is the `key` of the last hit seen, `walk` the one that came with it. A `lasting` search wants its keys for
    later pages: then an order by relevance stands still from its first page on, though every write moves the scores.
    An order by a field needs no view: a key that does not change keeps its place among all others. An entry whose key
    changes while somebody walks moves with it, and is met twice, or not at all.
    Of those found the engine may put only `ranked_among` in order, those that it meets first: for suggestions, where what
    was typed so far begins half of all names.
    A `total` above `count_to` is that number, and not exact; with None it is exact, whatever that costs.
    Without `documents` the hits' sources are empty, which spares reading them where ids are enough.
    """

    kind: Kind
    visible: Filter
    text: TextQuery | None = None
    text_fields: tuple[str, ...] | None = None
    filters: tuple[tuple[str | None, Filter], ...] = ()
    facets: tuple[FacetWanted, ...] = ()
    sort: Sort = field(default_factory=Sort)
    first: int = 20
    after: tuple[Any, ...] | None = None
    walk: Walk | None = None
    lasting: bool = False
    total: bool = False
    count_to: int | None = MOST_COUNTED
    ranked_among: int | None = None
    documents: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.first <= MOST_HITS:
            raise ValueError(f"a page has 1 to {MOST_HITS} hits, not {self.first}")


@dataclass(frozen=True, slots=True)
class Hit:
    """One found document: its id, its place in the order (`key`, for the cursor), its score when sorted by relevance.

    `source` is the stored document, empty where the search asked for none.
    """

    id: str
    key: tuple[Any, ...]
    score: float | None
    source: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many documents have this value when the facet's own selection is left out."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """A facet's values, highest count first, then by value; `other` adds up the counts of all values not in `values`."""

    name: str
    values: tuple[FacetCount, ...]
    other: int


@dataclass(frozen=True, slots=True)
class Hits:
    """A page: hits in order, whether more follow, the total if asked, facets if asked, and the log position up to
    which the index was known to be complete.

    `generation` names the index that answered: scores of two generations cannot be compared.
    `total_is_exact` is False where there are more than `total`.
    `walk` goes with the keys of a lasting search that has more pages. What a walk's order holds and the caller may no
    longer see is left out, so a page can be shorter than asked for; `passed` is then the place of the last one.
    """

    hits: tuple[Hit, ...]
    more: bool
    total: int | None
    facets: tuple[FacetCounts, ...]
    position: int
    generation: str
    total_is_exact: bool = True
    walk: Walk | None = None
    passed: tuple[Any, ...] | None = None

    @property
    def end(self) -> tuple[Any, ...] | None:
        """The place after which the next page begins; None for an empty page."""
        return self.passed or (self.hits[-1].key if self.hits else None)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document as the indexer writes it; `body` None is a tombstone. `version` is the log position it was
    built at: an engine never replaces a document by an older one."""

    kind: Kind
    id: str
    version: int
    body: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that the engine will never take, with its reason."""

    kind: Kind
    id: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """A completion: the text, what it is (firm, term, blocking_point) and the document's id if it has one."""

    text: str
    kind: str
    id: str | None


@dataclass(frozen=True, slots=True)
class Generations:
    """The names of the generation that is searched, of the one kept to go back to, and of those being filled."""

    live: str | None
    previous: str | None = None
    unfinished: tuple[str, ...] = ()


class NoPrevious(SearchUnavailable):
    """There is no previous generation to go back to."""


class SearchEngine(Protocol):
    """What the directory asks of a search engine. Raises SearchUnavailable where no whole answer can be had."""

    name: str

    async def open(self) -> None:
        """Connects and makes what is missing. Raises: SearchUnavailable; then the engine can be asked again later."""

    async def make_missing(self) -> None:
        """Makes an empty live index where there is none at all: at first, and in an engine that came back empty."""

    async def close(self) -> None:
        """Releases connections."""

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes each document unless a newer one is there; the refused ones come back, all others are durable."""

    async def search(self, search: Search) -> Hits:
        """One page. Raises: WalkEnded, when the order that its walk goes over is no longer kept."""

    async def tally(self, search: Search, tallies: Sequence[Tally]) -> Tallied:
        """How many of the documents that the search finds fall into each group, all tallies of one moment."""

    async def suggest(self, prefix: str, visible: Filter, first: int) -> Sequence[Suggested]:
        """Names that begin with, or hold a word that begins with, `prefix`."""

    async def refresh(self) -> None:
        """Makes everything written so far searchable (for rebuild, verify and tests)."""

    async def position(self) -> int:
        """The log position up to which the live index is complete; 0 for an empty one."""

    async def set_position(self, position: int, epoch: int, since: int = 0) -> int:
        """Moves the position forward; never back, and never for an older epoch than the one last seen.

        Nor where the index does not stand at `since` or further: it was emptied meanwhile. Returns where it stands.
        """

    async def count(self) -> int:
        """Live documents, tombstones left out."""

    async def versions(self, kind: Kind, after: str, limit: int) -> Sequence[tuple[str, int, str | None]]:
        """(id, version, content digest or None for a tombstone) in id order: the walk of a verification."""

    async def begin_rebuild(self) -> str:
        """A new, empty generation beside the live one; `put` writes to both from now on. Returns its name."""

    async def put_into(self, generation: str, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes into the new generation only."""

    async def held_in(self, generation: str, kind: Kind) -> int:
        """How many documents of the kind the new generation holds, tombstones included."""

    async def digests_in(self, generation: str, kind: Kind, ids: Sequence[str]) -> Mapping[str, str | None]:
        """The content digests that the new generation holds of these ids, None for a tombstone."""

    async def swap(self, generation: str, position: int, keep: bool = False) -> None:
        """Makes the new generation the live one, atomically for readers, and drops the old, or keeps it as `previous`.

        What is kept is no longer written to; it stands at the position it had.
        """

    async def abandon(self, generation: str | None = None) -> Sequence[str]:
        """Drops unfinished generations (or the one named) and returns their names."""

    async def generations(self) -> Generations:
        """Which generations there are. Raises: SearchUnavailable, when the engine gives no answer."""

    async def rollback(self) -> int:
        """Makes the previous generation live again, atomically for readers, and the live one the previous.

        Returns the position it stands at: what came since has to be carried over again. Raises: NoPrevious.
        """

    async def drop_previous(self) -> str | None:
        """Drops the previous generation, if one is kept, and returns its name."""

    async def purge(self) -> None:
        """Takes out of the files what deleted and replaced documents left in them, after an erasure.

        Elasticsearch is only told to, and does it behind the searches.
        """

    async def rewrite(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Puts documents into the live index whatever it holds of them, also where that says it is newer.

        Only for who leads alone: a repair.
        """

    async def version(self) -> str | None:
        """The version of the server that answers; None for an engine without one. Raises: SearchUnavailable."""

    async def check(self) -> None:
        """Raises: SearchUnavailable, with what to do, unless the index can be searched and written to."""
