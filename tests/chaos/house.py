"""Where indexers run as processes of their own, whose requests a test can hold, and which it can kill and freeze."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from directory.record.open import SqlRecord
from tests.chaos.measure import LONG_RUN, MEASURE
from tests.chaos.town import Town
from tests.chaos.unreliable import Unreliable, on_the_way
from tests.chaos.watch import WITHIN_SECONDS
from tests.crash.nursery import Nursery, killed
from tests.indexer.office import Office
from tests.servers.fault_proxy import Asked, FaultProxy, Hold

Wanted = Callable[[Asked], bool]


@dataclass
class Behind:
    """The first request that is `then`, once one was `first`."""

    first: Wanted
    then: Wanted
    _seen: bool = False

    def __call__(self, asked: Asked) -> bool:
        self._seen = self._seen or self.first(asked)
        return self._seen and self.then(asked)


@dataclass
class House:
    """Where indexers run as processes of their own, between a record on PostgreSQL and the proxy."""

    way: Unreliable
    nursery: Nursery
    town: Town
    processes: list[int] = field(default_factory=list)

    @property
    def office(self) -> Office:
        """What looks at record and index from outside."""
        return self.way.office

    async def born(self, arguments: Sequence[str]) -> int:
        """One more process of the program, with these arguments."""
        self.processes.append(await asyncio.to_thread(self.nursery.born, arguments))
        return self.processes[-1]

    async def dies(self, held: Hold, pid: int) -> None:
        """Kills the process when its request is held, and ends the request there. Its leases are over."""
        await reached(held)
        await asyncio.to_thread(killed, pid)
        self.processes.remove(pid)
        held.cut_off()
        await self.office.record.leases.free_all()

    async def lease_over(self) -> None:
        """The lease of one that renews it no longer ends: in a long run by the clock, else it is ended."""
        if not LONG_RUN:
            await self.office.record.leases.free_all()


@asynccontextmanager
async def house(
    record: SqlRecord, record_url: str, directory: Path, elasticsearch_url: str, prefix: str
) -> AsyncIterator[House]:
    """A house, and the end of all who live in it."""
    async with on_the_way(record, elasticsearch_url, prefix) as way:
        settings = {
            "NEWGROWTH_DATA_DIR": str(directory),
            "NEWGROWTH_RECORD_URL": record_url,
            **through(way.proxy, prefix),
        }
        town = await Town(record, MEASURE.seeds[0]).founded()
        with await asyncio.to_thread(Nursery, settings, directory / "processes.log") as nursery:
            living = House(way, nursery, town)
            try:
                yield living
            finally:
                for pid in living.processes:
                    killed(pid)


async def reached(held: Hold) -> None:
    """Returns when the request waits where it is to be held."""
    async with asyncio.timeout(WITHIN_SECONDS):
        await held.reached.wait()


def through(proxy: FaultProxy, prefix: str) -> dict[str, str]:
    """The settings of a program whose engine is behind the proxy."""
    return {
        "NEWGROWTH_ENGINE": "elasticsearch",
        "NEWGROWTH_ELASTICSEARCH_URL": proxy.url,
        "NEWGROWTH_INDEX_PREFIX": prefix,
    }
