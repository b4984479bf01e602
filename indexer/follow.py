"""
The follower: carries the log into the search index, in order, one leader at a time.

Its place is kept by the engine itself, moved only after every document of the batch was answered, so that a crash at any
point means a replay and never a gap, and an engine that came back empty is filled again from the beginning.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from directory.errors import SearchUnavailable, ServiceFault
from directory.ports import DeadLetters, Leases, Reader, Record
from directory.vocabulary import Reference
from indexer.dead_letters import account_for
from indexer.leading import LEASE, LEASE_SECONDS, REBUILD_LEASE, Held, LeaseLost, held
from indexer.projection import documents_of, touched
from indexer.query.search import SearchEngine

BATCH = 500
# News that nobody rang for, such as what another process sealed, is found this late at most.
PATIENCE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0

log = structlog.get_logger(__name__)


class IndexAhead(SearchUnavailable):
    """The index knows of entries that the record does not have: it was filled from another record, or a later one."""


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
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._record = record
        self._engine = engine
        self._reference = reference
        self._dead_letters = dead_letters
        self._batch = batch
        self._lease_seconds = lease_seconds
        self.health = FollowerHealth()

    async def step(self, epoch: int) -> int:
        """How many log entries were carried over; 0 when the index has caught up.

        Raises: SearchUnavailable, RecordUnavailable; then nothing was lost and the step can be repeated.
        """
        position = await self._engine.position()
        async with self._record.reader() as reader:
            entries = await reader.log_after(position, limit=self._batch)
            if not entries:
                await _require_no_more(reader, position)
                return 0
            if position == 0:
                await self._claim(epoch)
            last = entries[-1].position
            documents = await documents_of(reader, touched(entries), last, self._reference)
        await account_for(self._dead_letters, documents, await self._engine.put(documents))
        await self._engine.set_position(last, epoch)
        self.health.last_step_at = datetime.now(UTC)
        return len(entries)

    async def catch_up(self, epoch: int) -> int:
        """Steps until the index holds everything sealed so far; the number of entries carried over.

        Raises: LeaseLost, when the index obeys a later leader and its position stays where it is; as `step` besides.
        """
        carried, position = 0, await self._engine.position()
        while (count := await self.step(epoch)) > 0:
            carried, before, position = carried + count, position, await self._engine.position()
            if position == before:
                raise LeaseLost(f"the index stays at position {position}: it obeys a later leader")
        return carried

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
                self.health.leading = False

    async def _lead(
        self, leases: Leases, holder: str, lease: Held, listen: Callable[[], asyncio.Event]
    ) -> None:
        await self._claim(lease.epoch)
        loop = asyncio.get_running_loop()
        look_at = loop.time() + PATIENCE_SECONDS
        while not lease.lost:
            news = listen()
            carried = await self.step(lease.epoch)
            self.health.failures, self.health.last_error = 0, None
            if not carried:
                await _rung(news, PATIENCE_SECONDS)
            if loop.time() >= look_at:
                if await self._rebuilding(leases, holder):
                    return
                look_at = loop.time() + PATIENCE_SECONDS

    async def _claim(self, epoch: int) -> None:
        """Makes an emptied engine's indices anew, and has the index obey no older epoch from now on."""
        await self._engine.make_missing()
        await self._engine.set_position(0, epoch)

    async def _rebuilding(self, leases: Leases, holder: str) -> bool:
        return await leases.holder(REBUILD_LEASE) not in (None, holder)

    async def _pause_after(self, fault: Exception) -> None:
        self.health.failures += 1
        self.health.last_error = type(fault).__name__
        longest = min(LONGEST_PAUSE_SECONDS, 0.5 * 2 ** min(self.health.failures, 10))
        await asyncio.sleep(random.uniform(longest / 2, longest))  # noqa: S311 - jitter, not a secret


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
