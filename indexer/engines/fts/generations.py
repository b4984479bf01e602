"""The generations of the index: one live, at most a few being filled. All in the transaction of the caller."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from directory.errors import SearchUnavailable
from indexer.engines.fts import tables


def name_of(number: int) -> str:
    """How a generation is named outside."""
    return f"g{number}"


def make(connection: sqlite3.Connection, *, live: bool) -> int:
    """The number of a new, empty generation."""
    number: int = connection.execute(
        "INSERT INTO generation (layout, live) VALUES (?, ?) RETURNING number", (tables.layout(), live)
    ).fetchone()[0]
    tables.create(connection, number)
    return number


def live(connection: sqlite3.Connection) -> int:
    """The live generation. Raises: SearchUnavailable, when there is none or it was laid out by another version."""
    row = connection.execute("SELECT number, layout FROM generation WHERE live").fetchone()
    if row is None:
        raise SearchUnavailable("the embedded index has not been made yet: open the engine first")
    if row[1] != tables.layout():
        raise SearchUnavailable(
            "the embedded index was laid out by another version of this program: run `newgrowth index rebuild`"
        )
    number: int = row[0]
    return number


def written(connection: sqlite3.Connection) -> list[int]:
    """The generations that every write goes to: the live one and those being filled in the present layout."""
    rows = connection.execute(
        "SELECT number FROM generation WHERE NOT live AND layout = ? ORDER BY number", (tables.layout(),)
    ).fetchall()
    return [live(connection), *(row[0] for row in rows)]


def unfinished(connection: sqlite3.Connection, name: str) -> int:
    """The number of a generation being filled. Raises: SearchUnavailable, when there is none of that name."""
    rows = connection.execute("SELECT number FROM generation WHERE NOT live").fetchall()
    for (number,) in rows:
        if name_of(number) == name:
            return int(number)
    raise SearchUnavailable(f"there is no unfinished generation {name}: begin the rebuild again")


def promote(connection: sqlite3.Connection, number: int) -> None:
    """Makes a generation the live one and drops the one before it."""
    before = connection.execute("SELECT number FROM generation WHERE live").fetchall()
    for (old,) in before:
        _drop(connection, old)
    connection.execute("UPDATE generation SET live = 1 WHERE number = ?", (number,))


def drop_unfinished(connection: sqlite3.Connection, name: str | None) -> Sequence[str]:
    """Drops the generations being filled, or the one named; gives the names of those dropped."""
    rows = connection.execute("SELECT number FROM generation WHERE NOT live ORDER BY number").fetchall()
    dropped = [row[0] for row in rows if name in (None, name_of(row[0]))]
    for number in dropped:
        _drop(connection, number)
    return [name_of(number) for number in dropped]


def _drop(connection: sqlite3.Connection, number: int) -> None:
    tables.drop(connection, number)
    connection.execute("DELETE FROM generation WHERE number = ?", (number,))
