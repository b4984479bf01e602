"""One connection at work: lent in turn, its faults in the directory's words, its transactions whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Executable, Table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from directory.errors import RecordUnavailable, UserFault
from directory.record.faults import translated
from directory.record.rows import write_rows

T = TypeVar("T")
Row = Mapping[str, Any]


class Connections:
    """The connections of one engine, lent in the order in which they were asked for.

    The engine's own queue would let a busy task have back at once what it has just returned, before those who wait:
    with one writer they would starve.
    """

    def __init__(self, engine: AsyncEngine, size: int, queue_seconds: float) -> None:
        self.engine = engine
        self.size = size
        self.lent_now = 0
        self._free = asyncio.Semaphore(size)
        self._queue_seconds = queue_seconds

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[AsyncConnection]:
        """A connection, rolled back when it is given back. Raises: RecordUnavailable after waiting too long."""
        await self._turn()
        self.lent_now += 1
        try:
            connection = self.engine.connect()
            try:
                with translated():
                    await settled(connection.start())
                yield connection
            finally:
                await _closed(connection)
        finally:
            self.lent_now -= 1
            self._free.release()

    async def close(self) -> None:
        """Closes the connections that are not lent."""
        await self.engine.dispose()

    async def _turn(self) -> None:
        try:
            async with asyncio.timeout(self._queue_seconds):
                await self._free.acquire()
        except TimeoutError:
            raise RecordUnavailable("no connection to the record is free") from None


class Session:
    """One connection, one statement at a time however many tasks share it; faults come in the directory's words.

    Rows to be inserted are kept until something is read or the transaction ends: what is refused of them is refused then.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()
        self._refused: UserFault | None = None
        self._later: dict[tuple[Table, tuple[str, ...]], list[Row]] = {}
        self.written = 0
        # How ids and references that are drawn for this transaction begin.
        self.beginning = ""
        self.drawn: set[str] = set()

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._connection.dialect.name

    async def execute(
        self, statement: Executable, values: Row | Sequence[Row] | None = None
    ) -> CursorResult[Any]:
        """The result of `statement` with the values of its parameters, carried out once for each of several sets of them.

        It sees every row inserted before. A cancellation waits for the statement: cut short, it would cost the connection,
        and with SQLite's only writer the lock that its transaction holds. Once a write was refused, so is all that follows:
        PostgreSQL takes nothing more in that transaction, and what was ignored must not be committed by half.
        """
        await self.flush()
        writes = not statement.is_select
        return await self._in_turn(lambda: self._connection.execute(statement, values), writes=writes)

    async def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Takes rows, all with the same columns, to be written before anything is read."""
        if rows:
            self.written += len(rows)
            self._later.setdefault((table, tuple(rows[0])), []).extend(rows)

    async def flush(self) -> None:
        """Writes the rows taken, a statement a table, those first that others refer to."""
        if self._later:
            later, self._later = self._later, {}
            # Counted when they were taken.
            await self._in_turn(lambda: write_rows(self._connection, later), writes=False)

    async def _in_turn(self, work: Callable[[], Awaitable[T]], *, writes: bool) -> T:
        async with self._turn:
            self.raise_refusal()
            self.written += writes
            try:
                with translated():
                    return await settled(work())
            except UserFault as fault:
                self._refused = fault
                raise

    def is_new(self, entity_id: str) -> bool:
        """Whether the id was drawn for this transaction, so that nobody can have anything under it."""
        return entity_id in self.drawn

    def raise_refusal(self) -> None:
        """Raises: the fault of a write that was refused before, if one was."""
        if self._refused is not None:
            raise self._refused


@asynccontextmanager
async def transaction(connections: Connections) -> AsyncIterator[Session]:
    """A transaction that commits when the block ends and rolls back when it raises, also by cancellation."""
    async with connections.lent() as connection:
        with translated():
            await settled(connection.begin().start())
        session = Session(connection)
        yield session
        await session.flush()
        session.raise_refusal()
        with translated():
            await settled(connection.commit())


@asynccontextmanager
async def reading(connections: Connections) -> AsyncIterator[Session]:
    """A connection for reads, each of which sees what was committed before it."""
    async with connections.lent() as connection:
        yield Session(connection)


async def settled(work: Awaitable[T]) -> T:
    """The result of `work`, which cancellations do not cut short: they are passed on once the work has ended."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
    failure = None if task.cancelled() else task.exception()
    # Before any failure: a loop that survives failures must still hear that it is to end.
    raise asyncio.CancelledError from failure


async def _closed(connection: AsyncConnection) -> None:
    if connection.sync_connection is not None:
        with translated():
            await settled(connection.close())
