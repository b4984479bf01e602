"""
Connections to the record, set up the same way each time one is made.

SQLite: one writing connection that begins every transaction with BEGIN IMMEDIATE and alone checkpoints the write-ahead
log; readers are opened read-only. Two connections that both write and checkpoint can lose commits in SQLite before
3.51.3, 3.50.7 and 3.44.6, which is why there is one. PostgreSQL: READ COMMITTED for writers, since every write names
the version it replaces; readers run outside transactions, so that none is ever left open.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import CursorResult, Executable, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from directory.errors import UserFault
from directory.record.faults import translated

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pools:
    """How many connections, and how long to wait: all in seconds. Together a caller waits 5 s at most to begin."""

    writers: int = 10
    readers: int = 10
    queue_seconds: float = 3.0
    busy_seconds: float = 2.0
    statement_seconds: float = 15.0
    idle_in_transaction_seconds: float = 20.0


USUAL = Pools()


def sqlite_path(url: URL) -> Path | None:
    """The database's file, None for PostgreSQL. Raises: ValueError for a database in memory or of another kind."""
    if url.get_backend_name() == "postgresql":
        return None
    if url.get_backend_name() != "sqlite" or not url.database or ":memory:" in url.database:
        raise ValueError("the record needs a SQLite file or a PostgreSQL database")
    return Path(url.database)


def writing_engine(url: str, pools: Pools) -> AsyncEngine:
    """Where to write; connected to at first use."""
    parsed = make_url(url)
    if path := sqlite_path(parsed):
        return _sqlite_writer(path, pools)
    return _postgresql(parsed, pools, pools.writers, isolation_level="READ COMMITTED")


def reading_engine(url: str, pools: Pools) -> AsyncEngine:
    """Where to read; connected to at first use."""
    parsed = make_url(url)
    if path := sqlite_path(parsed):
        return _sqlite_readers(path, pools)
    return _postgresql(parsed, pools, pools.readers, isolation_level="AUTOCOMMIT")


def _sqlite_writer(path: Path, pools: Pools) -> AsyncEngine:
    url = URL.create("sqlite+aiosqlite", database=str(path))
    engine = _sqlite_engine(url, size=1, pools=pools)

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        _pragmas(connection, pools, "journal_mode=WAL", "wal_autocheckpoint=1000")

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _sqlite_readers(path: Path, pools: Pools) -> AsyncEngine:
    url = URL.create(
        "sqlite+aiosqlite",
        database=f"file:{quote(str(path.absolute()))}",
        query={"mode": "ro", "uri": "true"},
    )
    engine = _sqlite_engine(url, size=pools.readers, pools=pools)

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        _pragmas(connection, pools, "query_only=ON", "wal_autocheckpoint=0")

    return engine


def _sqlite_engine(url: URL, *, size: int, pools: Pools) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=pools.queue_seconds,
        connect_args={"isolation_level": None, "timeout": pools.busy_seconds},
    )


def _pragmas(connection: Any, pools: Pools, *more: str) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={round(pools.busy_seconds * 1000)}",
        *more,
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _postgresql(url: URL, pools: Pools, size: int, *, isolation_level: str) -> AsyncEngine:
    milliseconds = {
        "statement_timeout": pools.statement_seconds,
        "lock_timeout": pools.statement_seconds,
        "idle_in_transaction_session_timeout": pools.idle_in_transaction_seconds,
    }
    settings = {name: str(round(seconds * 1000)) for name, seconds in milliseconds.items()}
    if isolation_level == "AUTOCOMMIT":
        settings["default_transaction_read_only"] = "on"
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=size,
        max_overflow=0,
        pool_timeout=pools.queue_seconds,
        pool_pre_ping=True,
        isolation_level=isolation_level,
        connect_args={
            "timeout": pools.queue_seconds,
            "command_timeout": pools.statement_seconds + 1,
            "server_settings": settings,
        },
    )


class Session:
    """One connection, one statement at a time however many tasks share it; faults come in the directory's words."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()
        self._refused: UserFault | None = None

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._connection.dialect.name

    async def execute(
        self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """The result of `statement`, carried out once for each of `rows` if given.

        A cancellation waits for the statement: cut short, it would cost the connection, and with SQLite's only writer
        the lock that its transaction holds. Once a write was refused, so is all that follows: PostgreSQL takes nothing
        more in that transaction, and what was ignored must not be committed by half.
        """
        async with self._turn:
            self.raise_refusal()
            try:
                with translated():
                    return await settled(self._connection.execute(statement, rows))
            except UserFault as fault:
                self._refused = fault
                raise

    def raise_refusal(self) -> None:
        """Raises: the fault of a write that was refused before, if one was."""
        if self._refused is not None:
            raise self._refused


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[Session]:
    """A transaction that commits when the block ends and rolls back when it raises, also by cancellation."""
    connection = engine.connect()
    try:
        with translated():
            await settled(connection.start())
            await settled(connection.begin().start())
        session = Session(connection)
        yield session
        session.raise_refusal()
        with translated():
            await settled(connection.commit())
    finally:
        await _closed(connection)


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[Session]:
    """A connection for reads, each of which sees what was committed before it."""
    connection = engine.connect()
    try:
        with translated():
            await settled(connection.start())
        yield Session(connection)
    finally:
        await _closed(connection)


async def settled(work: Awaitable[T]) -> T:
    """The result of `work`, which cancellations do not cut short: they are passed on once the work has ended."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            cancelled = True
    failure = None if task.cancelled() else task.exception()
    if cancelled:
        # Before any failure: a loop that survives failures must still hear that it is to end.
        raise asyncio.CancelledError from failure
    return task.result()


async def _closed(connection: AsyncConnection) -> None:
    if connection.sync_connection is not None:
        with translated():
            await settled(connection.close())
