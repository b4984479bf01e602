"""The API under test: over an empty record, or as part of a whole directory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.journeys.entries import Entries
from tests.journeys.stage import Stage, staged_in
from tests.schema.serving import Served, serving


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """The API over an empty record."""
    async with serving(tmp_path) as running:
        yield running


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A directory in SQLite with the embedded engine."""
    async with staged_in(tmp_path) as running:
        yield running


@pytest.fixture
def entries(stage: Stage) -> Entries:
    """Commands on entries and submissions."""
    return Entries(stage)
