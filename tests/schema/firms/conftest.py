"""A directory in which entries are looked for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from indexer.engines.embedded import EmbeddedEngine
from tests.journeys.entries import Entries
from tests.journeys.stage import Stage, staged


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A directory in SQLite with the embedded engine."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'record.db'}"
    async with staged(tmp_path, url, EmbeddedEngine(tmp_path / "index.db")) as running:
        yield running


@pytest.fixture
def entries(stage: Stage) -> Entries:
    """Commands on entries and submissions."""
    return Entries(stage)
