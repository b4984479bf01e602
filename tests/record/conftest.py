"""Records for tests of one database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from directory.record.migrate import migrate
from directory.record.open import SqlRecord, open_record


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite record under a path with a blank and characters that mean something in URLs."""
    folder = tmp_path / "名录 100%#&"
    folder.mkdir()
    return f"sqlite+aiosqlite:///{folder / 'record.db'}"


@pytest_asyncio.fixture(loop_scope="session")
async def sqlite_record(sqlite_url: str) -> AsyncIterator[SqlRecord]:
    """An empty SQLite record, open for writing."""
    await migrate(sqlite_url)
    async with await open_record(sqlite_url) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def record(record_url: str) -> AsyncIterator[SqlRecord]:
    """An empty record of each kind, open for writing."""
    await migrate(record_url)
    async with await open_record(record_url) as opened:
        yield opened
