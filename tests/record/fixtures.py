"""Fresh records: the tables are made once a run for each kind of database, then copied."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import pytest_asyncio

from directory.record.migrate import migrate
from directory.record.open import SqlRecord, open_record
from tests.servers.postgresql import Databases


def migrated(url: str) -> None:
    """Makes the tables at `url`, in a thread with an event loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(migrate(url))).result()


@pytest.fixture(scope="session")
def postgres_template(postgres_databases: Databases) -> Iterator[str]:
    """The URL of a database with empty tables, to be copied only."""
    url = postgres_databases.create(None)
    migrated(url)
    yield url
    postgres_databases.drop(url)


@pytest.fixture
def postgres_record_url(postgres_template: str, database_factory: Callable[[str | None], str]) -> str:
    """The URL of an empty record on PostgreSQL."""
    return database_factory(postgres_template)


@pytest.fixture
def sqlite_record_url(tmp_path: Path) -> str:
    """The URL of an empty SQLite record, under a path with a blank and characters that mean something in URLs."""
    folder = tmp_path / "名录 100%#&"
    folder.mkdir()
    url = f"sqlite+aiosqlite:///{folder / 'record.db'}"
    migrated(url)
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_record_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty record on each kind of database."""
    url: str = request.getfixturevalue(
        "sqlite_record_url" if request.param == "sqlite" else "postgres_record_url"
    )
    return url


@pytest_asyncio.fixture(loop_scope="session")
async def record(empty_record_url: str) -> AsyncIterator[SqlRecord]:
    """An empty record, open for writing."""
    async with await open_record(empty_record_url) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def sqlite_record(sqlite_record_url: str) -> AsyncIterator[SqlRecord]:
    """An empty SQLite record, open for writing."""
    async with await open_record(sqlite_record_url) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def postgres_record(postgres_record_url: str) -> AsyncIterator[SqlRecord]:
    """An empty record on PostgreSQL, open for writing."""
    async with await open_record(postgres_record_url) as opened:
        yield opened
