"""
SQLite for SQLAlchemy with one trip to the connection's thread a statement.

The usual cursor goes there four times: to be made, to execute, to fetch, to be closed. Each trip wakes two threads, which
costs more than what most of our statements do.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import await_only


class OneTripCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that exists in the connection's thread only while it executes; rows and figures come back with it."""

    __slots__ = ()

    def __init__(self, adapted: OneTripConnection) -> None:
        self._adapt_connection = adapted
        self._connection = adapted._connection
        self._cursor: Any = SimpleNamespace(description=None, rowcount=-1, lastrowid=None, arraysize=1)
        self._soft_closed_memoized: Any = {}
        self._rows: Any = deque()

    def execute(self, operation: Any, parameters: Any = None) -> None:
        """Carries the statement out and holds its rows."""
        self._trip(sqlite3.Cursor.execute, operation, () if parameters is None else parameters)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        """Carries the statement out once for each set of parameters."""
        self._trip(sqlite3.Cursor.executemany, operation, seq_of_parameters)

    def close(self) -> None:
        """Forgets the rows: in the thread there is nothing left to close."""
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """Nothing is open."""

    def _trip(self, execute: Any, operation: str, parameters: Any) -> None:
        connection: Any = self._connection
        try:
            # The queue that every method of aiosqlite uses; it has no public name.
            self._cursor, rows = await_only(
                connection._execute(_carried_out, connection._conn, execute, operation, parameters)
            )
        except Exception as error:
            self._adapt_connection._handle_exception(error)
        self._rows = deque(rows)


def _carried_out(
    connection: sqlite3.Connection, execute: Any, operation: str, parameters: Any
) -> tuple[SimpleNamespace, Sequence[Any]]:
    cursor = connection.cursor()
    try:
        execute(cursor, operation, parameters)
        rows = cursor.fetchall() if cursor.description else ()
        figures = SimpleNamespace(
            description=cursor.description,
            rowcount=cursor.rowcount,
            lastrowid=cursor.lastrowid,
            arraysize=cursor.arraysize,
        )
    finally:
        cursor.close()
    return figures, rows


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """A connection with such cursors."""

    __slots__ = ()

    _cursor_cls: Any = OneTripCursor


class OneTripDriver(AsyncAdapt_aiosqlite_dbapi):
    """The driver that makes such connections: the `module` of an engine."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arguments: Any, **options: Any) -> OneTripConnection:
        """A new connection, in a thread of its own."""
        return OneTripConnection(self, super().connect(*arguments, **options)._connection)
