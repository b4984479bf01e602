"""A listed firm whose reports are under test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from indexer.engines.embedded import EmbeddedEngine
from schema.node import global_id
from tests.factories import make_firm
from tests.journeys.reports import Reports
from tests.journeys.stage import Stage, staged
from tests.record.steps import keep


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A directory in SQLite with the embedded engine."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'record.db'}"
    async with staged(tmp_path, url, EmbeddedEngine(tmp_path / "index.db")) as running:
        yield running


@pytest_asyncio.fixture
async def reports(stage: Stage) -> Reports:
    """The reports of one listed firm in Hangzhou, owned by `OWNER`."""
    firm = make_firm(owner="firm-user")
    await keep(stage.record, firm)
    return Reports(stage, global_id("Firm", firm.id))
