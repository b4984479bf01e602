"""Fresh records: the tables are made once a run for each kind of database, then copied."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import pytest_asyncio

from directory.record.migrate import migrate
from directory.record.open import SqlRecord, open_record
from tests.servers.postgresql import Databases, in_a_thread


def migrated(url: str) -> None:
    """Makes the tables at `url`, in a thread with an event loop of its own."""
    in_a_thread(migrate(url))


def new_record(directory: Path) -> str:
    """The URL of a new SQLite record in `directory`, with the tables as `migrate` makes them."""
    path = directory / "record.db"
    path.write_bytes(_empty_tables())
    return f"sqlite+aiosqlite:///{path}"


@cache
def _empty_tables() -> bytes:
    """The file of an empty record."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "record.db"
        migrated(f"sqlite+aiosqlite:///{path}")
        assert not path.with_name("record.db-wal").exists()
        return path.read_bytes()


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
    return new_record(folder)


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
