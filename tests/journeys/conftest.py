"""Each story is told on every pair of record and engine that is at hand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.engines.embedded import EmbeddedEngine
from indexer.query.search import SearchEngine
from tests.journeys.stage import Stage, staged


@pytest.fixture
def engine(request: pytest.FixtureRequest, engine_kind: str, tmp_path: Path) -> SearchEngine:
    """A new engine of each kind, not yet opened."""
    if engine_kind == "embedded":
        return EmbeddedEngine(tmp_path / "index.db")
    url, prefix = (request.getfixturevalue(name) for name in ("elasticsearch_url", "index_prefix"))
    return ElasticsearchEngine(url, prefix=prefix)


@pytest_asyncio.fixture
async def stage(tmp_path: Path, empty_record_url: str, engine: SearchEngine) -> AsyncIterator[Stage]:
    """An empty directory."""
    async with staged(tmp_path, empty_record_url, engine) as running:
        yield running
