"""Counts by groups of values from the tables of a generation. Runs inside one read transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from indexer.engines.fts.pages import select
from indexer.engines.fts.tables import Tables, column
from indexer.query.search import Search
from indexer.query.tallies import Counts, Tally


def counted(connection: sqlite3.Connection, search: Search, tables: Tables, tally: Tally) -> Counts:
    """The groups of what the search finds, each with its count."""
    narrower = replace(search, filters=(*search.filters, *((None, each) for each in tally.filters)))
    chosen = select(narrower, tables)
    lists = {field.name for field in tables.lists}
    joins, values, keys = [], list[object](), []
    for place, name in enumerate(tally.by):
        if name in lists:
            joins.append(
                f"LEFT JOIN {tables.term} AS t{place} ON t{place}.doc = d.doc AND t{place}.field = ?"
                f" AND t{place}.value IN (SELECT value FROM json_each(d.{column(name)}))"
            )
            values.append(tables.field_number(name))
            keys.append(f"t{place}.value")
        else:
            keys.append(f"d.{column(name)}")
    groups = f" GROUP BY {', '.join(keys)}" if keys else ""
    rows = connection.execute(
        f"SELECT {', '.join([*keys, 'count(*)'])} FROM {chosen.source} {' '.join(joins)}"
        f" WHERE {chosen.where.text}{groups}",
        (*values, *chosen.where.values),
    )
    return {tuple(row[:-1]): row[-1] for row in rows if row[-1]}
