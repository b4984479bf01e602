"""Holding a lease for as long as the work takes: it is renewed beside the work, so that a long step does not lose it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from directory.errors import SearchUnavailable, ServiceFault
from directory.ports import Leases

LEASE = "indexer"
REBUILD_LEASE = "index-rebuild"
# Held beside the first by a follower that fills an empty index, so that every process can tell.
FILLING_LEASE = "index-filling"
LEASE_SECONDS = 10.0

log = structlog.get_logger(__name__)


class LeaseLost(SearchUnavailable):
    """Another process leads now; what it fences off is not written."""


@dataclass(slots=True)
class Held:
    """A lease that is being renewed. `lost` turns true once another holder has it."""

    name: str
    epoch: int
    lost: bool = False

    def require(self) -> None:
        """Raises: LeaseLost, when another holder has it."""
        if self.lost:
            raise LeaseLost(f"another process leads: {self.name}")


@asynccontextmanager
async def held(
    leases: Leases, name: str, holder: str, seconds: float = LEASE_SECONDS
) -> AsyncIterator[Held | None]:
    """The lease until the block ends; None while another holds it. Raises: RecordUnavailable."""
    epoch = await leases.acquire(name, holder, seconds)
    if epoch is None:
        yield None
        return
    lease = Held(name, epoch)
    renewing = asyncio.create_task(_keep_renewing(leases, lease, holder, seconds))
    try:
        yield lease
    finally:
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing
        await _given_up(leases, lease, holder)


@asynccontextmanager
async def leading(leases: Leases, holder: str, seconds: float = LEASE_SECONDS) -> AsyncIterator[Held]:
    """Leads alone: asks the running follower to hand over, waits for it, and gives the lease to write under."""
    async with held(leases, REBUILD_LEASE, holder, seconds) as asked:
        if asked is None:
            raise LeaseLost("another rebuild or repair is running")
        while True:
            async with held(leases, LEASE, holder, seconds) as lease:
                if lease is not None:
                    yield lease
                    return
            await asyncio.sleep(seconds / 20)
            asked.require()


async def _keep_renewing(leases: Leases, lease: Held, holder: str, seconds: float) -> None:
    while not lease.lost:
        await asyncio.sleep(seconds / 3)
        try:
            lease.lost = not await leases.renew(lease.name, holder, lease.epoch, seconds)
        except ServiceFault as fault:
            # Not lost yet: whoever takes it over meanwhile has a higher epoch, which the index obeys.
            log.warning("lease_not_renewed", lease=lease.name, reason=str(fault))


async def _given_up(leases: Leases, lease: Held, holder: str) -> None:
    try:
        await leases.release(lease.name, holder, lease.epoch)
    except ServiceFault as fault:
        log.warning("lease_not_released", lease=lease.name, reason=str(fault))
