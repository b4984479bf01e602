"""
Rebuild: a new generation of the index beside the live one, filled from the record, swapped in when it has caught up.

The rebuilder leads while it works (the follower hands over), and goes on following into both generations between
chunks, so that the live index does not fall behind and the new one misses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from directory.errors import SearchUnavailable
from directory.ports import DeadLetters, Leases, Record
from directory.states import EntityType
from directory.vocabulary import Reference
from indexer.dead_letters import account_for
from indexer.follow import LEASE, LEASE_SECONDS, REBUILD_LEASE, Follower
from indexer.projection import Touched, documents_of
from indexer.query.search import SearchEngine

CHUNK = 500
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild wrote."""

    generation: str
    documents: int
    refused: int
    position: int


class LeaseLost(SearchUnavailable):
    """Another process took over; the unfinished generation is dropped by the next rebuild."""


@asynccontextmanager
async def leading(leases: Leases, holder: str) -> AsyncIterator[int]:
    """Leads alone: asks the running follower to hand over, waits for it, and gives the epoch to write under."""
    asked = await leases.acquire(REBUILD_LEASE, holder, LEASE_SECONDS * 3)
    if asked is None:
        raise LeaseLost("another rebuild is running")
    try:
        epoch = await _take_over(leases, holder)
        try:
            yield epoch
        finally:
            await leases.release(LEASE, holder, epoch)
    finally:
        await leases.release(REBUILD_LEASE, holder, asked)


async def _take_over(leases: Leases, holder: str) -> int:
    while (epoch := await leases.acquire(LEASE, holder, LEASE_SECONDS * 3)) is None:  # noqa: ASYNC110 - another process holds it
        await asyncio.sleep(LEASE_SECONDS / 20)
    return epoch


class Rebuilder:
    """Builds a whole new index from the record."""

    def __init__(
        self,
        record: Record,
        engine: SearchEngine,
        reference: Reference,
        dead_letters: DeadLetters,
        *,
        chunk: int = CHUNK,
    ) -> None:
        self._record = record
        self._engine = engine
        self._reference = reference
        self._dead_letters = dead_letters
        self._chunk = chunk

    async def run(self, leases: Leases, holder: str, progress: Progress = lambda _: None) -> Rebuilt:
        """Rebuilds under the lease; safe to interrupt at any point and to run again."""
        async with leading(leases, holder) as epoch:
            await self._engine.abandon()
            async with self._record.reader() as reader:
                start = await reader.head()
            generation = await self._engine.begin_rebuild()
            follower = Follower(self._record, self._engine, self._reference, self._dead_letters)
            documents = refused = 0
            async for touched in self._everything():
                written, bad = await self._fill(generation, touched, start)
                documents, refused = documents + written, refused + bad
                progress(written)
                await self._keep_leading(leases, holder, epoch)
                await follower.catch_up(epoch)
            await follower.catch_up(epoch)
            position = await self._engine.position()
            await self._engine.swap(generation, position)
            return Rebuilt(generation, documents, refused, position)

    async def _everything(self) -> AsyncIterator[Touched]:
        for kind in (EntityType.FIRM, EntityType.BLOCKAGE):
            after = ""
            while True:
                async with self._record.reader() as reader:
                    ids = await reader.entity_ids(kind, after=after, limit=self._chunk)
                if not ids:
                    break
                after = ids[-1]
                found = frozenset(ids)
                yield Touched(firms=found) if kind is EntityType.FIRM else Touched(blockages=found)

    async def _fill(self, generation: str, touched: Touched, version: int) -> tuple[int, int]:
        async with self._record.reader() as reader:
            documents = await documents_of(reader, touched, version, self._reference)
        wanted = [d for d in documents if d.id in touched.firms or d.id in touched.blockages]
        refused = await self._engine.put_into(generation, wanted)
        await account_for(self._dead_letters, wanted, refused)
        return len(wanted), len(refused)

    async def _keep_leading(self, leases: Leases, holder: str, epoch: int) -> None:
        if not await leases.renew(LEASE, holder, epoch, LEASE_SECONDS * 3):
            raise LeaseLost("the lease was taken over")
