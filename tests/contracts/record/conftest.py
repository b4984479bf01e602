"""A fresh record on each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from directory.record.migrate import migrate
from directory.record.open import SqlRecord, open_record


@pytest_asyncio.fixture(loop_scope="session")
async def record(record_url: str) -> AsyncIterator[SqlRecord]:
    """An empty record, open for writing."""
    await migrate(record_url)
    async with await open_record(record_url) as opened:
        yield opened
