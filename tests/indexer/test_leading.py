"""One indexer leads. Another takes over when it is gone, and one that slept can do no harm when it wakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from directory.errors import RecordUnavailable
from directory.record.lease import SqlLeases
from indexer.follow import Follower
from indexer.leading import LEASE, LeaseLost, held
from tests.conditions import eventually
from tests.indexer.office import EPOCH, Cut, Office

SECONDS = 0.6
# Of a lease that nobody is to lose, however busy the machine is.
AMPLE_SECONDS = 6.0


@asynccontextmanager
async def running(follower: Follower, office: Office, holder: str) -> AsyncIterator[asyncio.Task[None]]:
    """The follower at work, looking for news by itself."""
    task = asyncio.create_task(follower.run(office.record.leases, holder, asyncio.Event))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


class Frozen:
    """An engine whose indexer stops at its next write until it is `thawed`."""

    def __init__(self, office: Office) -> None:
        self._engine = office.engine
        self.reached, self.thawed = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def put(self, documents: Any) -> Any:
        """Sleeps, then writes what it meant to write before."""
        self.reached.set()
        await self.thawed.wait()
        return await self._engine.put(documents)


def frozen_leases(leases: SqlLeases) -> SqlLeases:
    """Leases as a stopped process has them: it renews nothing."""

    class NotRenewing:
        def __getattr__(self, name: str) -> Any:
            return getattr(leases, name)

        async def renew(self, *arguments: Any) -> bool:
            await asyncio.Event().wait()
            return False

    return NotRenewing()  # type: ignore[return-value]


async def test_only_one_of_several_followers_leads(office: Office) -> None:
    """The others wait for the lease."""
    followers = [office.follower(lease_seconds=SECONDS) for _ in range(3)]
    async with (
        running(followers[0], office, "a"),
        running(followers[1], office, "b"),
        running(followers[2], office, "c"),
    ):
        await office.firms(5)
        await office.seal()
        await eventually(lambda: caught_up(office))
        assert sum(follower.health.leading for follower in followers) == 1


async def caught_up(office: Office) -> bool:
    """Whether the index has everything sealed."""
    async with office.record.reader() as reader:
        return await office.engine.position() == await reader.head()


async def test_another_takes_over_from_one_that_stops(office: Office) -> None:
    """At once, for who stops in good order gives the lease up."""
    first, second = office.follower(), office.follower()
    async with running(first, office, "a") as leader:
        await eventually(lambda: first.health.leading)
        async with running(second, office, "b"):
            leader.cancel()
            await eventually(lambda: second.health.leading)
            await office.firms(2)
            await office.seal()
            await eventually(lambda: caught_up(office))


async def test_a_leader_that_froze_is_fenced_off(office: Office) -> None:
    """It wakes with what was true before, and neither position nor documents go back."""
    firm = await office.firm(name="旧名字")
    await office.seal()
    sleeper = Frozen(office)
    asleep = asyncio.create_task(
        office.follower(sleeper, lease_seconds=SECONDS).run(
            frozen_leases(office.record.leases), "asleep", asyncio.Event
        )
    )
    await sleeper.reached.wait()
    await office.rename(firm, "新名字")
    awake = office.follower(lease_seconds=SECONDS)
    async with running(awake, office, "awake"):
        await office.seal()
        await eventually(lambda: caught_up(office))
        sleeper.thawed.set()
        await office.rename(firm.model_copy(update={"version": 2}), "最新的名字")
        await office.seal()
        await eventually(lambda: caught_up(office))
        assert awake.health.leading
    asleep.cancel()
    await asyncio.wait([asleep])
    assert await office.engine.position() == 3
    assert await office.found("最新") == {firm.id}
    assert await office.differences() == []


async def test_an_older_epoch_never_moves_the_position(office: Office) -> None:
    """A new leader is obeyed from its first moment, before it has carried anything."""
    await office.firms(4)
    await office.seal()
    follower = office.follower(lease_seconds=SECONDS)
    async with running(follower, office, "new"):
        await eventually(lambda: caught_up(office))
    epoch = await office.record.leases.acquire(LEASE, "newer", 60)
    assert epoch is not None
    await office.engine.set_position(0, epoch)
    await office.engine.set_position(1_000, epoch - 1)
    assert await office.engine.position() == 4


async def test_catching_up_ends_when_the_index_obeys_a_later_leader(office: Office) -> None:
    """A rebuilder whose lease was taken would otherwise carry the same entries for ever."""
    await office.firm()
    await office.seal()
    await office.follower().step(2)
    await office.firm()
    await office.seal()
    with pytest.raises(LeaseLost):
        await office.follower().catch_up(1)


async def test_a_step_longer_than_the_lease_does_not_lose_it(office: Office) -> None:
    """The lease is renewed beside the work."""
    await office.firms(1)
    await office.seal()
    slow = Frozen(office)
    follower = office.follower(slow, lease_seconds=SECONDS)
    async with running(follower, office, "slow"):
        await slow.reached.wait()
        rival = office.record.leases
        for _ in range(6):
            await asyncio.sleep(SECONDS / 3)  # twice the lease in all, looked at all the time
            assert await rival.acquire(LEASE, "rival", SECONDS) is None
        slow.thawed.set()
        await eventually(lambda: caught_up(office))
        assert follower.health.leading


async def test_a_lease_that_cannot_be_renewed_for_a_moment_is_not_given_up(office: Office) -> None:
    """A record that is busy costs nothing as long as nobody else takes the lease."""
    leases = office.record.leases
    failures = 0

    class Flaky:
        def __getattr__(self, name: str) -> Any:
            return getattr(leases, name)

        async def renew(self, *arguments: Any) -> bool:
            nonlocal failures
            failures += 1
            if failures == 1:
                raise RecordUnavailable("busy")
            return await leases.renew(*arguments)

    async with held(Flaky(), LEASE, "a", SECONDS) as lease:
        assert lease is not None
        await eventually(lambda: failures >= 3)
        assert not lease.lost


async def test_a_lease_taken_by_another_is_known_to_be_lost(office: Office) -> None:
    """The work under it ends at its next step."""
    leases = office.record.leases
    async with held(leases, LEASE, "a", SECONDS) as lease:
        assert lease is not None
        await leases.release(LEASE, "a", lease.epoch)
        assert await leases.acquire(LEASE, "b", 60) == lease.epoch + 1
        await eventually(lambda: lease.lost)
    assert await leases.holder(LEASE) == "b"


async def test_an_engine_that_does_not_answer_costs_lag_and_nothing_else(office: Office) -> None:
    """Changes go on being recorded, and are found once it answers again."""
    cut = Cut(office.engine)
    follower = office.follower(cut)
    async with running(follower, office, "a"):
        await eventually(lambda: follower.health.failures > 0)
        firm = await office.firm(name="停机时登记的公司")
        await office.seal()
        assert (follower.health.last_error, (await office.status()).indexed_position) == (
            "SearchUnavailable",
            0,
        )
        cut.back = True
        await eventually(lambda: caught_up(office))
        await eventually(lambda: follower.health.failures == 0)
    assert await office.found("停机时") == {firm.id}


async def test_a_mistake_in_the_indexer_does_not_end_it(office: Office) -> None:
    """It is told and tried again, for an index that nobody follows is worse."""

    class Mistaken(Cut):
        def __getattr__(self, name: str) -> Any:
            if not self.back:
                raise KeyError(name)
            return super().__getattr__(name)

    mistaken = Mistaken(office.engine)
    follower = office.follower(mistaken)
    async with running(follower, office, "a"):
        await eventually(lambda: follower.health.last_error == "KeyError")
        mistaken.back = True
        await office.firm()
        await office.seal()
        await eventually(lambda: caught_up(office))


Listen = Callable[[], asyncio.Event]


async def test_news_that_comes_during_a_step_is_not_slept_through(office: Office) -> None:
    """The bell is taken before the log is looked at."""
    taken: list[asyncio.Event] = []

    def listen() -> asyncio.Event:
        taken.append(asyncio.Event())
        return taken[-1]

    follower = office.follower()
    task = asyncio.create_task(follower.run(office.record.leases, "a", listen))
    await eventually(lambda: len(taken) >= 1)
    await office.firm()
    await office.seal()
    taken[-1].set()
    await eventually(lambda: caught_up(office))
    task.cancel()
    await asyncio.wait([task])
    assert await office.engine.position() == EPOCH


class Purging:
    """An engine that counts how often its files are cleaned."""

    def __init__(self, office: Office) -> None:
        self._engine = office.engine
        self.purges = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def purge(self) -> None:
        """Cleans, and counts."""
        self.purges += 1
        await self._engine.purge()


async def test_who_takes_over_cleans_up_after_an_erasure(office: Office) -> None:
    """The one who led before may have died before the files were clean: what was due since is done by the next."""
    firm = await office.firm()
    async with office.record.unit_of_work() as uow:
        await uow.erase(firm.id, actor="clerk", at=datetime.now(UTC) - timedelta(minutes=2))
    await office.carry()
    next_one = Purging(office)

    async with running(office.follower(next_one), office, "next"):
        await eventually(lambda: next_one.purges == 1)
