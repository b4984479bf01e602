"""A cluster that loses a node among writes and searches: nothing acknowledged is lost, and nobody waits for the node."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from directory.record.open import open_record
from indexer.engines.elasticsearch import ElasticsearchEngine
from tests.chaos.measure import MEASURE, figure
from tests.chaos.pace import paced
from tests.chaos.test_rebuilds import TEA
from tests.chaos.town import Town
from tests.chaos.watch import caught_up_with_everything, sealing
from tests.chaos.writer import TEA_HOUSES, tea_houses
from tests.conditions import eventually
from tests.indexer.office import Office
from tests.indexer.test_leading import running
from tests.record.fixtures import new_record
from tests.servers.cluster import ElasticsearchCluster
from tests.servers.requirements import Absences

pytestmark = pytest.mark.elasticsearch

SHARDS = 2
ENTRIES_WITHOUT_IT = MEASURE.entries // 2


@pytest.fixture(scope="module")
def cluster(absences: Absences) -> Iterator[ElasticsearchCluster]:
    """Three nodes."""
    fetch = "elasticsearch" in absences.required
    with absences.found_or_skipped("elasticsearch", lambda: ElasticsearchCluster(fetch=fetch)) as nodes:
        yield nodes


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path, cluster: ElasticsearchCluster) -> AsyncIterator[Office]:
    """A record on SQLite, and its index on the cluster."""
    engine = ElasticsearchEngine(cluster.url, prefix="clustered", shards=SHARDS)
    async with await open_record(new_record(tmp_path)) as record:
        await engine.open()
        yield Office(record, engine)
        await engine.close()


async def test_a_master_killed_among_writes_and_searches_is_not_missed(
    office: Office, cluster: ElasticsearchCluster
) -> None:
    """Every search is answered with the same count, and in the end the index equals the record."""
    await tea_houses(office.record)
    town = await Town(office.record, MEASURE.seeds[0]).founded()
    await office.carry()
    await office.engine.refresh()
    await eventually(lambda: asyncio.to_thread(cluster.whole))
    counts: list[int | None] = []
    dice = random.Random(MEASURE.seeds[0])

    async def read() -> None:
        counts.append((await office.engine.search(TEA)).total)

    async def write_without(before: int) -> None:
        await eventually(lambda: _written(town, before + ENTRIES_WITHOUT_IT), within_seconds=300)

    async with sealing(office), running(office.follower(), office, "follower"):
        async with paced(20, read) as reads, paced(MEASURE.writes_a_second, lambda: town.act(dice)):
            master = await asyncio.to_thread(lambda: cluster.master)
            await asyncio.to_thread(master.kill)
            killed = time.monotonic()
            await write_without(await town.entries())
            await asyncio.to_thread(master.start)
            await eventually(lambda: asyncio.to_thread(cluster.whole))
            away = time.monotonic() - killed
        await caught_up_with_everything(office)
    assert set(counts) == {TEA_HOUSES}
    assert await office.differences() == []
    figure(
        f"cluster: {len(reads)} searches while the master was gone and came back ({away:.0f} s), none failed, "
        f"slowest {max(reads):.2f} s"
    )


async def _written(town: Town, until: int) -> bool:
    return await town.entries() >= until
