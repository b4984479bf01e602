"""
The follower: carries the log into the search index, in order, one leader at a time.

Its place is kept by the engine itself, moved only after every document of the batch was answered, so that a crash at any
point means a replay and never a gap, and an engine that came back empty is filled again from the beginning.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from directory.errors import RecordUnavailable, SearchUnavailable
from directory.ports import DeadLetters, Leases, Record
from directory.vocabulary import Reference
from indexer.dead_letters import account_for
from indexer.projection import documents_of, touched
from indexer.query.search import SearchEngine

LEASE = "indexer"
REBUILD_LEASE = "index-rebuild"
LEASE_SECONDS = 10.0
BATCH = 500
LONGEST_PAUSE_SECONDS = 30.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class FollowerHealth:
    """What the follower last saw; read by the status report."""

    leading: bool = False
    last_error: str | None = None
    failures: int = 0
    last_step_at: datetime | None = None


class Follower:
    """Follows the record's log into one engine."""

    def __init__(
        self,
        record: Record,
        engine: SearchEngine,
        reference: Reference,
        dead_letters: DeadLetters,
        *,
        batch: int = BATCH,
    ) -> None:
        self._record = record
        self._engine = engine
        self._reference = reference
        self._dead_letters = dead_letters
        self._batch = batch
        self.health = FollowerHealth()

    async def step(self, epoch: int) -> int:
        """How many log entries were carried over; 0 when the index has caught up.

        Raises: SearchUnavailable, RecordUnavailable; then nothing was lost and the step can be repeated.
        """
        position = await self._engine.position()
        async with self._record.reader() as reader:
            entries = await reader.log_after(position, limit=self._batch)
            if not entries:
                return 0
            last = entries[-1].position
            documents = await documents_of(reader, touched(entries), last, self._reference)
        await account_for(self._dead_letters, documents, await self._engine.put(documents))
        await self._engine.set_position(last, epoch)
        self.health.last_step_at = datetime.now(UTC)
        return len(entries)

    async def catch_up(self, epoch: int) -> int:
        """Steps until the index holds everything sealed so far; the number of entries carried over."""
        carried = 0
        while (count := await self.step(epoch)) > 0:
            carried += count
        return carried

    async def run(self, leases: Leases, holder: str, wait_for_news: Callable[[], Awaitable[None]]) -> None:
        """Leads whenever the lease is free, until cancelled. A failing engine costs lag, with growing pauses."""
        while True:
            try:
                await self._lead_once(leases, holder, wait_for_news)
            except (SearchUnavailable, RecordUnavailable) as fault:
                await self._pause_after(fault)

    async def _lead_once(
        self, leases: Leases, holder: str, wait_for_news: Callable[[], Awaitable[None]]
    ) -> None:
        if await leases.holder(REBUILD_LEASE) not in (None, holder):
            await asyncio.sleep(LEASE_SECONDS / 10)
            return
        epoch = await leases.acquire(LEASE, holder, LEASE_SECONDS)
        self.health.leading = epoch is not None
        if epoch is None:
            await asyncio.sleep(LEASE_SECONDS / 10)
            return
        try:
            await self._lead(leases, holder, epoch, wait_for_news)
        finally:
            self.health.leading = False
            await leases.release(LEASE, holder, epoch)

    async def _lead(
        self, leases: Leases, holder: str, epoch: int, wait_for_news: Callable[[], Awaitable[None]]
    ) -> None:
        loop = asyncio.get_running_loop()
        renew_at = loop.time() + LEASE_SECONDS / 3
        while True:
            carried = await self.step(epoch)
            self.health.failures, self.health.last_error = 0, None
            if loop.time() >= renew_at:
                if not await leases.renew(LEASE, holder, epoch, LEASE_SECONDS):
                    return
                if await leases.holder(REBUILD_LEASE) not in (None, holder):
                    return
                renew_at = loop.time() + LEASE_SECONDS / 3
            if not carried:
                await wait_for_news()

    async def _pause_after(self, fault: Exception) -> None:
        self.health.failures += 1
        self.health.last_error = type(fault).__name__
        longest = min(LONGEST_PAUSE_SECONDS, 0.5 * 2 ** min(self.health.failures, 10))
        pause = random.uniform(longest / 2, longest)  # noqa: S311 - jitter, not a secret
        log.warning(
            "index.follow.pause", fault=str(fault), failures=self.health.failures, seconds=round(pause, 2)
        )
        await asyncio.sleep(pause)
