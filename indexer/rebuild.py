"""
Rebuild: a new generation of the index beside the live one, filled from the record, swapped in when it has caught up.

The rebuilder leads while it works (the follower hands over), and goes on following into both generations between
chunks, so that the live index does not fall behind and the new one misses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from directory.errors import SearchUnavailable
from directory.ports import Leases
from indexer.ahead import one_ahead
from indexer.dead_letters import account_for
from indexer.follow import Follower
from indexer.leading import LEASE_SECONDS, Held, leading
from indexer.projection import ENTITY_TYPES, Built, Touched
from indexer.route import Route

CHUNK = 2000
# The live index falls behind by this much at most; looking after it costs several requests.
FOLLOW_EVERY_SECONDS = 1.0

log = structlog.get_logger(__name__)
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild wrote."""

    generation: str
    documents: int
    refused: int
    position: int


class Rebuilder:
    """Builds a whole new index from the record."""

    def __init__(self, route: Route, *, chunk: int = CHUNK, lease_seconds: float = LEASE_SECONDS) -> None:
        """`chunk`: entries read and built at once."""
        self._route = route
        self._engine = route.engine
        self._chunk = chunk
        self._lease_seconds = lease_seconds
        self._follower = Follower(route)

    async def run(self, leases: Leases, holder: str, progress: Progress = lambda _: None) -> Rebuilt:
        """Rebuilds under the lease; safe to interrupt at any point and to run again.

        Raises: LeaseLost, SearchUnavailable, RecordUnavailable; the live index stays as it was.
        """
        async with leading(leases, holder, self._lease_seconds) as lease:
            await self._engine.abandon()
            live = await self._live_position()
            async with self._route.record.reader() as reader:
                start = await reader.head()
            generation = await self._engine.begin_rebuild()
            follows = live is not None and live <= start
            try:
                return await self._build(generation, start, lease, progress, follows=follows)
            except BaseException:
                # One that is killed here leaves the generation to the next rebuild.
                with contextlib.suppress(SearchUnavailable):
                    await asyncio.shield(self._engine.abandon(generation))
                raise

    async def _live_position(self) -> int | None:
        """Where the live index is; None when there is none that could be written to, such as one of an old layout."""
        try:
            await self._engine.make_missing()
            await self._engine.count()
            return await self._engine.position()
        except SearchUnavailable as unusable:
            log.warning("live_index_unusable", reason=str(unusable))
            return None

    async def _build(
        self, generation: str, start: int, lease: Held, progress: Progress, *, follows: bool
    ) -> Rebuilt:
        documents = refused = 0
        loop = asyncio.get_running_loop()
        follow_at = loop.time()
        async with aclosing(one_ahead(self._everything(start))) as chunks:
            async for built in chunks:
                bad = await self._fill(generation, built)
                documents, refused = documents + len(built), refused + bad
                progress(len(built))
                lease.require()
                if follows and loop.time() >= follow_at:
                    await self._follower.catch_up(lease.epoch)
                    follow_at = loop.time() + FOLLOW_EVERY_SECONDS
        position = await self._complete_up_to(start, lease, follows=follows)
        await self._engine.swap(generation, position, follows)
        return Rebuilt(generation, documents, refused, position)

    async def _complete_up_to(self, start: int, lease: Held, *, follows: bool) -> int:
        """How far the filled generation has come: to `start` alone where the live index is unusable or of another record."""
        if not follows:
            return start
        await self._follower.catch_up(lease.epoch)
        lease.require()
        return max(start, await self._engine.position())

    async def _everything(self, version: int) -> AsyncIterator[Built]:
        """The documents of all entries, reports and blocking points, a chunk at a time."""
        for kind, entity_type in ENTITY_TYPES.items():
            after = ""
            while True:
                async with self._route.record.reader() as reader:
                    ids = await reader.entity_ids(entity_type, after=after, limit=self._chunk, erased=True)
                    if not ids:
                        break
                    touched = Touched.of((kind, id_) for id_ in ids)
                    built = await self._route.build(reader, touched, version)
                yield built.only(touched)
                after = ids[-1]

    async def _fill(self, generation: str, built: Built) -> int:
        """Writes what was built; how many documents were refused or could not be built."""
        refused = await self._engine.put_into(generation, built.documents)
        await account_for(self._route.dead_letters, built, refused)
        return len(refused) + len(built.unbuilt)
