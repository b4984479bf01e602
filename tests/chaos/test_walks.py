"""Walks over everything while others write: each entry once, none missing, and nothing left open behind them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.query.search import EVERYTHING, Kind, Search, SearchEngine
from indexer.query.syntax import parse
from tests.chaos.measure import MEASURE, figure
from tests.conditions import eventually
from tests.contracts.engines.corpus import firm
from tests.servers.elasticsearch import request

AT_ONCE = 2_000
PAGE = 500
TEA = Search(Kind.FIRM, EVERYTHING, parse("茶山"), first=PAGE, lasting=True)


async def filled(engine: SearchEngine) -> set[str]:
    """So many entries of one name; their ids."""
    ids = [f"tea-{number:06}" for number in range(MEASURE.walked)]
    for start in range(0, len(ids), AT_ONCE):
        await engine.put([firm(id_, name="茶山工作室") for id_ in ids[start : start + AT_ONCE]])
    await engine.refresh()
    return set(ids)


@asynccontextmanager
async def writing(engine: SearchEngine) -> AsyncIterator[None]:
    """Entries change and come, so many a second, until the block ends."""
    dice = random.Random(MEASURE.seeds[0])

    async def write() -> None:
        version = 2
        while True:
            at, version = dice.randrange(MEASURE.walked), version + 1
            changed = firm(f"tea-{at:06}", version=version, name="茶山工作室" + "茶" * dice.randrange(9))
            await engine.put([changed, firm(f"new-{version}", name="茶山新来的")])
            await asyncio.sleep(1 / MEASURE.writes_a_second)

    task = asyncio.create_task(write())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def walk(engine: SearchEngine, search: Search, pages: int | None = None) -> list[str]:
    """The ids in their order, to the end or for so many pages."""
    found = await engine.search(search)
    ids = [hit.id for hit in found.hits]
    while found.more and (pages := None if pages is None else pages - 1) != 0:
        found = await engine.search(replace(search, after=found.end, walk=found.walk))
        ids += [hit.id for hit in found.hits]
    return ids


async def test_a_walk_over_everything_meets_each_entry_once(engine: SearchEngine) -> None:
    """Whatever is written meanwhile: none twice, and none missing of those that were there when it began."""
    there = await filled(engine)
    async with writing(engine):
        met = await walk(engine, TEA)
    assert len(met) == len(set(met))
    assert there <= set(met)
    figure(f"{engine.name}: a walk over {len(met)} entries among writes, none twice, none missing")


@pytest.mark.elasticsearch
async def test_walks_leave_nothing_open(elasticsearch_url: str, index_prefix: str) -> None:
    """Neither those to the end nor those left on the way: the node itself says so."""
    engine = ElasticsearchEngine(elasticsearch_url, prefix=index_prefix)
    await engine.open()
    await engine.put([firm(f"tea-{number:02}", name="茶山工作室") for number in range(12)])
    await engine.refresh()
    short = replace(TEA, first=5)
    for turn in range(MEASURE.walks + MEASURE.left_walks):
        left = turn >= MEASURE.walks
        assert len(await walk(engine, short, pages=2 if left else None)) == (10 if left else 12)
    await engine.close()

    def contexts() -> int:
        nodes = request(elasticsearch_url, "GET", "/_nodes/stats/indices/search")["nodes"]
        return sum(node["indices"]["search"]["open_contexts"] for node in nodes.values())

    await eventually(lambda: contexts() == 0)
    figure(f"{MEASURE.walks} walks and {MEASURE.left_walks} left on the way: no context open")
