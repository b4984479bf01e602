"""
One page of a search, with its total and facets, all in one read transaction.

An order by a field is read behind the key of the page before. So is an order by relevance whose keys nobody wants. A walk
by relevance goes over a ranking that stands still, but shows the rows as they are now: what was erased, or is no longer
the caller's to see, does not come back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from indexer.engines.fts import generations, pages
from indexer.engines.fts.rankings import Ranking, Rankings
from indexer.engines.fts.tables import Tables
from indexer.query.search import Hit, Hits, Search, Walk


def answer(connection: sqlite3.Connection, search: Search, rankings: Rankings) -> Hits:
    """The page. Raises: WalkEnded, SearchUnavailable."""
    live = generations.live(connection)
    tables = Tables(search.kind, live)
    position: int = connection.execute("SELECT position FROM state").fetchone()[0]
    found = _found(connection, search, tables, rankings, position)
    counted = pages.counts(connection, search, tables, found.ranked)
    return Hits(
        hits=found.hits,
        more=found.more,
        total=counted.total,
        total_is_exact=counted.exact,
        facets=counted.facets,
        position=found.walk.position if found.walk else position,
        generation=generations.name_of(live),
        walk=found.walk,
        passed=found.passed,
    )


def _found(
    connection: sqlite3.Connection, search: Search, tables: Tables, rankings: Rankings, position: int
) -> pages.Found:
    if search.walk is not None:
        ranking = rankings.find(search.walk.view, tables.generation)
        return _next(connection, search, tables, ranking, search.walk)
    if not search.lasting or search.after is not None or not pages.by_score(search, tables):
        return pages.page(connection, search, tables)
    ranking = Ranking(tables.generation, position, *pages.ranking(connection, search, tables))
    if len(ranking.docs) <= search.first:
        # One page is all: what may come behind it one day is asked for anew.
        return replace(pages.page(connection, search, tables), ranked=len(ranking.docs))
    walk = Walk(rankings.keep(ranking), generations.name_of(tables.generation), position)
    return replace(_next(connection, search, tables, ranking, walk), ranked=len(ranking.docs))


def _next(
    connection: sqlite3.Connection, search: Search, tables: Tables, ranking: Ranking, walk: Walk
) -> pages.Found:
    """What stands in the ranking behind the key, which is the number of places passed."""
    begin = search.after[0] if search.after else 0
    end = min(begin + search.first, len(ranking.docs))
    rows = pages.present(connection, search, tables, ranking.docs[begin:end])
    hits = tuple(
        _hit(rows[ranking.docs[place]], place, ranking)
        for place in range(begin, end)
        if ranking.docs[place] in rows
    )
    return pages.Found(hits, more=end < len(ranking.docs), walk=walk, passed=(end,) if end > begin else None)


def _hit(row: Sequence[Any], place: int, ranking: Ranking) -> Hit:
    found_id, body = row
    return Hit(id=found_id, key=(place + 1,), score=ranking.scores[place], source=orjson.loads(body))
