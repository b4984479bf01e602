"""A leader that slept too long: what it writes when it wakes is too old, and what it says counts for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest

from directory.errors import SearchUnavailable
from directory.record.open import SqlRecord
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.query.search import Document, Refused, SearchEngine
from indexer.verify import Difference
from tests.chaos.twins import Twin, Unfenced, Unversioned
from tests.indexer.office import Office
from tests.servers.elasticsearch import drop_indices

OLD, NEW = 1, 2
Engine = Callable[[SearchEngine], Any]


def honest(engine: SearchEngine) -> SearchEngine:
    """The engine as it is."""
    return engine


class Sleeper(Twin):
    """An engine whose indexer falls asleep before a call and goes on with it when woken."""

    def __init__(self, engine: SearchEngine, call: str) -> None:
        super().__init__(engine)
        self._call = call
        self.asleep, self.woken = asyncio.Event(), asyncio.Event()

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes, perhaps much later."""
        await self._sleep_before("put")
        refused: Sequence[Refused] = await self._engine.put(documents)
        return refused

    async def set_position(self, position: int, epoch: int, since: int = 0) -> int:
        """Says how far it came, perhaps much later; a claim says nothing yet."""
        if position:
            await self._sleep_before("set_position")
        return await self._engine.set_position(position, epoch, since)

    async def _sleep_before(self, call: str) -> None:
        if call == self._call:
            self.asleep.set()
            await self.woken.wait()


async def wakes_late(office: Office, engine: Engine) -> list[Difference]:
    """One sleeps with a batch in hand; another carries it and what came later; the first one wakes."""
    firm = await office.firm(name="旧名字")
    await office.seal()
    sleeper = Sleeper(engine(office.engine), "put")
    asleep = asyncio.create_task(office.follower(sleeper).step(OLD))
    await sleeper.asleep.wait()
    await office.rename(firm, "新名字")
    await office.seal()
    await office.follower(engine(office.engine)).catch_up(NEW)
    sleeper.woken.set()
    with suppress(SearchUnavailable):
        await asleep
    return await office.differences()


async def test_a_batch_that_comes_late_changes_nothing(office: Office) -> None:
    """Every document that it holds is older than the one that is there."""
    assert await wakes_late(office, honest) == []


async def test_writes_without_versions_are_found_out(office: Office) -> None:
    """Broken twin: the old name is back."""
    assert await wakes_late(office, Unversioned) != []


async def wakes_after_the_index_was_emptied(office: Office, engine: Engine) -> tuple[int, list[Difference]]:
    """One sleeps before it says that all is written; the index is emptied; another begins anew; the first one wakes.

    How many entries were carried in the end, and the differences.
    """
    await office.firms(20)
    await office.seal()
    sleeper = Sleeper(engine(office.engine), "set_position")
    asleep = asyncio.create_task(office.follower(sleeper).step(OLD))
    await sleeper.asleep.wait()
    await office.engine.swap(await office.engine.begin_rebuild(), 0)
    awake = office.follower(engine(office.engine), batch=5)
    carried = await awake.step(NEW)
    sleeper.woken.set()
    with suppress(SearchUnavailable):
        await asleep
    carried += await awake.catch_up(NEW)
    await office.engine.refresh()
    return carried, await office.differences()


async def test_a_leader_of_an_older_epoch_is_not_believed(office: Office) -> None:
    """What it wrote is gone with the index that it wrote to."""
    assert await wakes_after_the_index_was_emptied(office, honest) == (20, [])


async def test_a_fence_that_looks_at_no_epoch_is_found_out(office: Office) -> None:
    """Broken twin: the index is believed to be complete, and fifteen entries are missing."""
    carried, differences = await wakes_after_the_index_was_emptied(office, Unfenced)
    assert (carried, len(differences)) == (5, 15)


@pytest.mark.elasticsearch
@pytest.mark.parametrize("carried_before", [0, 7], ids=["in the first batch", "later"])
async def test_an_index_made_anew_under_a_batch_is_not_taken_for_complete(
    sqlite_record: SqlRecord, elasticsearch_url: str, index_prefix: str, carried_before: int
) -> None:
    """The engine loses its data when all is written and not yet said, and another program makes the indices anew."""
    engine = ElasticsearchEngine(elasticsearch_url, prefix=index_prefix)
    await engine.open()
    office = Office(sqlite_record, engine)
    if carried_before:
        await office.firms(carried_before)
        await office.carry()
    await office.firms(5)
    await office.seal()
    sleeper = Sleeper(engine, "set_position")
    asleep = asyncio.create_task(office.follower(sleeper).step(OLD))
    await sleeper.asleep.wait()
    await asyncio.to_thread(drop_indices, elasticsearch_url, index_prefix)
    await engine.make_missing()
    sleeper.woken.set()
    with suppress(SearchUnavailable):
        await asleep
    await office.follower().catch_up(OLD)
    assert await office.differences() == []
    await engine.close()
