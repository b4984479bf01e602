"""The API under other people's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.schema.serving import Served, serving
from tests.servers.node import find_node
from tests.servers.requirements import Absences


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """The API over an empty record."""
    async with serving(tmp_path) as running:
        yield running


@pytest.fixture
def node(absences: Absences) -> Path:
    """Node.js."""
    return absences.found_or_skipped("node", find_node)
