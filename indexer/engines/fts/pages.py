"""One page of a search from the tables of a generation: hits, total, facets. Runs inside one read transaction."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from indexer.engines.fts.conditions import Sql, TextMatch, condition, joined, text_match
from indexer.engines.fts.tables import NUMBERED, Tables, column
from indexer.engines.scoping import ADDED_WEIGHT
from indexer.query.search import FacetCount, FacetCounts, FacetWanted, Filter, Hit, Search, Walk


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of a page in order and whether more follow; for a walk, its name and the place passed last.

    `ranked`: how many hits there are in all, where all were put in order for this page.
    """

    hits: tuple[Hit, ...]
    more: bool
    walk: Walk | None = None
    passed: tuple[Any, ...] | None = None
    ranked: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """The total, if it is wanted, whether there are not more, and the counts of each facet."""

    total: int | None
    exact: bool
    facets: tuple[FacetCounts, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows a search is about: FROM and WHERE, and whether FTS5 scores them.

    `typed` is the expression of what was typed, where the rows may say it in other words.
    """

    source: str
    where: Sql
    scored: bool
    typed: str | None = None


def select(search: Search, tables: Tables, *, but: frozenset[str] = frozenset()) -> Selection:
    """The visible rows that text and filters leave over; the filters with a name in `but` are left out."""
    text = text_match(search.text, tables, search.text_fields)
    filters: list[Filter] = [search.visible]
    filters += [wanted for name, wanted in search.filters if name not in but]
    conditions = [Sql("d.digest IS NOT NULL"), text.beside, *(condition(part, tables) for part in filters)]
    return _selection(text, joined(" AND ", "1", conditions), tables)


def _selection(text: TextMatch, where: Sql, tables: Tables) -> Selection:
    if text.expression is None:
        return Selection(f"{tables.doc} AS d", where, scored=False)
    # The text is the narrowest way in; left to itself, SQLite sometimes starts from the filters.
    source = f"{tables.words} AS w CROSS JOIN {tables.doc} AS d ON d.doc = w.rowid"
    matches = Sql(f"{tables.words} MATCH ?", (text.expression,))
    return Selection(source, joined(" AND ", "1", [matches, where]), True, text.typed)


def by_score(search: Search, tables: Tables) -> bool:
    """Whether the order is by a score that the text gives."""
    return search.sort.field is None and select(search, tables).scored


def page(connection: sqlite3.Connection, search: Search, tables: Tables) -> Found:
    """The hits in order and whether more follow."""
    chosen = select(search, tables)
    order = "DESC" if search.sort.descending else "ASC"
    key, source, first = _ranked(search, tables, chosen)
    after = _after(search)
    among = "" if search.ranked_among is None else f" LIMIT {search.ranked_among:d}"
    # Bodies are large: only those of the page are read, if any.
    body, bodies = _bodies(search, tables, "page.doc")
    rows = connection.execute(
        f"{first.text} SELECT page.id, page.key, {body} FROM"
        f" (SELECT * FROM (SELECT d.doc, d.id, {key} AS key FROM {source} WHERE {chosen.where.text}{among}) AS found"
        f" WHERE {after.text} ORDER BY found.key {order} NULLS LAST, found.id LIMIT ?) AS page"
        f"{bodies}"
        f" ORDER BY page.key {order} NULLS LAST, page.id",
        (*first.values, *chosen.where.values, *after.values, search.first + 1),
    ).fetchall()
    hits = tuple(_hit(row, search, scored=chosen.scored) for row in rows[: search.first])
    return Found(hits, more=len(rows) > search.first)


def ranking(
    connection: sqlite3.Connection, search: Search, tables: Tables
) -> tuple[array[int], array[float]]:
    """The row numbers of all hits in order, and their scores."""
    chosen = select(search, tables)
    order = "DESC" if search.sort.descending else "ASC"
    key, source, first = _ranked(search, tables, chosen)
    docs, scores = array("I"), array("f")
    rows = connection.execute(
        f"{first.text} SELECT d.doc, {key} AS key FROM {source} WHERE {chosen.where.text} ORDER BY key {order}, d.id",
        (*first.values, *chosen.where.values),
    )
    for doc, score in rows:
        docs.append(doc)
        scores.append(score)
    return docs, scores


def present(
    connection: sqlite3.Connection, search: Search, tables: Tables, docs: Sequence[int]
) -> dict[int, tuple[str, bytes]]:
    """Id and body, if bodies are asked for, of those rows that the caller may see now, by row number."""
    visible = condition(search.visible, tables)
    body, bodies = _bodies(search, tables, "d.doc")
    rows = connection.execute(
        f"SELECT d.doc, d.id, {body} FROM {tables.doc} AS d{bodies}"
        f" WHERE d.digest IS NOT NULL AND {visible.text} AND d.doc IN (SELECT value FROM json_each(?))",
        (*visible.values, orjson.dumps(list(docs)).decode()),
    )
    return {doc: (found_id, body) for doc, found_id, body in rows}


def _bodies(search: Search, tables: Tables, doc: str) -> tuple[str, str]:
    """What is read of a document's body, and what has to be joined for it."""
    if not search.documents:
        return "'{}'", ""
    return f"{tables.body}.body", f" JOIN {tables.body} ON {tables.body}.doc = {doc}"


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
    if search.sort.field in NUMBERED:
        return Sql(f"found.key {beyond} ?", (value,))
    return Sql(
        f"(found.key IS NULL OR found.key {beyond} ? OR (found.key = ? AND found.id > ?))",
        (value, value, last_id),
    )


def _hit(row: Sequence[Any], search: Search, *, scored: bool) -> Hit:
    found_id, key, body = row
    score = float(key) if scored and search.sort.field is None else None
    return Hit(id=found_id, key=(key, found_id), score=score, source=orjson.loads(body))


def counts(
    connection: sqlite3.Connection, search: Search, tables: Tables, ranked: int | None = None
) -> Counted:
    """What is to be counted. The total and the facets without a selection of their own share one walk over the rows.

    A total that is known, because all hits were `ranked`, is not counted again.
    """
    named = {name for name, _ in search.filters}
    every = frozenset[str]()
    walks: dict[frozenset[str], list[FacetWanted]] = {every: []} if search.total and ranked is None else {}
    for wanted in search.facets:
        walks.setdefault(wanted.left_out & named, []).append(wanted)
    total = ranked if search.total else None
    counted: dict[str, FacetCounts] = {}
    for but, group in walks.items():
        found, counters = _walk(connection, select(search, tables, but=but), tables, group, search.count_to)
        counted |= {
            wanted.name: facet_counts(wanted, each) for wanted, each in zip(group, counters, strict=True)
        }
        if but == every and search.total:
            total = found
    exact = total is None or search.count_to is None or total <= search.count_to
    return Counted(
        total if exact else search.count_to, exact, tuple(counted[wanted.name] for wanted in search.facets)
    )


def _walk(
    connection: sqlite3.Connection,
    chosen: Selection,
    tables: Tables,
    group: Sequence[FacetWanted],
    count_to: int | None,
) -> tuple[int, list[Counter[str]]]:
    """How many rows there are, and for each facet of the group how often they have each value.

    Where there is no facet to count, one row above `count_to` is the last one looked at.
    """
    if not group:
        most = -1 if count_to is None else count_to + 1
        statement = f"SELECT count(*) FROM (SELECT 1 FROM {chosen.source} WHERE {chosen.where.text} LIMIT ?)"
        return connection.execute(statement, (*chosen.where.values, most)).fetchone()[0], []
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
