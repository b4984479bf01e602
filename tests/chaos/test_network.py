"""Requests that are lost, refused, cut off or late cost time and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from indexer.engines.elastic import bulk
from indexer.query.search import SearchEngine
from tests.chaos.measure import LONG_RUN, MEASURE, figure
from tests.chaos.town import Town
from tests.chaos.twins import Hasty
from tests.chaos.unreliable import Unreliable, brief
from tests.chaos.watch import caught_up_with_everything, sealing, watched
from tests.indexer.test_leading import running
from tests.servers.fault_proxy import Fault, Plan

pytestmark = pytest.mark.elasticsearch

BATCH = 500 if LONG_RUN else 50
# Each batch takes some hundred requests until none of those that it needs meets a fault.
ENTRIES = MEASURE.entries if LONG_RUN else MEASURE.entries // 3


@pytest.mark.parametrize("seed", MEASURE.seeds)
async def test_faults_on_a_fifth_of_all_requests_leave_no_difference(
    unreliable: Unreliable, seed: int
) -> None:
    """Writers go on meanwhile; in the end the index stands at the head of the log and is what the record says."""

    def met_all() -> bool:
        return {fault for _, _, fault in unreliable.proxy.met} >= set(Fault) - {Fault.ITEMS_BUSY}

    await lived_through(unreliable, seed, ENTRIES, met_all)
    assert met_all()


@pytest.mark.postgresql
@pytest.mark.parametrize("seed", MEASURE.seeds)
async def test_nor_do_they_where_several_write_at_once(
    unreliable_from_postgres: Unreliable, seed: int
) -> None:
    """Into PostgreSQL, where entries are sealed in another order than they were begun."""
    await lived_through(unreliable_from_postgres, seed, MEASURE.entries // 10)


async def lived_through(
    unreliable: Unreliable, seed: int, entries: int, enough: Callable[[], bool] = lambda: True
) -> None:
    """A town writes while its changes are carried through the proxy, until all are, and on until it is `enough`."""
    office, proxy = unreliable.office, unreliable.proxy
    town = await Town(office.record, seed).founded()
    proxy.plan = Plan(seed)
    follower = office.follower(unreliable.through, batch=BATCH, pause=brief)
    began = time.monotonic()
    async with sealing(office), watched(office.engine) as positions:
        async with running(follower, office, "through the proxy"):
            await town.live(entries)
            wrote = time.monotonic()
            await caught_up_with_everything(office)
            while not enough():
                await town.live(BATCH)
                await caught_up_with_everything(office)
        caught_up = time.monotonic()
    await proxy.settled()
    differences, position = await office.differences(), await office.engine.position()
    figure(
        f"seed {seed}: {position} entries in {wrote - began:.0f} s, {len(proxy.met)} faults, "
        f"caught up {caught_up - wrote:.1f} s later, {len(differences)} differences"
    )
    assert differences == [], proxy.story
    assert positions.falls == []
    assert position >= entries


def honest(engine: SearchEngine) -> SearchEngine:
    """The engine as it is."""
    return engine


async def a_small_town(unreliable: Unreliable) -> None:
    """Some entries and reports, sealed and not yet carried."""
    await (await Town(unreliable.office.record, seed=7).founded()).live(100)
    await unreliable.office.seal()


@pytest.mark.parametrize(
    ("fault", "share"), [(Fault.RESET_BEFORE, 0.2), (Fault.ITEMS_BUSY, 0.9)], ids=["reset", "busy"]
)
async def test_a_town_is_carried_whole(unreliable: Unreliable, fault: Fault, share: float) -> None:
    """In many small batches, under one kind of fault."""
    await a_small_town(unreliable)
    unreliable.proxy.plan = Plan(3, share, [fault])
    assert await unreliable.carried(honest, batch=10) == [], unreliable.proxy.story


async def test_a_place_saved_before_the_answer_is_found_out(unreliable: Unreliable) -> None:
    """Broken twin: what was lost on the way is missing."""
    await a_small_town(unreliable)
    unreliable.proxy.plan = Plan(3, 0.2, [Fault.RESET_BEFORE])
    assert await unreliable.carried(Hasty, batch=10) != []


async def test_busy_taken_for_done_is_found_out(
    unreliable: Unreliable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken twin: documents for which the engine had no room are missing."""
    monkeypatch.setattr(bulk, "DONE", bulk.DONE | bulk.BUSY)
    monkeypatch.setattr(bulk, "BUSY", frozenset[Any]())
    await a_small_town(unreliable)
    unreliable.proxy.plan = Plan(3, 0.9, [Fault.ITEMS_BUSY])
    assert await unreliable.carried(honest, batch=10) != []


async def test_the_same_seed_gives_the_same_faults() -> None:
    """A run that failed can be played again."""
    faults = [Plan(5).fault(number) for number in range(1_000)]
    assert faults == [Plan(5).fault(number) for number in range(1_000)]
    assert faults != [Plan(6).fault(number) for number in range(1_000)]
    assert 150 < sum(fault is not None for fault in faults) < 250
