"""The library in every engine, filled once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from indexer.query.search import SearchEngine
from tests.contracts.engines.conftest import KINDS, running, url_for
from tests.relevance.library import documents

BATCH = 500


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=KINDS)
async def shelves(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SearchEngine]:
    """An engine that holds the whole library."""
    directory = tmp_path_factory.mktemp("relevance")
    async with running(request.param, directory, url_for(request.param, request)) as engine:
        everything = documents()
        for start in range(0, len(everything), BATCH):
            assert await engine.put(everything[start : start + BATCH]) == []
        await engine.refresh()
        yield engine
