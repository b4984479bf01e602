"""Engines to ask: a fresh one for each test that writes, and one filled once for those that only read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.engines.embedded import EmbeddedEngine
from indexer.query.search import SearchEngine
from tests.contracts.engines.corpus import CORPUS
from tests.servers.elasticsearch import drop_indices

KINDS = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]


@asynccontextmanager
async def running(kind: str, directory: Path, url: str | None) -> AsyncIterator[SearchEngine]:
    """An open, empty engine of the kind; what it kept is gone afterwards."""
    prefix = f"test-{uuid4().hex[:12]}"
    engine = (
        EmbeddedEngine(directory / "index.db") if url is None else ElasticsearchEngine(url, prefix=prefix)
    )
    await engine.open()
    try:
        yield engine
    finally:
        await engine.close()
        if url is not None:
            drop_indices(url, prefix)


def url_for(kind: str, request: pytest.FixtureRequest) -> str | None:
    """Where the engine's server answers; None for the engine without one."""
    return request.getfixturevalue("elasticsearch_url") if kind == "elasticsearch" else None


@pytest_asyncio.fixture(loop_scope="session")
async def engine(
    engine_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[SearchEngine]:
    """An empty engine for this test alone."""
    async with running(engine_kind, tmp_path, url_for(engine_kind, request)) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=KINDS)
async def library(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SearchEngine]:
    """An engine that holds `CORPUS`; tests may add documents under an owner of their own."""
    directory = tmp_path_factory.mktemp("library")
    async with running(request.param, directory, url_for(request.param, request)) as opened:
        assert await opened.put(CORPUS) == []
        await opened.refresh()
        yield opened
