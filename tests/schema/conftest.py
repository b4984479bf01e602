"""The API under test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.schema.serving import Served, serving


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """The API over an empty record."""
    async with serving(tmp_path) as running:
        yield running
