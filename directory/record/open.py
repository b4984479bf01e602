"""The record as the program opens it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from sqlalchemy import text
from sqlalchemy.engine import make_url

from directory.errors import RecordUnavailable, VersionConflict
from directory.record.account_store import SqlAccounts
from directory.record.bulk import BulkUnitOfWork, bulk_work
from directory.record.connection import Connections, reading, transaction
from directory.record.dead_letter_store import SqlDeadLetters
from directory.record.engines import USUAL, Pools, reading_connections, sqlite_path, writing_connections
from directory.record.faults import RecordInUse, translated
from directory.record.file_lock import FileLock
from directory.record.holdings import ERASABLE
from directory.record.index_check_store import SqlIndexChecks
from directory.record.lease import SqlLeases
from directory.record.machine_key_store import SqlMachineKeys
from directory.record.migrate import check_schema
from directory.record.reader import SqlReader
from directory.record.reply_store import forget_replies
from directory.record.retaining import retire
from directory.record.sealer import LEASE_SECONDS, Sealer
from directory.record.session_store import SqlSessions
from directory.record.unit_of_work import SqlUnitOfWork, unit_of_work

Mode = Literal["write", "beside", "read"]


async def open_record(
    url: str, *, mode: Mode = "write", places: frozenset[str] = frozenset(), pools: Pools = USUAL
) -> SqlRecord:
    """The record at `url`, whose tables `migrate` has made; close it in the end.

    Of a SQLite record there is one writer in all processes; any number may read (`mode="read"`), and a short command may
    write `beside` it (see `open_beside`). `places` are the place
    names that the keys of near duplicates leave out (see `duplicates.blocking_keys`), the same in every process.
    Raises: RecordInUse, SchemaOutdated, RecordUnavailable.
    """
    path = sqlite_path(make_url(url))
    if path is not None and not path.exists():
        raise RecordUnavailable(f"no record at {path}: run `newgrowth migrate`")
    lock = FileLock(path) if path is not None and mode == "write" else None
    writer = None if mode == "read" else writing_connections(url, pools, beside=mode == "beside")
    reader = reading_connections(url, pools)
    record = SqlRecord(writer, reader, lock, places)
    try:
        if writer is not None:
            await _connected(writer)
        await check_schema(reader)
        if lock is not None:
            # Of this database there is one writer: whoever holds a lease of it died.
            await record.leases.free_all()
    except BaseException:
        await record.close()
        raise
    return record


async def open_beside(url: str, *, pools: Pools = USUAL) -> SqlRecord:
    """The record for a short command, also while a server holds it open: each change is one short transaction.

    A stolen key must not wait for the server to be stopped, nor a person who is to be erased. SQLite lets writers take
    turns by itself; what the server alone does is sealing, leases and checkpoints, which nothing here touches then.
    Raises: SchemaOutdated, RecordUnavailable.
    """
    few = replace(pools, writers=1, readers=1)
    try:
        return await open_record(url, pools=few)
    except RecordInUse:
        return await open_record(url, mode="beside", pools=few)


class SqlRecord:
    """`ports.Record` over SQLite or PostgreSQL, with what keeps its log: leases, dead letters and a sealer."""

    def __init__(
        self, writer: Connections | None, reader: Connections, lock: FileLock | None, places: frozenset[str]
    ) -> None:
        self._writing = writer
        self._reading = reader
        self._lock = lock
        self._places = places

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes every connection and lets another process write.

        The last one to close checkpoints the write-ahead log: the writer, unless it writes beside another.
        """
        connections = [self._reading, self._writing]
        for each in connections if self._lock is not None else reversed(connections):
            if each is not None:
                await each.close()
        if self._lock is not None:
            self._lock.release()

    @property
    def beside(self) -> bool:
        """Whether another process writes this SQLite record, so that it alone can empty the write-ahead log."""
        return (
            self._lock is None and self._writing is not None and self._writing.engine.dialect.name == "sqlite"
        )

    def unit_of_work(self) -> AbstractAsyncContextManager[SqlUnitOfWork]:
        """A write transaction: commits when the block ends, rolls back when it raises. Raises: RecordUnavailable."""
        return unit_of_work(self._writer, self._places)

    def bulk_work(self) -> AbstractAsyncContextManager[BulkUnitOfWork]:
        """A write transaction for many commands. Raises: RecordUnavailable; AlreadyExists, when it commits."""
        return bulk_work(self._writer, self._places)

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[SqlReader]:
        """A read-only view. Raises: RecordUnavailable."""
        async with reading(self._reading) as session:
            yield SqlReader(session)

    def lent(self) -> Mapping[str, tuple[int, int]]:
        """How many connections are lent now and how many there are, by what they are for."""
        pools = {"write": self._writing, "read": self._reading}
        return {name: (each.lent_now, each.size) for name, each in pools.items() if each is not None}

    @property
    def leases(self) -> SqlLeases:
        """Who leads, by the database's clock; told, not taken, in a record opened for reading."""
        return SqlLeases(self._writing or self._reading, self._reading)

    @property
    def dead_letters(self) -> SqlDeadLetters:
        """Documents that the search engine refused; counted, not kept, in a record opened for reading."""
        return SqlDeadLetters(self._writing or self._reading, self._reading)

    @property
    def index_checks(self) -> SqlIndexChecks:
        """Comparisons of the index with the record; kept only in a record opened for writing."""
        return SqlIndexChecks(self._writing or self._reading)

    @property
    def machine_keys(self) -> SqlMachineKeys:
        """The keys of machines; found, not changed, in a record opened for reading."""
        return SqlMachineKeys(self._writing or self._reading, self._reading)

    @property
    def accounts(self) -> SqlAccounts:
        """The accounts of those who sign in; found, not changed, in a record opened for reading."""
        return SqlAccounts(self._writing or self._reading, self._reading)

    @property
    def sessions(self) -> SqlSessions:
        """The sessions of those who signed in; found, not changed, in a record opened for reading."""
        return SqlSessions(self._writing or self._reading, self._reading)

    def sealer(
        self, *, lease_seconds: float = LEASE_SECONDS, sealed: Callable[[int], None] = lambda head: None
    ) -> Sealer:
        """A sealer of this record's log; see `Sealer`."""
        return Sealer(self._writer, self._reading, lease_seconds=lease_seconds, sealed=sealed)

    async def forget_replies(self, now: datetime) -> int:
        """How many first results older than a day were removed."""
        async with transaction(self._writer) as session:
            return await forget_replies(session, now)

    async def purge_sessions(self, now: datetime) -> int:
        """How many sessions that are over were removed."""
        return await self.sessions.purge(now)

    async def retire(self, now: datetime) -> int:
        """How many entries, submissions and reports were made anonymous, for they were kept long enough."""
        # What somebody changes at the same moment is found again in the next round.
        with suppress(VersionConflict):
            async with self.unit_of_work() as uow:
                return await retire(uow, now)
        return 0

    async def scrub(self) -> None:
        """Removes deleted values from the files too, after an erasure.

        SQLite has overwritten them (secure_delete); here the write-ahead log is emptied, which waits for readers in
        the middle of a read. PostgreSQL frees the space, to be overwritten by what comes next: where that is not
        enough, run VACUUM FULL, and let archived write-ahead logs and backups expire.
        Raises: RecordUnavailable, while a reader holds an old snapshot.
        """
        with translated():
            async with self._writer.lent() as connection:
                raw = await connection.get_raw_connection()
                driver: Any = raw.driver_connection
                if connection.dialect.name == "postgresql":
                    await driver.execute(f"VACUUM {', '.join(ERASABLE)}")
                    return
                async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                    (busy, *_) = await cursor.fetchone()
        if busy:
            raise RecordUnavailable(
                "a reader holds an old snapshot: its write-ahead log cannot be emptied now"
            )

    @property
    def _writer(self) -> Connections:
        if self._writing is None:
            raise RecordUnavailable("the record was opened for reading")
        return self._writing


async def _connected(writer: Connections) -> None:
    """Makes the first connection, so that readers find the write-ahead log in place."""
    async with transaction(writer) as session:
        await session.execute(text("SELECT 1"))
