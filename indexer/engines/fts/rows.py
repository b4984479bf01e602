"""Writing documents into the tables of a generation: newer ones replace older ones, never the other way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from indexer.documents.digest import content_digest
from indexer.documents.fields import FIELDS, SPELLED, Field, FieldKind
from indexer.engines.fts.tables import Tables, column
from indexer.engines.tokens import GAP, pair_text, spelled_text
from indexer.query.search import Document

# The bounds of Elasticsearch, so that a directory can change engines without losing documents.
LONGEST_ID_BYTES = 512
LONGEST_KEYWORD_BYTES = 32_766
# Some twenty milliseconds of work.
PAGES_AT_ONCE = 500
NUMBERS = range(-(2**63), 2**63)


def refusal(document: Document) -> str | None:
    """Why the document can never be taken, or None."""
    try:
        if not 0 < len(document.id.encode()) <= LONGEST_ID_BYTES:
            return f"id is not 1 to {LONGEST_ID_BYTES} bytes long"
        return next(_faults(document), None)
    except UnicodeEncodeError as broken:
        return f"not Unicode text: {broken.reason}"


def _faults(document: Document) -> Iterator[str]:
    fields = FIELDS[document.kind]
    for name, value in (document.body or {}).items():
        if (field := fields.get(name)) is None:
            yield f"unknown field {name}"
        elif fault := _fault(field, value):
            yield f"field {name}: {fault}"


def _fault(field: Field, value: Any) -> str | None:
    if field.many:
        if not isinstance(value, list):
            return "not a list"
        return next((fault for item in value if (fault := _item_fault(field.kind, item))), None)
    return _item_fault(field.kind, value)


def _item_fault(kind: FieldKind, value: Any) -> str | None:
    if kind is FieldKind.FLAG:
        return None if isinstance(value, bool) else "not a truth value"
    if kind is FieldKind.NUMBER:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return None if whole and value in NUMBERS else "not a whole number of 64 bits"
    if not isinstance(value, str):
        return "not a text"
    size = len(value.encode())
    if kind is FieldKind.KEYWORD and size > LONGEST_KEYWORD_BYTES:
        return f"longer than {LONGEST_KEYWORD_BYTES} bytes"
    return None


def write(connection: sqlite3.Connection, tables: Tables, document: Document) -> None:
    """Writes a document that `refusal` lets through, or its tombstone, unless one as new is there."""
    found = connection.execute(
        f"SELECT doc, version FROM {tables.doc} WHERE id = ?",
        (document.id,),
    ).fetchone()
    if found is not None and found[1] >= document.version:
        return
    doc = None if found is None else found[0]
    if doc is not None:
        _forget(connection, tables, doc)
    doc = _write_row(connection, tables, doc, document)
    if document.body is not None:
        _write_contents(connection, tables, doc, document.body)


def make_old(connection: sqlite3.Connection, tables: Tables, id_: str) -> None:
    """Lets any version of the document be newer than the one that is there."""
    connection.execute(f"UPDATE {tables.doc} SET version = -1 WHERE id = ?", (id_,))


def merge(connection: sqlite3.Connection, words: str, *, begin: bool = False) -> bool:
    """Whether there is more to merge into one segment, after one step of it.

    Source: SQLite FTS5, the commands `merge` and `optimize`: a negative number begins, and less than two changes end it.
    """
    before = connection.total_changes
    pages = -PAGES_AT_ONCE if begin else PAGES_AT_ONCE
    connection.execute(f"INSERT INTO {words} ({words}, rank) VALUES ('merge', ?)", (pages,))
    return connection.total_changes - before >= 2


def _forget(connection: sqlite3.Connection, tables: Tables, doc: int) -> None:
    columns = ", ".join(column(field.name) for field in tables.lists)
    lists = connection.execute(f"SELECT {columns} FROM {tables.doc} WHERE doc = ?", (doc,)).fetchone()
    connection.executemany(
        f"DELETE FROM {tables.term} WHERE field = ? AND value = ? AND doc = ?",
        [
            (number, value, doc)
            for number, values in enumerate(lists)
            if values is not None
            for value in set(orjson.loads(values))
        ],
    )
    connection.execute(f"DELETE FROM {tables.words} WHERE rowid = ?", (doc,))
    connection.execute(f"DELETE FROM {tables.body} WHERE doc = ?", (doc,))


def _write_row(connection: sqlite3.Connection, tables: Tables, doc: int | None, document: Document) -> int:
    body = document.body
    values = [_cell(field, (body or {}).get(field.name)) for field in tables.columns]
    row = (doc, document.id, document.version, None if body is None else content_digest(body), *values)
    marks = ", ".join("?" * len(row))
    statement = f"INSERT OR REPLACE INTO {tables.doc} VALUES ({marks}) RETURNING doc"
    written: int = connection.execute(statement, row).fetchone()[0]
    return written


def _cell(field: Field, value: Any) -> Any:
    return orjson.dumps(value).decode() if field.many and value is not None else value


def _write_contents(connection: sqlite3.Connection, tables: Tables, doc: int, body: dict[str, Any]) -> None:
    connection.execute(f"INSERT INTO {tables.body} VALUES (?, ?)", (doc, orjson.dumps(body)))
    connection.executemany(
        f"INSERT INTO {tables.term} VALUES (?, ?, ?)",
        [
            (number, value, doc)
            for number, field in enumerate(tables.lists)
            for value in set(body.get(field.name, ()))
        ],
    )
    spelled = SPELLED[tables.kind]
    texts = [_tokens(texts_of(body.get(field.name)), spelled=field.name in spelled) for field in tables.texts]
    marks = ", ".join("?" * (1 + len(texts)))
    names = ", ".join(column(field.name) for field in tables.texts)
    connection.execute(
        f"INSERT INTO {tables.words} (rowid, {names}) VALUES ({marks})",
        (doc, *texts),
    )


def _tokens(texts: Sequence[str], *, spelled: bool) -> str:
    also = spelled_text(texts) if spelled else ""
    return f"{pair_text(texts)} {GAP} {also}" if also else pair_text(texts)


def texts_of(value: str | Sequence[str] | None) -> Sequence[str]:
    """The texts of a text field, which may hold one, several or none."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value
