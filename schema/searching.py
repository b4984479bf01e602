"""
One page of a search for a caller: the cursor opened, the engine asked, the hits given cursors again.

A cursor is bound to the question and the caller (`schema.cursors`), and in an order by relevance to the index that
gave the scores: those of two indices cannot be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from indexer.query.search import Hit, Hits, Search
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
    facets: list[Facet]

    @property
    def ids(self) -> list[str]:
        """The ids of the hits."""
        return [hit.id for hit in self.hits]


@dataclass(frozen=True, slots=True)
class Question:
    """A search as it was asked: `listed` and `asked` (any JSON value or dataclass) are what its cursors are bound to."""

    listed: str
    asked: object
    search: Search
    after: str | None = None
    countable: Mapping[str, Countable] | None = None
    selected: Selected | None = None


async def found_page(context: Context, question: Question) -> Page:
    """The page. Raises: ApiError CURSOR_INVALID, CURSOR_EXPIRED; SearchUnavailable."""
    bound = binding(question.listed, question.asked, context.caller)
    search, generation = question.search, None
    if question.after is not None:
        generation, key = _place(context.services.cursors.open(bound, question.after))
        search = replace(search, after=key)
    hits = await context.services.search.search(search)
    if generation is not None and _is_by_relevance(search) and generation != hits.generation:
        raise ApiError(ApiCode.CURSOR_EXPIRED, "cursor.expired")
    cursors = tuple(context.services.cursors.seal(bound, (hits.generation, hit.key)) for hit in hits.hits)
    return Page(
        hits=hits.hits,
        cursors=cursors,
        page_info=page_info(cursors, after=question.after, more=hits.more),
        total=hits.total or 0,
        facets=_facets(context, question, hits),
    )


def _place(key: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    generation, place = key
    return generation, tuple(place)


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
