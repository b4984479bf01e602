"""A directory to export from."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from indexer.engines.embedded import EmbeddedEngine
from tests.journeys.stage import Stage, staged


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A directory in SQLite with the embedded engine."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'record.db'}"
    async with staged(tmp_path, url, EmbeddedEngine(tmp_path / "index.db")) as running:
        yield running
