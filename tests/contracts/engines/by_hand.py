"""
What a search should find, worked out by hand over plain documents: no index, no engine, only the definitions.

Texts are compared through the highlighter, which reads original texts and knows nothing of the engines' tokens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from indexer.documents.fields import text_fields
from indexer.query import syntax
from indexer.query.forgiveness import forgiving
from indexer.query.highlights import leaves_in, matches
from indexer.query.scopes import CODE_SCOPES, TEXT_SCOPES
from indexer.query.search import AnyOf, Between, Both, Document, Either, FacetWanted, Filter, Is, Search

Body = dict[str, Any]


def holds(wanted: Filter, body: Body) -> bool:
    """Whether the filter holds for the document."""
    if isinstance(wanted, Both):
        return all(holds(part, body) for part in wanted.filters)
    if isinstance(wanted, Either):
        return any(holds(part, body) for part in wanted.filters)
    if isinstance(wanted, AnyOf):
        return bool(set(wanted.values) & set(_values(body, wanted.field)))
    if isinstance(wanted, Is):
        return body.get(wanted.field) is wanted.value
    if isinstance(wanted, Between):
        value = body.get(wanted.field)
        low = wanted.at_least is None or (value is not None and value >= wanted.at_least)
        high = wanted.at_most is None or (value is not None and value <= wanted.at_most)
        return value is not None and low and high
    return not holds(wanted.filter, body)


def _values(body: Body, field: str) -> list[str]:
    value = body.get(field, [])
    return value if isinstance(value, list) else [value]


def says(query: syntax.TextQuery | None, texts: Sequence[tuple[str, str]], body: Body) -> bool:
    """Whether the texts of a document, each with its field, hold what the query wants."""
    if query is None:
        return True
    if isinstance(query, syntax.All):
        return all(says(part, texts, body) for part in query.parts)
    if isinstance(query, syntax.Any):
        return any(says(part, texts, body) for part in query.parts)
    if isinstance(query, syntax.Alike):
        return any(says(part, texts, body) for part in (query.typed, *query.others))
    if isinstance(query, syntax.Without):
        return not says(query.part, texts, body)
    if isinstance(query, syntax.Scoped):
        fields = TEXT_SCOPES[query.field]
        return says(query.part, [(field, text) for field, text in texts if field in fields], body)
    if isinstance(query, syntax.Coded):
        return bool(set(query.values) & set(_values(body, CODE_SCOPES[query.field])))
    if isinstance(query, syntax.Code):
        return False
    return any(matches(list(leaves_in(query, field)), text) for field, text in texts)


def texts_of(document: Document) -> list[tuple[str, str]]:
    """All texts of a document, each with its field."""
    body = document.body or {}
    return [(field.name, text) for field in text_fields(document.kind) for text in _values(body, field.name)]


def as_answered(search: Search, documents: Sequence[Document]) -> Search:
    """The search, its words forgiven a letter where nothing visible says them."""
    anything = replace(search, filters=())
    if search.text is None or _found(anything, documents, but=()):
        return search
    return replace(search, text=forgiving(search.text))


def found_by_hand(
    search: Search, documents: Sequence[Document], *, but: Collection[str] = ()
) -> list[Document]:
    """The live documents found, leaving out the filters with a name in `but`."""
    return _found(as_answered(search, documents), documents, but=but)


def _found(search: Search, documents: Sequence[Document], *, but: Collection[str]) -> list[Document]:
    filters = [search.visible, *(wanted for name, wanted in search.filters if name not in but)]
    return [
        document
        for document in documents
        if document.kind is search.kind
        and document.body is not None
        and says(search.text, texts_of(document), document.body)
        and all(holds(wanted, document.body) for wanted in filters)
    ]


def facet_by_hand(
    search: Search, wanted: FacetWanted, documents: Sequence[Document]
) -> tuple[dict[str, int], int]:
    """The counts of the facet's shown values, and of all others together."""
    counts = Counter(
        value
        for document in found_by_hand(
            search, documents, but=() if wanted.own else (wanted.name, *wanted.beside)
        )
        for value in set(_values(document.body or {}, wanted.field))
    )
    order = sorted(counts, key=lambda value: (-counts[value], value))
    shown = set(order[: wanted.size]).union(wanted.selected)
    return {value: counts[value] for value in shown}, sum(
        counts[value] for value in counts if value not in shown
    )
