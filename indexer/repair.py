"""
Repair: a verification, then exactly the documents that differ are written anew, until none does.

It leads while it works, as a rebuild does, and costs what differs; a rebuild costs the whole index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from directory.ports import Leases
from indexer.dead_letters import account_for
from indexer.follow import Follower
from indexer.leading import LEASE_SECONDS, Held, leading
from indexer.projection import Touched
from indexer.route import Route
from indexer.verify import Difference, Fault, Verified, verify

# Each round mends all that the one before found; what a third would find is made by someone else meanwhile.
ROUNDS = 2
AT_ONCE = 500

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was found and written anew, and what differs still: documents that cannot be built or are refused."""

    found: tuple[Difference, ...]
    left: tuple[Difference, ...]
    compared: int


class Repairer:
    """Mends an index document by document."""

    def __init__(self, route: Route, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._route = route
        self._lease_seconds = lease_seconds
        self._follower = Follower(route)

    async def run(self, leases: Leases, holder: str, progress: Progress = lambda _: None) -> Repaired:
        """Repairs under the lease; safe to interrupt at any point and to run again.

        `progress` hears of the documents compared first. Raises: LeaseLost, SearchUnavailable, RecordUnavailable.
        """
        async with leading(leases, holder, self._lease_seconds) as lease:
            seen = await self._verified(lease, progress)
            found = left = seen.differences
            for _ in range(ROUNDS):
                mendable = [each for each in left if each.fault is not Fault.UNBUILT]
                if not mendable:
                    break
                await self._rewrite(mendable, lease)
                left = (await self._verified(lease, lambda _: None)).differences
            return Repaired(found, left, seen.compared)

    async def _verified(self, lease: Held, progress: Progress) -> Verified:
        async def carry() -> None:
            await self._follower.catch_up(lease.epoch)

        await carry()
        return await verify(self._route, progress, carry=carry)

    async def _rewrite(self, differing: Sequence[Difference], lease: Held) -> None:
        for start in range(0, len(differing), AT_ONCE):
            wanted = Touched.of((each.kind, each.id) for each in differing[start : start + AT_ONCE])
            async with self._route.record.reader() as reader:
                head = await reader.head()
                built = await self._route.build(reader, wanted, head)
            lease.require()
            refused = await self._route.engine.rewrite(built.documents)
            await account_for(self._route.dead_letters, built, refused)
