"""
How many bytes an entry takes, for docs/sizing.md: `python -m benchmarks.sizes --documents 20000`.

The record on both databases, with its log apart, and the index on both engines, merged and without replicas. Every figure is
divided by the documents, entries and reports together.
"""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from rich.console import Console
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.figures import Figure, show, write
from benchmarks.material import REFERENCE, fill
from directory.record.migrate import migrate
from directory.record.open import open_record
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.engines.embedded import EmbeddedEngine
from indexer.query.search import SearchEngine
from indexer.rebuild import Rebuilder
from indexer.route import Route
from tests.servers.elasticsearch import UsualElasticsearch
from tests.servers.postgresql import PostgresServer

PREFIX = "sizes"
LOG = ("log_entries", "log_seals", "personal_values")
TOTAL = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


async def of_postgresql(url: str, documents: int) -> list[Figure]:
    """Tables with their indexes, cleaned; the log apart, and its bytes a change."""
    await _filled(url, documents)
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))
        whole = (await connection.execute(text(TOTAL))).scalar_one()
        log = sum(
            [
                (await connection.execute(text(f"SELECT pg_total_relation_size('{table}')"))).scalar_one()
                for table in LOG
            ]
        )
        entries = (await connection.execute(text("SELECT count(*) FROM log_entries"))).scalar_one()
    await engine.dispose()
    return [
        _each("record", "PostgreSQL, state", whole - log, documents),
        _each("record", "PostgreSQL, log", log, documents),
        Figure("record", "PostgreSQL, log", log / entries, "bytes a change"),
    ]


def of_sqlite(folder: Path, documents: int) -> list[Figure]:
    """The file, log and all; and the embedded index that is made of it."""
    url = f"sqlite+aiosqlite:///{folder / 'record.db'}"
    asyncio.run(_filled(url, documents))
    asyncio.run(_indexed(url, EmbeddedEngine(folder / "index.db")))
    record_bytes = sum(path.stat().st_size for path in folder.glob("record.db*"))
    index_bytes = sum(path.stat().st_size for path in folder.glob("index.db*"))
    return [
        _each("record", "SQLite, state and log", record_bytes, documents),
        _each("index", "embedded", index_bytes, documents),
    ]


async def of_elasticsearch(node: str, url: str, documents: int) -> list[Figure]:
    """What the live indices take once they are merged."""
    engine = ElasticsearchEngine(node, prefix=PREFIX)
    await _indexed(url, engine)
    async with httpx2.AsyncClient(base_url=node, timeout=600) as client:
        await client.post(f"/{PREFIX}-*/_forcemerge", params={"max_num_segments": 1})
        await client.post(f"/{PREFIX}-*/_flush")
        told = (await client.get(f"/{PREFIX}-*/_stats/store")).json()
    return [_each("index", "Elasticsearch", told["_all"]["primaries"]["store"]["size_in_bytes"], documents)]


async def _filled(url: str, documents: int) -> None:
    await migrate(url)
    async with await open_record(url) as record:
        await fill(record, documents)


async def _indexed(url: str, engine: SearchEngine) -> None:
    async with await open_record(url) as record:
        await engine.open()
        await Rebuilder(Route(record, engine, REFERENCE, record.dead_letters)).run(record.leases, "sizes")
        await engine.drop_previous()
        await engine.close()


def _each(part: str, what: str, size: float, documents: int) -> Figure:
    return Figure(part, what, float(size) / documents, "bytes a document")


@app.command(epilog="Example: python -m benchmarks.sizes --documents 200000")
def main(
    documents: Annotated[int, typer.Option(min=1_000, help="Entries and reports together.")] = 20_000,
    json: Annotated[Path | None, typer.Option(help="Write the figures here too.")] = None,
) -> None:
    """Fill a record on each database and an index on each engine, and tell what they take."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        figures += of_sqlite(Path(folder), documents)
        database = servers.enter_context(PostgresServer(fsync=False)).create_database()
        figures += asyncio.run(of_postgresql(database, documents))
        node = servers.enter_context(UsualElasticsearch())
        sqlite = f"sqlite+aiosqlite:///{Path(folder) / 'record.db'}"
        figures += asyncio.run(of_elasticsearch(node.url, sqlite, documents))
    show(figures, Console())
    if json is not None:
        write(figures, json)


if __name__ == "__main__":
    app()
