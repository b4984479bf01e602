"""Connections to the index file, each in a thread of its own: several that read, one that writes."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from directory.errors import SearchUnavailable

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

BUSY_SECONDS = 5.0
# Each document goes to random places of some twenty trees; with the usual 2 MB these are read again for every one.
WRITER_CACHE_KIB = 65_536
# Instructions of SQLite's machine between two looks at the clock: about a millisecond.
STEPS_BETWEEN_LOOKS = 20_000


@dataclass(slots=True)
class Ticket:
    """What ends a piece of work early: its deadline, or the caller's going away."""

    deadline: float
    abandoned: bool = False

    def over(self) -> bool:
        """Whether SQLite should stop."""
        return self.abandoned or time.monotonic() > self.deadline


class Connections:
    """Threads with one connection each; work runs in a transaction that ends with it.

    A writer's transactions begin IMMEDIATE: a deferred one that writes late fails at once when another process wrote
    in between. Only the writer checkpoints: before SQLite 3.51.3 two connections that reset the log can lose commits.
    """

    def __init__(self, path: Path, *, threads: int, seconds: float, writes: bool) -> None:
        """`seconds`: how long a piece of work may take."""
        self._path = path
        self._seconds = seconds
        self._writes = writes
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="search-index")
        self._own = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._closed = False

    async def run(self, work: Work[T]) -> T:
        """What `work` gives. Raises: SearchUnavailable, when it takes too long or the file cannot be used."""
        if self._closed:
            raise SearchUnavailable(f"embedded index {self._path}: closed")
        ticket = Ticket(time.monotonic() + self._seconds)
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, self._carry_out, work, ticket
            )
        except asyncio.CancelledError:
            # A write that has begun is let finish: it is whole either way.
            ticket.abandoned = not self._writes
            raise
        except sqlite3.Error as fault:
            raise SearchUnavailable(f"embedded index {self._path}: {fault}") from fault

    async def empty_log(self) -> None:
        """Empties the write-ahead log into the file; by the writer only. Raises: SearchUnavailable, while one reads."""

        def work() -> int:
            busy: int = self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return busy

        if await asyncio.get_running_loop().run_in_executor(self._threads, work):
            raise SearchUnavailable(f"embedded index {self._path}: a reader holds its write-ahead log")

    def close(self) -> None:
        """Waits for work under way and closes the connections."""
        self._closed = True
        self._threads.shutdown()
        for connection in self._opened:
            connection.close()
        self._opened.clear()

    def _carry_out(self, work: Work[T], ticket: Ticket) -> T:
        connection = self._connection()
        connection.set_progress_handler(ticket.over, STEPS_BETWEEN_LOOKS)
        connection.execute("BEGIN IMMEDIATE" if self._writes else "BEGIN")
        try:
            result = work(connection)
            connection.execute("COMMIT")
        finally:
            connection.set_progress_handler(None, 0)
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return result

    def _connection(self) -> sqlite3.Connection:
        if (connection := getattr(self._own, "connection", None)) is None:
            connection = self._own.connection = self._open()
            self._opened.append(connection)
        return connection

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        if self._writes:
            connection.execute("PRAGMA journal_mode = WAL")
            # NORMAL may lose the last writes when power fails, and with them the position: they are written again.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
        else:
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA mmap_size = 268435456")
        return connection


def require_fts5() -> None:
    """Raises: SearchUnavailable, with what to do, when this Python's SQLite was built without FTS5."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(words)")
    except sqlite3.OperationalError as missing:
        raise SearchUnavailable(
            f"SQLite {sqlite3.sqlite_version} of this Python lacks FTS5:"
            " use a Python whose SQLite has it, or set up Elasticsearch as the search engine"
        ) from missing
    finally:
        connection.close()
