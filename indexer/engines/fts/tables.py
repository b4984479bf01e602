"""
The tables of one generation of the embedded index, made from the documents' fields.

Each kind has four: `doc` (one narrow row a document or tombstone, a column for each keyword, number and flag),
`body` (the document itself), `term` (the values of fields that hold several) and `words` (FTS5). Their names carry the
generation's number, so that a rebuild fills new tables while readers use the old.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from indexer.documents.fields import ENTRY_NUMBER, FIELDS, REFERENCE, Field, FieldKind
from indexer.query.search import Kind

# Raise it when the cutting of texts or the shape of the tables changes: indices of another layout are rebuilt.
FORMAT = 3
# What every document has, each its own: in this order a walk over all of them finds its place by an index.
NUMBERED = frozenset({ENTRY_NUMBER, REFERENCE})

STATE_TABLES = """
CREATE TABLE IF NOT EXISTS state (
    id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, epoch INTEGER NOT NULL
);
INSERT OR IGNORE INTO state VALUES (1, 0, 0);
CREATE TABLE IF NOT EXISTS generation (
    number INTEGER PRIMARY KEY AUTOINCREMENT, layout TEXT NOT NULL, live INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS one_live_generation ON generation (live) WHERE live;
CREATE TABLE IF NOT EXISTS previous (number INTEGER PRIMARY KEY, position INTEGER NOT NULL);
"""

SQL_TYPES = {FieldKind.KEYWORD: "TEXT", FieldKind.NUMBER: "INTEGER", FieldKind.FLAG: "INTEGER"}


def layout() -> str:
    """A digest of everything that decides what the tables hold; equal layouts are interchangeable."""
    shape = repr([(kind.value, [repr(field) for field in FIELDS[kind].values()]) for kind in Kind])
    return hashlib.sha256(f"{FORMAT}:{shape}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Tables:
    """The tables of one kind in one generation."""

    kind: Kind
    generation: int

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """The fields with a column of their own, in the order of the columns."""
        return tuple(field for field in FIELDS[self.kind].values() if field.kind is not FieldKind.TEXT)

    @cached_property
    def lists(self) -> tuple[Field, ...]:
        """The fields that hold several values: their column is a JSON list, their values are in `term`."""
        return tuple(field for field in self.columns if field.many)

    @cached_property
    def texts(self) -> tuple[Field, ...]:
        """The text fields, in the order of the columns of `words`."""
        return tuple(field for field in FIELDS[self.kind].values() if field.kind is FieldKind.TEXT)

    @cached_property
    def doc(self) -> str:
        """One row a document: id, version, digest (NULL for a tombstone) and the columns."""
        return f"{self.kind.value}_doc_{self.generation}"

    @cached_property
    def body(self) -> str:
        """The documents as JSON, apart from `doc` to keep its rows narrow."""
        return f"{self.kind.value}_body_{self.generation}"

    @cached_property
    def term(self) -> str:
        """(field, value, doc): the number of the field among `lists`."""
        return f"{self.kind.value}_term_{self.generation}"

    @cached_property
    def words(self) -> str:
        """The full text, by FTS5, with the row ids of `doc`."""
        return f"{self.kind.value}_words_{self.generation}"

    def field_number(self, name: str) -> int:
        """The number of a field in `term`."""
        return [field.name for field in self.lists].index(name)


def column(field: str) -> str:
    """The column of a field; field names are ours, never a caller's."""
    return f"f_{field}"


def create(connection: sqlite3.Connection, generation: int) -> None:
    """Makes the empty tables of a generation."""
    for kind in Kind:
        for statement in _statements(Tables(kind, generation)):
            connection.execute(statement)


def drop(connection: sqlite3.Connection, generation: int) -> None:
    """Drops the tables of a generation."""
    for kind in Kind:
        tables = Tables(kind, generation)
        for name in (tables.words, tables.term, tables.body, tables.doc):
            connection.execute(f"DROP TABLE IF EXISTS {name}")


def _statements(tables: Tables) -> Iterator[str]:
    columns = ", ".join(f"{column(field.name)} {SQL_TYPES[field.kind]}" for field in tables.columns)
    yield (
        f"CREATE TABLE {tables.doc} (doc INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
        f" version INTEGER NOT NULL, digest TEXT, {columns})"
    )
    for field in tables.columns:
        if field.name in NUMBERED:
            yield f"CREATE INDEX {tables.doc}_{field.name} ON {tables.doc} ({column(field.name)}, id)"
    yield f"CREATE TABLE {tables.body} (doc INTEGER PRIMARY KEY, body BLOB NOT NULL)"
    yield (
        f"CREATE TABLE {tables.term} (field INTEGER NOT NULL, value TEXT NOT NULL, doc INTEGER NOT NULL,"
        " PRIMARY KEY (field, value, doc)) WITHOUT ROWID"
    )
    words = ", ".join(column(field.name) for field in tables.texts)
    # `ascii` takes every other character for a letter, so it keeps our tokens whole whatever their script;
    # `prefix` lists the tokens by first character, for queries of one Chinese character.
    yield f"CREATE VIRTUAL TABLE {tables.words} USING fts5({words}, tokenize = 'ascii', prefix = '1')"
