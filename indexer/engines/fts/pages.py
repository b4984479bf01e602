"""One page of a search from the tables of a generation: hits, total, facets. Runs inside one read transaction."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from indexer.engines.fts.conditions import Sql, TextMatch, condition, joined, text_match
from indexer.engines.fts.tables import Tables, column
from indexer.engines.scoping import ADDED_WEIGHT
from indexer.query.search import FacetCount, FacetCounts, FacetWanted, Filter, Hit, Search

SCORE = "score"


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows a search is about: FROM and WHERE, and whether FTS5 scores them.

    `typed` is the expression of what was typed, where the rows may say it in other words.
    """

    source: str
    where: Sql
    scored: bool
    typed: str | None = None


def select(search: Search, tables: Tables, *, but: str | None = None) -> Selection:
    """The visible rows that text and filters leave over; the filters named `but` are left out."""
    text = text_match(search.text, tables, search.text_fields)
    filters: list[Filter] = [search.visible]
    filters += [wanted for name, wanted in search.filters if but is None or name != but]
    conditions = [Sql("d.digest IS NOT NULL"), text.beside, *(condition(part, tables) for part in filters)]
    return _selection(text, joined(" AND ", "1", conditions), tables)


def _selection(text: TextMatch, where: Sql, tables: Tables) -> Selection:
    if text.expression is None:
        return Selection(f"{tables.doc} AS d", where, scored=False)
    # The text is the narrowest way in; left to itself, SQLite sometimes starts from the filters.
    source = f"{tables.words} AS w CROSS JOIN {tables.doc} AS d ON d.doc = w.rowid"
    matches = Sql(f"{tables.words} MATCH ?", (text.expression,))
    return Selection(source, joined(" AND ", "1", [matches, where]), True, text.typed)


def page(connection: sqlite3.Connection, search: Search, tables: Tables) -> tuple[tuple[Hit, ...], bool]:
    """The hits in order and whether more follow."""
    chosen = select(search, tables)
    order = "DESC" if search.sort.descending else "ASC"
    key, source, first = _ranked(search, tables, chosen)
    after = _after(search)
    # Bodies are large: only those of the page are read.
    rows = connection.execute(
        f"{first.text} SELECT page.id, page.key, {tables.body}.body FROM"
        f" (SELECT * FROM (SELECT d.doc, d.id, {key} AS key FROM {source} WHERE {chosen.where.text}) AS found"
        f" WHERE {after.text} ORDER BY found.key IS NULL, found.key {order}, found.id LIMIT ?) AS page"
        f" JOIN {tables.body} ON {tables.body}.doc = page.doc"
        f" ORDER BY page.key IS NULL, page.key {order}, page.id",
        (*first.values, *chosen.where.values, *after.values, search.first + 1),
    ).fetchall()
    hits = tuple(_hit(row, search, scored=chosen.scored) for row in rows[: search.first])
    return hits, len(rows) > search.first


def _ranked(search: Search, tables: Tables, chosen: Selection) -> tuple[str, str, Sql]:
    """The sort key, the source it comes from and what stands before the statement."""
    if search.sort.field is not None:
        return f"d.{column(search.sort.field)}", chosen.source, Sql("")
    if not chosen.scored:
        return "0.0", chosen.source, Sql("")
    weights = ", ".join(str(field.weight) for field in tables.texts)
    score = f"-bm25({tables.words}, {weights})"
    if chosen.typed is None:
        return score, chosen.source, Sql("")
    as_typed = Sql(
        f"WITH as_typed AS MATERIALIZED (SELECT rowid AS doc, {score} AS score FROM {tables.words}"
        f" WHERE {tables.words} MATCH ?)",
        (chosen.typed,),
    )
    key = f"{ADDED_WEIGHT} * {score} + coalesce(as_typed.score, 0.0)"
    return key, f"{chosen.source} LEFT JOIN as_typed ON as_typed.doc = d.doc", as_typed


def _after(search: Search) -> Sql:
    """What comes later in the order than the key: `search.after` is (value, id), the value None where it is missing."""
    if search.after is None:
        return Sql("1")
    value, last_id = search.after
    if value is None:
        return Sql("(found.key IS NULL AND found.id > ?)", (last_id,))
    beyond = "<" if search.sort.descending else ">"
    return Sql(
        f"(found.key IS NULL OR found.key {beyond} ? OR (found.key = ? AND found.id > ?))",
        (value, value, last_id),
    )


def _hit(row: Sequence[Any], search: Search, *, scored: bool) -> Hit:
    found_id, key, body = row
    score = float(key) if scored and search.sort.field is None else None
    return Hit(id=found_id, key=(key, found_id), score=score, source=orjson.loads(body))


def counts(
    connection: sqlite3.Connection, search: Search, tables: Tables
) -> tuple[int | None, tuple[FacetCounts, ...]]:
    """The total, if it is wanted, and the counts of each facet.

    The total and the facets without a selection of their own share one walk over the rows.
    """
    named = {name for name, _ in search.filters}
    walks: dict[str | None, list[FacetWanted]] = {None: []} if search.total else {}
    for wanted in search.facets:
        walks.setdefault(wanted.name if wanted.name in named else None, []).append(wanted)
    total: int | None = None
    counted: dict[str, FacetCounts] = {}
    for but, group in walks.items():
        found, counters = _walk(connection, select(search, tables, but=but), tables, group)
        counted |= {
            wanted.name: facet_counts(wanted, each) for wanted, each in zip(group, counters, strict=True)
        }
        if but is None and search.total:
            total = found
    return total, tuple(counted[wanted.name] for wanted in search.facets)


def _walk(
    connection: sqlite3.Connection, chosen: Selection, tables: Tables, group: Sequence[FacetWanted]
) -> tuple[int, list[Counter[str]]]:
    """How many rows there are, and for each facet of the group how often they have each value."""
    if not group:
        statement = f"SELECT count(*) FROM {chosen.source} WHERE {chosen.where.text}"
        return connection.execute(statement, chosen.where.values).fetchone()[0], []
    columns = ", ".join(f"d.{column(wanted.field)}" for wanted in group)
    # Fetching the narrow columns and counting here is three times faster than GROUP BY for each facet.
    rows = connection.execute(
        f"SELECT {columns} FROM {chosen.source} WHERE {chosen.where.text}", chosen.where.values
    ).fetchall()
    lists = {field.name for field in tables.lists}
    cells = (Counter(row[place] for row in rows) for place in range(len(group)))
    return len(rows), [
        _values(each, several=wanted.field in lists) for each, wanted in zip(cells, group, strict=True)
    ]


def _values(cells: Counter[str | None], *, several: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    for cell, count in cells.items():
        if cell is not None:
            counts.update(dict.fromkeys(orjson.loads(cell) if several else (cell,), count))
    return counts


def facet_counts(wanted: FacetWanted, counts: Counter[str]) -> FacetCounts:
    """The most frequent values, those selected, and the sum of the rest."""
    order = sorted(counts, key=lambda value: (-counts[value], value))
    shown = set(order[: wanted.size]).union(wanted.selected)
    values = [FacetCount(value, counts[value]) for value in shown]
    values.sort(key=lambda value: (-value.count, value.value))
    other = sum(count for value, count in counts.items() if value not in shown)
    return FacetCounts(wanted.name, tuple(values), other)
