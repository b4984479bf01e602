"""
One page of a search for a caller: the cursor opened, the engine asked, the hits given cursors again.

A cursor is bound to the question and the caller (`schema.cursors`), and in an order by relevance to the view of the
index in which the order stands still, and to the index that gave the scores: those of two indices cannot be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from indexer.query.search import Hit, Hits, Search, Walk, WalkEnded
from schema.connections import PageInfo, page_info
from schema.context import Context
from schema.cursors import binding
from schema.errors import ApiCode, ApiError
from schema.facets import Countable, Selected, shown_facets
from schema.terms import Facet

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """What a search found: hits with their cursors, in order, and what was asked for beside them."""

    hits: tuple[Hit, ...]
    cursors: tuple[str, ...]
    page_info: PageInfo
    total: int
    total_is_exact: bool
    complete_to: int
    facets: list[Facet]

    @property
    def ids(self) -> list[str]:
        """The ids of the hits."""
        return [hit.id for hit in self.hits]


@dataclass(frozen=True, slots=True)
class Question:
    """A search as it was asked: `listed` and `asked` (any JSON value or dataclass) are what its cursors are bound to.

    `walks`: whether the caller gets cursors; `marks`: whether what was found is marked in the documents.
    """

    listed: str
    asked: object
    search: Search
    after: str | None = None
    walks: bool = False
    marks: bool = False
    countable: Mapping[str, Countable] | None = None
    selected: Selected | None = None


async def found_page(context: Context, question: Question) -> Page:
    """The page. Raises: ApiError CURSOR_INVALID, CURSOR_EXPIRED; SearchUnavailable."""
    bound = binding(question.listed, question.asked, context.caller)
    search, place = replace(question.search, lasting=question.walks, documents=question.marks), None
    if question.after is not None:
        place = _Place.opened(context.services.cursors.open(bound, question.after))
        search = replace(search, after=place.key, walk=place.walk)
    hits = await _hits(context, search)
    if place is not None and _is_by_relevance(search) and place.generation != hits.generation:
        raise ApiError(ApiCode.CURSOR_EXPIRED, "cursor.expired")

    def sealed(key: tuple[Any, ...]) -> str:
        if not question.walks:
            return ""
        return context.services.cursors.seal(bound, _Place(hits.generation, key, hits.walk).sealed())

    cursors = tuple(sealed(hit.key) for hit in hits.hits)
    return Page(
        hits=hits.hits,
        cursors=cursors,
        page_info=page_info(
            cursors, after=question.after, more=hits.more, end=sealed(hits.end) if hits.end else None
        ),
        total=hits.total or 0,
        total_is_exact=hits.total_is_exact,
        complete_to=hits.position,
        facets=_facets(context, question, hits),
    )


async def _hits(context: Context, search: Search) -> Hits:
    try:
        return await context.services.search.search(search)
    except WalkEnded as ended:
        raise ApiError(ApiCode.CURSOR_EXPIRED, "cursor.expired") from ended


@dataclass(frozen=True, slots=True)
class _Place:
    """What a cursor of a search carries: the index, the place in its order, and the walk it belongs to."""

    generation: str
    key: tuple[Any, ...]
    walk: Walk | None

    def sealed(self) -> tuple[Any, ...]:
        walk = self.walk and (self.walk.view, self.walk.position, self.walk.forgiven)
        return self.generation, self.key, walk

    @classmethod
    def opened(cls, sealed: tuple[Any, ...]) -> _Place:
        generation, key, walk = sealed
        if walk is None:
            return cls(generation, tuple(key), None)
        view, position, forgiven = walk
        return cls(generation, tuple(key), Walk(view, generation, position, forgiven))


def _is_by_relevance(search: Search) -> bool:
    return search.sort.field is None and search.text is not None


def _facets(context: Context, question: Question, hits: Hits) -> list[Facet]:
    return shown_facets(hits.facets, question.countable or {}, question.selected or {}, context.reference)


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A page of a list that is kept in the record: items with their cursors, in order; `total` counts all pages."""

    items: tuple[T, ...]
    cursors: tuple[str, ...]
    page_info: PageInfo
    total: int


def listed_page(
    context: Context,
    listed: str,
    asked: object,
    items: Sequence[T],
    key: Callable[[T], tuple[str, str]],
    *,
    first: int,
    after: str | None,
) -> Listed[T]:
    """The page of a short list that was read whole, newest first; `key` gives (instant, id), which falls.

    Raises: ApiError CURSOR_INVALID, CURSOR_EXPIRED.
    """
    behind = opened_key(context, listed, asked, after)
    rest = [item for item in items if behind is None or key(item) < behind]
    shown = tuple(rest[:first])
    cursors, info = keyed_page(
        context, listed, asked, [key(item) for item in shown], after=after, more=len(rest) > first
    )
    return Listed(shown, tuple(cursors), info, len(items))


def keyed_page(
    context: Context,
    listed: str,
    asked: object,
    keys: Sequence[tuple[str, str]],
    *,
    after: str | None,
    more: bool,
) -> tuple[list[str], PageInfo]:
    """The cursors of a page read from the record, and where it stands; `keys` are (instant, id) in order."""
    bound = binding(listed, asked, context.caller)
    cursors = [context.services.cursors.seal(bound, key) for key in keys]
    return cursors, page_info(cursors, after=after, more=more)


def opened_key(context: Context, listed: str, asked: object, after: str | None) -> tuple[str, str] | None:
    """The (instant, id) after which a list from the record goes on. Raises: ApiError CURSOR_INVALID, CURSOR_EXPIRED."""
    if after is None:
        return None
    at, entity_id = context.services.cursors.open(binding(listed, asked, context.caller), after)
    return at, entity_id
