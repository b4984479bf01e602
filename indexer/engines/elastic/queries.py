"""
Searches as Elasticsearch asks them: bool, dis_max, term, terms, range, prefix and multi_match over tokens of our own, no more.

None of the engine's own query languages is used, so nothing typed can reach its parsers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indexer.documents import fields
from indexer.documents.fields import FIELDS, SPELLED, FieldKind, text_fields
from indexer.engines.elastic.mapping import ID, SPELLED_TOKENS, STEMS, TOKENS
from indexer.engines.scoping import ADDED_WEIGHT, code_filters, scoped_fields
from indexer.engines.tokens import character_phrase, joined_token, spelling_tokens, stem_token, word_token
from indexer.query import syntax
from indexer.query.search import (
    AnyOf,
    Between,
    Both,
    Either,
    FacetWanted,
    Filter,
    Is,
    Kind,
    Search,
    Sort,
)

Json = dict[str, Any]
Clause = dict[str, Any]

MATCH_NOTHING: Clause = {"match_none": {}}
MATCH_EVERYTHING: Clause = {"match_all": {}}
TOP = "top"
# More values than any of our vocabularies has: each shard tells of all of its own, so that their sums are whole.
EVERY_VALUE = 10_000
SELECTED = "selected"
# What Elasticsearch gives as sort key of a document without the number, and wants back.
MISSING_LAST = {True: -(2**63), False: 2**63 - 1}


def request(search: Search, timeout_seconds: float) -> Json:
    """The body of the search request: one hit more than wanted tells whether more follow."""
    own = _own_selections(search)
    body: Json = {
        "query": _query(search, own),
        "size": search.first + 1,
        "sort": _sort(search),
        "track_total_hits": search.total if search.count_to is None else search.total and search.count_to,
        "track_scores": False,
        "timeout": f"{int(timeout_seconds * 1000)}ms",
    }
    if not search.documents:
        body["_source"] = False
    if own:
        body["post_filter"] = every([filter_clause(wanted) for _, wanted in own])
    if search.facets:
        body["aggs"] = {wanted.name: _facet(wanted, own) for wanted in search.facets}
    if search.after is not None:
        body["search_after"] = _search_after(search, search.after)
    return body


def present(search: Search, ids: Sequence[str], timeout_seconds: float) -> Json:
    """The body of the request for the documents of these ids that the caller may see now."""
    return {
        "query": every([{"terms": {ID: list(ids)}}, filter_clause(search.visible)]),
        "size": len(ids),
        "_source": search.documents,
        "timeout": f"{int(timeout_seconds * 1000)}ms",
    }


Named = tuple[str | None, Filter]


def _own_selections(search: Search) -> list[Named]:
    """The filters that some facet has to leave out of its counts."""
    names = frozenset[str]().union(*(wanted.left_out for wanted in search.facets))
    return [(name, wanted) for name, wanted in search.filters if name in names]


def _query(search: Search, own: Sequence[Named]) -> Clause:
    shared = [filter_clause(wanted) for name, wanted in search.filters if (name, wanted) not in own]
    body: Json = {"filter": [filter_clause(search.visible), *shared]}
    if search.text is not None:
        _add_text(body, search, syntax.sides(search.text))
    return {"bool": body}


def _add_text(body: Json, search: Search, sides: syntax.Sides) -> None:
    names = [
        f.name for f in text_fields(search.kind) if search.text_fields is None or f.name in search.text_fields
    ]
    if sides.code is not None:
        body["filter"].append({"term": {fields.CODES: sides.code}})
    body["filter"] += [filter_clause(part) for part in code_filters(sides, search.kind)]
    wanted, of = list(sides.wanted), search.kind
    as_typed = [syntax.typed(part) for part in wanted]
    must = [text_clause(part, of, names) for part in wanted]
    body["must_not"] = [text_clause(part, of, names) for part in sides.unwanted]
    if as_typed == wanted:
        body["must"] = must
        return
    body["must"] = {"bool": {"must": must, "boost": ADDED_WEIGHT}}
    body["should"] = {"bool": {"must": [text_clause(part, of, names) for part in as_typed]}}


def _in(part: str, kind: Kind, names: Sequence[str]) -> list[str]:
    """The fields `names` of the tokens, the stems or the spellings, each with its weight."""
    return [f"{part}.{name}^{FIELDS[kind][name].weight}" for name in names]


def text_clause(query: syntax.TextQuery, kind: Kind, names: Sequence[str]) -> Clause:
    """The clause for one part of a text, scored over the fields `names`."""
    if isinstance(query, syntax.All):
        return {"bool": {"must": [text_clause(part, kind, names) for part in query.parts]}}
    if isinstance(query, syntax.Any):
        return any_clause([text_clause(part, kind, names) for part in query.parts])
    if isinstance(query, syntax.Alike):
        # Said in many ways, it is said no better.
        return {
            "dis_max": {"queries": [text_clause(each, kind, names) for each in (query.typed, *query.others)]}
        }
    if isinstance(query, syntax.Scoped):
        return text_clause(query.part, kind, scoped_fields(query, names))
    return _leaf(query, kind, names) if names else MATCH_NOTHING


def _leaf(query: syntax.TextQuery, kind: Kind, names: Sequence[str]) -> Clause:
    spelled = [name for name in names if name in SPELLED[kind]]
    if isinstance(query, syntax.Word):
        return _word(query.text, kind, names)
    if isinstance(query, syntax.Phrase):
        return _match(character_phrase(query.runs), "phrase", _in(TOKENS, kind, names))
    if isinstance(query, syntax.Prefix):
        return any_clause([_prefix(name, query.text) for name in _in(TOKENS, kind, names)])
    if isinstance(query, syntax.Joined):
        return _match(joined_token(query.text), "most_fields", _in(SPELLED_TOKENS, kind, spelled))
    if isinstance(query, syntax.Near):
        tokens = " ".join(spelling_tokens(query.text))
        return _match(tokens, "most_fields", _in(SPELLED_TOKENS, kind, spelled))
    raise TypeError(f"{type(query).__name__} stands only at the top of a query")


def _match(tokens: str, how: str, names: Sequence[str]) -> Clause:
    return {"multi_match": {"query": tokens, "type": how, "fields": list(names)}} if names else MATCH_NOTHING


def _word(word: str, kind: Kind, names: Sequence[str]) -> Clause:
    stemmed = stem_token(word)
    if stemmed is None:
        return _match(word_token(word), "most_fields", _in(TOKENS, kind, names))
    return _match(stemmed, "most_fields", _in(STEMS, kind, names))


def _prefix(name: str, text: str) -> Clause:
    field, _, weight = name.partition("^")
    return {"prefix": {field: {"value": text, "boost": float(weight)}}}


def any_clause(clauses: Sequence[Clause]) -> Clause:
    """At least one of the clauses."""
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def every(clauses: Sequence[Clause]) -> Clause:
    """All of the clauses, unscored."""
    return {"bool": {"filter": list(clauses)}} if clauses else MATCH_EVERYTHING


def filter_clause(wanted: Filter) -> Clause:
    """The clause of a filter; a missing value matches nothing."""
    if isinstance(wanted, Both):
        return every([filter_clause(part) for part in wanted.filters])
    if isinstance(wanted, Either):
        return (
            any_clause([filter_clause(part) for part in wanted.filters]) if wanted.filters else MATCH_NOTHING
        )
    if isinstance(wanted, AnyOf):
        return {"terms": {wanted.field: list(wanted.values)}} if wanted.values else MATCH_NOTHING
    if isinstance(wanted, Between):
        return _between(wanted)
    if isinstance(wanted, Is):
        return {"term": {wanted.field: wanted.value}}
    return {"bool": {"must_not": [filter_clause(wanted.filter)]}}


def _between(wanted: Between) -> Clause:
    bounds = {"gte": wanted.at_least, "lte": wanted.at_most}
    known = {name: bound for name, bound in bounds.items() if bound is not None}
    return {"range": {wanted.field: known}} if known else {"exists": {"field": wanted.field}}


def scored(search: Search) -> bool:
    """Whether the order is by a score that the text gives."""
    return search.sort.field is None and search.text is not None and bool(syntax.sides(search.text).wanted)


def _sort(search: Search) -> list[Json]:
    """The order with the id as last word, so that no two documents ever stand at the same place."""
    by_id: Json = {ID: "asc"}
    direction = "desc" if search.sort.descending else "asc"
    if search.sort.field is not None:
        return [{search.sort.field: {"order": direction, "missing": "_last"}}, by_id]
    return [{"_score": direction}, by_id] if scored(search) else [by_id]


def _search_after(search: Search, key: tuple[Any, ...]) -> list[Any]:
    value, last_id = key
    if search.sort.field is None:
        return [value, last_id] if scored(search) else [last_id]
    if value is None and _is_number(search.kind, search.sort):
        value = MISSING_LAST[search.sort.descending]
    return [value, last_id]


def key_of(search: Search, sort: Sequence[Any]) -> tuple[Any, ...]:
    """The key of a hit from its sort values; None where the field is missing."""
    if search.sort.field is None:
        return (sort[0], sort[1]) if scored(search) else (0.0, sort[0])
    value, hit_id = sort
    if _is_number(search.kind, search.sort) and value == MISSING_LAST[search.sort.descending]:
        value = None
    return (value, hit_id)


def _is_number(kind: Kind, sort: Sort) -> bool:
    return sort.field is not None and FIELDS[kind][sort.field].kind is FieldKind.NUMBER


def _facet(wanted: FacetWanted, own: Sequence[Named]) -> Json:
    """Counts under all selections but those that the facet leaves out."""
    others = [filter_clause(selection) for name, selection in own if name not in wanted.left_out]
    counts: Json = {TOP: {"terms": {"field": wanted.field, "size": wanted.size, "shard_size": EVERY_VALUE}}}
    if wanted.selected:
        selected = {"field": wanted.field, "size": len(wanted.selected), "include": list(wanted.selected)}
        counts[SELECTED] = {"terms": selected}
    return {"filter": every(others), "aggs": counts}
