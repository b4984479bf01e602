"""
What a search should find, worked out by hand over plain documents: no index, no engine, only the definitions.

Texts are compared through the highlighter, which reads original texts and knows nothing of the engines' tokens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from indexer.documents.fields import text_fields
from indexer.query import syntax
from indexer.query.highlights import matches
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


def says(query: syntax.TextQuery | None, texts: Sequence[str]) -> bool:
    """Whether the texts of a document hold what the query wants."""
    if query is None:
        return True
    if isinstance(query, syntax.All):
        return all(says(part, texts) for part in query.parts)
    if isinstance(query, syntax.Any):
        return any(says(part, texts) for part in query.parts)
    if isinstance(query, syntax.Without):
        return not says(query.part, texts)
    if isinstance(query, syntax.Code):
        return False
    return any(matches([query], text) for text in texts)


def texts_of(document: Document) -> list[str]:
    """All texts of a document."""
    body = document.body or {}
    return [text for field in text_fields(document.kind) for text in _values(body, field.name)]


def found_by_hand(search: Search, documents: Sequence[Document], *, but: str | None = None) -> list[Document]:
    """The live documents found, leaving out the filters named `but`."""
    filters = [search.visible, *(wanted for name, wanted in search.filters if but is None or name != but)]
    return [
        document
        for document in documents
        if document.kind is search.kind
        and document.body is not None
        and says(search.text, texts_of(document))
        and all(holds(wanted, document.body) for wanted in filters)
    ]


def facet_by_hand(
    search: Search, wanted: FacetWanted, documents: Sequence[Document]
) -> tuple[dict[str, int], int]:
    """The counts of the facet's shown values, and of all others together."""
    counts = Counter(
        value
        for document in found_by_hand(search, documents, but=wanted.name)
        for value in set(_values(document.body or {}, wanted.field))
    )
    order = sorted(counts, key=lambda value: (-counts[value], value))
    shown = set(order[: wanted.size]).union(wanted.selected)
    return {value: counts[value] for value in shown}, sum(
        counts[value] for value in counts if value not in shown
    )
