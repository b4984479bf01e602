"""Connections to a record beside a server that holds it open, for short changes that must not wait for it to stop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.engine import make_url

from directory.errors import RecordUnavailable
from directory.record.connection import Connections
from directory.record.engines import Pools, reading_connections, sqlite_path, writing_connections
from directory.record.migrate import check_schema


@asynccontextmanager
async def connections_beside(url: str) -> AsyncIterator[tuple[Connections, Connections]]:
    """A writer and a reader of the record at `url`; each change is to be one short transaction.

    SQLite lets writers take turns by itself; what makes the server the only writer is the sealing and the leases, which
    nobody here may touch. Raises: SchemaOutdated, RecordUnavailable.
    """
    if (path := sqlite_path(make_url(url))) is not None and not path.exists():
        raise RecordUnavailable(f"no record at {path}: run `newgrowth migrate`")
    pools = Pools(writers=1, readers=1)
    writer, reader = writing_connections(url, pools), reading_connections(url, pools)
    try:
        await check_schema(writer)
        yield writer, reader
    finally:
        await reader.close()
        await writer.close()
