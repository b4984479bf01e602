"""
The generations of the index: one live, at most a few being filled, and the one before, kept until something ends it.

All in the transaction of the caller.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from directory.errors import SearchUnavailable
from indexer.engines.fts import tables
from indexer.query.search import Generations, NoPrevious

FILLING = "SELECT number FROM generation WHERE NOT live AND number NOT IN (SELECT number FROM previous)"


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
    rows = connection.execute(f"{FILLING} AND layout = ? ORDER BY number", (tables.layout(),)).fetchall()
    return [live(connection), *(row[0] for row in rows)]


def unfinished(connection: sqlite3.Connection, name: str) -> int:
    """The number of a generation being filled. Raises: SearchUnavailable, when there is none of that name."""
    for (number,) in connection.execute(FILLING).fetchall():
        if name_of(number) == name:
            return int(number)
    raise SearchUnavailable(f"there is no unfinished generation {name}: begin the rebuild again")


def standing(connection: sqlite3.Connection) -> Generations:
    """Which generations there are."""
    live_one = connection.execute("SELECT number FROM generation WHERE live").fetchone()
    kept = connection.execute("SELECT number FROM previous").fetchone()
    filling = connection.execute(f"{FILLING} ORDER BY number").fetchall()
    return Generations(
        live=name_of(live_one[0]) if live_one else None,
        previous=name_of(kept[0]) if kept else None,
        unfinished=tuple(name_of(row[0]) for row in filling),
    )


def promote(connection: sqlite3.Connection, number: int, position: int, *, keep: bool) -> None:
    """Makes a generation the live one, complete up to `position`; keeps the one before it, or drops it."""
    drop_previous(connection)
    before = connection.execute("SELECT number FROM generation WHERE live").fetchone()
    stood = connection.execute("SELECT position FROM state").fetchone()[0]
    if before is not None:
        _retire(connection, before[0], stood, keep=keep)
    connection.execute("UPDATE generation SET live = 1 WHERE number = ?", (number,))
    connection.execute("UPDATE state SET position = ?", (position,))


def _retire(connection: sqlite3.Connection, number: int, position: int, *, keep: bool) -> None:
    if not keep:
        _drop(connection, number)
        return
    connection.execute("UPDATE generation SET live = 0 WHERE number = ?", (number,))
    connection.execute("INSERT INTO previous VALUES (?, ?)", (number, position))


def rollback(connection: sqlite3.Connection) -> int:
    """Lets the live and the previous generation change places; the position of what is live then. Raises: NoPrevious."""
    kept = connection.execute(
        "SELECT number, position, layout FROM previous JOIN generation USING (number)"
    ).fetchone()
    if kept is None:
        raise NoPrevious("no previous generation of the embedded index is kept")
    number, position, layout = kept
    if layout != tables.layout():
        raise SearchUnavailable(
            "the previous generation was laid out by another version of this program: go back to that one first"
        )
    connection.execute("DELETE FROM previous")
    promote(connection, number, position, keep=True)
    return int(position)


def drop_previous(connection: sqlite3.Connection) -> str | None:
    """Drops the generation that was kept, if there is one; gives its name."""
    kept = connection.execute("SELECT number FROM previous").fetchone()
    if kept is None:
        return None
    _drop(connection, kept[0])
    connection.execute("DELETE FROM previous")
    return name_of(kept[0])


def drop_unfinished(connection: sqlite3.Connection, name: str | None) -> Sequence[str]:
    """Drops the generations being filled, or the one named; gives the names of those dropped."""
    rows = connection.execute(f"{FILLING} ORDER BY number").fetchall()
    dropped = [row[0] for row in rows if name in (None, name_of(row[0]))]
    for number in dropped:
        _drop(connection, number)
    return [name_of(number) for number in dropped]


def _drop(connection: sqlite3.Connection, number: int) -> None:
    tables.drop(connection, number)
    connection.execute("DELETE FROM generation WHERE number = ?", (number,))
