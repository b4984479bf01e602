"""A record, an index, and a way between them on which requests are lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from directory.errors import SearchUnavailable
from directory.record.open import SqlRecord
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.query.search import SearchEngine
from indexer.verify import Difference
from tests.indexer.office import EPOCH, Office
from tests.servers.fault_proxy import FaultProxy, fault_proxy

MOST_STEPS = 5_000


async def brief(seconds: float) -> None:
    """A pause that is none: faults come by the hundred here."""
    await asyncio.sleep(0)


@dataclass
class Unreliable:
    """The office looks at the index directly; the indexer's engine asks `through` the proxy."""

    office: Office
    through: SearchEngine
    proxy: FaultProxy

    async def carried(self, twin: Callable[[SearchEngine], Any], batch: int) -> list[Difference]:
        """Carries everything sealed, however often a step fails, and gives the differences."""
        follower = self.office.follower(twin(self.through), batch=batch, pause=brief)
        for _ in range(MOST_STEPS):
            try:
                if await follower.step(EPOCH) == 0:
                    break
            except SearchUnavailable:
                continue
        await self.proxy.settled()
        return await self.office.differences()


@asynccontextmanager
async def on_the_way(record: SqlRecord, url: str, prefix: str) -> AsyncIterator[Unreliable]:
    """The way from a record to the Elasticsearch at `url`."""
    async with fault_proxy(url) as proxy:
        direct = ElasticsearchEngine(url, prefix=prefix)
        through = ElasticsearchEngine(proxy.url, prefix=prefix, pause=brief)
        await direct.open()
        await through.open()
        try:
            yield Unreliable(Office(record, direct), through, proxy)
        finally:
            await asyncio.gather(direct.close(), through.close())
