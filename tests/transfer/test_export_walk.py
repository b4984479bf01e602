"""The walk of an export over the embedded index: each page begins where the last one ended, found by an index."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from indexer.documents import fields
from indexer.engines.fts import pages, tables
from indexer.query.search import Is, Kind, Search, Sort


@pytest.mark.parametrize(
    ("kind", "field"), [(Kind.FIRM, fields.ENTRY_NUMBER), (Kind.BLOCKAGE, fields.REFERENCE)]
)
def test_no_page_reads_what_the_pages_before_it_held(kind: Kind, field: str) -> None:
    """Neither the whole table nor a sorting of it: a page far down costs what the first one does."""
    connection = sqlite3.connect(":memory:")
    tables.create(connection, 1)
    made = tables.Tables(kind, 1)
    rows = [(number + 1, f"id-{number}", f"N{number:04d}") for number in range(40)]
    column = tables.column(field)
    connection.executemany(
        f"INSERT INTO {made.doc} (doc, id, version, digest, f_public, {column}) VALUES (?, ?, 1, 'x', 1, ?)",
        rows,
    )
    connection.executemany(f"INSERT INTO {made.body} VALUES (?, '{{}}')", [(doc,) for doc, *_ in rows])
    search = Search(kind=kind, visible=Is(fields.PUBLIC, True), sort=Sort(field, descending=False), first=5)
    statements: list[str] = []
    connection.set_trace_callback(statements.append)

    page = pages.page(connection, replace(search, after=("N0019", "id-19")), made)

    assert [hit.id for hit in page.hits] == [f"id-{number}" for number in range(20, 25)]
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statements[-1]}")]
    assert f"SEARCH d USING INDEX {made.doc}_{field} ({column}>?)" in plan
