"""
The follower: carries the log into the search index, in order, one leader at a time.

Its place is kept by the engine itself, moved only after every document of the batch was answered, so that a crash at any
point means a replay and never a gap, and an engine that came back empty is filled again from the beginning. While one
batch is written, the next is read and built.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from directory.errors import SearchUnavailable, ServiceFault
from directory.history import ERASED
from directory.ports import Leases, Reader
from indexer.ahead import one_ahead
from indexer.leading import FILLING_LEASE, LEASE, LEASE_SECONDS, REBUILD_LEASE, Held, LeaseLost, held
from indexer.projection import Built, touched, with_firms
from indexer.route import Route

BATCH = 500
# News that nobody rang for, such as what another process sealed, is found this late at most.
PATIENCE_SECONDS = 0.5
# Lone news are carried at once; of many, what came meanwhile is carried together, for each batch costs whatever its size.
APART_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 8.0
# Elasticsearch keeps deleted documents for its replicas until these have caught up, which it notices some half a minute later:
# what was not merged away after an erasure is merged away then.
PURGED_AGAIN_SECONDS = (60.0, 300.0, 3600.0)
# Who begins to lead so long after an erasure does not know whether its purges were done, and does them.
ERASED_LATELY_SECONDS = 86_400.0

log = structlog.get_logger(__name__)
Pause = Callable[[float], Awaitable[None]]


class IndexAhead(SearchUnavailable):
    """The index knows of entries that the record does not have: it was filled from another record, or a later one."""


class IndexEmptied(SearchUnavailable):
    """The index holds less than it did a moment ago: the engine was emptied, or another generation was made live."""


@dataclass(slots=True)
class FollowerHealth:
    """What the follower last saw; read by the status report."""

    leading: bool = False
    filling: bool = False
    last_error: str | None = None
    failures: int = 0
    last_step_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries behind `since` up to `last`, read and built."""

    since: int
    last: int
    entries: int
    erases: bool
    built: Built


class Follower:
    """Follows the record's log into one engine."""

    def __init__(
        self,
        route: Route,
        *,
        batch: int = BATCH,
        lease_seconds: float = LEASE_SECONDS,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """`batch`: entries carried at once; `pause` waits for some seconds after a fault."""
        self._route = route
        self._engine = route.engine
        self._batch = batch
        self._lease_seconds = lease_seconds
        self._pause = pause
        self._reached = 0
        # Where an index that was found empty is as full as the record was then.
        self._full_at = 0
        self._purges: list[float] = []
        self.health = FollowerHealth()

    async def step(self, epoch: int) -> int:
        """How many log entries were carried over; 0 when the index has caught up.

        Raises: as `catch_up`; then nothing was lost and the step can be repeated.
        """
        batch = await self._read(await self._position())
        return await self._write(batch, epoch) if batch else 0

    async def catch_up(self, epoch: int) -> int:
        """Carries over everything sealed so far; the number of entries.

        Raises: LeaseLost, when the index obeys a later leader and its position stays where it is; IndexEmptied,
        IndexAhead, SearchUnavailable, RecordUnavailable.
        """
        carried = 0
        async with aclosing(self._carry(epoch)) as counts:
            async for count in counts:
                carried += count
        return carried

    async def _carry(self, epoch: int) -> AsyncGenerator[int, None]:
        """The counts of batches as they are carried over, until nothing is left.

        The engine is asked only once for its position: each batch says from where it goes on, and an engine that does
        not stand there takes it for no progress.
        """
        async with aclosing(one_ahead(self._batches(await self._position()))) as batches:
            async for batch in batches:
                yield await self._write(batch, epoch)

    async def _batches(self, position: int) -> AsyncIterator[Batch]:
        while batch := await self._read(position):
            yield batch
            if batch.entries < self._batch:
                return
            position = batch.last

    async def _position(self) -> int:
        position = await self._engine.position()
        if position < self._reached:
            log.error("index_fell_back", position=position, before=self._reached)
        self._reached = position
        return position

    async def _read(self, position: int) -> Batch | None:
        async with self._route.record.reader() as reader:
            entries = await reader.touches_after(position, limit=self._batch)
            if not entries:
                await _require_no_more(reader, position)
                return None
            if position == 0:
                self._full_at = await reader.head()
            last = entries[-1].position
            erases = any(entry.kind.endswith(ERASED) for entry in entries)
            wanted = await with_firms(reader, touched(entries))
            built = await self._route.build(reader, wanted, last)
        return Batch(position, last, len(entries), erases, built)

    async def _write(self, batch: Batch, epoch: int) -> int:
        if batch.since == 0:
            await self._claim(epoch)
        await self._route.put(batch.built)
        if batch.erases:
            # What is kept to go back to would still hold who was erased.
            await self._engine.drop_previous()
            await self._engine.purge()
            self._purges = [time.monotonic() + seconds for seconds in PURGED_AGAIN_SECONDS]
        stands = await self._engine.set_position(batch.last, epoch, batch.since)
        if stands < batch.since:
            raise IndexEmptied(
                f"the index was complete to {batch.since} and is now to {stands}: it is filled again"
            )
        if stands < batch.last:
            raise LeaseLost(f"the index stays at position {stands}: it obeys a later leader")
        self._reached = batch.last
        self.health.last_step_at = datetime.now(UTC)
        return batch.entries

    async def run(self, leases: Leases, holder: str, listen: Callable[[], asyncio.Event]) -> None:
        """Leads whenever the lease is free, until cancelled. A failing engine costs lag, with growing pauses.

        `listen` gives the event of the next news; it is asked before each look at the log, so that none is missed.
        """
        while True:
            try:
                await self._lead_if_free(leases, holder, listen)
            except ServiceFault as fault:
                log.warning("index_not_followed", reason=str(fault), failures=self.health.failures + 1)
                await self._pause_after(fault)
            except Exception as error:
                # A mistake of ours must not end the following for good: it is told, and tried again.
                log.exception("index_following_failed", failures=self.health.failures + 1)
                await self._pause_after(error)

    async def _lead_if_free(self, leases: Leases, holder: str, listen: Callable[[], asyncio.Event]) -> None:
        if await self._rebuilding(leases, holder):
            await asyncio.sleep(self._lease_seconds / 10)
            return
        async with held(leases, LEASE, holder, self._lease_seconds) as lease:
            if lease is None:
                await asyncio.sleep(self._lease_seconds / 10)
                return
            self.health.leading = True
            try:
                await self._lead(leases, holder, lease, listen)
            finally:
                self.health.leading = self.health.filling = False

    async def _lead(
        self, leases: Leases, holder: str, lease: Held, listen: Callable[[], asyncio.Event]
    ) -> None:
        await self._claim(lease.epoch)
        await self._take_over_purges()
        loop = asyncio.get_running_loop()
        look_at = loop.time() + PATIENCE_SECONDS
        async with AsyncExitStack() as filling:
            while not lease.lost:
                news, began = listen(), loop.time()
                async with aclosing(self._carry(lease.epoch)) as counts:
                    async for _ in counts:
                        self.health.failures, self.health.last_error = 0, None
                        await self._tell_of_filling(leases, holder, filling)
                        if lease.lost or loop.time() >= look_at:
                            break
                    else:
                        self.health.failures, self.health.last_error = 0, None
                        await _rung(news, PATIENCE_SECONDS)
                        await asyncio.sleep(max(0.0, began + APART_SECONDS - loop.time()))
                if loop.time() >= look_at:
                    if await self._rebuilding(leases, holder):
                        return
                    look_at = loop.time() + PATIENCE_SECONDS
                    await self._purge_again()

    async def _tell_of_filling(self, leases: Leases, holder: str, filling: AsyncExitStack) -> None:
        """Holds the lease that says so while an index that was empty is not yet full."""
        fills = self._reached < self._full_at
        if fills and not self.health.filling:
            log.warning("index_filled_from_the_beginning", until=self._full_at)
            await filling.enter_async_context(held(leases, FILLING_LEASE, holder, self._lease_seconds))
        elif not fills:
            await filling.aclose()
        self.health.filling = fills

    async def _purge_again(self) -> None:
        if self._purges and time.monotonic() >= self._purges[0]:
            await self._engine.purge()
            self._purges.pop(0)

    async def _take_over_purges(self) -> None:
        """Plans the purges that whoever led before may have left undone: each at its time, those missed all in one."""
        async with self._route.record.reader() as reader:
            erased_at = await reader.last_erasure()
        age = (datetime.now(UTC) - erased_at).total_seconds() if erased_at else ERASED_LATELY_SECONDS
        if age < ERASED_LATELY_SECONDS:
            left = sorted({max(0.0, seconds - age) for seconds in PURGED_AGAIN_SECONDS})
            self._purges = [time.monotonic() + seconds for seconds in left]

    async def _claim(self, epoch: int) -> None:
        """Makes an emptied engine's indices anew, and has the index obey no older epoch from now on."""
        await self._engine.make_missing()
        await self._engine.set_position(0, epoch)

    async def _rebuilding(self, leases: Leases, holder: str) -> bool:
        return await leases.holder(REBUILD_LEASE) not in (None, holder)

    async def _pause_after(self, fault: Exception) -> None:
        self.health.failures += 1
        self.health.last_error = type(fault).__name__
        longest = min(LONGEST_PAUSE_SECONDS, 2 ** min(self.health.failures, 10))
        await self._pause(random.uniform(longest / 2, longest))  # noqa: S311 - jitter, not a secret


async def _require_no_more(reader: Reader, position: int) -> None:
    """Raises: IndexAhead, when nothing follows `position` because the record has never come so far."""
    if (head := await reader.head()) < position:
        raise IndexAhead(
            f"the index is at position {position}, the record only at {head}: it was filled from another record, "
            "or this one was put back from a copy; run `newgrowth index rebuild`"
        )


async def _rung(bell: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await bell.wait()
    except TimeoutError:
        return
