"""A rebuild beside the living index: nobody notices, nothing is missed, and what was cut off is cleaned up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from indexer.follow import IndexEmptied
from indexer.leading import LEASE, REBUILD_LEASE, LeaseLost
from indexer.query.search import EVERYTHING, Document, Kind, Refused, Search
from tests.conditions import eventually
from tests.indexer.office import EPOCH, HOLDER, Crash, Failing, Office
from tests.indexer.test_leading import AMPLE_SECONDS, SECONDS, Frozen, caught_up, running

STAGES = [
    ("begin_rebuild", "before"),
    ("begin_rebuild", "after"),
    ("put_into", "before"),
    ("put_into", "inside"),
    ("put_into", "after"),
    ("swap", "before"),
    ("swap", "after"),
]


async def filled(office: Office) -> None:
    """Some entries and reports, one erased, one merged, carried over."""
    firms = await office.firms(8)
    for firm in firms[:3]:
        await office.report(firm)
    await office.erase(firms[7])
    await office.carry()


async def test_a_rebuilt_index_is_what_the_record_says(any_office: Office) -> None:
    """As it was before, complete up to where it had come."""
    await filled(any_office)
    before = await any_office.contents()
    result = await any_office.rebuilder(chunk=3).run(any_office.record.leases, HOLDER)
    after = await any_office.contents()
    assert (result.documents, result.refused, result.position) == (11, 0, await any_office.engine.position())
    assert {key: digest for key, (_, digest) in after.items()} == {
        key: digest for key, (_, digest) in before.items()
    }
    assert await any_office.differences() == []


async def test_the_new_index_knows_the_erased_too(office: Office) -> None:
    """Else a late batch could bring them back."""
    firm = await office.firm()
    await office.carry()
    await office.erase(firm)
    await office.carry()
    await office.rebuilt()
    assert (await office.contents())[Kind.FIRM, firm.id][1] is None


async def test_a_rebuild_mends_an_index_that_differs(office: Office) -> None:
    """Whatever became of it."""
    await filled(office)
    await office.engine.swap(await office.engine.begin_rebuild(), await office.engine.position())
    assert len(await office.differences()) == 10
    await office.rebuilt()
    assert await office.differences() == []


async def test_what_is_not_carried_over_yet_is_in_the_new_index(office: Office) -> None:
    """Also when the old one had never been filled."""
    await office.firms(3)
    await office.seal()
    await office.rebuilt()
    assert await office.engine.position() == 3
    assert await office.differences() == []


@pytest.mark.parametrize(("call", "when"), STAGES)
async def test_a_rebuild_cut_off_anywhere_leaves_nothing_behind(office: Office, call: str, when: str) -> None:
    """As if killed, without a chance to clean up; the next one does."""
    await filled(office)
    with pytest.raises(Crash):
        await office.rebuilder(Killed(office, call, when), chunk=3).run(office.record.leases, HOLDER)
    await office.firm()
    assert await office.carry() >= 1
    await office.rebuilt()
    assert list(await office.engine.abandon()) == []
    assert await office.differences() == []


class Killed(Failing):
    """An engine whose indexer is killed at a call: nothing it asks for afterwards happens."""

    def __init__(self, office: Office, call: str, when: str) -> None:
        super().__init__(office.engine, call, when=when)
        self._dead = False

    def _failing(self, name: str) -> object:
        self._dead = True
        return super()._failing(name)

    def __getattr__(self, name: str) -> object:
        if name == "abandon" and self._dead:
            return self._nothing
        return super().__getattr__(name)

    async def _nothing(self, *arguments: object) -> list[str]:
        return []


async def test_a_rebuild_that_fails_takes_its_generation_away(office: Office) -> None:
    """Nothing is written twice for an index that will never be used."""
    await filled(office)
    with pytest.raises(Crash):
        await office.rebuilder(Failing(office.engine, "swap")).run(office.record.leases, HOLDER)
    assert list(await office.engine.abandon()) == []


async def test_a_rebuild_among_writes_and_reads_is_not_noticed(any_office: Office) -> None:
    """No read fails, no count dips, and the new index has every change."""
    office = any_office
    firms = await office.firms(60)
    await office.carry()
    await office.engine.refresh()
    counts: list[int | None] = []
    rebuilding = True

    async def read() -> None:
        everything = Search(kind=Kind.FIRM, visible=EVERYTHING, first=1, total=True)
        while rebuilding:
            counts.append((await office.engine.search(everything)).total)
            await asyncio.sleep(0)

    async def write() -> None:
        at = 0
        while rebuilding:
            place = at % len(firms)
            firms[place] = await office.rename(firms[place], f"第{at}个名字")
            if at % 10 == 0:
                await office.firm()
            at += 1
            await office.seal()

    follower = office.follower(lease_seconds=AMPLE_SECONDS)
    async with running(follower, office, "follower"):
        others = [asyncio.create_task(each()) for each in (read, read, write)]
        for turn in range(2):
            rebuilder = office.rebuilder(chunk=7, lease_seconds=AMPLE_SECONDS)
            await rebuilder.run(office.record.leases, f"rebuild {turn}")
        rebuilding = False
        await asyncio.gather(*others)
        await office.seal()
        await eventually(lambda: caught_up(office))
    seen = [count for count in counts if count is not None]
    assert len(seen) == len(counts) > 0
    assert min(seen) >= 60
    assert await office.differences() == []
    assert list(await office.engine.abandon()) == []


async def test_the_follower_hands_over_and_takes_up_again(office: Office) -> None:
    """One leads at a time, the rebuild included."""
    await filled(office)
    follower = office.follower(lease_seconds=AMPLE_SECONDS)
    async with running(follower, office, "follower"):
        await eventually(lambda: follower.health.leading)
        frozen = FrozenFill(office)
        rebuild = asyncio.create_task(
            office.rebuilder(frozen, lease_seconds=AMPLE_SECONDS).run(office.record.leases, HOLDER)
        )
        await frozen.reached.wait()
        assert not follower.health.leading
        assert await office.record.leases.holder(LEASE) == HOLDER
        frozen.thawed.set()
        await rebuild
        await eventually(lambda: follower.health.leading)
    assert await office.record.leases.holder(REBUILD_LEASE) is None


class FrozenFill(Frozen):
    """An engine whose rebuild stops before it fills anything, until it is `thawed`."""

    async def put_into(self, generation: str, documents: Sequence[Document]) -> Sequence[Refused]:
        """Waits, then writes."""
        self.reached.set()
        await self.thawed.wait()
        refused: Sequence[Refused] = await self._engine.put_into(generation, documents)
        return refused


async def test_a_second_rebuild_is_refused_while_one_runs(office: Office) -> None:
    """It could only take the first one's work away."""
    await filled(office)
    frozen = FrozenFill(office)
    first = asyncio.create_task(office.rebuilder(frozen).run(office.record.leases, "first"))
    await frozen.reached.wait()
    with pytest.raises(LeaseLost, match="another rebuild"):
        await office.rebuilder().run(office.record.leases, "second")
    frozen.thawed.set()
    await first
    assert await office.differences() == []


async def test_a_rebuild_that_lost_its_lease_does_not_swap(office: Office) -> None:
    """It ends, and the living index stays as it is."""
    await filled(office)
    before = await office.contents()
    frozen = FrozenFill(office)
    rebuild = asyncio.create_task(
        office.rebuilder(frozen, lease_seconds=SECONDS).run(office.record.leases, HOLDER)
    )
    await frozen.reached.wait()
    leases = office.record.leases
    holder = await leases.acquire(LEASE, HOLDER, 60)  # as its own next life: the epoch grows
    assert holder is not None
    await eventually(lambda: _knows(frozen, office))
    frozen.thawed.set()
    with pytest.raises(LeaseLost):
        await rebuild
    assert await office.contents() == before
    assert list(await office.engine.abandon()) == []


async def _knows(frozen: FrozenFill, office: Office) -> bool:
    """Whether the lease has been asked to be renewed in vain: its renewal runs every third of its time."""
    await asyncio.sleep(SECONDS / 2)
    return frozen.reached.is_set()


async def test_a_rebuild_goes_to_the_end_of_the_log(office: Office) -> None:
    """Progress is told in documents, and adds up."""
    await filled(office)
    told: list[int] = []
    result = await office.rebuilder(chunk=4).run(office.record.leases, HOLDER, told.append)
    assert sum(told) == result.documents
    assert await office.follower().step(EPOCH) == 0


async def test_the_index_before_a_rebuild_can_be_searched_again(office: Office) -> None:
    """It is as it was at the swap; what came since is carried over again."""
    await filled(office)
    await office.rebuilt()
    firm = await office.firm(name="重建之后登记的公司")
    await carried_on(office)
    await office.engine.rollback()
    assert await office.found("重建之后") == set()
    await carried_on(office)
    assert await office.found("重建之后") == {firm.id}
    assert await office.differences() == []


async def carried_on(office: Office) -> None:
    """Seals everything and carries it over as the next leader."""
    await office.seal()
    epoch = await office.record.leases.acquire(LEASE, HOLDER, 60)
    assert epoch is not None
    await office.follower().catch_up(epoch)
    await office.record.leases.release(LEASE, HOLDER, epoch)


async def test_an_erasure_takes_the_kept_index_with_it(office: Office) -> None:
    """Who was erased is in no file that is kept to go back to."""
    firm = await office.firm(name="要被遗忘的人")
    await office.carry()
    await office.rebuilt()
    assert (await office.engine.generations()).previous is not None
    await office.firm()
    await carried_on(office)
    assert (await office.engine.generations()).previous is not None
    await office.erase(firm)
    await carried_on(office)
    assert (await office.engine.generations()).previous is None


async def test_an_index_that_was_not_followed_to_the_swap_is_not_kept(office: Office) -> None:
    """Of another record, it could hold what was erased from this one."""
    await office.firms(2)
    await office.carry()
    await office.engine.set_position(100, EPOCH)
    await office.rebuilt()
    assert (await office.engine.generations()).previous is None


async def test_an_engine_emptied_in_the_middle_of_catching_up_is_filled_from_the_beginning(
    office: Office,
) -> None:
    """The follower keeps its place in mind; an engine that does not stand there makes no progress with it."""
    await office.firms(6)
    await office.seal()

    class Emptied:
        def __getattr__(self, name: str) -> object:
            return getattr(office.engine, name)

        puts = 0

        async def put(self, documents: object) -> object:
            self.puts += 1
            if self.puts == 2:
                await office.engine.swap(await office.engine.begin_rebuild(), 0)
            return await office.engine.put(documents)  # type: ignore[arg-type]

    follower = office.follower(Emptied(), batch=2)
    with pytest.raises(IndexEmptied):
        await follower.catch_up(EPOCH)
    assert await office.engine.position() == 0
    await follower.catch_up(EPOCH)
    assert await office.differences() == []
