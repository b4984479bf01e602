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
from dataclasses import dataclass, replace

import structlog

from directory.errors import SearchUnavailable
from directory.ports import Leases
from indexer.ahead import one_ahead
from indexer.comparison import Counts, RebuildDiffers, Sample, counted, differing, require_all
from indexer.dead_letters import account_for
from indexer.follow import Follower
from indexer.leading import LEASE_SECONDS, Held, leading
from indexer.projection import ENTITY_TYPES, Built, Touched
from indexer.route import Route
from indexer.verify import all_sealed

CHUNK = 2000
# The live index falls behind by this much at most; looking after it costs several requests.
FOLLOW_EVERY_SECONDS = 1.0
# How often a document that differs is looked at again, each time after all that was written meanwhile was carried over.
LOOKS = 5
SEAL_SECONDS = 5.0

log = structlog.get_logger(__name__)
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild wrote: documents, how many of them refused, and compared with the record one by one before the swap.

    `before`: how many the live generation held, None where it could not be read.
    """

    generation: str
    documents: int
    refused: int
    position: int
    compared: int = 0
    before: int | None = None


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

        Raises: LeaseLost, RebuildDiffers, SearchUnavailable, RecordUnavailable; the live index stays as it was.
        """
        async with leading(leases, holder, self._lease_seconds) as lease:
            await self._engine.abandon()
            live = await self._live_position()
            before = None if live is None else await self._engine.count()
            at_first = await counted(self._route)
            async with self._route.record.reader() as reader:
                start = await reader.head()
            generation = await self._engine.begin_rebuild()
            follows = live is not None and live <= start
            try:
                built = await self._build(generation, start, at_first, lease, progress, follows=follows)
                await self._engine.swap(generation, built.position, follows)
                return replace(built, before=before)
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
        self,
        generation: str,
        start: int,
        at_first: Counts,
        lease: Held,
        progress: Progress,
        *,
        follows: bool,
    ) -> Rebuilt:
        """The filled generation, found to be what the record says."""
        documents = refused = 0
        sample = Sample()
        loop = asyncio.get_running_loop()
        follow_at = loop.time()
        async with aclosing(one_ahead(self._everything(start))) as chunks:
            async for built in chunks:
                bad = await self._fill(generation, built)
                documents, refused = documents + len(built), refused + bad
                sample.show(built)
                progress(len(built))
                lease.require()
                if follows and loop.time() >= follow_at:
                    await self._follower.catch_up(lease.epoch)
                    follow_at = loop.time() + FOLLOW_EVERY_SECONDS
        position = await self._complete_up_to(start, lease, follows=follows)
        await require_all(self._route, generation, at_first, refused)
        if follows:
            await self._require_same(generation, sample, lease)
            position = max(position, await self._engine.position())
        return Rebuilt(generation, documents, refused, position, len(sample.drawn) if follows else 0)

    async def _require_same(self, generation: str, sample: Sample, lease: Held) -> None:
        """Holds the sample against the record; what differs only because it changed just now is looked at again.

        Raises: RebuildDiffers, ServiceFault.
        """
        left = await differing(self._route, generation, sample.drawn)
        for _ in range(LOOKS):
            if not left:
                return
            if not await self._caught_up_with_all(lease):
                log.warning("rebuild_not_compared", generation=generation, reason="nobody seals the log")
                return
            again = await differing(self._route, generation, list(left))
            if stuck := [key for key, said in again.items() if left[key] == said]:
                kind, id_ = stuck[0]
                raise RebuildDiffers(
                    f"{len(stuck)} of {len(sample.drawn)} documents of {generation} are not what the record says, such "
                    f"as {kind} {id_}: the live index stays; run `newgrowth index rebuild` again"
                )
            left = again

    async def _caught_up_with_all(self, lease: Held) -> bool:
        """Carries over what is written by now; whether somebody sealed all of it in time."""
        try:
            async with asyncio.timeout(SEAL_SECONDS):
                await all_sealed(self._route.record)
        except TimeoutError:
            return False
        await self._follower.catch_up(lease.epoch)
        lease.require()
        return True

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
                yield built
                after = ids[-1]

    async def _fill(self, generation: str, built: Built) -> int:
        """Writes what was built; how many documents were refused or could not be built."""
        refused = await self._engine.put_into(generation, built.documents)
        await account_for(self._route.dead_letters, built, refused)
        return len(refused) + len(built.unbuilt)
