"""A search engine that fails costs lag, never data, and commands go on."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from directory.errors import SearchUnavailable
from directory.record.open import SqlRecord
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.engines.embedded import EmbeddedEngine
from tests.conditions import eventually
from tests.indexer.office import EPOCH, Office
from tests.indexer.test_leading import caught_up, running
from tests.servers.elasticsearch import ElasticsearchServer


@pytest_asyncio.fixture(loop_scope="session")
async def on_a_node(
    sqlite_record: SqlRecord, elasticsearch_server: ElasticsearchServer
) -> AsyncIterator[Office]:
    """An indexer into the run's own node, which the test may kill and empty."""
    engine = ElasticsearchEngine(elasticsearch_server.url, prefix=f"test-{uuid.uuid4().hex[:12]}")
    await engine.open()
    yield Office(sqlite_record, engine)
    await engine.close()


async def answers_and_caught_up(office: Office) -> bool:
    """Whether the engine answers, and has everything sealed."""
    try:
        return await caught_up(office)
    except SearchUnavailable:
        return False


@pytest.mark.elasticsearch
async def test_a_node_that_lost_its_data_is_filled_again(
    on_a_node: Office, elasticsearch_server: ElasticsearchServer
) -> None:
    """Nobody has to notice: the index knows which indices its position speaks of."""
    office = on_a_node
    firms = await office.firms(20)
    await office.report(firms[0])
    follower = office.follower(batch=6)
    async with running(follower, office, "a"):
        await office.seal()
        await eventually(lambda: caught_up(office))
        lost = await asyncio.to_thread(elasticsearch_server.indices)
        await asyncio.to_thread(elasticsearch_server.restart, empty=True)
        await eventually(lambda: answers_and_caught_up(office))
    assert lost.isdisjoint(await asyncio.to_thread(elasticsearch_server.indices))
    assert await office.differences() == []
    assert (await office.status()).documents == 21


async def test_an_index_file_that_is_locked_costs_lag_and_no_data(
    sqlite_record: SqlRecord, tmp_path: Path
) -> None:
    """As by a copy being made of it."""
    path = tmp_path / "index.db"
    engine = EmbeddedEngine(path)
    await engine.open()
    office = Office(sqlite_record, engine)
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    firm = await office.firm(name="锁定时登记的公司")
    await office.seal()
    with pytest.raises(SearchUnavailable, match="locked"):
        await office.follower().step(EPOCH)
    lock.execute("ROLLBACK")
    lock.close()
    await office.follower().catch_up(EPOCH)
    assert await office.found("锁定时") == {firm.id}
    await engine.close()
