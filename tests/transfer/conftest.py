"""A directory to export from."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.journeys.stage import Stage, staged_in


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A directory in SQLite with the embedded engine."""
    async with staged_in(tmp_path) as running:
        yield running
