"""A directory at work on each kind of database. Tests share its record, each with firms and a clock of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
import pytest_asyncio

from directory.names import place_names
from directory.record.open import SqlRecord, open_record
from tests.commands.front_desk import Desk
from tests.record.fixtures import new_record
from tests.rulebooks import REFERENCE


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def shared_record_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of one empty record of each kind for all tests of commands."""
    if request.param == "sqlite":
        yield new_record(tmp_path_factory.mktemp("commands"))
        return
    databases = request.getfixturevalue("postgres_databases")
    url: str = databases.create(request.getfixturevalue("postgres_template"))
    yield url
    databases.drop(url)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_record(shared_record_url: str) -> AsyncIterator[SqlRecord]:
    """The record at that URL, open for writing."""
    async with await open_record(shared_record_url, places=place_names(REFERENCE.regions)) as opened:
        yield opened


@pytest.fixture
def desk(shared_record: SqlRecord) -> Desk:
    """Where commands are handed in, at a time of the test's choosing."""
    return Desk(shared_record)


@pytest.fixture
def record_at_hand(empty_record_url: str) -> Iterator[tuple[asyncio.Runner, SqlRecord]]:
    """An empty record of each kind, and a loop to run it in: for machines of states, which wait for nothing."""
    with _at_hand(empty_record_url) as opened:
        yield opened


@pytest.fixture
def sqlite_at_hand(sqlite_record_url: str) -> Iterator[tuple[asyncio.Runner, SqlRecord]]:
    """The same on SQLite alone."""
    with _at_hand(sqlite_record_url) as opened:
        yield opened


@contextmanager
def _at_hand(url: str) -> Iterator[tuple[asyncio.Runner, SqlRecord]]:
    with asyncio.Runner() as runner:
        record = runner.run(open_record(url, places=place_names(REFERENCE.regions)))
        yield runner, record
        runner.run(record.close())
