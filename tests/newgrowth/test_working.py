"""The clock and the deliveries apart from the servers, as a deployment of several processes has them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.console import Console

from directory.record.open import SqlRecord, open_record
from newgrowth import matching
from newgrowth.delivery import webhooks
from newgrowth.serving import application
from newgrowth.settings import Settings, read_settings
from newgrowth.working import work
from tests.conditions import eventually
from tests.factories import make_firm
from tests.record.steps import keep

ERRANDS = (matching.LEASE, webhooks.LEASE)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_record_url: str) -> Settings:
    """Those of a server that leaves the errands to others."""
    monkeypatch.chdir(tmp_path)
    return read_settings(data_dir=tmp_path / "data", record_url=postgres_record_url, work_in_process=False)


@asynccontextmanager
async def at_work(settings: Settings) -> AsyncIterator[asyncio.Task[None]]:
    """The process of the errands, ended if it has not ended by itself."""
    working = asyncio.create_task(work(settings, Console(quiet=True)))
    try:
        yield working
    finally:
        working.cancel()
        await asyncio.wait([working])


async def doers(record: SqlRecord) -> list[str | None]:
    """Who does each of the errands now."""
    return [await record.leases.holder(lease) for lease in ERRANDS]


@pytest.mark.postgresql
async def test_errands_are_run_by_their_own_process_alone(settings: Settings) -> None:
    """A server without them indexes and serves; the other process takes them up, and gives them up when told to stop."""
    async with await open_record(settings.record_location) as record, application(settings):
        await keep(record, make_firm())

        async def sealed() -> bool:
            async with record.reader() as reader:
                return await reader.head() == 1

        await eventually(sealed)
        assert await doers(record) == [None, None]
        async with at_work(settings) as working:

            async def both_done() -> bool:
                return None not in await doers(record)

            await eventually(both_done)
            signal.raise_signal(signal.SIGTERM)
            await asyncio.wait_for(working, 60)
        assert await doers(record) == [None, None]
