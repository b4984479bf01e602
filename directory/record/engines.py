"""
Engines for the record, their connections set up the same way each time one is made.

SQLite: one writing connection that begins every transaction with BEGIN IMMEDIATE and alone checkpoints the write-ahead
log; readers are opened read-only. Two connections that both write and checkpoint can lose commits in SQLite before
3.51.3, 3.50.7 and 3.44.6, which is why there is one; a short command beside it writes and never checkpoints, not at its
end either, where a reader outlives its writer. PostgreSQL: READ COMMITTED for writers, since every write names
the version it replaces; readers run outside transactions, so that none is ever left open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from directory.record.connection import Connections
from directory.record.sqlite_driver import OneTripDriver


@dataclass(frozen=True, slots=True)
class Pools:
    """How many connections, and how long to wait: all in seconds. Together a caller waits 5 s at most to begin.

    `queue_seconds` is the longest wait for a free connection, and for a new one. `lock_seconds` is the longest wait for what
    another transaction holds. A connection of PostgreSQL is asked before each use whether it still answers, and made anew
    after `recycle_seconds`, so that after a failover all of them soon lead to the new server. SQLite's writer keeps
    `page_cache_megabytes` of pages, and empties the write-ahead log once it holds `checkpoint_pages` of 4 KB.
    """

    writers: int = 10
    readers: int = 10
    queue_seconds: float = 3.0
    busy_seconds: float = 2.0
    statement_seconds: float = 15.0
    lock_seconds: float = 5.0
    idle_in_transaction_seconds: float = 20.0
    recycle_seconds: float = 1800.0
    page_cache_megabytes: int = 2
    checkpoint_pages: int = 1000


USUAL = Pools()


def for_bulk(pools: Pools) -> Pools:
    """The same for one process that writes very much.

    Most indexes of the record are in random order: a page that is kept until more rows have met on it is written once for
    all of them. Both numbers are bounds of memory and of the write-ahead log (64 MB), whatever is written.
    """
    return replace(pools, page_cache_megabytes=64, checkpoint_pages=16_000)


def sqlite_path(url: URL) -> Path | None:
    """The database's file, None for PostgreSQL. Raises: ValueError for a database in memory or of another kind."""
    if url.get_backend_name() == "postgresql":
        return None
    if url.get_backend_name() != "sqlite" or not url.database or ":memory:" in url.database:
        raise ValueError("the record needs a SQLite file or a PostgreSQL database")
    return Path(url.database)


def writing_connections(url: str, pools: Pools, *, beside: bool = False) -> Connections:
    """Connections for transactions that write; none is made before it is needed.

    `beside` another process that writes, a SQLite connection leaves all checkpoints to that one.
    """
    parsed = make_url(url)
    if path := sqlite_path(parsed):
        return Connections(_sqlite_writer(path, pools, beside), 1, pools.queue_seconds)
    engine = _postgresql(parsed, pools, pools.writers, isolation_level="READ COMMITTED")
    return Connections(engine, pools.writers, pools.queue_seconds)


def reading_connections(url: str, pools: Pools) -> Connections:
    """Connections for reads outside transactions; none is made before it is needed."""
    parsed = make_url(url)
    if path := sqlite_path(parsed):
        return Connections(_sqlite_readers(path, pools), pools.readers, pools.queue_seconds)
    engine = _postgresql(parsed, pools, pools.readers, isolation_level="AUTOCOMMIT")
    return Connections(engine, pools.readers, pools.queue_seconds)


def _sqlite_writer(path: Path, pools: Pools, beside: bool) -> AsyncEngine:
    url = URL.create("sqlite+aiosqlite", database=str(path))
    engine = _sqlite_engine(url, size=1, pools=pools)

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        _set(connection, writer_pragmas(pools, beside=beside))

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
    # Outside transactions there is nothing to roll back when a connection is given back.
    engine = _sqlite_engine(url, size=pools.readers, pools=pools, skip_autocommit_rollback=True)

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        _set(connection, _pragmas(pools, "query_only=ON", "wal_autocheckpoint=0"))

    return engine


def _sqlite_engine(url: URL, *, size: int, pools: Pools, **options: Any) -> AsyncEngine:
    return create_async_engine(
        url,
        module=OneTripDriver(),
        pool_size=size,
        max_overflow=0,
        connect_args={"isolation_level": None, "timeout": pools.busy_seconds},
        **options,
    )


def writer_pragmas(pools: Pools, *, beside: bool = False) -> Sequence[str]:
    """How SQLite's writing connection is set up."""
    return _pragmas(
        pools,
        "journal_mode=WAL",
        f"wal_autocheckpoint={0 if beside else pools.checkpoint_pages}",
        f"cache_size={-1024 * pools.page_cache_megabytes}",
    )


def _pragmas(pools: Pools, *more: str) -> Sequence[str]:
    return (
        f"busy_timeout={round(pools.busy_seconds * 1000)}",
        *more,
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    )


def _set(connection: Any, pragmas: Sequence[str]) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _postgresql(url: URL, pools: Pools, size: int, *, isolation_level: str) -> AsyncEngine:
    milliseconds = {
        "statement_timeout": pools.statement_seconds,
        "lock_timeout": pools.lock_seconds,
        "idle_in_transaction_session_timeout": pools.idle_in_transaction_seconds,
    }
    settings = {name: str(round(seconds * 1000)) for name, seconds in milliseconds.items()}
    if isolation_level == "AUTOCOMMIT":
        settings["default_transaction_read_only"] = "on"
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_recycle=round(pools.recycle_seconds),
        isolation_level=isolation_level,
        connect_args={
            "timeout": pools.queue_seconds,
            "command_timeout": pools.statement_seconds + 1,
            "server_settings": settings,
        },
    )
