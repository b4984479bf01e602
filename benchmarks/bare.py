"""
The rows that commands left, written again by the driver alone, into empty tables, one transaction for each command.

Each table's rows are divided evenly among the transactions, in the order in which they were written. So some come before
what they refer to, and references are not looked after: a little in favour of the bare side.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import asyncpg
from sqlalchemy import Table
from sqlalchemy.engine import make_url

from directory.record.engines import USUAL, Pools, writer_pragmas
from directory.record.tables import metadata

Row = Sequence[Any]


class Bare(Protocol):
    """A database that takes the rows, transaction by transaction."""

    async def write_next(self) -> float:
        """Seconds that the next transaction took."""


@dataclass(frozen=True, slots=True)
class Share:
    """Rows of one table on their way, so many at a time."""

    table: str
    columns: int
    at_once: int
    rows: Iterator[Row]

    @classmethod
    def of(cls, table: Table, rows: Iterable[Row], count: int, transactions: int) -> Share:
        """The table's rows, of which there are `count`, in so many parts."""
        return cls(table.name, len(table.columns), -(-count // transactions), iter(rows))

    def next_rows(self) -> list[Row]:
        """The next part; none when all were taken."""
        return list(islice(self.rows, self.at_once))


@asynccontextmanager
async def bare_at(url: str, source: str, transactions: int) -> AsyncIterator[Bare]:
    """The migrated, empty database at `url`, ready for the rows of the one at `source`."""
    if make_url(url).get_backend_name() == "sqlite":
        with bare_sqlite(url, source, transactions) as bare:
            yield bare
        return
    rows = await _postgresql_rows(source)
    shares = [
        Share.of(table, rows[table.name], len(rows[table.name]), transactions)
        for table in metadata.sorted_tables
    ]
    connection = await asyncpg.connect(_plain(url))
    try:
        # References are not looked after, see above.
        await connection.execute("SET session_replication_role = replica")
        yield BarePostgres(connection, shares)
    finally:
        await connection.close()


@dataclass(frozen=True, slots=True)
class BareSqlite:
    """A SQLite file, with the settings of the record's writer."""

    connection: sqlite3.Connection
    shares: Sequence[Share]

    async def write_next(self) -> float:
        """Seconds that the next transaction took."""
        return self.write()

    def write(self) -> float:
        """The same; reading the rows is not counted."""
        parts = [(share, share.next_rows()) for share in self.shares if share.at_once]
        began = time.perf_counter()
        self.connection.execute("BEGIN IMMEDIATE")
        for share, rows in parts:
            values = ", ".join("?" * share.columns)
            self.connection.executemany(f"INSERT INTO {share.table} VALUES ({values})", rows)  # noqa: S608
        self.connection.execute("COMMIT")
        return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class BarePostgres:
    """A PostgreSQL database."""

    connection: Any
    shares: Sequence[Share]

    async def write_next(self) -> float:
        """Seconds that the next transaction took."""
        parts = [(share, share.next_rows()) for share in self.shares if share.at_once]
        began = time.perf_counter()
        async with self.connection.transaction():
            for share, rows in parts:
                values = ", ".join(f"${number}" for number in range(1, share.columns + 1))
                await self.connection.executemany(
                    f"INSERT INTO {share.table} VALUES ({values})",  # noqa: S608
                    rows,
                )
        return time.perf_counter() - began


@contextmanager
def bare_sqlite(url: str, source: str, transactions: int, pools: Pools = USUAL) -> Iterator[BareSqlite]:
    """As `bare_at`, of SQLite, its writer set up for `pools`; rows are read as they are written."""
    with (
        closing(sqlite3.connect(str(make_url(source).database))) as old,
        closing(sqlite3.connect(str(make_url(url).database), isolation_level=None)) as new,
    ):
        for pragma in (*writer_pragmas(pools), "foreign_keys=OFF"):
            new.execute(f"PRAGMA {pragma}")
        yield BareSqlite(new, [_sqlite_share(old, table, transactions) for table in metadata.sorted_tables])


def _sqlite_share(old: sqlite3.Connection, table: Table, transactions: int) -> Share:
    (count,) = old.execute(f"SELECT count(*) FROM {table.name}").fetchone()  # noqa: S608
    rows = old.execute(f"SELECT * FROM {table.name} ORDER BY rowid")  # noqa: S608
    return Share.of(table, rows, count, transactions)


async def _postgresql_rows(source: str) -> dict[str, Sequence[Row]]:
    """All rows by table, in the order in which they lie there, which is that in which they were written."""
    connection = await asyncpg.connect(_plain(source))
    try:
        return {
            table.name: [tuple(row) for row in await connection.fetch(f"SELECT * FROM {table.name}")]  # noqa: S608
            for table in metadata.sorted_tables
        }
    finally:
        await connection.close()


def _plain(url: str) -> str:
    """The URL as the driver takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
