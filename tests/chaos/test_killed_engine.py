"""A search engine that is gone takes only the search with it; when it is back, with its data or empty, nothing is missing."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from directory.entities import Firm
from directory.errors import SearchUnavailable
from indexer.engines.elasticsearch import ElasticsearchEngine
from schema.node import global_id
from tests.chaos.measure import LONG_RUN, MEASURE, figure, promised
from tests.chaos.pace import paced
from tests.chaos.town import Town
from tests.chaos.watch import caught_up_with_everything, sealing
from tests.conditions import eventually
from tests.indexer.office import Office
from tests.indexer.test_leading import running
from tests.journeys.stage import SUPERVISOR, Stage, staged
from tests.record.fixtures import new_record
from tests.servers.elasticsearch import ElasticsearchServer

pytestmark = pytest.mark.elasticsearch

FIRM = "query ($id: ID!) { node(id: $id) { id ... on Firm { entryNumber } } }"
FIRMS = "query { firms(first: 1) { totalCount } }"


@pytest_asyncio.fixture(loop_scope="session")
async def stage_on_a_node(tmp_path: Path, elasticsearch_server: ElasticsearchServer) -> AsyncIterator[Stage]:
    """The API over a record on SQLite and the run's own node, which the test may kill and empty."""
    engine = ElasticsearchEngine(elasticsearch_server.url, prefix=f"test-{uuid.uuid4().hex[:12]}")
    async with staged(tmp_path, new_record(tmp_path), engine) as stage:
        yield stage


@pytest.mark.parametrize("empty", [False, True] if LONG_RUN else [False], ids=lambda empty: f"empty={empty}")
async def test_without_its_engine_the_directory_goes_on(
    stage_on_a_node: Stage, elasticsearch_server: ElasticsearchServer, empty: bool
) -> None:
    """Commands are all carried out, entries are read, searches are refused by name; afterwards the index catches up.

    Also where the engine comes back without its data, and where an indexer was started while it was gone.
    """
    stage, node = stage_on_a_node, elasticsearch_server
    office = Office(stage.record, stage.engine)
    town = await Town(stage.record, MEASURE.seeds[0]).founded()
    untouched = await office.firm()
    follower = office.follower()
    async with sealing(office), running(follower, office, "follower"):
        await caught_up_with_everything(office)
        kept = await asyncio.to_thread(node.indices)
        await asyncio.to_thread(node.kill)
        await eventually(lambda: follower.health.failures > 0)
        assert not (await office.status()).reachable
        late = await opened_in_vain(node)
        done = await an_outage(stage, town, untouched)
        await asyncio.to_thread(node.restart, empty=empty)
        up = time.monotonic()
        await eventually(lambda: searches_again(stage))
        searched = time.monotonic()
        await caught_up_with_everything(office)
        drained = time.monotonic()
        assert await office.differences() == []
    assert kept.isdisjoint(await asyncio.to_thread(node.indices)) == empty
    await fills_its_own(late, office)
    figure(
        f"{done} log entries written without an engine, which came back {'empty' if empty else 'with its data'}"
    )
    promised("seconds until it was searched again", searched - up, at_most=10.0)
    promised("seconds until it had caught up", drained - up, at_most=60.0)


async def opened_in_vain(node: ElasticsearchServer) -> ElasticsearchEngine:
    """An engine that was to be opened while its node was gone."""
    late = ElasticsearchEngine(node.url, prefix=f"test-{uuid.uuid4().hex[:12]}")
    with pytest.raises(SearchUnavailable):
        await late.open()
    return late


async def fills_its_own(late: ElasticsearchEngine, office: Office) -> None:
    """Now that the node is there, the engine takes everything, as if nothing had been."""
    other = Office(office.record, late)
    assert await other.carry() > 0
    assert await other.differences() == []
    await late.close()


@pytest.mark.skipif(not LONG_RUN, reason="make chaos; tests/indexer/test_outage.py empties a quiet one")
async def test_an_engine_killed_among_writes_and_emptied_is_filled_again(
    stage_on_a_node: Stage, elasticsearch_server: ElasticsearchServer
) -> None:
    """The writers notice nothing."""
    stage, node = stage_on_a_node, elasticsearch_server
    office = Office(stage.record, stage.engine)
    town = await Town(stage.record, MEASURE.seeds[0]).founded()
    async with sealing(office), running(office.follower(), office, "follower"):
        for _ in range(3):
            await town.live(200)
            writing = asyncio.create_task(town.live(200))
            await asyncio.to_thread(node.kill)
            await writing
            await asyncio.to_thread(node.restart, empty=True)
            began = time.monotonic()
            await caught_up_with_everything(office)
            assert await office.differences() == []
            figure(f"{await town.entries()} entries filled in again in {time.monotonic() - began:.1f} s")


async def an_outage(stage: Stage, town: Town, untouched: Firm) -> int:
    """Acts, reads and searches without an engine; how many log entries came of it."""
    dice = random.Random(MEASURE.seeds[0])
    before, firm = await town.entries(), global_id("Firm", untouched.id)
    reads: list[Any] = []
    searches: list[list[str]] = []

    async def read() -> None:
        reads.append((await stage.ask(SUPERVISOR, FIRM, id=firm))["node"]["id"])

    async def search() -> None:
        searches.append((await stage.answer(SUPERVISOR, FIRMS)).codes)

    async with (
        paced(20, lambda: town.act(dice)) as acts,
        paced(10, read),
        paced(10, search) as refusals,
    ):
        ends = time.monotonic() + MEASURE.outage_seconds
        await eventually(lambda: time.monotonic() > ends, within_seconds=2 * MEASURE.outage_seconds + 10)
    assert set(reads) == {firm}
    assert searches == [["SEARCH_UNAVAILABLE"]] * len(searches) != []
    assert town.refused["unavailable"] == 0
    slowest = sorted(refusals)[int(len(refusals) * 0.99)]
    figure(f"{len(acts)} commands, {len(searches)} searches refused")
    promised("seconds until a search was refused, the 99th of 100", slowest, at_most=1.0)
    return await town.entries() - before


async def searches_again(stage: Stage) -> bool:
    """Whether a search is answered."""
    return (await stage.answer(SUPERVISOR, FIRMS)).codes == []
