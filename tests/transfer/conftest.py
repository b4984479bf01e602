"""A directory to export from."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.engines.embedded import EmbeddedEngine
from indexer.query.search import SearchEngine
from tests.journeys.stage import Stage, staged, staged_in
from tests.record.fixtures import new_record


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A directory in SQLite with the embedded engine."""
    async with staged_in(tmp_path) as running:
        yield running


@pytest.fixture
def engine(request: pytest.FixtureRequest, engine_kind: str, tmp_path: Path) -> SearchEngine:
    """Each engine, not yet opened."""
    if engine_kind == "embedded":
        return EmbeddedEngine(tmp_path / "index.db")
    url, prefix = request.getfixturevalue("elasticsearch_url"), request.getfixturevalue("index_prefix")
    return ElasticsearchEngine(url, prefix=prefix)


@pytest_asyncio.fixture
async def every_stage(tmp_path: Path, engine: SearchEngine, empty_record_url: str) -> AsyncIterator[Stage]:
    """A directory in each of the databases with each of the engines."""
    async with staged(tmp_path, empty_record_url, engine) as running:
        yield running


@pytest_asyncio.fixture
async def each_stage(tmp_path: Path, engine: SearchEngine) -> AsyncIterator[Stage]:
    """A directory in SQLite with each of the engines."""
    async with staged(tmp_path, new_record(tmp_path), engine) as running:
        yield running
